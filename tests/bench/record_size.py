"""What a day at one bed takes on the disk: its bytes, those of one number, those of a wave."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from kmonitor.clock import SystemClock
from kmonitor.effects import PersistRow, PersistWave
from kmonitor.events import ReadingArrived
from kmonitor.store.connection import chain_key_of, open_record
from kmonitor.store.ledger import Ledger
from kmonitor.store.seals import seal_lot
from kmonitor.store.shelf import SEAL_EVERY_S
from kmonitor.store.waiting import Waiting
from tests.bench.commit import METRICS, Beds
from tests.bench.comparison import Comparison
from tests.bench.signals import PLETH_HZ, pleth

_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3600, 60
_MB = 1_000_000
_A_NUMBER_BYTES = 16  # its moment and its value, bare
_SAMPLE_BYTES = 2
_MOST_MB, _MOST_BYTES = 45, 20
_HZ = 60  # of the pleth


def compare(seconds: int, folder: Path | None) -> list[Comparison]:
    """Write `seconds` of one bed as the store thread does, with waves and without; on to a day."""
    with TemporaryDirectory(dir=folder, prefix="kmonitor-bench-") as name:
        here = Path(name)
        numbers, whole = (_of_a_day(here, seconds, has_waves=waves) for waves in (False, True))
    return [
        _ratio("24 h of one bed with pleth", "MB", whole / _MB, _MOST_MB, 1),
        _ratio(
            "one number, all that belongs to it",
            "bytes",
            numbers / _DAY_S / len(METRICS),
            _A_NUMBER_BYTES,
            _MOST_BYTES / _A_NUMBER_BYTES,
        ),
        _ratio(
            "24 h of a pleth, sealed",
            "MB",
            (whole - numbers) / _MB,
            _HZ * _SAMPLE_BYTES * _DAY_S / _MB,
            0.7,
        ),
    ]


def _of_a_day(folder: Path, seconds: int, *, has_waves: bool) -> float:
    """Bytes of 24 h: those of the first hour, and for the others what each more has taken."""
    first = fill(folder / f"{has_waves}-first.db", _HOUR_S, has_waves=has_waves)
    longer = fill(folder / f"{has_waves}.db", _HOUR_S + seconds, has_waves=has_waves)
    return first + (longer - first) / seconds * (_DAY_S - _HOUR_S)


def _ratio(what: str, unit: str, ours: float, reference: float, goal: float) -> Comparison:
    return Comparison(what=what, unit=unit, ours=[ours], reference=[reference], goal=goal)


def fill(path: Path, seconds: int, *, has_waves: bool = True) -> int:
    """A session of one bed at `path`, with numbers that move, sealed as it runs; its bytes."""
    with closing(open_record(path)) as connection:
        ledger = Ledger(connection, SystemClock(), chain_key_of(connection, None))
        connection.execute("PRAGMA synchronous = OFF")
        waiting = Waiting()
        rows = _moving(seconds)
        for second in range(seconds):
            for row in next(rows):
                if has_waves or not isinstance(row, PersistWave):
                    waiting.add(row)
            items = waiting.items()
            ledger.write(items)
            waiting.forget(len(items))
            if second % SEAL_EVERY_S == SEAL_EVERY_S - 1:
                while _seal(ledger):
                    pass
                ledger.move_log_file()
        ledger.move_log_file()
    return path.stat().st_size


def _seal(ledger: Ledger) -> int:
    sealed = []
    ledger.also(lambda scribe: sealed.append(seal_lot(scribe)))
    return sealed[0]


def _moving(seconds: int) -> Iterator[list[PersistRow | PersistWave]]:
    """The rows of each second: numbers that wander, moments that jitter, a curve with noise."""
    bed, chance = Beds(1), Random(1)
    full = pleth(_MINUTE_S)
    curve = [full[n * PLETH_HZ // _HZ] for n in range(_MINUTE_S * _HZ)]
    opening: list[PersistRow | PersistWave] = [bed.opening()]
    for second in range(seconds):
        made = [*opening, *(_varied(row, chance) for row in bed.second())]
        begin = second % _MINUTE_S * _HZ
        noisy = tuple(curve[begin + n] + chance.randint(-1, 1) for n in range(_HZ))
        yield [
            replace(row, block=replace(row.block, samples=noisy, rate_hz=_HZ))
            if isinstance(row, PersistWave)
            else row
            for row in made
        ]
        opening = []


def _varied(row: PersistRow | PersistWave, chance: Random) -> Any:
    if not isinstance(row, PersistRow) or not isinstance(row.row, ReadingArrived):
        return row
    at = row.row.at.plus(chance.uniform(0, 0.02))
    shown = round(chance.gauss(70, 3))
    reading = replace(row.row.reading, received=at, value=float(shown))
    return replace(row, row=replace(row.row, at=at, reading=reading))
