"""Live seconds of a minute packed into blocks, and back, exactly; no database, no key.

A numeric block is column by column: moments (64-bit integers, nanoseconds) and values (64-bit
floats, NaN where there was none) lie open, so that a chart of hours is two joined byte strings;
the rest is JSON columns under zlib. A wave block holds the differences of its samples, the low
bytes before the high ones, under zlib. Integers are little-endian.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from kmonitor.clock import NS_PER_S

# (seq, utc_ms, mono_ns, source, received_utc_ms, received_mono_ns, mode, mdc, value, validity,
# reason, device_time)
LiveReading = tuple[
    int, int, int, int, int | None, int | None, str, int, float | None, str, str | None, str | None
]
# (metric, source, block, utc_ms, mono_ns, mode, rate_hz, samples)
LiveWave = tuple[int, int, int, int, int, str, float, bytes]

_NS_PER_MS = NS_PER_S // 1000
_NAN = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumericBlock:
    """The readings of one metric (its MDC code) from one source, in the order of `seq`."""

    metric: int
    source: int
    first_seq: int
    last_seq: int
    n: int
    utc_ms: int
    mono_ns: int
    at_ns: bytes
    shown: bytes
    rest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveBlock:
    """Stored seconds of one wave from one source; `utc_ms` and `mono_ns` are of the first."""

    metric: int
    source: int
    mode: str
    rate_hz: float
    first_block: int
    last_block: int
    utc_ms: int
    mono_ns: int
    parts: bytes
    samples: bytes


def live_body(readings: Sequence[LiveReading]) -> str:
    """One live second as JSON text."""
    return json.dumps(readings, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def live_readings(body: str) -> list[LiveReading]:
    """The readings of `live_body`."""
    return [tuple(each) for each in json.loads(body)]


def seal_numerics(readings: Iterable[LiveReading]) -> list[NumericBlock]:
    """A block for each metric and source; within one the order of `readings` stays."""
    groups: defaultdict[tuple[int, int], list[LiveReading]] = defaultdict(list)
    for reading in readings:
        groups[reading[7], reading[3]].append(reading)
    return [_numeric_block(*key, group) for key, group in sorted(groups.items())]


def unseal_numerics(block: NumericBlock) -> list[LiveReading]:
    """The readings that went in."""
    columns = json.loads(zlib.decompress(block.rest))
    moments, values = numbers_of("q", block.at_ns), numbers_of("d", block.shown)
    seqs = _summed(columns["seq"])
    ahead_ms = _summed(columns["ahead_ms"])
    received = list(_spread(columns["received"]))
    texts = [list(_spread(columns[name])) for name in ("mode", "validity", "reason", "device_time")]
    found: list[LiveReading] = []
    for n, (seq, mono_ns, value) in enumerate(zip(seqs, moments, values, strict=True)):
        utc_ms = mono_ns // _NS_PER_MS + ahead_ms[n]
        beside = received[n]
        found.append(
            (
                *(seq, utc_ms, mono_ns, block.source),
                *((None, None) if beside is None else (utc_ms + beside[0], mono_ns + beside[1])),
                *(texts[0][n], block.metric, None if value != value else value),  # noqa: PLR0124  # NaN
                *(texts[1][n], texts[2][n], texts[3][n]),
            )
        )
    return found


def seal_waves(waves: Iterable[LiveWave]) -> list[WaveBlock]:
    """A block for each metric, source, mode and rate, in the order of the stored seconds."""
    groups: defaultdict[tuple[int, int, str, float], list[LiveWave]] = defaultdict(list)
    for wave in waves:
        groups[wave[0], wave[1], wave[5], wave[6]].append(wave)
    return [_wave_block(group) for _, group in sorted(groups.items())]


def unseal_waves(block: WaveBlock) -> list[LiveWave]:
    """The stored seconds that went in."""
    columns = json.loads(zlib.decompress(block.parts))
    samples = _unpacked_samples(block.samples)
    found: list[LiveWave] = []
    begin = 0
    for number, mono_ns, ahead_ms, size in zip(
        _summed(columns["block"]),
        _summed(columns["mono_ns"]),
        _summed(columns["ahead_ms"]),
        _spread(columns["size"]),
        strict=True,
    ):
        part = samples[begin : begin + size]
        begin += size
        found.append(
            (
                *(block.metric, block.source, number, mono_ns // _NS_PER_MS + ahead_ms, mono_ns),
                *(block.mode, block.rate_hz, part),
            )
        )
    return found


def wave_size(parts: bytes) -> int:
    """How many bytes of samples went into the wave block with these `parts`."""
    sizes = json.loads(zlib.decompress(parts))["size"]
    return sum(size * count for size, count in sizes)


def numbers_of(kind: str, stored: bytes) -> array[Any]:
    """The numbers (`q`: integers, `d`: floats) of one or several joined little-endian columns."""
    numbers = array(kind)
    numbers.frombytes(stored)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _stored(kind: str, numbers: Iterable[Any]) -> bytes:
    packed = array(kind, numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def _numeric_block(metric: int, source: int, readings: list[LiveReading]) -> NumericBlock:
    seq, utc_ms, mono_ns, _, received_ms, received_ns, mode, _, values, *texts = zip(
        *readings, strict=True
    )
    validity, reason, device_time = texts
    columns = {
        "seq": _steps(seq),
        "ahead_ms": _steps([ms - ns // _NS_PER_MS for ms, ns in zip(utc_ms, mono_ns, strict=True)]),
        "received": _runs(
            None if ms is None or ns is None else (ms - utc_ms[n], ns - mono_ns[n])
            for n, (ms, ns) in enumerate(zip(received_ms, received_ns, strict=True))
        ),
        "mode": _runs(mode),
        "validity": _runs(validity),
        "reason": _runs(reason),
        "device_time": _runs(device_time),
    }
    return NumericBlock(
        metric=metric,
        source=source,
        first_seq=seq[0],
        last_seq=seq[-1],
        n=len(readings),
        utc_ms=utc_ms[0],
        mono_ns=mono_ns[0],
        at_ns=_stored("q", mono_ns),
        shown=_stored("d", (_NAN if value is None else value for value in values)),
        rest=_squeezed(columns),
    )


def _wave_block(waves: list[LiveWave]) -> WaveBlock:
    metric, source, number, utc_ms, mono_ns, mode, rate_hz, samples = zip(*waves, strict=True)
    columns = {
        "block": _steps(number),
        "mono_ns": _steps(mono_ns),
        "ahead_ms": _steps([ms - ns // _NS_PER_MS for ms, ns in zip(utc_ms, mono_ns, strict=True)]),
        "size": _runs(len(each) for each in samples),
    }
    return WaveBlock(
        metric=metric[0],
        source=source[0],
        mode=mode[0],
        rate_hz=rate_hz[0],
        first_block=number[0],
        last_block=number[-1],
        utc_ms=utc_ms[0],
        mono_ns=mono_ns[0],
        parts=_squeezed(columns),
        samples=_packed_samples(b"".join(samples)),
    )


def _packed_samples(samples: bytes) -> bytes:
    """Differences of 16-bit samples, cut to 16 bits: those of a pleth are small."""
    numbers = numbers_of("h", samples)
    differences = _stored(
        "H", (after - before & 0xFFFF for before, after in pairwise((0, *numbers)))
    )
    return zlib.compress(differences[0::2] + differences[1::2], 6)


def _unpacked_samples(packed: bytes) -> bytes:
    planes = zlib.decompress(packed)
    differences = bytearray(len(planes))
    half = len(planes) // 2
    differences[0::2], differences[1::2] = planes[:half], planes[half:]
    now = 0
    samples = array("H")
    for difference in numbers_of("H", bytes(differences)):
        now = now + difference & 0xFFFF
        samples.append(now)
    return _stored("H", samples)


def _squeezed(columns: object) -> bytes:
    return zlib.compress(json.dumps(columns, separators=(",", ":")).encode(), 6)


def _steps(numbers: Sequence[int]) -> list[list[int]]:
    """The first number and the differences of the following, equal ones together."""
    return _runs(after - before for before, after in pairwise((0, *numbers)))


def _summed(steps: list[list[int]]) -> list[int]:
    found = []
    now = 0
    for step in _spread(steps):
        now += step
        found.append(now)
    return found


def _runs(things: Iterable[Any]) -> list[list[Any]]:
    """Equal neighbours together, each with how many they are."""
    return [[thing, len(list(same))] for thing, same in groupby(things)]


def _spread(runs: list[list[Any]]) -> Iterator[Any]:
    for thing, count in runs:
        for _ in range(count):
            yield thing
