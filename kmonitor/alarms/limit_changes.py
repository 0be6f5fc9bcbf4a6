"""Changing the limits of one session: what may be changed, and what the change is called.

Only numbers change; the rules and their levels stay. Where a person sets a limit, a part of the
baseline that stood in its place no longer counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kmonitor.alarms.conditions import Condition
from kmonitor.alarms.levels import as_displayed
from kmonitor.alarms.limit_checks import Flaw, flaws_in
from kmonitor.alarms.limit_texts import level_words, rule_words
from kmonitor.alarms.limits import Level, LimitRule, LimitSet

_FIELDS = {"limit": "the limit", "for_s": "the delay", "rise": "the rise", "level": "the levels"}


def with_limit(limits: LimitSet, condition: Condition, level_index: int, limit: float) -> LimitSet:
    """`limits` with another limit at that level; whether it fits, `misfit` tells."""
    return _with_level(
        limits, condition, level_index, limit=limit,
        fraction_of_baseline=None, while_baseline_below=None,
    )  # fmt: skip


def with_rise(limits: LimitSet, condition: Condition, level_index: int, rise: float) -> LimitSet:
    """`limits` with another rise over the baseline at that level."""
    return _with_level(limits, condition, level_index, rise=rise)


def with_delay(
    limits: LimitSet, condition: Condition, level_index: int, delay_s: float
) -> LimitSet:
    """`limits` with another condition delay at that level."""
    return _with_level(limits, condition, level_index, delay_s=delay_s)


def from_baseline(
    limits: LimitSet, condition: Condition, level_index: int, baseline: float, offset: float
) -> LimitSet:
    """`limits` with the limit so far from the baseline, `offset` below 0 is under it."""
    limit = float(as_displayed(baseline + offset))
    return with_limit(limits, condition, level_index, limit)


def restored(limits: LimitSet, original: LimitSet, condition: Condition) -> LimitSet:
    """`limits` with the levels that `condition` had in the set the session began with."""
    levels = original.rules[_place(original, condition)].levels
    return _with_levels(limits, condition, levels)


def misfit(before: LimitSet, after: LimitSet) -> str | None:
    """Why `after` cannot follow on `before` in a session, one sentence; None where it can.

    What was wrong before already, in a set of an older record, does not keep from a change.
    """
    if before == after:
        return "Nothing was changed."
    if _frame(before) != _frame(after):
        return "A change of limits keeps the rules and levels of its set."
    held = flaws_in(before)
    flaw = next((each for each in flaws_in(after) if each not in held), None)
    return None if flaw is None else _sentence(after, flaw)


def describe(before: LimitSet, after: LimitSet) -> str:
    """Each number that differs, with the old one: "SpO2 low 90 -> 88"; empty where none does."""
    return "; ".join(
        words
        for old, new in zip(before.rules, after.rules, strict=True)
        for place in range(len(old.levels))
        for words in _differences(old, new, place)
    )


def _differences(old: LimitRule, new: LimitRule, place: int) -> Iterator[str]:
    was, now, name = old.levels[place], new.levels[place], level_words(old, place)
    if _limit_words(was) != _limit_words(now):
        yield f"{name} {_limit_words(was)} -> {_limit_words(now)}"
    if was.rise != now.rise:
        yield f"{name} rise {was.rise or 0:g} -> {now.rise or 0:g}"
    if was.delay_s != now.delay_s:
        yield f"{name} delay {was.delay_s:g} s -> {now.delay_s:g} s"


def _limit_words(level: Level) -> str:
    if level.limit is None:
        return "none"
    if level.fraction_of_baseline is None:
        return f"{level.limit:g}"
    below = level.while_baseline_below or 0
    return f"{level.limit:g} ({level.fraction_of_baseline:g} x a baseline below {below:g})"


def _sentence(limits: LimitSet, flaw: Flaw) -> str:
    if flaw.rule is None:
        return f"The set {flaw.words}."
    rule = limits.rules[flaw.rule]
    name = rule_words(rule) if flaw.level is None else level_words(rule, flaw.level)
    return f"{name}: {_FIELDS.get(flaw.field, flaw.field)} {flaw.words}."


def _place(limits: LimitSet, condition: Condition) -> int:
    return [rule.condition for rule in limits.rules].index(condition)


def _with_level(
    limits: LimitSet, condition: Condition, level_index: int, **numbers: float | None
) -> LimitSet:
    levels = list(limits.rules[_place(limits, condition)].levels)
    levels[level_index] = replace(levels[level_index], **numbers)  # type: ignore[arg-type]  # ours
    return _with_levels(limits, condition, tuple(levels))


def _with_levels(limits: LimitSet, condition: Condition, levels: tuple[Level, ...]) -> LimitSet:
    rules = list(limits.rules)
    place = _place(limits, condition)
    rules[place] = replace(rules[place], levels=levels)
    return replace(limits, rules=tuple(rules))


def _frame(limits: LimitSet) -> object:
    """All of a set but its numbers."""
    return replace(limits, rules=()), tuple(
        (rule.condition, rule.judged, rule.is_high, tuple(map(_kind, rule.levels)))
        for rule in limits.rules
    )


def _kind(level: Level) -> object:
    return level.priority, level.limit is None, level.rise is None
