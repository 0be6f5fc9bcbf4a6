"""Continuous metrics: each level of a rule has its own delay; nothing begins in a gap."""

from __future__ import annotations

from dataclasses import replace

from kmonitor.alarms.conditions import AlarmKind, AlarmTransition
from kmonitor.alarms.falling import watch_fall
from kmonitor.alarms.inputs import Measured, Missed, Rules
from kmonitor.alarms.levels import effective_limits, found_beyond, is_beyond
from kmonitor.alarms.lifecycle import (
    AlarmState,
    Finding,
    Judgement,
    RuleWatch,
    begin,
    ease,
    end,
    escalate,
    pend,
    tell,
)
from kmonitor.alarms.limits import LimitRule
from kmonitor.alarms.occurrences import Occurrence, OccurrenceState
from kmonitor.alarms.suppression import is_alarm_off
from kmonitor.clock import Instant

STALE_S = 10.0


def numeric_due(state: AlarmState, rules: Rules) -> Instant | None:
    """When the next condition delay runs out, or a pending condition goes stale."""
    dues = [due for watch_due in _watch_dues(state, rules) for due in watch_due]
    return min(dues, key=lambda due: due.mono_ns, default=None)


def _watch_dues(state: AlarmState, rules: Rules) -> list[list[Instant]]:
    found = []
    for rule in rules.limits.rules:
        watch = state.watches.get(rule.condition)
        running = state.running(rule.condition)
        if watch is None or not any(watch.beyond_since):
            continue
        reached = running.priority.rank if running and running.onset else -1
        stale = watch.measured.plus(STALE_S)
        dues = [stale] if running and running.state is OccurrenceState.PENDING else []
        for level, since in zip(rule.levels, watch.beyond_since, strict=True):
            if since is None or watch.is_missing or level.priority.rank <= reached:
                continue
            due = since.plus(level.delay_s)
            if due.is_before(stale):
                dues.append(due)
        found.append(dues)
    return found


def measured(state: AlarmState, event: Measured, rules: Rules) -> Judgement:
    """A valid number came: each level's delay begins, goes on or is over."""
    state, rows = watch_fall(state, event, rules.limits)
    for rule in rules.limits.rules_for(event.judged):
        if is_alarm_off(state, rule.condition):
            continue
        limits = effective_limits(rule, rules.baseline_of(rule.judged))
        was = state.watches.get(rule.condition)
        kept = was.beyond_since if was and not _is_stale(was, event.at) else (None,) * len(limits)
        beyond_since = tuple(
            (since or event.at) if is_beyond(event.value, limit, rule.is_high) else None
            for since, limit in zip(kept, limits, strict=True)
        )
        watch = RuleWatch(
            beyond_since=beyond_since, limits=limits, value=event.value, measured=event.at
        )
        state = replace(state, watches={**state.watches, rule.condition: watch})
        state, new_rows = _judge(state, rule, watch, event.at)
        rows += new_rows
    return state, rows


def missed(state: AlarmState, event: Missed, rules: Rules) -> AlarmState:
    """The number is missing: nothing begins, worsens or ends until one comes again."""
    watches = dict(state.watches)
    for rule in rules.limits.rules_for(event.judged):
        watch = watches.get(rule.condition)
        if watch is not None and not watch.is_missing:
            watches[rule.condition] = replace(watch, is_missing=True)
    return replace(state, watches=watches)


def passed(state: AlarmState, at: Instant, rules: Rules) -> Judgement:
    """Time went on: delays run out, and after `STALE_S` without a number they are forgotten."""
    rows: tuple[AlarmTransition, ...] = ()
    for rule in rules.limits.rules:
        watch = state.watches.get(rule.condition)
        if watch is None:
            state, new_rows = _end_pending(state, rule, at)
        elif not any(watch.beyond_since):
            continue
        elif _is_stale(watch, at):
            state, new_rows = _forget_pending(state, rule, watch, at)
        elif watch.is_missing:
            continue
        else:
            state, new_rows = _judge(state, rule, watch, at)
        rows += new_rows
    return state, rows


