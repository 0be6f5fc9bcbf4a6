"""When a flashing fill is lit: the same at the same moment in every widget, by real time alone."""

from __future__ import annotations

from collections.abc import Mapping

# Half a period each: lit, then unlit. 2.0 Hz and 0.6 Hz; a low alarm stands still.
HALF_PERIOD_S: Mapping[str, float] = {"high": 1 / 4.0, "medium": 1 / 1.2}


def has_flash(priority: str) -> bool:
    """Whether an alarm of this priority flashes at all."""
    return priority in HALF_PERIOD_S


def is_lit(priority: str, real_s: float) -> bool:
    """Whether the fill is lit at `real_s` of the machine's monotonic clock, never of `--speed`."""
    half_s = HALF_PERIOD_S.get(priority)
    return half_s is None or int(real_s / half_s) % 2 == 0
