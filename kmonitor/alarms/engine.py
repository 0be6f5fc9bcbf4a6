"""The alarm engine: one pure function; all time comes with the events.

Condition (is it there?) -> occurrence (since when, how bad?) -> what is presented. No condition
begins in a gap, and losing data never ends one.
"""

from __future__ import annotations

from typing import assert_never

from kmonitor.alarms import several, suppression
from kmonitor.alarms.conditions import AlarmKind, AlarmTransition
from kmonitor.alarms.cuff import cuff_measured, leave_out
from kmonitor.alarms.inputs import (
    Acknowledge,
    AlarmEvent,
    AlarmOff,
    AudioOff,
    CuffMeasured,
    LimitsMoved,
    Measured,
    Missed,
    Passed,
    PauseAudio,
    ResumeAudio,
    Rules,
    Standing,
)
from kmonitor.alarms.lifecycle import (
    AlarmState,
    Judgement,
    acknowledge,
    begin,
    ease,
    end,
    escalate,
)
from kmonitor.alarms.numeric import limits_moved, measured, missed, numeric_due, passed
from kmonitor.clock import Instant

__all__ = ["AlarmState", "next_due", "step"]


def step(state: AlarmState, event: AlarmEvent, rules: Rules) -> Judgement:
    """The state after `event`, and one log row for each transition of an occurrence."""
    after, rows = _take(state, event, rules)
    if after is state:
        return state, rows
    after, more = several.together(after, event.at, rules.limits)
    rows += more
    after, broken = suppression.break_pause(state, after, event.at, rows)
    return after, (*rows, *broken)


def next_due(state: AlarmState, rules: Rules) -> Instant | None:
    """When the next delay runs out, a pending condition goes stale, a pause ends, or a reminder."""
    dues = [numeric_due(state, rules), suppression.next_due(state)]
    known = [due for due in dues if due is not None]
    return min(known, key=lambda due: due.mono_ns, default=None)


def _take(state: AlarmState, event: AlarmEvent, rules: Rules) -> Judgement:
    match event:
        case Measured():
            return measured(state, event, rules)
        case Missed():
            return missed(state, event, rules), ()
        case CuffMeasured():
            return cuff_measured(state, event, rules)
        case Standing():
            return _standing(state, event)
        case Passed():
            return _passed(state, event, rules)
        case LimitsMoved():
            return limits_moved(state, event.at, rules)
        case _:
            return _take_person(state, event, rules)


def _take_person(
    state: AlarmState,
    event: Acknowledge | PauseAudio | ResumeAudio | AudioOff | AlarmOff,
    rules: Rules,
) -> Judgement:
    match event:
        case Acknowledge():
            return acknowledge(state, event.at, event.number, event.author) or (state, ())
        case PauseAudio():
            return suppression.pause_audio(state, event)
        case ResumeAudio():
            return suppression.resume_audio(state, event)
        case AudioOff():
            return suppression.switch_audio(state, event)
        case AlarmOff():
            return _switch_alarm(state, event, rules)
        case _:
            assert_never(event)


def _switch_alarm(state: AlarmState, event: AlarmOff, rules: Rules) -> Judgement:
    """Of a blood pressure only the half that is switched off goes; the rest stays an alarm."""
    if not suppression.can_switch(state, event, rules.limits):
        return state, ()
    rows: tuple[AlarmTransition, ...] = ()
    if event.is_off:
        state, rows = leave_out(state, event.at, event.condition, rules)
    state, more = suppression.switch_alarm(state, event)
    return state, (*rows, *more)


def _passed(state: AlarmState, event: Passed, rules: Rules) -> Judgement:
    state, rows = passed(state, event.at, rules)
    state, more = suppression.time_passed(state, event.at)
    return state, (*rows, *more)


def _standing(state: AlarmState, event: Standing) -> Judgement:
    rows: tuple[AlarmTransition, ...] = ()
    named = {(finding.condition, finding.about) for finding in event.findings}
    for was in state.occurrences:
        is_standing = was.kind is AlarmKind.TECHNICAL and not was.condition.is_inactivation
        if is_standing and (was.condition, was.about) not in named:
            state, new_rows = end(state, event.at, was)
            rows += new_rows
    for finding in event.findings:
        running = state.running(finding.condition, finding.about)
        if running is None:
            state, new_rows = begin(state, event.at, finding, AlarmKind.TECHNICAL)
        elif finding.priority.rank > running.priority.rank:
            state, new_rows = escalate(state, event.at, running, finding)
        else:
            state, new_rows = ease(state, event.at, running, finding)
        rows += new_rows
    return state, rows
