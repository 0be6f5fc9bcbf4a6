"""The first column of a recording as seconds: numbers, dates with times, or times of day.

Dates are read day first unless that is impossible in the file. Zones are honoured where they
stand, so that a change to winter time does not repeat an hour.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

DAY_S = 86_400.0
_STRAY_S = 60.0
_LOOKS_AHEAD = 5
_MOST_STEPS = 1_000
_TIME = re.compile(
    r"\s*(?:(?P<date>\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})(?:[T,]\s*|\s+))?"
    r"(?P<h>\d{1,4}):(?P<min>\d{2})(?::(?P<s>\d{2}(?:[.,]\d{1,9})?))?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?\s*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Seconds from the first row on, never falling; None where a row has no usable time."""

    at_s: tuple[float | None, ...]
    usual_step_s: float
    set_back: int = 0


@dataclass(frozen=True, slots=True)
class _Read:
    seconds: float
    has_date: bool


def times_of(texts: Sequence[str]) -> Times:
    """Place every row; a row that cannot be placed has None."""
    numbers = [_number(text) for text in texts]
    clocks = _clocks(texts)
    is_counted = sum(n is not None for n in numbers) >= sum(c is not None for c in clocks)
    if is_counted:
        return _placed(numbers, is_time_of_day=False)
    has_date = sum(c.has_date for c in clocks if c is not None) * 2 > sum(
        c is not None for c in clocks
    )
    seconds = [c.seconds if c is not None and c.has_date is has_date else None for c in clocks]
    return _placed(seconds, is_time_of_day=not has_date)


def even_times(count: int, rate_hz: float) -> Times:
    """Rows that are 1/`rate_hz` seconds apart."""
    return Times(at_s=tuple(row / rate_hz for row in range(count)), usual_step_s=1 / rate_hz)


def _placed(raw: Sequence[float | None], *, is_time_of_day: bool) -> Times:
    step_s = _usual_step_s(raw)
    shift_s, last, first, set_back = 0.0, None, None, 0
    placed: list[float | None] = []
    for row, read in enumerate(raw):
        if read is None:
            placed.append(None)
            continue
        at = read + shift_s
        if last is not None and is_time_of_day and last - at > DAY_S / 2:
            shift_s += DAY_S  # past midnight
            at += DAY_S
        coming = _coming(raw, row, shift_s)
        if last is not None and _is_stray(at, last, coming):
            placed.append(None)
            continue
        if last is not None and at < last:  # the clock was set back: the rows go on
            set_back += 1
            shift_s += last + step_s - at
            at = last + step_s
        first = at if first is None else first
        last = at
        placed.append(at - first)
    return Times(at_s=tuple(placed), usual_step_s=step_s, set_back=set_back)


def _coming(raw: Sequence[float | None], row: int, shift_s: float) -> Iterable[float]:
    ahead = raw[row + 1 : row + 1 + _LOOKS_AHEAD]
    return (read + shift_s for read in ahead if read is not None)


def _is_stray(at: float, last: float, coming: Iterable[float]) -> bool:
    """A single row out of place: those behind it go on from where it was before."""
    if at < last:
        return any(each >= last for each in coming)
    following = next(iter(coming), at)
    return at - last > _STRAY_S and last <= following < at


def _usual_step_s(raw: Sequence[float | None]) -> float:
    known = [read for read in raw if read is not None][: _MOST_STEPS + 1]
    steps = [b - a for a, b in pairwise(known) if b > a]
    return median(steps) if steps else 1.0


def _number(text: str) -> float | None:
    try:
        read = float(text)
    except ValueError:
        return None
    return read if math.isfinite(read) and abs(read) < 1e15 and "_" not in text else None


def _clocks(texts: Sequence[str]) -> list[_Read | None]:
    found = [_TIME.fullmatch(text) for text in texts]
    days = _Days({match["date"] for match in found if match is not None and match["date"]})
    return [None if match is None else _clock(match, days) for match in found]


def _clock(match: re.Match[str], days: _Days) -> _Read | None:
    hours, minutes = int(match["h"]), int(match["min"])
    seconds = float((match["s"] or "0").replace(",", "."))
    if minutes > 59 or seconds >= 61:
        return None
    half = match["half"]
    if half is not None:
        hours = hours % 12 + (12 if half[0] in "Pp" else 0)
    total = hours * 3600 + minutes * 60 + seconds - _offset_s(match["zone"])
    if match["date"] is None:
        return _Read(total, has_date=False)
    day = days.number(match["date"])
    return None if day is None else _Read(day * DAY_S + total, has_date=True)


def _offset_s(zone: str | None) -> float:
    if zone is None or zone == "Z":
        return 0.0
    digits = zone[1:].replace(":", "")
    offset = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -offset if zone[0] == "-" else offset


class _Days:
    """Dates of one file by their order of day and month, each read once."""

    def __init__(self, texts: Iterable[str]) -> None:
        parts = {text: [int(part) for part in re.split(r"[-/.]", text)] for text in texts}
        is_month_first = any(p[0] <= 12 < p[1] for p in parts.values() if p[0] < 1000)
        self._numbers = {text: _day(p, is_month_first) for text, p in parts.items()}

    def number(self, text: str) -> int | None:
        """The day's number; None where there is no such day."""
        return self._numbers[text]


def _day(parts: list[int], is_month_first: bool) -> int | None:
    if parts[0] >= 1000:
        year, month, day = parts
    else:
        day, month, year = parts
        if is_month_first:
            day, month = month, day
        year += 2000 if year < 100 else 0
    try:
        return date(year, month, day).toordinal()
    except ValueError:
        return None
