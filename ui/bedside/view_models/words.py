"""How times and reasons are said; short enough for a tile, plain enough for a tired reader."""

from __future__ import annotations

from datetime import UTC

from kmonitor.clock import Instant
from kmonitor.vitals import Reason
from ui.local_time import zone_of

DASHES = "--"
_REASONS = {
    Reason.SENSOR_OFF: "finger out",
    Reason.SENSOR_FAULT: "sensor fault",
    Reason.SEARCHING: "searching for pulse",
    Reason.LOW_PERFUSION: "weak pulse signal",
    Reason.ARTEFACT: "movement",
    Reason.OUT_OF_RANGE: "not believable",
    Reason.DEVICE_SAYS_INVALID: "device: no valid value",
    Reason.OLD: "device: old value",
    Reason.TIME_UNKNOWN: "time unknown",
    Reason.NOT_MEASURED: "not measured",
    Reason.CUFF_MOTION: "movement",
    Reason.CUFF_LEAK: "air leak",
    Reason.CUFF_WEAK_SIGNAL: "weak signal",
    Reason.CUFF_OVER_PRESSURE: "over-pressure",
    Reason.CUFF_TIME_OUT: "took too long",
    Reason.CUFF_STOPPED: "stopped at the monitor",
    Reason.CUFF_FAILED: "no result",
}


def reason_words(reason: Reason | None, otherwise: str = "no value") -> str:
    """Why there is no value, in plain words."""
    return otherwise if reason is None else _REASONS[reason]


def age_words(seconds: float) -> str:
    """An age at a glance: "now" within a second, "12 s", "2 min", "1 h 05 min"."""
    if seconds < 1:
        return "now"
    if seconds < 60:
        return f"{int(seconds)} s"
    return minutes_words(int(seconds // 60))


def minutes_words(minutes: int) -> str:
    """Whole minutes in words: "16 min", "1 h 32 min"."""
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def watch_words(seconds: float) -> str:
    """A running time as a stop-watch shows it: "0:34", "12:05", "1:02:03"."""
    whole = int(max(0.0, seconds))
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d}"
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def left_words(seconds: float) -> str:
    """Time that is left, rounded up so that it never says too little."""
    whole = int(-(-max(0.0, seconds) // 1))
    if whole < 60:
        return f"{whole} s"
    return minutes_words(-(-whole // 60))


def gone_words(seconds: float) -> str:
    """Time that has gone, in full minutes; seconds within the first."""
    return age_words(float(int(max(0.0, seconds)))) if seconds >= 1 else "0 s"


def clock_words(at: Instant, zone: str, *, with_seconds: bool = False) -> str:
    """The time of day in the session's zone; UTC says so where the computer knows no such zone."""
    where = zone_of(zone)
    words = at.at_utc.astimezone(where).strftime("%H:%M:%S" if with_seconds else "%H:%M")
    return f"{words} UTC" if where is UTC and zone != "UTC" else words
