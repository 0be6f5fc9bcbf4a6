"""A signed session out of one record and into another of the site, with where it came from.

A bundle holds every row of the session as it is stored, and what those rows refer to: patient,
limit set, sources, boots, and the names of the people who acted. The receiving record gives its
own numbers, chains every row anew and keeps the origin: record, head of its chain, digest of all.
"""

from __future__ import annotations

import base64
import hashlib
import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kmonitor import access
from kmonitor.access import Right
from kmonitor.clock import Clock, SystemClock
from kmonitor.errors import StoreError
from kmonitor.people import Person
from kmonitor.store import schema
from kmonitor.store.bundle_file import read_bundle, write_bundle
from kmonitor.store.connection import Connection, reading
from kmonitor.store.keys import RecordKeys
from kmonitor.store.scribe import Scribe, writing
from kmonitor.store.signing import ended_session, is_signed
from kmonitor.store.site_notes import note, noting, tell
from kmonitor.store.verify import verify

MADE, IMPORTED = "bundle_made", "bundle_imported"
# In the order in which they can be added: what is referred to comes first.
_BODIES = (
    *schema.SEQUENCED,
    *("numeric_block", "wave_block", "seal", "session_total", "signoff"),
)
# What counts through a whole record, and so means nothing in another.
_OF_THIS_RECORD: dict[str, dict[str, Any]] = {
    "signoff": {"number": None},
    "seal": {"first_nr": 0, "last_nr": 0, "live_mac": b""},
}
_BLOB = "base64"
_Tables = dict[str, list[list[Any]]]


def make_bundle(
    path: Path,
    keys: RecordKeys | None,
    session_id: str,
    out: Path,
    *,
    by: Person,
    passphrase: str,
    clock: Clock | None = None,
) -> None:
    """Write the session to the file `out`; refused unless it is signed and the record verifies."""
    access.require(by, Right.EXPORT)
    clock = clock or SystemClock()
    checked = verify(path, keys)
    if not checked.is_ok:
        raise StoreError(f"The record does not verify ({checked.first_bad}): nothing was exported.")
    with reading(path, keys) as connection:
        session = ended_session(connection, session_id)
        if not is_signed(connection, session):
            raise StoreError("A session is signed by a clinician before it leaves: sign it first.")
        tables = _tables_of(connection, session)
        (record_id,) = connection.execute(
            "SELECT content FROM store_meta WHERE name = 'record_id'"
        ).fetchone()
        (head,) = connection.execute("SELECT link_mac FROM chain_head").fetchone()
    content = {
        "schema": schema.VERSION,
        "session_id": session_id,
        "record_id": record_id,
        "computer": platform.node(),
        "exported_utc_ms": clock.now().utc_ms,
        "exported_by": by.name,
        "head": bytes(head).hex(),
        "columns": {table: schema.columns_of(table) for table in tables},
        "tables": tables,
        "sha256": _digest(tables),
    }
    write_bundle(out, content, passphrase)
    note(path, keys, clock, MADE, by.person_id, session_id=session_id, file=out.name)


def import_bundle(
    bundle: Path,
    passphrase: str,
    path: Path,
    keys: RecordKeys | None,
    *,
    by: Person,
    clock: Clock | None = None,
) -> str:
    """Take the session of a bundle into the record at `path`; its id.

    Refused: what does not open, was changed, is of a newer kmonitor, or is in the record already.
    """
    access.require(by, Right.IMPORT)
    clock = clock or SystemClock()
    content = read_bundle(bundle, passphrase)
    try:
        tables = _checked_tables(bundle, content)
        with (
            noting(path, keys, clock) as (connection, chain_key, boot),
            writing(connection, chain_key, clock) as scribe,
        ):
            session_id = str(content["session_id"])
            _refuse_known(connection, session_id)
            session = _Import(scribe, tables).take()
            scribe.insert(
                "origin",
                session=session,
                record_id=content["record_id"],
                computer=content["computer"],
                exported_utc_ms=content["exported_utc_ms"],
                exported_by=content["exported_by"],
                head=bytes.fromhex(content["head"]),
                bundle_sha256=content["sha256"],
            )
            said = {"session_id": session_id, "file": bundle.name, "from": content["computer"]}
            tell(scribe, clock, boot, IMPORTED, by.person_id, said, session=session)
    except (LookupError, TypeError, ValueError) as error:
        raise StoreError(f"The bundle {bundle} is damaged; nothing was imported.") from error
    return session_id


def _checked_tables(bundle: Path, content: Mapping[str, Any]) -> _Tables:
    if content["schema"] > schema.VERSION:
        raise StoreError(f"The bundle {bundle} was made by a newer kmonitor.")
    tables: _Tables = content["tables"]
    if _digest(tables) != content["sha256"]:
        raise StoreError(f"The bundle {bundle} is damaged; nothing was imported.")
    for table, columns in content["columns"].items():
        if tuple(columns) != schema.columns_of(table):
            raise StoreError(f"The bundle {bundle} is of another version of kmonitor.")
    return {
        table: [[_from_json(each) for each in row] for row in rows]
        for table, rows in tables.items()
    }


