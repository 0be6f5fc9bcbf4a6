"""How long alarm conditions stood, and which of that was to be heard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kmonitor.alarms.conditions import (
    AlarmKind,
    AlarmPhase,
    AlarmTransition,
    Condition,
    Priority,
)
from kmonitor.recordings.judging import BEGINNING

HEARD = (Priority.MEDIUM, Priority.HIGH)
_BEGINS = (AlarmPhase.ONSET, AlarmPhase.ESCALATED)
_ENDS = (AlarmPhase.ENDED, AlarmPhase.LATCHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One condition at one priority, in seconds of the recording; `about` as in the alarm log."""

    condition: Condition
    about: str
    kind: AlarmKind
    priority: Priority
    since_s: float
    until_s: float


def stretches_of(rows: Iterable[AlarmTransition], end_s: float) -> list[Stretch]:
    """What the transitions make; conditions that are not over stand until `end_s`."""
    found: list[Stretch] = []
    running: dict[int, AlarmTransition] = {}
    for row in rows:
        was = running.get(row.occurrence)
        if was is not None and row.phase in (*_BEGINS, *_ENDS):
            found.append(_stretch(was, at_s(row)))
            del running[row.occurrence]
        if row.phase in _BEGINS:
            running[row.occurrence] = row
    found.extend(_stretch(row, end_s) for row in running.values())
    return sorted(found, key=lambda each: (each.since_s, each.until_s))


def heard(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Medium and high ones; what only changes its priority goes on as one, at its highest."""
    found: list[Stretch] = []
    open_ones: dict[tuple[Condition, str], int] = {}
    for each in stretches:
        if each.priority not in HEARD:
            continue
        place = open_ones.get((each.condition, each.about))
        if place is None or found[place].until_s < each.since_s:
            open_ones[each.condition, each.about] = len(found)
            found.append(each)
            continue
        before = found[place]
        found[place] = Stretch(
            condition=each.condition, about=each.about, kind=each.kind,
            priority=max(before.priority, each.priority, key=lambda priority: priority.rank),
            since_s=before.since_s, until_s=max(before.until_s, each.until_s),
        )  # fmt: skip
    return found


def covered_s(stretches: Iterable[Stretch]) -> float:
    """Seconds in which at least one of them stood."""
    total_s, until_s = 0.0, float("-inf")
    for each in sorted(stretches, key=lambda each: each.since_s):
        total_s += max(0.0, each.until_s - max(each.since_s, until_s))
        until_s = max(until_s, each.until_s)
    return total_s


def at_s(row: AlarmTransition) -> float:
    """When, in seconds of the recording."""
    return round(row.at.seconds_since(BEGINNING), 3)


def _stretch(row: AlarmTransition, until_s: float) -> Stretch:
    return Stretch(
        condition=row.condition, about=row.about, kind=row.kind, priority=row.priority,
        since_s=at_s(row), until_s=max(at_s(row), until_s),
    )  # fmt: skip
