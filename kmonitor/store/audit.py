"""Who did what, over all sessions and the computer itself, the newest first.

Acts of sessions, what the program refused or noted of a person, and site events. The rows of a
removed session are gone from it; its removal is there.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from kmonitor.access import Right, require
from kmonitor.errors import StoreError
from kmonitor.people import DEMONSTRATION_NURSE, LOCKED, PROGRAM, WATCHER, Person
from kmonitor.ports import Accounts, AuditEntry
from kmonitor.store.audit_words import Deed, tell
from kmonitor.store.connection import Connection

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Each part comes in the order of its index, so SQLite merges them as far as they are read.
TRAIL = (
    "SELECT utc_ms, author, kind, body, session, seq AS place, effective_utc_ms FROM act"
    " WHERE {where} UNION ALL"
    " SELECT utc_ms, author, kind, body, session, seq, NULL FROM system_event"
    " WHERE author IS NOT NULL AND {where} UNION ALL"
    " SELECT utc_ms, author, kind, body, session, number, NULL FROM site_event"
    " WHERE {where} ORDER BY utc_ms DESC, place DESC LIMIT ? OFFSET ?"
)
_PARTS = 3
_ALL = -1
_ALARM = (
    "SELECT words, condition FROM alarm_event WHERE session = ? AND occurrence = ?"
    " ORDER BY words = '', seq DESC LIMIT 1"
)
HEADINGS = ("time_utc", "person_id", "name", "what", "detail", "session")


class _Found(NamedTuple):
    """A row of the trail."""

    utc_ms: int
    author: str
    kind: str
    body: str
    session: int | None
    place: int
    effective_utc_ms: int | None


def audit_entries(
    connection: Connection,
    *,
    text: str = "",
    author: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = 200,
    offset: int = 0,
) -> list[AuditEntry]:
    """The entries from `since` up to before `until` that hold `text` in any of their words."""
    conditions: dict[str, object] = {}
    if author is not None:
        conditions["author = ?"] = author
    if since is not None:
        conditions["utc_ms >= ?"] = _utc_ms(since)
    if until is not None:
        conditions["utc_ms < ?"] = _utc_ms(until)
    words = text.casefold().split()
    # Words are made of rows here, so only what has been told can be searched and counted.
    page = (_ALL, 0) if words else (_ALL if limit is None else limit, offset)
    rows = connection.execute(
        TRAIL.format(where=" AND ".join(conditions) or "1"),
        (*(tuple(conditions.values()) * _PARTS), *page),
    )
    told = _Teller(connection).entries(map(_Found._make, rows), words)
    if not words:
        return list(told)
    return list(islice(told, offset, None if limit is None else offset + limit))


def as_csv(entries: Iterable[AuditEntry]) -> str:
    """The entries as a table after RFC 4180, with a line of headings."""
    written = io.StringIO(newline="")
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(HEADINGS)
    for each in entries:
        at = each.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        table.writerow((at, each.author, each.name, each.what, each.detail, each.session_id or ""))
    return written.getvalue()


def export_audit(
    entries: Sequence[AuditEntry], to: Path, *, by: Person, accounts: Accounts
) -> None:
    """Write the entries to a new CSV file (UTF-8), which is itself noted; StoreError."""
    require(by, Right.SEE_AUDIT)
    try:
        with to.open("x", encoding="utf-8", newline="") as file:
            file.write(as_csv(entries))
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise StoreError(f"The file {to} cannot be written: {reason}.") from error
    accounts.note(by, "exported", of="audit trail", entries=len(entries))


class _Teller:
    """Rows as entries, with the names and sessions of one record."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        built_in = (PROGRAM, LOCKED, WATCHER, DEMONSTRATION_NURSE)
        rows = connection.execute("SELECT person_id, name FROM person ORDER BY person")
        self._names = {each.person_id: each.name for each in built_in} | dict(rows.fetchall())
        self._sessions: dict[int, str | None] = {}

    def entries(self, rows: Iterable[_Found], words: Sequence[str]) -> Iterator[AuditEntry]:
        """In the words of people; only what holds all of `words`."""
        for found in rows:
            said: dict[str, Any] = json.loads(found.body)
            session_id = said.pop("session_id", None) or self._session_id(found.session)
            told = tell(self._deed(found, said), self._names)
            name = self._names.get(found.author, found.author)
            if words:
                everything = f"{name} {told.what} {told.detail} {session_id or ''}".casefold()
                if not all(word in everything for word in words):
                    continue
            yield AuditEntry(
                at=_EPOCH + timedelta(milliseconds=found.utc_ms),
                author=found.author,
                name=name,
                what=told.what,
                detail=told.detail,
                session_id=session_id,
            )

    def _deed(self, found: _Found, said: Mapping[str, Any]) -> Deed:
        alarm, late_s = "", 0.0
        if found.kind == "alarm_acknowledged":
            alarm = self._alarm(found.session, said["occurrence"])
        if found.effective_utc_ms is not None:
            late_s = (found.utc_ms - found.effective_utc_ms) / 1000
        return Deed(kind=found.kind, said=said, late_s=late_s, alarm=alarm)

    def _alarm(self, session: int | None, occurrence: int) -> str:
        row = self._connection.execute(_ALARM, (session, occurrence)).fetchone()
        return str(row[0] or row[1].replace("_", " ")) if row else ""

    def _session_id(self, session: int | None) -> str | None:
        if session is None:
            return None
        if session not in self._sessions:
            row = self._connection.execute(
                "SELECT session_id FROM session WHERE session = ?", (session,)
            ).fetchone()
            self._sessions[session] = row[0] if row else None
        return self._sessions[session]


def _utc_ms(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)
