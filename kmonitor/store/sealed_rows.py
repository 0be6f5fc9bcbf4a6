"""Readings and seconds of waves of a session, out of its blocks and its live rows, as one row."""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterator

from kmonitor.store.sealing import (
    LiveReading,
    LiveWave,
    NumericBlock,
    WaveBlock,
    live_readings,
    numbers_of,
    unseal_numerics,
    unseal_waves,
    wave_size,
)

Placed = tuple[int, LiveReading]  # the boot and what was read in it
_NUMERIC = tuple(NumericBlock.__slots__)
_SELECT_BLOCK = f"SELECT boot, {', '.join(_NUMERIC)} FROM numeric_block WHERE rowid = ?"  # noqa: S608  # our names
_WAVE = tuple(WaveBlock.__slots__)
# A session's blocks lie together, so the table is read there from one end to the other; by its
# index they would be fetched one metric after the other, from all over the file.
_IN_ONE_SWEEP = """
SELECT metric, source, at_ns, shown FROM numeric_block
WHERE rowid BETWEEN (SELECT min(rowid) FROM numeric_block WHERE session = ?1)
                AND (SELECT max(rowid) FROM numeric_block WHERE session = ?1) AND +session = ?1
ORDER BY rowid"""
_NAN = float("nan")


def readings(
    connection: sqlite3.Connection, session: int, *, after_seq: int = 0, metric: int | None = None
) -> Iterator[Placed]:
    """The readings behind `after_seq` in their order, those of one metric where it is named.

    One seal ends where the next begins, so no more than its few minutes are ever sorted.
    """
    for blocks in _by_seal(connection, session, after_seq, metric):
        found = [(boot, each) for boot, block in blocks for each in unseal_numerics(block)]
        yield from sorted((each for each in found if each[1][0] > after_seq), key=_seq)
    for boot, body in connection.execute(
        "SELECT boot, body FROM numeric_live WHERE session = ? AND last_seq > ? ORDER BY seq",
        (session, after_seq),
    ):
        for each in live_readings(body):
            if each[0] > after_seq and metric in (None, each[7]):
                yield boot, each


def waves(connection: sqlite3.Connection, session: int, metric: int) -> list[LiveWave]:
    """The stored seconds of one wave, in their order."""
    found: list[LiveWave] = []
    for row in connection.execute(
        f"SELECT {', '.join(_WAVE)} FROM wave_block WHERE session = ? AND metric = ?",  # noqa: S608  # our names
        (session, metric),
    ):
        found += unseal_waves(WaveBlock(**dict(zip(_WAVE, row, strict=True))))
    found += connection.execute(
        "SELECT metric, source, block, utc_ms, mono_ns, mode, rate_hz, samples FROM wave_live"
        " WHERE session = ? AND metric = ?",
        (session, metric),
    ).fetchall()
    return sorted(found, key=lambda each: each[2])


def wave_seconds(connection: sqlite3.Connection, session: int) -> dict[int, float]:
    """By metric, how many seconds of a wave are stored."""
    found: defaultdict[int, float] = defaultdict(float)
    for metric, rate_hz, parts in connection.execute(
        "SELECT metric, rate_hz, parts FROM wave_block WHERE session = ?", (session,)
    ):
        found[metric] += wave_size(parts) / 2 / rate_hz
    for metric, seconds in connection.execute(
        "SELECT metric, sum(length(samples) / 2 / rate_hz) FROM wave_live WHERE session = ?"
        " GROUP BY metric",
        (session,),
    ):
        found[metric] += seconds
    return dict(found)


def arrays(
    connection: sqlite3.Connection, session: int
) -> dict[int, tuple[array[int], array[float]]]:
    """By metric, when readings came (monotonic, each of its own boot) and their values or NaN.

    In the order of the record; where several sources gave the metric, in that of the moments.
    """
    found: dict[int, tuple[array[int], array[float]]] = {}
    sources: defaultdict[int, set[int]] = defaultdict(set)
    for metric, source, at_ns, values in connection.execute(_IN_ONE_SWEEP, (session,)).fetchall():
        sources[metric].add(source)
        at, shown = found.setdefault(metric, (array("q"), array("d")))
        at.extend(numbers_of("q", at_ns))
        shown.extend(numbers_of("d", values))
    for (body,) in connection.execute(
        "SELECT body FROM numeric_live WHERE session = ? ORDER BY seq", (session,)
    ):
        for _, _, mono_ns, *_, mdc, value, _, _, _ in live_readings(body):
            at, shown = found.setdefault(mdc, (array("q"), array("d")))
            at.append(mono_ns)
            shown.append(_NAN if value is None else value)
    several = [metric for metric, those in sources.items() if len(those) > 1]
    return found | {metric: _by_moment(*found[metric]) for metric in several}


def _by_moment(moments: array[int], values: array[float]) -> tuple[array[int], array[float]]:
    places = sorted(range(len(moments)), key=moments.__getitem__)
    return array("q", (moments[n] for n in places)), array("d", (values[n] for n in places))


def _by_seal(
    connection: sqlite3.Connection, session: int, after_seq: int, metric: int | None
) -> Iterator[list[tuple[int, NumericBlock]]]:
    """The blocks of each seal; a seal says the number of its last one."""
    blocks = connection.execute(
        "SELECT block, rowid FROM numeric_block WHERE session = ?"
        " AND metric IS coalesce(?, metric) ORDER BY block DESC",
        (session, metric),
    ).fetchall()
    for last, last_seq in connection.execute(
        "SELECT numeric_blocks, last_seq FROM seal WHERE session = ? ORDER BY seal", (session,)
    ).fetchall():
        mine = []
        while blocks and blocks[-1][0] <= last:
            mine.append(blocks.pop()[1])
        if mine and last_seq > after_seq:
            yield [_block(connection, rowid) for rowid in mine]


def _block(connection: sqlite3.Connection, rowid: int) -> tuple[int, NumericBlock]:
    boot, *fields = connection.execute(_SELECT_BLOCK, (rowid,)).fetchone()
    return boot, NumericBlock(**dict(zip(_NUMERIC, fields, strict=True)))


def _seq(placed: Placed) -> int:
    return placed[1][0]
