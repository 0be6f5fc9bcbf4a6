"""Who did what, over all sessions and the computer itself, the newest first.

Three sorted streams are merged as far as they are read: acts, what the program refused or noted
of a person, and site events. A row of a removed session is gone from it; its removal is there.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any

from kmonitor.access import Right, require
from kmonitor.errors import StoreError
from kmonitor.people import DEMONSTRATION_NURSE, LOCKED, PROGRAM, WATCHER, Person
from kmonitor.ports import Accounts, AuditEntry
from kmonitor.store.audit_words import Deed, tell
from kmonitor.store.connection import Connection

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ACTS = (
    "SELECT utc_ms, author, kind, body, session, seq, effective_utc_ms FROM act"
    " WHERE {where} ORDER BY utc_ms DESC, session DESC, seq DESC"
)
_NOTED = (
    "SELECT utc_ms, author, kind, body, session, seq, NULL FROM system_event"
    " WHERE author IS NOT NULL AND {where} ORDER BY utc_ms DESC, session DESC, seq DESC"
)
_SITE = (
    "SELECT utc_ms, author, kind, body, session, number, NULL FROM site_event"
    " WHERE {where} ORDER BY utc_ms DESC, number DESC"
)
STREAMS = (_SITE, _NOTED, _ACTS)
_ALARM = (
    "SELECT words, condition FROM alarm_event WHERE session = ? AND occurrence = ?"
    " ORDER BY words = '', seq DESC LIMIT 1"
)
HEADINGS = ("time_utc", "person_id", "name", "what", "detail", "session")


@dataclass(frozen=True, slots=True)
class _Found:
    """A row of one of the streams."""

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
    found = merge(
        *(_stream(connection, statement, author, since, until) for statement in STREAMS),
        key=attrgetter("utc_ms"),
        reverse=True,
    )
    end = None if limit is None else offset + limit
    teller = _Teller(connection)
    if not text.strip():
        return [teller.entry(each) for each in islice(found, offset, end)]
    told = (entry for entry in map(teller.entry, found) if _holds(entry, text))
    return list(islice(told, offset, end))


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

    def entry(self, found: _Found) -> AuditEntry:
        """In the words of people."""
        said: dict[str, Any] = json.loads(found.body)
        session_id = said.pop("session_id", None) or self._session_id(found.session)
        told = tell(self._deed(found, said), self._names)
        return AuditEntry(
            at=_EPOCH + timedelta(milliseconds=found.utc_ms),
            author=found.author,
            name=self._names.get(found.author, found.author),
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


def _stream(
    connection: Connection,
    statement: str,
    author: str | None,
    since: datetime | None,
    until: datetime | None,
) -> Iterator[_Found]:
    conditions: dict[str, object] = {}
    if author is not None:
        conditions["author = ?"] = author
    if since is not None:
        conditions["utc_ms >= ?"] = _utc_ms(since)
    if until is not None:
        conditions["utc_ms < ?"] = _utc_ms(until)
    where = " AND ".join(conditions) or "1"
    rows = connection.execute(statement.format(where=where), tuple(conditions.values()))
    return (_Found(*row) for row in rows)


def _utc_ms(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _holds(entry: AuditEntry, text: str) -> bool:
    everything = f"{entry.name} {entry.what} {entry.detail} {entry.session_id or ''}".casefold()
    return all(word in everything for word in text.casefold().split())
