"""The engine to compare with: each number by itself, at once, and 0 is a number like any other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kmonitor.alarms.conditions import AlarmKind, Priority
from kmonitor.alarms.levels import effective_limits, is_beyond
from kmonitor.alarms.limits import LimitRule, LimitSet
from kmonitor.recordings.recording import Recording
from kmonitor.recordings.stretches import HEARD, Stretch

_Limit = tuple[Priority, float]


def naive_stretches(recording: Recording, limits: LimitSet) -> list[Stretch]:
    """The alarms of the same medium and high limits; an empty cell leaves all as it is."""
    found = [
        stretch
        for place, judged in enumerate(recording.columns)
        for rule in limits.rules_for(judged)
        for stretch in _of_rule(recording, place, rule)
    ]
    return sorted(found, key=lambda each: (each.since_s, each.until_s))


def _of_rule(recording: Recording, place: int, rule: LimitRule) -> Iterator[Stretch]:
    limits = [
        (level.priority, limit)
        for level, limit in zip(rule.levels, effective_limits(rule, None), strict=True)
        if limit is not None and level.priority in HEARD
    ]
    running: Priority | None = None
    since_s = 0.0
    for row in recording.rows:
        number = row.numbers[place]
        if number is None:
            continue
        priority = _priority(number, limits, is_high=rule.is_high)
        if priority is running:
            continue
        if running is not None:
            yield _stretch(rule, running, since_s, row.at_s)
        running, since_s = priority, row.at_s
    if running is not None:
        yield _stretch(rule, running, since_s, recording.length_s)


def _priority(number: float, limits: Sequence[_Limit], *, is_high: bool) -> Priority | None:
    passed = [priority for priority, limit in limits if is_beyond(number, limit, is_high)]
    return max(passed, key=lambda priority: priority.rank, default=None)


def _stretch(rule: LimitRule, priority: Priority, since_s: float, until_s: float) -> Stretch:
    return Stretch(
        condition=rule.condition, about="", kind=AlarmKind.PHYSIOLOGICAL, priority=priority,
        since_s=since_s, until_s=until_s,
    )  # fmt: skip
