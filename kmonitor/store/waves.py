"""Wave blocks gathered to one second a row; samples are 16 bits, little-endian."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from kmonitor.clock import Instant
from kmonitor.effects import PersistWave
from kmonitor.metrics import Metric
from kmonitor.vitals import Mode

MISSING = -32768
_LARGEST = 32767
_LONGEST_BREAK_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveSecond:
    """About one second of a wave without a break, the last sample at `until`."""

    link: str
    metric: Metric
    mode: Mode
    rate_hz: float
    until: Instant
    samples: bytes

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / 2 / self.rate_hz


class WaveGatherer:
    """Joins the short blocks of each link and metric; a break or a change begins anew."""

    def __init__(self) -> None:
        self._begun: dict[tuple[str, Metric], WaveSecond] = {}

    def add(self, wave: PersistWave) -> list[WaveSecond]:
        """Take a block; return the seconds that it completed."""
        block, key = wave.block, (wave.link, wave.block.metric)
        if not block.samples:
            return []
        fresh = WaveSecond(
            link=wave.link,
            metric=block.metric,
            mode=block.mode,
            rate_hz=block.rate_hz,
            until=block.received,
            samples=pack(block.samples),
        )
        begun = self._begun.pop(key, None)
        done = []
        if begun is not None and _follows(begun, fresh):
            fresh = _joined(begun, fresh)
        elif begun is not None:
            done.append(begun)
        if fresh.seconds >= 1:
            done.append(fresh)
        else:
            self._begun[key] = fresh
        return done

    def rest(self) -> list[WaveSecond]:
        """What was begun and will not be completed."""
        begun = list(self._begun.values())
        self._begun.clear()
        return begun


def pack(samples: Sequence[int | None]) -> bytes:
    """Samples as stored; what does not fit 16 bits cannot be told and is missing."""
    packed = array(
        "h",
        [MISSING if s is None or not MISSING < s <= _LARGEST else s for s in samples],
    )
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpack(stored: bytes) -> tuple[int | None, ...]:
    """Samples as they came."""
    packed = array("h")
    packed.frombytes(stored)
    if sys.byteorder == "big":
        packed.byteswap()
    return tuple(None if sample == MISSING else sample for sample in packed)


def _follows(begun: WaveSecond, fresh: WaveSecond) -> bool:
    if (begun.mode, begun.rate_hz) != (fresh.mode, fresh.rate_hz):
        return False
    break_s = fresh.until.seconds_since(begun.until) - fresh.seconds
    return abs(break_s) <= _LONGEST_BREAK_S


def _joined(begun: WaveSecond, fresh: WaveSecond) -> WaveSecond:
    return WaveSecond(
        link=fresh.link,
        metric=fresh.metric,
        mode=fresh.mode,
        rate_hz=fresh.rate_hz,
        until=fresh.until,
        samples=begun.samples + fresh.samples,
    )
