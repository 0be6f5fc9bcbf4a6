"""Moments and numbers as JSON shows them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from kmonitor.clock import Instant


def iso(moment: Instant | datetime) -> str:
    """UTC with milliseconds: `2026-01-05T09:00:00.000Z`."""
    at_utc = moment.at_utc if isinstance(moment, Instant) else moment
    return at_utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def number(exact: Decimal | float | None) -> float | int | None:
    """The nearest JSON number, whole where it is whole."""
    if exact is None:
        return None
    near = float(exact)
    return int(near) if near.is_integer() else near
