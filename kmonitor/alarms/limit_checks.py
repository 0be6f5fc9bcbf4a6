"""What a limit set must be to be used; shared by the files and by changes within a session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.limits import Judged, Level, LimitRule, LimitSet

LONGEST_DELAY_S = 120.0
LEAST_FRACTION, MOST_FRACTION = 0.5, 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Judges:
    """What a condition looks at, and between which numbers its limit can lie."""

    judged: Judged
    is_high: bool
    least: int
    most: int


def _table() -> Iterator[tuple[Condition, Judges]]:
    for condition, judged, least, most in (
        (Condition.SPO2_LOW, Judged.SPO2, 50, 99),
        (Condition.SPO2_HIGH, Judged.SPO2, 85, 99),
        (Condition.PULSE_LOW, Judged.PULSE_RATE, 20, 120),
        (Condition.PULSE_HIGH, Judged.PULSE_RATE, 60, 250),
        (Condition.NIBP_SYSTOLIC_LOW, Judged.NIBP_SYSTOLIC, 40, 160),
        (Condition.NIBP_SYSTOLIC_HIGH, Judged.NIBP_SYSTOLIC, 90, 280),
        (Condition.NIBP_DIASTOLIC_LOW, Judged.NIBP_DIASTOLIC, 20, 110),
        (Condition.NIBP_DIASTOLIC_HIGH, Judged.NIBP_DIASTOLIC, 50, 200),
        (Condition.NIBP_MEAN_LOW, Judged.NIBP_MEAN, 25, 130),
        (Condition.NIBP_MEAN_HIGH, Judged.NIBP_MEAN, 60, 220),
        (Condition.RESPIRATORY_RATE_LOW, Judged.RESPIRATORY_RATE, 2, 30),
        (Condition.RESPIRATORY_RATE_HIGH, Judged.RESPIRATORY_RATE, 10, 80),
        (Condition.APNOEA, Judged.RESPIRATORY_RATE, 1, 1),  # it says "no breath": nothing above 0
        (Condition.ETCO2_LOW, Judged.ETCO2, 5, 45),
        (Condition.ETCO2_HIGH, Judged.ETCO2, 25, 100),
        (Condition.SEDATION_DEEP, Judged.SEDATION, 1, 5),
    ):
        yield condition, Judges(judged=judged, is_high=condition.is_high, least=least, most=most)


JUDGES: Mapping[Condition, Judges] = MappingProxyType(dict(_table()))
REQUIRED = (
    Condition.SPO2_LOW,
    Condition.PULSE_LOW,
    Condition.PULSE_HIGH,
    Condition.NIBP_SYSTOLIC_LOW,
    Condition.NIBP_SYSTOLIC_HIGH,
    Condition.NIBP_DIASTOLIC_HIGH,
)
# The session has a baseline of these, and how far from it a limit may sensibly lie.
MOST_RISE: Mapping[Judged, int] = MappingProxyType(
    {Judged.NIBP_SYSTOLIC: 120, Judged.NIBP_DIASTOLIC: 80, Judged.PULSE_RATE: 120}
)
AT_ONCE = frozenset(
    {Judged.NIBP_SYSTOLIC, Judged.NIBP_DIASTOLIC, Judged.NIBP_MEAN, Judged.SEDATION}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What is wrong, to be read after its field's name; places are counted from 0."""

    field: str
    words: str
    rule: int | None = None
    level: int | None = None


def flaw_in(limits: LimitSet) -> Flaw | None:
    """The first thing that is wrong with the rules of `limits`; None where they can be used."""
    return next(_flaws(limits), None)


def flaws_in(limits: LimitSet) -> tuple[Flaw, ...]:
    """All that is wrong with them."""
    return tuple(_flaws(limits))


def _flaws(limits: LimitSet) -> Iterator[Flaw]:
    for i, rule in enumerate(limits.rules):
        for j, level in enumerate(rule.levels):
            for field, words in _of_level(rule, level):
                yield Flaw(field=field, words=words, rule=i, level=j)
        for words in _of_levels(rule):
            yield Flaw(field="level", words=words, rule=i)
    named = [rule.condition for rule in limits.rules]
    for i, condition in enumerate(named):
        if condition in named[:i]:
            yield Flaw(field="condition", words=f"stands there twice: {condition}", rule=i)
    for condition in REQUIRED:
        if condition not in named:
            yield Flaw(field="rule", words=f"has no rule for {condition}")
        elif not _is_heard(limits.rules[named.index(condition)]):
            words = "must have a medium or high level with a limit of its own"
            yield Flaw(field="level", words=words, rule=named.index(condition))
    yield from _low_and_high(limits)


