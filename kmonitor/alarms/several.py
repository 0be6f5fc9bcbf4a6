"""Several conditions that are each only seen, together: shown as one more, never heard."""

from __future__ import annotations

from kmonitor.alarms.conditions import AlarmKind, Condition, Priority
from kmonitor.alarms.lifecycle import AlarmState, Finding, Judgement, begin, end, tell
from kmonitor.alarms.limits import LimitSet
from kmonitor.alarms.occurrences import Occurrence, OccurrenceState
from kmonitor.clock import Instant


def together(state: AlarmState, at: Instant, limits: LimitSet) -> Judgement:
    """Begin or end the condition that as many as the limit set names are there at once."""
    running = state.running(Condition.SEVERAL_LESSER)
    lesser = [each for each in state.occurrences if _is_lesser(each)]
    if limits.several_lesser is None or len(lesser) < limits.several_lesser:
        return end(state, at, running) if running is not None else (state, ())
    finding = Finding(
        condition=Condition.SEVERAL_LESSER,
        priority=Priority.LOW,
        words=f"{len(lesser)} SMALLER CHANGES TOGETHER",
        value=float(len(lesser)),
        limit=float(limits.several_lesser),
    )
    if running is not None:
        return tell(state, running, finding), ()
    return begin(state, at, finding, AlarmKind.PHYSIOLOGICAL)


def _is_lesser(occurrence: Occurrence) -> bool:
    is_there = occurrence.state is OccurrenceState.PENDING or (
        occurrence.state is OccurrenceState.ACTIVE and occurrence.priority is Priority.LOW
    )
    return (
        is_there
        and occurrence.kind is AlarmKind.PHYSIOLOGICAL
        and occurrence.condition is not Condition.SEVERAL_LESSER
    )
