"""Cuff readings: one determination is one condition, judged without delay."""

from __future__ import annotations

from dataclasses import replace

from kmonitor.alarms.conditions import AlarmKind, Condition
from kmonitor.alarms.inputs import CuffMeasured, Rules
from kmonitor.alarms.levels import effective_limits, found_beyond, is_beyond
from kmonitor.alarms.lifecycle import (
    AlarmState,
    Finding,
    Judgement,
    begin,
    end,
    end_and_begin,
    escalate,
    tell,
)
from kmonitor.alarms.occurrences import Occurrence, Part
from kmonitor.alarms.suppression import is_alarm_off

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
    finding = _worst_of_cuff(state, event, rules)
    running = _running_cuff(state)
    if finding is None:
        return end(state, event.at, running) if running else (state, ())
    if running is None:
        return begin(state, event.at, finding, AlarmKind.PHYSIOLOGICAL)
    if not _conditions(running.parts) & _conditions(finding.parts):
        return end_and_begin(state, event.at, running, finding)
    if running.is_acknowledged:
        return _after_acknowledgement(state, event, running, finding)
    if finding.priority.rank > running.priority.rank:
        return escalate(state, event.at, running, finding)
    if finding.priority.rank < running.priority.rank:
        return end_and_begin(state, event.at, running, finding)
    return tell(state, running, finding), ()


def _after_acknowledgement(
    state: AlarmState, event: CuffMeasured, running: Occurrence, finding: Finding
) -> Judgement:
    """Beyond the same limits it goes on in silence, unless it is clearly worse."""
    if running.is_worse(finding.parts, WORSE_MMHG):
        return escalate(state, event.at, running, finding)
    return tell(state, replace(running, priority=finding.priority), finding), ()


def _conditions(parts: tuple[Part, ...]) -> set[Condition]:
    return {part.condition for part in parts}


def _running_cuff(state: AlarmState) -> Occurrence | None:
    for condition in CUFF_CONDITIONS:
        running = state.running(condition)
        if running is not None:
            return running
    return None


def _worst_of_cuff(state: AlarmState, event: CuffMeasured, rules: Rules) -> Finding | None:
    found: list[tuple[int, float, Finding]] = []
    for judged, pressure in event.pressures:
        if pressure is None:
            continue
        for rule in rules.limits.rules_for(judged):
            if is_alarm_off(state, rule.condition):
                continue
            limits = effective_limits(rule, rules.baseline_of(judged))
            for level, limit in zip(rule.levels, limits, strict=True):
                if limit is not None and is_beyond(pressure, limit, rule.is_high):
                    finding = found_beyond(rule, level.priority, pressure, limit)
                    found.append((level.priority.rank, abs(pressure - limit), finding))
    if not found:
        return None
    worst = max(found, key=lambda each: (each[0], each[1]))[2]
    return _naming_all(worst, [finding for _, _, finding in found])


def _naming_all(worst: Finding, all_found: list[Finding]) -> Finding:
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
