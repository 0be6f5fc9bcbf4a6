"""What feeds this computer, and how long it lasts; told when it matters, and as it dwindles."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import psutil

from kmonitor.clock import Clock
from kmonitor.events import PowerChanged
from kmonitor.look_out import LookOut
from kmonitor.ports import Inbox

EVERY_S = 10.0  # real seconds
SHORT_S, LOW_S, LOW_PCT = 1800, 600, 10
_MARGIN = 1.2  # how far above a limit the rest must be, to count as better again
_FALL_PCT, _FALL_S = 5, 600
_FULL_PCT, _NONSENSE_PCT = 100, 200  # 255 is Windows' word for unknown

log = logging.getLogger(__name__)


class PowerLevel(StrEnum):
    """What a person has to think of it."""

    MAINS = "mains"
    UNKNOWN = "unknown"
    BATTERY = "battery"
    SHORT = "short"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryReading:
    """What the system tells of its battery; None for what it does not know."""

    is_on_mains: bool | None
    pct: int | None
    left_s: int | None


_WORSE = {PowerLevel.SHORT: 1, PowerLevel.LOW: 2}


def level_of(reading: BatteryReading, before: PowerLevel | None = None) -> PowerLevel:
    """The level of a reading; near a limit the level `before` stays, as estimates waver."""
    if reading.is_on_mains:
        return PowerLevel.MAINS
    rank = _WORSE.get(before, 0) if before is not None else 0
    low_by = _MARGIN if rank >= _WORSE[PowerLevel.LOW] else 1.0
    short_by = _MARGIN if rank >= _WORSE[PowerLevel.SHORT] else 1.0
    if _is_under(reading.pct, LOW_PCT * low_by) or _is_under(reading.left_s, LOW_S * low_by):
        return PowerLevel.LOW
    if _is_under(reading.left_s, SHORT_S * short_by):
        return PowerLevel.SHORT
    return PowerLevel.UNKNOWN if reading.is_on_mains is None else PowerLevel.BATTERY


def has_dwindled(reading: BatteryReading, told: BatteryReading) -> bool:
    """Whether the figures that were told last would mislead by now; never on mains."""
    if reading.is_on_mains:
        return False
    if reading.pct is not None and told.pct is not None and told.pct - reading.pct >= _FALL_PCT:
        return True
    if reading.left_s is None or told.left_s is None:
        return False
    return told.left_s - reading.left_s >= _FALL_S or 2 * reading.left_s < told.left_s


def _is_under(number: int | None, limit: float) -> bool:
    return number is not None and number < limit


def read_battery() -> BatteryReading | None:
    """The battery of this computer; None where there is none, or nothing tells of it."""
    if not hasattr(psutil, "sensors_battery"):
        return None
    try:
        told = psutil.sensors_battery()
    except (psutil.Error, OSError, RuntimeError, ValueError, ArithmeticError) as failure:
        log.debug("the battery does not tell: %s", type(failure).__name__)
        return None
    if told is None:
        return None
    return BatteryReading(
        is_on_mains=_mains(told.power_plugged, told.secsleft),
        pct=_percentage(told.percent),
        left_s=int(told.secsleft) if told.secsleft is not None and told.secsleft >= 0 else None,
    )


def _mains(is_plugged: bool | None, left_s: int | None) -> bool | None:
    """Where the system does not say it, a rest without end is the mains."""
    if is_plugged is None and left_s == psutil.POWER_TIME_UNLIMITED:
        return True
    return is_plugged


def _percentage(told: float | None) -> int | None:
    if told is None or not 0 <= told < _NONSENSE_PCT:
        return None
    return min(int(told), _FULL_PCT)


class PowerWatch:
    """Looks at the battery in a small thread; says nothing where there is none."""

    def __init__(
        self,
        inbox: Inbox,
        clock: Clock,
        *,
        read: Callable[[], BatteryReading | None] = read_battery,
        every_s: float = EVERY_S,
    ) -> None:
        self._inbox = inbox
        self._clock = clock
        self._read = read
        self._level: PowerLevel | None = None
        self._told: BatteryReading | None = None
        self._look_out = LookOut("power", self._look, every_s=every_s)

    def start(self) -> None:
        """Begin to look; the first look is told, as nobody knows what was before."""
        self._look_out.start()

    def stop(self) -> None:
        """End the thread; returns then, or after half a second."""
        self._look_out.stop()

    def _look(self) -> None:
        reading = self._read()
        if reading is None:
            if self._level is None:
                return  # a desktop computer
            reading = BatteryReading(is_on_mains=None, pct=None, left_s=None)
        level = level_of(reading, self._level)
        is_news = self._told is None or has_dwindled(reading, self._told)
        if (level is self._level and not is_news) or self._look_out.is_told_to_stop:
            return
        self._level, self._told = level, reading
        self._inbox.put(
            PowerChanged(
                at=self._clock.now(),
                is_on_mains=reading.is_on_mains,
                battery_pct=reading.pct,
                battery_left_s=reading.left_s,
            )
        )
