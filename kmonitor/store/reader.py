"""The record for those who only look: the screen, `sessions`, `show`, exports, resuming.

Every question opens the file anew for reading and sees one state of it; nothing is made or
changed, also while a session is being written.
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Collection, Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

from kmonitor.alarms.conditions import AlarmTransition
from kmonitor.alarms.limits import LimitSet
from kmonitor.clock import Instant
from kmonitor.effects import Row
from kmonitor.errors import StoreError
from kmonitor.events import Stored
from kmonitor.metrics import TABLE, Metric, facts_of
from kmonitor.site_files import FileSignature
from kmonitor.store import file_signing, sealed_rows
from kmonitor.store.connection import Connection, default_path, reading
from kmonitor.store.keys import RecordKeys
from kmonitor.store.provenance import Origin, Signature
from kmonitor.store.reading_rows import Stamp, read_numeric
from kmonitor.store.rows import COLUMNS, row_from
from kmonitor.store.schema import SEQUENCED
from kmonitor.store.stored_session import SELECTION, PageKey, StoredSession, stored_session
from kmonitor.store.totals import counts_of
from kmonitor.store.waves import WaveSecond
from kmonitor.vitals import Mode, NumericReading

__all__ = ["PageKey", "RecordReader", "StoredSession", "WaveSecond", "default_path"]

_NEWEST = PageKey(2**62, 2**62)
_Found = tuple[int, int, str, Instant, list[Any]]


class RecordReader:
    """Reads the record at `path`; raises StoreError in one sentence where there is none."""

    def __init__(self, path: Path, keys: RecordKeys | None = None) -> None:
        self._path = path
        self._keys = keys

    @property
    def path(self) -> Path:
        """The record's file."""
        return self._path

    def sessions(self, limit: int = 200, after: PageKey | None = None) -> list[StoredSession]:
        """A page of sessions, the newest first, from behind `after` on."""
        behind = after or _NEWEST
        with reading(self._path, self._keys) as connection:
            found = connection.execute(
                f"{SELECTION} WHERE (opened_utc_ms, s.session) < (?, ?)"
                " ORDER BY opened_utc_ms DESC, s.session DESC LIMIT ?",
                (behind.started_ms, behind.number, limit),
            ).fetchall()
        return [stored_session(row) for row in found]

    def resolve(self, named: str) -> str:
        """The id of the session that `last`, an id or the unique beginning of one names."""
        with reading(self._path, self._keys) as connection:
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
        if not found or not named:  # an empty name is meant for none, also where there is one only
            if named == "last":
                raise StoreError(f"The record {self._path} holds no session yet.")
            raise StoreError(f"There is no session {named!r} in {self._path}.")
        if len(found) > 1 and found[0][0] != named:
            raise StoreError(f"More than one session begins with {named!r}.")
        return str(found[0][0])

    def session(self, session_id: str) -> StoredSession:
        """One session by its whole id."""
        with reading(self._path, self._keys) as connection:
            return stored_session(_session_row(connection, session_id))

    def rows(self, session_id: str, after_seq: int = 0) -> Iterator[tuple[int, Row]]:
        """Every row of the session behind `after_seq`, with its place in the session-wide order."""
        for seq, _, row in self.rows_with_boot(session_id, after_seq):
            yield seq, row

    def rows_with_boot(self, session_id: str, after_seq: int = 0) -> Iterator[tuple[int, int, Row]]:
        """As `rows`, with the number of the boot in which each was written; see `boots`."""
        with reading(self._path, self._keys) as connection:
            stored = stored_session(_session_row(connection, session_id))
            number, links = stored.key.number, _links(connection, stored.key.number)
            streams = [_table_rows(connection, each, number, after_seq) for each in SEQUENCED]
            streams.append(_numeric_rows(connection, number, after_seq))
            for seq, boot, table, at, fields in heapq.merge(*streams, key=itemgetter(0)):
                row = row_from(table, Stamp(at, links, stored.opening), tuple(fields))
                if row is not None:
                    yield seq, boot, row

    def boots(self) -> dict[int, tuple[str, int, int]]:
        """By number, each boot's id and one moment of it on both clocks: utc_ms, mono_ns."""
        with reading(self._path, self._keys) as connection:
            found = connection.execute("SELECT boot, boot_id, utc_ms, mono_ns FROM boot").fetchall()
        return {boot: (boot_id, utc_ms, mono_ns) for boot, boot_id, utc_ms, mono_ns in found}

    def events(self, session_id: str) -> Iterator[Stored]:
        """The session's stored events in order, equal to those that were kept; for `replay`."""
        for _, row in self.rows(session_id):
            if not isinstance(row, AlarmTransition):
                yield row

    def numeric_series(self, session_id: str, metric: Metric) -> list[NumericReading]:
        """Every reading of one metric, absent ones too, in order."""
        with reading(self._path, self._keys) as connection:
            number = _number(connection, session_id)
            links = _links(connection, number)
            found = list(sealed_rows.readings(connection, number, metric=facts_of(metric).mdc))
        return [
            read_numeric(Stamp(Instant.from_stored(ns, ms), links), tuple(fields)).reading
            for _, (_, ms, ns, *fields) in found
        ]

    def numeric_arrays(
        self, session_id: str, metrics: Collection[Metric] | None = None
    ) -> dict[Metric, tuple[array[int], array[float]]]:
        """By metric, the moments (monotonic, each of its boot) and the values, NaN for none."""
        with reading(self._path, self._keys) as connection:
            found = sealed_rows.arrays(connection, _number(connection, session_id))
        named = {TABLE[mdc].metric: each for mdc, each in found.items()}
        return {
            metric: named[metric]
            for metric in Metric
            if metric in named and (metrics is None or metric in metrics)
        }

    def waves(self, session_id: str, metric: Metric) -> list[WaveSecond]:
        """The stored seconds of one wave, in order."""
        with reading(self._path, self._keys) as connection:
            number = _number(connection, session_id)
            links = _links(connection, number)
            found = sealed_rows.waves(connection, number, facts_of(metric).mdc)
        return [
            WaveSecond(
                link=links[source],
                metric=metric,
                mode=Mode(mode),
                rate_hz=rate_hz,
                until=Instant.from_stored(mono_ns, utc_ms),
                samples=samples,
            )
            for _, source, _, utc_ms, mono_ns, mode, rate_hz, samples in found
        ]

    def wave_seconds(self, session_id: str) -> dict[Metric, float]:
        """How many seconds of each wave are stored."""
        with reading(self._path, self._keys) as connection:
            found = sealed_rows.wave_seconds(connection, _number(connection, session_id))
        return {TABLE[mdc].metric: seconds for mdc, seconds in found.items()}

    def counts(self, session_id: str) -> dict[str, int]:
        """How many rows of the session each table holds; seconds of waves apart."""
        with reading(self._path, self._keys) as connection:
            return counts_of(connection, _number(connection, session_id))

    def checkpoint(self, session_id: str) -> bytes | None:
        """The session as it stood some time ago, to resume from; the writer's `mark` kept it."""
        with reading(self._path, self._keys) as connection:
            found = connection.execute(
                "SELECT body FROM checkpoint WHERE session = ?", (_number(connection, session_id),)
            ).fetchone()
        return None if found is None else bytes(found[0])

    def limits(self, session_id: str) -> LimitSet | None:
        """The whole limit set that the session was opened with; older records lack it."""
        return self.session(session_id).limits

    def signed_limits(self) -> dict[str, FileSignature]:
        """By the SHA-256 of a site's file of limits, who signed it first and when."""
        with reading(self._path, self._keys) as connection:
            return file_signing.signed_limits(connection)

    def unfinished(self) -> StoredSession | None:
        """The newest session that has no end."""
        with reading(self._path, self._keys) as connection:
            found = connection.execute(
                f"{SELECTION} WHERE t.session IS NULL AND NOT EXISTS (SELECT 1 FROM act"  # noqa: S608  # our own names
                " WHERE act.session = s.session AND kind = 'session_ended')"
                " ORDER BY opened_utc_ms DESC, s.session DESC LIMIT 1"
            ).fetchone()
        return None if found is None else stored_session(found)

    def anchor_of(self, session_id: str) -> bytes | None:
        """Where the chain stood when the session's books were closed; None while they are open."""
        with reading(self._path, self._keys) as connection:
            found = connection.execute(
                "SELECT mac FROM anchor WHERE session = ? AND kind = 'session_end'"
                " ORDER BY anchor DESC LIMIT 1",
                (_number(connection, session_id),),
            ).fetchone()
        return None if found is None else bytes(found[0])

    def signatures(self, session_id: str) -> list[Signature]:
        """Who signed the session, the first one first."""
        with reading(self._path, self._keys) as connection:
            found = connection.execute(
                "SELECT person_id, (SELECT name FROM person WHERE person.person_id = s.person_id"
                " ORDER BY person DESC LIMIT 1), meaning, utc_ms FROM signoff AS s"
                " WHERE session = ? ORDER BY number",
                (_number(connection, session_id),),
            ).fetchall()
        return [
            Signature(by=name or person_id, meaning=meaning, at=Instant.from_stored(0, ms).at_utc)
            for person_id, name, meaning, ms in found
        ]

    def origin(self, session_id: str) -> Origin | None:
        """Where a session that came as a bundle was recorded."""
        with reading(self._path, self._keys) as connection:
            found = connection.execute(
                "SELECT computer, record_id, exported_by, exported_utc_ms FROM origin"
                " WHERE session = ?",
                (_number(connection, session_id),),
            ).fetchone()
        if found is None:
            return None
        computer, record_id, by, ms = found
        at = Instant.from_stored(0, ms).at_utc
        return Origin(computer=computer, record_id=record_id, exported_by=by, exported=at)

    def chain_head(self) -> bytes:
        """Where the chain stands now."""
        with reading(self._path, self._keys) as connection:
            (mac,) = connection.execute("SELECT link_mac FROM chain_head").fetchone()
        return bytes(mac)