def _of_level(rule: LimitRule, level: Level) -> Iterator[tuple[str, str]]:
    judges = JUDGES[rule.condition]
    if level.limit is None and level.rise is None:
        yield "limit", "is missing"
    elif level.limit is not None and level.limit != int(level.limit):
        yield "limit", f"must be a whole number, as it is displayed: {level.limit:g}"
    elif level.limit is not None and not judges.least <= level.limit <= judges.most:
        span = f"lie from {judges.least} to {judges.most}"
        must = span if judges.least < judges.most else f"be {judges.least}"
        yield "limit", f"is impossible: {level.limit:g}; it must {must}"
    if not 0 <= level.delay_s <= LONGEST_DELAY_S:
        yield "for_s", f"must lie between 0 and {LONGEST_DELAY_S:g} s"
    elif level.delay_s and rule.judged in AT_ONCE:
        yield "for_s", "must be left out: a cuff reading or an observation is judged at once"
    yield from _of_baseline(rule, level)


def _of_baseline(rule: LimitRule, level: Level) -> Iterator[tuple[str, str]]:
    fraction, below, rise = level.fraction_of_baseline, level.while_baseline_below, level.rise
    if rise is not None:
        most = MOST_RISE.get(rule.judged)
        if most is None:
            yield "rise", f"makes no sense: there is no baseline of {rule.judged}"
        elif not 1 <= rise <= most:
            yield "rise", f"must lie between 1 and {most}"
    if fraction is None:
        if below is not None:
            yield "while_baseline_below", "makes no sense without fraction_of_baseline"
        return
    if rule.is_high or rise is not None or rule.judged not in MOST_RISE:
        yield "fraction_of_baseline", "is only for a low limit without rise and with a baseline"
    elif not LEAST_FRACTION <= fraction <= MOST_FRACTION:
        yield "fraction_of_baseline", f"must lie between {LEAST_FRACTION} and {MOST_FRACTION}"
    elif below is None:
        yield "while_baseline_below", "is missing"
    elif level.limit is not None and not level.limit < below <= level.limit / fraction:
        yield "while_baseline_below", f"must lie above the limit, and its {fraction:g} not above it"


def _of_levels(rule: LimitRule) -> Iterator[str]:
    ranks = [level.priority.rank for level in rule.levels]
    if ranks != sorted(ranks):
        yield "must be ordered from low to high priority"
    plain = [each for each in rule.levels if each.limit is not None and each.rise is None]
    rises = [each for each in rule.levels if each.limit is None]
    side = 1 if rule.is_high else -1
    for inner, outer in pairwise(plain):
        if not _follows(inner, outer, side * ((outer.limit or 0) - (inner.limit or 0))):
            yield "must be ordered: a more urgent limit lies further out"
    for inner, outer in pairwise(rises):
        if not _follows(inner, outer, (outer.rise or 0) - (inner.rise or 0)):
            yield "must be ordered: a more urgent rise is larger"
    for both in rule.levels:
        if both.limit is None or both.rise is None:
            continue
        for alone in plain:
            is_before = alone.priority.rank >= both.priority.rank
            if is_before and side * ((alone.limit or 0) - both.limit) <= 0:
                yield "must have every limit with a rise inside the one without"


def _follows(inner: Level, outer: Level, further: float) -> bool:
    """Whether `outer` can ever be told: it lies further out, or says that it lasts longer."""
    is_longer = outer.delay_s > inner.delay_s and outer.priority is not inner.priority
    return further > 0 or (further == 0 and is_longer)


def _is_heard(rule: LimitRule) -> bool:
    return any(
        level.priority is not Priority.LOW and level.limit is not None and level.rise is None
        for level in rule.levels
    )


def _low_and_high(limits: LimitSet) -> Iterator[Flaw]:
    """A low limit, also one that is only seen, lies below every high limit of the same number."""
    for judged in Judged:
        highs = [
            level.limit
            for rule in limits.rules_for(judged)
            if rule.is_high
            for level in rule.levels
            if level.limit is not None
        ]
        for i, rule in enumerate(limits.rules):
            if rule.judged is not judged or rule.is_high or not highs:
                continue
            for j, level in enumerate(rule.levels):
                if level.limit is not None and level.limit >= min(highs):
                    words = f"must lie below the high limit: {level.limit:g}, high {min(highs):g}"
                    yield Flaw(field="limit", words=words, rule=i, level=j)