def limits_moved(state: AlarmState, at: Instant, rules: Rules) -> Judgement:
    """The limits are others now: the last numbers are judged by them, unless they are old."""
    rows: tuple[AlarmTransition, ...] = ()
    for rule in rules.limits.rules:
        was = state.watches.get(rule.condition)
        if was is None or was.is_missing or _is_stale(was, at):
            continue
        limits = effective_limits(rule, rules.baseline_of(rule.judged))
        beyond_since = tuple(
            (since or at) if is_beyond(was.value, limit, rule.is_high) else None
            for since, limit in zip(was.beyond_since, limits, strict=True)
        )
        watch = replace(was, beyond_since=beyond_since, limits=limits)
        state = replace(state, watches={**state.watches, rule.condition: watch})
        state, new_rows = _judge(state, rule, watch, at)
        rows += new_rows
    return state, rows


def _is_stale(watch: RuleWatch, at: Instant) -> bool:
    return at.seconds_since(watch.measured) >= STALE_S


def _forget_pending(state: AlarmState, rule: LimitRule, watch: RuleWatch, at: Instant) -> Judgement:
    """After a gap every delay begins anew; what is active stays as it was."""
    blank = replace(watch, beyond_since=(None,) * len(watch.beyond_since))
    state = replace(state, watches={**state.watches, rule.condition: blank})
    return _end_pending(state, rule, at)


def _end_pending(state: AlarmState, rule: LimitRule, at: Instant) -> Judgement:
    """Where no number is known, as in an engine made anew out of the log, no delay runs."""
    running = state.running(rule.condition)
    if running is not None and running.state is OccurrenceState.PENDING:
        return end(state, at, running)
    return state, ()


def _judge(state: AlarmState, rule: LimitRule, watch: RuleWatch, at: Instant) -> Judgement:
    """Compare what the levels say with the occurrence that is running."""
    running = state.running(rule.condition)
    if running is None or running.state is OccurrenceState.PENDING:
        return _judge_before_onset(state, rule, watch, at, running)
    reached = _reached(rule, watch, at)
    if reached is not None:
        finding = _finding(rule, watch, reached)
        is_same = finding.priority is running.priority
        is_void = is_same and running.is_acknowledged and running.is_worse(finding.parts, None)
        if is_void or finding.priority.rank > running.priority.rank:
            return escalate(state, at, running, finding)
    own = _own_level(rule, watch, running)
    if own is not None:
        return tell(state, running, _finding(rule, watch, own)), ()
    if reached is not None:
        return ease(state, at, running, _finding(rule, watch, reached))
    ended, rows = end(state, at, running)
    pended, more = _judge_before_onset(ended, rule, watch, at, None)
    return pended, (*rows, *more)


def _judge_before_onset(
    state: AlarmState, rule: LimitRule, watch: RuleWatch, at: Instant, pending: Occurrence | None
) -> Judgement:
    reached = _reached(rule, watch, at)
    if reached is not None:
        return begin(state, at, _finding(rule, watch, reached), AlarmKind.PHYSIOLOGICAL)
    first = next((i for i, since in enumerate(watch.beyond_since) if since is not None), None)
    if first is None:
        return end(state, at, pending) if pending is not None else (state, ())
    finding = _finding(rule, watch, first)
    if pending is None:
        return pend(state, at, finding)
    return tell(state, pending, finding), ()


def _own_level(rule: LimitRule, watch: RuleWatch, running: Occurrence) -> int | None:
    """The most severe passed level of the running priority; None when the value is back inside."""
    passed_levels = [i for i, since in enumerate(watch.beyond_since) if since is not None]
    own = [i for i in passed_levels if rule.levels[i].priority is running.priority]
    worse = [i for i in passed_levels if rule.levels[i].priority.rank > running.priority.rank]
    return max(own or worse, default=None)


def _reached(rule: LimitRule, watch: RuleWatch, at: Instant) -> int | None:
    """The most severe level whose delay has run out."""
    top = None
    for i, (level, since) in enumerate(zip(rule.levels, watch.beyond_since, strict=True)):
        if since is not None and at.seconds_since(since) >= level.delay_s:
            top = i
    return top


def _finding(rule: LimitRule, watch: RuleWatch, level: int) -> Finding:
    limit = watch.limits[level]
    return found_beyond(rule, rule.levels[level].priority, watch.value, limit or 0.0)
