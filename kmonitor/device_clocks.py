"""How a monitor's own count of milliseconds runs beside our clock; moments are given.

What a busy computer reads late only looks as if the monitor's clock had jumped: it lies behind
for as long as the computer lags, and never goes back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kmonitor.clock import Instant

WRONG_MS = 60_000
STAYS_WRONG_S = 60.0
WENT_BACK_MS = 10_000
SETTLES_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceClock:
    """How far a monitor's milliseconds lie behind ours at first, and what it told since.

    `told_ms` is its newest count and `heard` when that came; `wrong_since` is when it was first
    otherwise than at the beginning, None while it is right.
    """

    began: Instant
    first_ms: int
    told_ms: int
    heard: Instant
    wrong_since: Instant | None = None
    has_gone_back: bool = False

    @property
    def has_jumped(self) -> bool:
        """Whether the monitor's clock is surely another one than it was."""
        if self.wrong_since is None:
            return False
        return self.has_gone_back or self.heard.seconds_since(self.wrong_since) >= STAYS_WRONG_S


def told(known: DeviceClock | None, told_ms: int, heard: Instant) -> DeviceClock:
    """The clock after one more word of the monitor; `known` None is its first.

    In the first minute the least delay counts: the very first word may have been read late.
    """
    behind_ms = heard.mono_ns // 1_000_000 - told_ms
    if known is None:
        return DeviceClock(began=heard, first_ms=behind_ms, told_ms=told_ms, heard=heard)
    first_ms = known.first_ms
    if heard.seconds_since(known.began) < SETTLES_S:
        first_ms = min(first_ms, behind_ms)
    now = replace(known, first_ms=first_ms, told_ms=told_ms, heard=heard)
    if abs(behind_ms - first_ms) < WRONG_MS:
        return replace(now, wrong_since=None, has_gone_back=False)
    return replace(
        now, wrong_since=known.wrong_since or heard,
        has_gone_back=known.has_gone_back or told_ms <= known.told_ms - WENT_BACK_MS,
    )  # fmt: skip
