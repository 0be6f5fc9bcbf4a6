"""The record for those who only look: the screen, `sessions`, `show`, exports, resuming.

Every question opens the file anew for reading and sees one state of it; nothing is made or
changed, also while a session is being written.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

from kmonitor.alarms.conditions import AlarmTransition
from kmonitor.clock import Instant
from kmonitor.effects import Row
from kmonitor.errors import StoreError
from kmonitor.events import Stored
from kmonitor.metrics import TABLE, Metric, facts_of
from kmonitor.store import schema
from kmonitor.store.connection import Connection, default_path, reading
from kmonitor.store.reading_rows import Stamp, read_numeric
from kmonitor.store.rows import COLUMNS, row_from
from kmonitor.store.stored_session import SELECTION, PageKey, StoredSession, stored_session
from kmonitor.store.waves import WaveSecond
from kmonitor.vitals import Mode, NumericReading

__all__ = ["PageKey", "RecordReader", "StoredSession", "WaveSecond", "default_path"]

_NEWEST = PageKey(2**62, 2**62)
_Found = tuple[int, str, Instant, list[Any]]


class RecordReader:
    """Reads the record at `path`; raises StoreError in one sentence where there is none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def path(self) -> Path:
        """The record's file."""
        return self._path

    def sessions(self, limit: int = 200, after: PageKey | None = None) -> list[StoredSession]:
        """A page of sessions, the newest first, from behind `after` on."""
        behind = after or _NEWEST
        with reading(self._path) as connection:
            found = connection.execute(
                f"{SELECTION} WHERE (opened_utc_ms, session) < (?, ?)"
                " ORDER BY opened_utc_ms DESC, session DESC LIMIT ?",
                (behind.started_ms, behind.number, limit),
            ).fetchall()
        return [stored_session(row) for row in found]

    def resolve(self, named: str) -> str:
        """The id of the session that `last`, an id or the unique beginning of one names."""
        with reading(self._path) as connection:
            if named == "last":
                found = connection.execute(
                    "SELECT session_id FROM session ORDER BY opened_utc_ms DESC, session DESC"
                    " LIMIT 1"
                ).fetchall()
            else:
                found = connection.execute(
                    "SELECT session_id FROM session WHERE substr(session_id, 1, ?) = ?"
                    " ORDER BY session_id <> ?, session LIMIT 2",
                    (len(named), named, named),
                ).fetchall()
        if not found:
            what = "The record is empty" if named == "last" else f"There is no session {named!r}"
            raise StoreError(f"{what} in {self._path}.")
        if len(found) > 1 and found[0][0] != named:
            raise StoreError(f"More than one session begins with {named!r}.")
        return str(found[0][0])

    def session(self, session_id: str) -> StoredSession:
        """One session by its whole id."""
        with reading(self._path) as connection:
            return stored_session(_session_row(connection, session_id))

    def rows(self, session_id: str) -> Iterator[tuple[int, Row]]:
        """Every row of the session with its place, in the session-wide order."""
        with reading(self._path) as connection:
            stored = stored_session(_session_row(connection, session_id))
            number, links = stored.key.number, _links(connection, stored.key.number)
            tables = [_table_rows(connection, table, number) for table in schema.SEQUENCED]
            for seq, table, at, fields in heapq.merge(*tables, key=itemgetter(0)):
                stamp = Stamp(at, links, stored.opening)
                row = row_from(table, stamp, tuple(fields))
                if row is not None:
                    yield seq, row

    def events(self, session_id: str) -> Iterator[Stored]:
        """The session's stored events in order, equal to those that were kept; for `replay`."""
        for _, row in self.rows(session_id):
            if not isinstance(row, AlarmTransition):
                yield row

    def numeric_series(self, session_id: str, metric: Metric) -> list[NumericReading]:
        """Every reading of one metric, absent ones too, in order."""
        columns = ", ".join(COLUMNS["numeric_live"])
        with reading(self._path) as connection:
            number = _number(connection, session_id)
            links = _links(connection, number)
            found = connection.execute(
                f"SELECT utc_ms, mono_ns, {columns} FROM numeric_live"  # noqa: S608  # our own names
                " WHERE session = ? AND metric = ? ORDER BY seq",
                (number, facts_of(metric).mdc),
            ).fetchall()
        stamped = (
            (Stamp(Instant.from_stored(mono_ns, utc_ms), links), tuple(fields))
            for utc_ms, mono_ns, *fields in found
        )
        return [read_numeric(stamp, fields).reading for stamp, fields in stamped]

    def waves(self, session_id: str, metric: Metric) -> list[WaveSecond]:
        """The stored seconds of one wave, in order."""
        with reading(self._path) as connection:
            number = _number(connection, session_id)
            found = connection.execute(
                "SELECT link, mode, rate_hz, mono_ns, utc_ms, samples"
                " FROM wave_live JOIN source USING (source)"
                " WHERE wave_live.session = ? AND metric = ? ORDER BY block",
                (number, facts_of(metric).mdc),
            ).fetchall()
        return [
            WaveSecond(
                link=link,
                metric=metric,
                mode=Mode(mode),
                rate_hz=rate_hz,
                until=Instant.from_stored(mono_ns, utc_ms),
                samples=samples,
            )
            for link, mode, rate_hz, mono_ns, utc_ms, samples in found
        ]

    def wave_seconds(self, session_id: str) -> dict[Metric, float]:
        """How many seconds of each wave are stored."""
        with reading(self._path) as connection:
            number = _number(connection, session_id)
            found = connection.execute(
                "SELECT metric, sum(length(samples) / 2 / rate_hz) FROM wave_live"
                " WHERE session = ? GROUP BY metric",
                (number,),
            ).fetchall()
        return {TABLE[mdc].metric: seconds for mdc, seconds in found}

    def counts(self, session_id: str) -> dict[str, int]:
        """How many rows of the session each table holds; seconds of waves apart."""
        with reading(self._path) as connection:
            number = _number(connection, session_id)
            return {
                table: connection.execute(
                    f"SELECT count(*) FROM {table} WHERE session = ?",  # noqa: S608  # our own names
                    (number,),
                ).fetchone()[0]
                for table in (*schema.SEQUENCED, "wave_live")
            }


def _number(connection: Connection, session_id: str) -> int:
    return int(_session_row(connection, session_id)[0])


def _session_row(connection: Connection, session_id: str) -> tuple[Any, ...]:
    found = connection.execute(f"{SELECTION} WHERE session_id = ?", (session_id,)).fetchone()
    if found is None:
        raise StoreError(f"There is no session {session_id!r} in the record.")
    row: tuple[Any, ...] = found
    return row


def _links(connection: Connection, number: int) -> dict[int, str]:
    found = connection.execute("SELECT source, link FROM source WHERE session = ?", (number,))
    return dict(found.fetchall())


def _table_rows(connection: Connection, table: str, number: int) -> Iterator[_Found]:
    columns = ", ".join(COLUMNS[table])
    found = connection.execute(
        f"SELECT seq, utc_ms, mono_ns, {columns} FROM {table}"  # noqa: S608  # our own names
        " WHERE session = ? ORDER BY seq",
        (number,),
    )
    return ((seq, table, Instant.from_stored(ns, ms), fields) for seq, ms, ns, *fields in found)
