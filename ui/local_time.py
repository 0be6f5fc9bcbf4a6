"""The clinic's zone; where it is not known on this computer, UTC."""

from __future__ import annotations

from datetime import UTC, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PySide6.QtCore import QTimeZone


@cache
def zone_of(name: str) -> tzinfo:
    """The zone of that IANA name; UTC where this computer has no such zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def zone_here() -> str:
    """The IANA name of the zone that this computer is set to."""
    name = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
    return name or "UTC"
