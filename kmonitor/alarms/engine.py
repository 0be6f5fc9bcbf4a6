"""The alarm engine: one pure function; all time comes with the events.

Condition (is it there?) -> occurrence (since when, how bad?) -> what is presented. No condition
begins in a gap, and losing data never ends one.
"""

from __future__ import annotations

from typing import assert_never

from kmonitor.alarms.conditions import AlarmKind, AlarmTransition
from kmonitor.alarms.cuff import cuff_measured
from kmonitor.alarms.inputs import (
    Acknowledge,
    AlarmEvent,
    CuffMeasured,
    Measured,
    Missed,
    Passed,
    Rules,
    Standing,
)
from kmonitor.alarms.lifecycle import (
    AlarmState,
    Judgement,
    acknowledge,
    begin,
    end,
    end_and_begin,
    escalate,
    tell,
)
from kmonitor.alarms.numeric import measured, missed, next_due, passed

__all__ = ["AlarmState", "next_due", "step"]


def step(state: AlarmState, event: AlarmEvent, rules: Rules) -> Judgement:
    """The state after `event`, and one log row for each transition of an occurrence."""
    match event:
        case Measured():
            return measured(state, event, rules)
        case Missed():
            return missed(state, event, rules), ()
        case CuffMeasured():
            return cuff_measured(state, event, rules)
        case Standing():
            return _standing(state, event)
        case Acknowledge():
            return acknowledge(state, event.at, event.number, event.author) or (state, ())
        case Passed():
            return passed(state, event.at, rules)
        case _:
            assert_never(event)


def _standing(state: AlarmState, event: Standing) -> Judgement:
    rows: tuple[AlarmTransition, ...] = ()
    named = {(finding.condition, finding.about) for finding in event.findings}
    for was in state.occurrences:
        if was.kind is AlarmKind.TECHNICAL and (was.condition, was.about) not in named:
            state, new_rows = end(state, event.at, was)
            rows += new_rows
    for finding in event.findings:
        running = state.running(finding.condition, finding.about)
        if running is None:
            state, new_rows = begin(state, event.at, finding, AlarmKind.TECHNICAL)
        elif finding.priority.rank > running.priority.rank:
            state, new_rows = escalate(state, event.at, running, finding)
        elif finding.priority.rank < running.priority.rank:
            state, new_rows = end_and_begin(state, event.at, running, finding)
        else:
            state, new_rows = tell(state, running, finding), ()
        rows += new_rows
    return state, rows