def _number(connection: Connection, session_id: str) -> int:
    found = connection.execute(
        "SELECT session FROM session WHERE session_id = ?", (session_id,)
    ).fetchone()
    if found is None:
        raise StoreError(f"There is no session {session_id!r} in the record.")
    return int(found[0])


def _session_row(connection: Connection, session_id: str) -> tuple[Any, ...]:
    found = connection.execute(f"{SELECTION} WHERE session_id = ?", (session_id,)).fetchone()
    if found is None:
        raise StoreError(f"There is no session {session_id!r} in the record.")
    row: tuple[Any, ...] = found
    return row


def _links(connection: Connection, number: int) -> dict[int, str]:
    found = connection.execute("SELECT source, link FROM source WHERE session = ?", (number,))
    return dict(found.fetchall())


def _table_rows(
    connection: Connection, table: str, number: int, after_seq: int
) -> Iterator[_Found]:
    columns = ", ".join(COLUMNS[table])
    found = connection.execute(
        f"SELECT seq, boot, utc_ms, mono_ns, {columns} FROM {table}"  # noqa: S608  # our own names
        " WHERE session = ? AND seq > ? ORDER BY seq",
        (number, after_seq),
    )
    return (
        (seq, boot, table, Instant.from_stored(ns, ms), fields)
        for seq, boot, ms, ns, *fields in found
    )


def _numeric_rows(connection: Connection, number: int, after_seq: int) -> Iterator[_Found]:
    return (
        (seq, boot, "numeric_live", Instant.from_stored(ns, ms), fields)
        for boot, (seq, ms, ns, *fields) in sealed_rows.readings(
            connection, number, after_seq=after_seq
        )
    )