def _refuse_known(connection: Connection, session_id: str) -> None:
    known = connection.execute("SELECT 1 FROM session WHERE session_id = ?", (session_id,))
    if known.fetchone():
        raise StoreError(f"The session {session_id} is in this record already.")


def _digest(tables: _Tables) -> str:
    text = json.dumps(tables, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _tables_of(connection: Connection, session: int) -> _Tables:
    """The session's rows and what they refer to, blobs as base64."""
    wanted = {table: ("session", [session]) for table in ("session", "source", *_BODIES)}
    tables = {table: _rows(connection, table, *where) for table, where in wanted.items()}
    (row,) = tables["session"]
    named = dict(zip(schema.columns_of("session"), row, strict=True))
    for table in ("patient", "limit_set"):
        number = named["limits" if table == "limit_set" else "patient"]
        tables[table] = _rows(connection, table, table, [number])
    boots = {
        row[schema.columns_of(table).index("boot")]
        for table in _BODIES
        if "boot" in schema.columns_of(table)
        for row in tables[table]
    }
    tables["boot"] = _rows(connection, "boot", "boot", sorted(boots))
    authors = {row[schema.columns_of("act").index("author")] for row in tables["act"]}
    authors |= {row[schema.columns_of("signoff").index("person_id")] for row in tables["signoff"]}
    tables["person"] = _rows(connection, "person", "person_id", sorted(authors))
    return tables


def _rows(connection: Connection, table: str, column: str, among: list[Any]) -> list[list[Any]]:
    names = schema.columns_of(table)
    key = ", ".join(schema.BY_NAME[table].keys[0])
    marks = ", ".join("?" * len(among))
    found = connection.execute(
        f"SELECT {', '.join(names)} FROM {table} WHERE {column} IN ({marks}) ORDER BY {key}",  # noqa: S608  # our own names
        among,
    )
    return [[_to_json(each) for each in row] for row in found]


def _to_json(each: Any) -> Any:
    return {_BLOB: base64.b64encode(each).decode()} if isinstance(each, bytes) else each


def _from_json(each: Any) -> Any:
    return base64.b64decode(each[_BLOB]) if isinstance(each, dict) else each


@dataclass(slots=True)
class _Import:
    """Rows of another record with the numbers that they get in this one."""

    scribe: Scribe
    tables: _Tables
    numbers: dict[str, dict[int, int]] = field(default_factory=dict)

    def take(self) -> int:
        """Add everything; the session's number here."""
        self._number("boot", lambda row: self._known("boot", boot_id=row["boot_id"]))
        self._number("patient", self._known_patient)
        self._number("limit_set", lambda row: self._known("limit_set", sha256=row["sha256"]))
        self._people()
        self._number("session", _never)
        self._number("source", _never)
        for table in _BODIES:
            for row in self._named(table):
                self.scribe.insert(
                    table, **(self._renumbered(row) | _OF_THIS_RECORD.get(table, {}))
                )
        (session,) = self.numbers["session"].values()
        return session

    def _named(self, table: str) -> list[dict[str, Any]]:
        names = schema.columns_of(table)
        return [dict(zip(names, row, strict=True)) for row in self.tables[table]]

    def _number(self, table: str, known: Callable[[dict[str, Any]], int | None]) -> None:
        """Find each row of `table` here or add it, and remember which number it has."""
        numbers = self.numbers.setdefault(table, {})
        (key,) = schema.BY_NAME[table].keys[0]
        for row in self._named(table):
            there = row[key]
            here = known(row)
            if here is None:
                here = self.scribe.insert(table, **(self._renumbered(row) | {key: None}))
            numbers[there] = here

    def _renumbered(self, row: dict[str, Any]) -> dict[str, Any]:
        """The same row with this record's numbers in the columns that refer to others."""
        after = dict(row)
        for column, table in (
            ("boot", "boot"),
            ("patient", "patient"),
            ("limits", "limit_set"),
            ("session", "session"),
            ("source", "source"),
        ):
            if after.get(column) is not None and after[column] in self.numbers.get(table, {}):
                after[column] = self.numbers[table][after[column]]
        return after

    def _known(self, table: str, **wanted: str) -> int | None:
        ((column, text),) = wanted.items()
        found = self.scribe.connection.execute(
            f"SELECT {table} FROM {table} WHERE {column} = ?",  # noqa: S608  # our own names
            (text,),
        ).fetchone()
        return None if found is None else int(found[0])

    def _known_patient(self, row: dict[str, Any]) -> int | None:
        found = self.scribe.connection.execute(
            "SELECT patient FROM patient WHERE label = ? AND identifier = ? AND sex IS ?",
            (row["label"], row["identifier"], row["sex"]),
        ).fetchone()
        return None if found is None else int(found[0])

    def _people(self) -> None:
        """Who acted there is known here by name, and cannot sign in here."""
        for row in self._named("person"):
            known = self.scribe.connection.execute(
                "SELECT 1 FROM person WHERE person_id = ?", (row["person_id"],)
            ).fetchone()
            if not known:
                self.scribe.insert("person", **(row | {"person": None, "is_active": 0}))


def _never(_row: dict[str, Any]) -> None:
    """A session and its sources are always new."""
