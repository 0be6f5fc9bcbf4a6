"""A fast fall of SpO2 within its limits: seen, never heard, off unless a limit set wants it."""

from __future__ import annotations

from dataclasses import replace

from kmonitor.alarms.conditions import AlarmKind, Condition, Priority
from kmonitor.alarms.inputs import Measured
from kmonitor.alarms.levels import as_displayed
from kmonitor.alarms.lifecycle import AlarmState, Finding, Judgement, begin, end, tell
from kmonitor.alarms.limits import FastFall, Judged, LimitSet
from kmonitor.clock import Instant

LONGEST_GAP_S = 10.0


def watch_fall(state: AlarmState, event: Measured, limits: LimitSet) -> Judgement:
    """Compare a number of SpO2 with the highest of the last seconds; a gap begins them anew."""
    fall = limits.fast_fall
    if event.judged is not Judged.SPO2:
        return state, ()
    running = state.running(Condition.SPO2_FALLING)
    if fall is None:
        return end(state, event.at, running) if running is not None else (state, ())
    recent = _recent(state, event, fall)
    state = replace(state, recent=recent)
    highest = max(number for _, number in recent)
    if as_displayed(highest) - as_displayed(event.value) <= fall.points:
        return end(state, event.at, running) if running is not None else (state, ())
    shown = as_displayed(event.value)
    finding = Finding(
        condition=Condition.SPO2_FALLING,
        priority=Priority.LOW,
        words=f"SpO2 FALLING {as_displayed(highest)} to {shown} within {fall.within_s:.0f} s",
        value=shown,
        limit=as_displayed(highest) - fall.points,
    )
    if running is not None:
        return tell(state, running, finding), ()
    return begin(state, event.at, finding, AlarmKind.PHYSIOLOGICAL)


def _recent(
    state: AlarmState, event: Measured, fall: FastFall
) -> tuple[tuple[Instant, float], ...]:
    kept = state.recent
    if kept and event.at.seconds_since(kept[-1][0]) >= LONGEST_GAP_S:
        kept = ()
    within = [each for each in kept if event.at.seconds_since(each[0]) <= fall.within_s]
    return (*within, (event.at, event.value))
