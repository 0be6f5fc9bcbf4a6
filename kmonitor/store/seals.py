"""Live rows into blocks: the oldest first, in bounded lots, one transaction for each.

A seal covers all live rows up to its `last_nr`, whatever session they are of (each session has
a seal of its own then), so what stays live always follows on a seal. A seal whose rows were not
as they had been written says so for good (`is_whole`).
"""

from __future__ import annotations

import hmac
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from kmonitor.store.gone import is_every_seal_told, newest_seal
from kmonitor.store.scribe import Scribe
from kmonitor.store.sealing import (
    LiveReading,
    LiveWave,
    live_readings,
    seal_numerics,
    seal_waves,
)

MOST_ROWS = 640  # five minutes of one bed with a wave
MOST_CHARACTERS = 300_000  # of live seconds in one lot: about three thousand readings
_OLDEST = (
    "SELECT nr, length(body) FROM numeric_live UNION ALL SELECT nr, 0 FROM wave_live"
    " ORDER BY nr LIMIT ?"
)
_NUMERICS = "SELECT session, seq, last_seq, boot, nr, body, mac FROM numeric_live WHERE nr <= ?"
_WAVES = (
    "SELECT session, metric, source, block, boot, utc_ms, mono_ns, mode, rate_hz, samples, nr, mac"
    " FROM wave_live WHERE nr <= ?"
)
_LAST_SEAL = (
    "SELECT seal, numeric_blocks, wave_blocks FROM seal WHERE session = ?"
    " ORDER BY seal DESC LIMIT 1"
)


@dataclass(slots=True)
class _Covered:
    """The live rows of one session, by boot."""

    readings: dict[int, list[LiveReading]] = field(default_factory=lambda: defaultdict(list))
    waves: dict[int, list[LiveWave]] = field(default_factory=lambda: defaultdict(list))


def seal_all(scribe: Scribe) -> None:
    """Seal every live row in this one transaction; for a migration or a small rest."""
    while seal_lot(scribe):
        pass


def has_live(connection: sqlite3.Connection, session: int) -> bool:
    """Whether rows of the session are not sealed yet."""
    return any(
        connection.execute(
            f"SELECT 1 FROM {table} WHERE session = ? LIMIT 1",  # noqa: S608  # our names
            (session,),
        ).fetchone()
        for table in ("numeric_live", "wave_live")
    )


def seal_lot(scribe: Scribe) -> int:
    """Seal the oldest live rows, a bounded amount; how many they were."""
    connection = scribe.connection
    last_nr = _last_of_lot(connection)
    if last_nr is None:
        return 0
    numerics = connection.execute(_NUMERICS, (last_nr,)).fetchall()
    waves = connection.execute(_WAVES, (last_nr,)).fetchall()
    rows = sorted(
        chain((("numeric_live", row, row[4]) for row in numerics),
              (("wave_live", row, row[10]) for row in waves)),
        key=lambda each: each[2],
    )  # fmt: skip
    span = _Span(rows[0][2], last_nr, bytes(rows[-1][1][-1]), _is_whole(scribe, rows))
    covered: defaultdict[int, _Covered] = defaultdict(_Covered)
    for table, row, _ in rows:
        if table == "numeric_live":
            covered[row[0]].readings[row[3]] += live_readings(row[5])
        else:
            covered[row[0]].waves[row[4]].append((*row[1:4], *row[5:10]))
    for session, what in covered.items():
        _seal_session(scribe, session, what, span)
        for table in ("numeric_live", "wave_live"):
            connection.execute(
                f"DELETE FROM {table} WHERE session = ? AND nr <= ?",  # noqa: S608  # our names
                (session, last_nr),
            )
    return len(rows)


@dataclass(frozen=True, slots=True)
class _Span:
    first_nr: int
    last_nr: int
    live_mac: bytes
    is_whole: bool


def _last_of_lot(connection: sqlite3.Connection) -> int | None:
    last, characters = None, 0
    for nr, length in connection.execute(_OLDEST, (MOST_ROWS,)):
        characters += length
        if last is not None and characters > MOST_CHARACTERS:
            break
        last = nr
    return last


def _is_whole(scribe: Scribe, rows: Sequence[tuple[str, tuple[Any, ...], int]]) -> bool:
    """Whether the live rows are as they were written and none lacks."""
    last_nr, mac = newest_seal(scribe.connection) or (0, b"")
    is_known = rows[0][2] == last_nr + 1
    if not is_known and is_every_seal_told(scribe.connection):
        return False
    for place, (table, row, nr) in enumerate(rows):
        if nr != rows[0][2] + place:
            return False
        is_checked = place > 0 or is_known
        if is_checked and not hmac.compare_digest(
            scribe.live_mac_of(table, row[:-1], mac), row[-1]
        ):
            return False
        mac = bytes(row[-1])
    return True


def _seal_session(scribe: Scribe, session: int, what: _Covered, span: _Span) -> None:
    found = scribe.connection.execute(_LAST_SEAL, (session,)).fetchone()
    seal, numeric_blocks, wave_blocks = found or (0, 0, 0)
    for boot, readings in what.readings.items():
        for numeric in seal_numerics(readings):
            numeric_blocks += 1
            scribe.insert(
                "numeric_block",
                session=session,
                block=numeric_blocks,
                boot=boot,
                **_named(numeric),
            )
    for boot, waves in what.waves.items():
        for wave in seal_waves(waves):
            wave_blocks += 1
            scribe.insert(
                "wave_block", session=session, block=wave_blocks, boot=boot, **_named(wave)
            )
    seqs = [reading[0] for readings in what.readings.values() for reading in readings]
    places = [wave[2] for waves in what.waves.values() for wave in waves]
    scribe.insert(
        "seal",
        session=session,
        seal=seal + 1,
        utc_ms=scribe.utc_ms,
        first_nr=span.first_nr,
        last_nr=span.last_nr,
        live_mac=span.live_mac,
        is_whole=span.is_whole,
        readings=len(seqs),
        first_seq=min(seqs, default=None),
        last_seq=max(seqs, default=None),
        wave_seconds=len(places),
        first_wave=min(places, default=None),
        last_wave=max(places, default=None),
        numeric_blocks=numeric_blocks,
        wave_blocks=wave_blocks,
    )


def _named(block: object) -> dict[str, object]:
    return {name: getattr(block, name) for name in block.__slots__}  # type: ignore[attr-defined]  # ours have them
