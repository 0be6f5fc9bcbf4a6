"""The only place that asks the machine for the time.

`mono_ns` counts sleep too: Linux `CLOCK_BOOTTIME`; macOS `CLOCK_MONOTONIC`
through `clock_gettime`; Windows the performance counter behind `time.monotonic_ns`.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Protocol

NS_PER_S = 1_000_000_000
LONGEST_WAIT_S = 1.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment on both clocks: nanoseconds since boot, and UTC cut to whole milliseconds."""

    mono_ns: int
    at_utc: datetime

    @classmethod
    def from_stored(cls, mono_ns: int, utc_ms: int) -> Instant:
        """Build from what the record keeps: nanoseconds since boot, Unix milliseconds."""
        return cls(mono_ns, _EPOCH + timedelta(milliseconds=utc_ms))

    @property
    def utc_ms(self) -> int:
        """Unix time in milliseconds."""
        return (self.at_utc - _EPOCH) // timedelta(milliseconds=1)

    def plus(self, seconds: float | Decimal) -> Instant:
        """The moment `seconds` later (earlier if negative) on both clocks."""
        return self.at_mono(self.mono_ns + round(seconds * NS_PER_S))

    def at_mono(self, mono_ns: int) -> Instant:
        """The moment `mono_ns`, on both clocks as they stand to each other in this one."""
        shift_ms = mono_ns // 1_000_000 - self.mono_ns // 1_000_000
        return Instant(mono_ns, self.at_utc + timedelta(milliseconds=shift_ms))

    def seconds_since(self, earlier: Instant) -> float:
        """Seconds from `earlier` to this on the monotonic clock; negative if `earlier` is later."""
        return (self.mono_ns - earlier.mono_ns) / NS_PER_S

    def is_before(self, other: Instant) -> bool:
        """Whether this lies before `other` on the monotonic clock."""
        return self.mono_ns < other.mono_ns


class Clock(Protocol):
    """The time of the patient; `speed` patient seconds pass in one real second."""

    @property
    def speed(self) -> float:
        """Patient seconds per real second; 1 except in simulation and replay."""

    @property
    def began(self) -> tuple[int, int]:
        """Where it started: nanoseconds since boot, and those of the wall clock."""

    def now(self) -> Instant:
        """This moment in the patient's time."""

    def wait_s(self, due: Instant) -> float:
        """Real seconds to wait for `due`: never negative, never more than one."""


class SystemClock:
    """The machine's clocks, faster by `speed` from the moment of construction on.

    `began` is that of a clock before a restart, so that its time goes on and never back.
    """

    def __init__(self, speed: float = 1.0, *, began: tuple[int, int] | None = None) -> None:
        """Start at this machine's present moment, or where another began."""
        self._speed = speed
        self._start_mono_ns, self._start_utc_ns = began or (boot_ns(), time.time_ns())

    @property
    def began(self) -> tuple[int, int]:
        """Where it started: nanoseconds since boot, and those of the wall clock."""
        return self._start_mono_ns, self._start_utc_ns

    @property
    def speed(self) -> float:
        """Patient seconds per real second."""
        return self._speed

    def now(self) -> Instant:
        """This moment; at speed 1 UTC is the wall clock itself, so that its jumps are seen."""
        mono_ns = boot_ns()
        if self._speed == 1.0:
            return _instant(mono_ns, time.time_ns())
        passed_ns = round((mono_ns - self._start_mono_ns) * self._speed)
        return _instant(self._start_mono_ns + passed_ns, self._start_utc_ns + passed_ns)

    def wait_s(self, due: Instant) -> float:
        """Real seconds to wait for `due`: never negative, never more than one."""
        ahead_s = (due.mono_ns - self.now().mono_ns) / NS_PER_S
        return min(max(0.0, ahead_s / self._speed), LONGEST_WAIT_S)


class FakeClock:
    """A clock that moves only when told; for tests and for judging recordings."""

    def __init__(self, start: Instant | None = None, speed: float = 1.0) -> None:
        """Begin at `start`, by default one hour after boot on 2026-01-05 09:00 UTC."""
        self._now = start or Instant(3_600 * NS_PER_S, datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
        self._speed = speed
        self._began = self._now.mono_ns, self._now.utc_ms * 1_000_000

    @property
    def speed(self) -> float:
        """Patient seconds per real second."""
        return self._speed

    @property
    def began(self) -> tuple[int, int]:
        """The first moment."""
        return self._began

    def now(self) -> Instant:
        """The moment last set."""
        return self._now

    def advance(self, *, s: float) -> Instant:
        """Move on by `s` seconds and return the new moment."""
        self._now = self._now.plus(s)
        return self._now

    def wait_s(self, due: Instant) -> float:
        """Real seconds to wait for `due`, as the system clock would say."""
        ahead_s = due.seconds_since(self._now)
        return min(max(0.0, ahead_s / self._speed), LONGEST_WAIT_S)


def boot_ns() -> int:
    """Nanoseconds since boot, sleep included where the system can tell."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    if hasattr(time, "clock_gettime_ns"):
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    return time.monotonic_ns()


def boot_id() -> str:
    """A name for this boot of the machine; monotonic times compare only within one boot."""
    if _BOOT_ID_FILE.exists():
        return _BOOT_ID_FILE.read_text(encoding="ascii").strip()
    started_s = round((time.time_ns() - boot_ns()) / NS_PER_S / 10)
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"boot:{uuid.getnode()}:{started_s}"))


def boot_of(clock: Clock) -> str:
    """The boot as a record knows it: at another speed the times of one clock only compare."""
    return boot_id() if clock.speed == 1 else f"{boot_id()}+{clock.began[0]}"


def monotonic_s() -> float:
    """Real seconds for watchdogs and frame timers, which `--speed` never scales."""
    return time.monotonic()


def _instant(mono_ns: int, utc_ns: int) -> Instant:
    return Instant(mono_ns, _EPOCH + timedelta(milliseconds=utc_ns // 1_000_000))
