"""Cuff readings: one determination is one condition, judged without delay."""

from __future__ import annotations

from dataclasses import replace

from kmonitor.alarms.conditions import AlarmKind, AlarmTransition, Condition, Priority
from kmonitor.alarms.inputs import CuffMeasured, Rules
from kmonitor.alarms.levels import as_displayed, effective_limits, found_beyond, is_beyond
from kmonitor.alarms.lifecycle import (
    AlarmState,
    Finding,
    Judgement,
    begin,
    ease,
    end,
    end_and_begin,
    escalate,
    tell,
)
from kmonitor.alarms.limits import Judged
from kmonitor.alarms.occurrences import Occurrence, OccurrenceState, Part
from kmonitor.alarms.suppression import is_alarm_off
from kmonitor.clock import Instant

WORSE_MMHG = 10
CUFF_CONDITIONS = (
    Condition.NIBP_SYSTOLIC_LOW,
    Condition.NIBP_SYSTOLIC_HIGH,
    Condition.NIBP_DIASTOLIC_LOW,
    Condition.NIBP_DIASTOLIC_HIGH,
    Condition.NIBP_MEAN_LOW,
    Condition.NIBP_MEAN_HIGH,
)


def cuff_measured(state: AlarmState, event: CuffMeasured, rules: Rules) -> Judgement:
    """One cuff reading is one condition: its worst component, all of them named."""
    running = _running_cuff(state)
    finding = _worst_of_cuff(state, event if running is None else _filled(event, running), rules)
    if finding is None:
        return end(state, event.at, running) if running else (state, ())
    if running is None:
        return begin(state, event.at, finding, AlarmKind.PHYSIOLOGICAL)
    if not _conditions(running.parts) & _conditions(finding.parts):
        return end_and_begin(state, event.at, running, finding)
    is_void = running.is_acknowledged and running.is_worse(finding.parts, WORSE_MMHG)
    if is_void or finding.priority.rank > running.priority.rank:
        return escalate(state, event.at, running, finding)
    return ease(state, event.at, running, finding)


def _filled(event: CuffMeasured, running: Occurrence) -> CuffMeasured:
    """What an alarm is about and this reading lacks is as it was: losing data ends nothing.

    A mean lies between the two pressures of its own reading, whatever it was before.
    """
    told = dict(event.pressures)
    known = {part.judged: as_displayed(part.value) for part in running.parts}
    low, high = told.get(Judged.NIBP_DIASTOLIC), told.get(Judged.NIBP_SYSTOLIC)
    mean = known.get(Judged.NIBP_MEAN.value)
    if mean is not None and low is not None and high is not None:
        known[Judged.NIBP_MEAN.value] = max(low, min(high, mean))
    filled = tuple(
        (judged, known.get(judged.value) if pressure is None else pressure)
        for judged, pressure in event.pressures
    )
    return replace(event, pressures=filled)


def leave_out(state: AlarmState, at: Instant, condition: Condition, rules: Rules) -> Judgement:
    """Of what several components make, `condition` is no more to be told; the others stay."""
    rows: tuple[AlarmTransition, ...] = ()
    for each in state.occurrences:
        rest = tuple(part for part in each.parts if part.condition is not condition)
        is_patients = each.kind is AlarmKind.PHYSIOLOGICAL  # a pause has parts, and is no alarm
        if is_patients and rest and len(rest) < len(each.parts):
            finding = _worst([_found_again(part, rules) for part in rest])
            state, new_rows = _reduced(state, at, each, finding)
            rows += new_rows
    return state, rows


def _reduced(state: AlarmState, at: Instant, was: Occurrence, finding: Finding) -> Judgement:
    if was.state is OccurrenceState.LATCHED:
        left = tell(state, replace(was, priority=finding.priority), finding)
        return (left, ()) if finding.priority is not Priority.LOW else end(state, at, was)
    if finding.priority is was.priority or was.is_acknowledged:
        return ease(state, at, was, finding)
    state, rows = end(state, at, was, stays=False)
    state, more = begin(state, at, finding, AlarmKind.PHYSIOLOGICAL)
    return state, (*rows, *more)


def _found_again(part: Part, rules: Rules) -> Finding:
    rule = next(each for each in rules.limits.rules if each.condition is part.condition)
    return found_beyond(rule, part.priority, part.value, part.limit)


def _conditions(parts: tuple[Part, ...]) -> set[Condition]:
    return {part.condition for part in parts}


def _running_cuff(state: AlarmState) -> Occurrence | None:
    for condition in CUFF_CONDITIONS:
        running = state.running(condition)
        if running is not None:
            return running
    return None


def _worst_of_cuff(state: AlarmState, event: CuffMeasured, rules: Rules) -> Finding | None:
    found: list[Finding] = []
    for judged, pressure in event.pressures:
        if pressure is None:
            continue
        for rule in rules.limits.rules_for(judged):
            if is_alarm_off(state, rule.condition):
                continue
            limits = effective_limits(rule, rules.baseline_of(judged))
            for level, limit in zip(rule.levels, limits, strict=True):
                if limit is not None and is_beyond(pressure, limit, rule.is_high):
                    found.append(found_beyond(rule, level.priority, pressure, limit))
    return _worst(found) if found else None


def _worst(all_found: list[Finding]) -> Finding:
    """The most urgent and then farthest beyond its limit, naming all the others."""
    worst = max(all_found, key=_severity)
    best: dict[Condition, Finding] = {}
    for finding in all_found:
        held = best.get(finding.condition)
        if held is None or finding.priority.rank >= held.priority.rank:
            best[finding.condition] = finding
    best[worst.condition] = worst
    others = [each for each in best.values() if each.condition is not worst.condition]
    text = ", ".join(["NIBP " + worst.words, *(each.words for each in others)])
    parts = tuple(part for each in (worst, *others) for part in each.parts)
    return replace(worst, words=text, parts=parts)


def _severity(finding: Finding) -> tuple[int, float]:
    (part,) = finding.parts
    return part.priority.rank, abs(part.value - part.limit)
