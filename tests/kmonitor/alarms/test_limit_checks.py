"""Between which numbers a limit, a delay and a part of the baseline may lie."""

from dataclasses import replace
from datetime import date

import pytest

from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.limit_checks import JUDGES, Flaw, flaws_in
from kmonitor.alarms.limits import Judged, Level, LimitRule, LimitSet

RANGES = {
    "spo2_low": (Judged.SPO2, 50, 99),
    "spo2_high": (Judged.SPO2, 85, 99),
    "pulse_low": (Judged.PULSE_RATE, 20, 120),
    "pulse_high": (Judged.PULSE_RATE, 60, 250),
    "nibp_systolic_low": (Judged.NIBP_SYSTOLIC, 40, 160),
    "nibp_systolic_high": (Judged.NIBP_SYSTOLIC, 90, 280),
    "nibp_diastolic_low": (Judged.NIBP_DIASTOLIC, 20, 110),
    "nibp_diastolic_high": (Judged.NIBP_DIASTOLIC, 50, 200),
    "nibp_mean_low": (Judged.NIBP_MEAN, 25, 130),
    "nibp_mean_high": (Judged.NIBP_MEAN, 60, 220),
    "respiratory_rate_low": (Judged.RESPIRATORY_RATE, 2, 30),
    "respiratory_rate_high": (Judged.RESPIRATORY_RATE, 10, 80),
    "apnoea": (Judged.RESPIRATORY_RATE, 1, 1),
    "etco2_low": (Judged.ETCO2, 5, 45),
    "etco2_high": (Judged.ETCO2, 25, 100),
    "sedation_deep": (Judged.SEDATION, 1, 5),
}


def one_rule(name: str, *levels: Level) -> LimitSet:
    """A set of one rule; that others are missing is no matter here."""
    judges = JUDGES[Condition(name)]
    rule = LimitRule(
        condition=Condition(name), judged=judges.judged, is_high=judges.is_high, levels=levels
    )
    return LimitSet(
        name="own", title="Own", version=1, author="Dr A", dated=date(2026, 1, 1), sha256="",
        rules=(rule,),
    )  # fmt: skip


def flaws(name: str, *levels: Level) -> list[Flaw]:
    return [each for each in flaws_in(one_rule(name, *levels)) if each.rule is not None]


def level(limit: float | None, **other: float) -> Level:
    return Level(priority=Priority.MEDIUM, limit=limit, **({"delay_s": 0.0} | other))


def urgent(level: Level) -> Level:
    return replace(level, priority=Priority.HIGH)


def test_each_condition_that_has_a_limit_has_a_range() -> None:
    assert set(RANGES) == {condition.value for condition in JUDGES}


@pytest.mark.parametrize("name", RANGES)
def test_both_ends_of_a_range_are_taken_and_what_lies_beyond_is_not(name: str) -> None:
    judged, least, most = RANGES[name]
    assert JUDGES[Condition(name)].judged is judged
    assert JUDGES[Condition(name)].is_high == ("high" in name)
    for limit in (least, most):
        assert flaws(name, level(limit)) == []
    for limit in (least - 1, most + 1):
        (flaw,) = flaws(name, level(limit))
        assert (flaw.field, flaw.rule, flaw.level) == ("limit", 0, 0)
        assert flaw.words.startswith(f"is impossible: {limit}; it must ")


@pytest.mark.parametrize(
    ("name", "rise", "is_taken"),
    [
        ("nibp_systolic_high", 0.9, False),
        ("nibp_systolic_high", 1, True),
        ("nibp_systolic_high", 120, True),
        ("nibp_systolic_high", 121, False),
        ("nibp_diastolic_high", 80, True),
        ("nibp_diastolic_high", 81, False),
        ("pulse_high", 120, True),
        ("pulse_high", 121, False),
        ("nibp_mean_high", 20, False),
        ("spo2_low", 5, False),
        ("etco2_high", 5, False),
    ],
)
def test_a_rise_needs_a_baseline_and_lies_in_a_range(name, rise, is_taken) -> None:
    found = flaws(name, level(None, rise=rise), urgent(level(RANGES[name][2])))
    assert [flaw.field for flaw in found] == ([] if is_taken else ["rise"])


@pytest.mark.parametrize(("delay_s", "is_taken"), [(-0.1, 0), (0, 1), (120, 1), (120.1, 0)])
def test_a_delay_lies_between_0_and_two_minutes(delay_s, is_taken) -> None:
    assert (flaws("spo2_low", level(90, delay_s=delay_s)) == []) == bool(is_taken)


@pytest.mark.parametrize(
    "name", ["nibp_systolic_low", "nibp_diastolic_low", "nibp_mean_low", "sedation_deep"]
)
def test_what_is_judged_at_once_has_no_delay(name) -> None:
    limit = RANGES[name][2]
    assert [flaw.field for flaw in flaws(name, level(limit, delay_s=1))] == ["for_s"]


@pytest.mark.parametrize(
    ("fraction", "below", "fields"),
    [
        (0.5, 60, []),
        (0.95, 52, []),
        (0.49, 60, ["fraction_of_baseline"]),
        (0.96, 52, ["fraction_of_baseline"]),
        (0.8, None, ["while_baseline_below"]),
        (0.8, 50, ["while_baseline_below"]),
        (0.8, 51, []),
        (0.8, 62.5, []),
        (0.8, 63, ["while_baseline_below"]),
        (None, 60, ["while_baseline_below"]),
    ],
)
def test_a_part_of_the_baseline_lowers_a_limit_and_never_raises_it(fraction, below, fields) -> None:
    given = level(50, fraction_of_baseline=fraction, while_baseline_below=below)
    assert [flaw.field for flaw in flaws("pulse_low", given)] == fields


@pytest.mark.parametrize(
    ("name", "other"),
    [("pulse_high", {}), ("spo2_low", {}), ("nibp_mean_low", {}), ("pulse_low", {"rise": 20})],
)
def test_a_part_of_the_baseline_is_for_a_low_limit_with_a_baseline(name, other) -> None:
    given = level(
        RANGES[name][2], fraction_of_baseline=0.8, while_baseline_below=RANGES[name][2] + 1, **other
    )
    assert "fraction_of_baseline" in [flaw.field for flaw in flaws(name, given)]


@pytest.mark.parametrize(
    ("levels", "is_taken"),
    [
        ([level(90), urgent(level(85))], True),
        ([level(90), urgent(level(90))], False),
        ([level(90, delay_s=10), urgent(level(90, delay_s=20))], True),
        ([level(90, delay_s=10), urgent(level(90, delay_s=10))], False),
        ([level(90, delay_s=10), level(90, delay_s=20)], False),
        ([level(90), urgent(level(91, delay_s=60))], False),
        ([urgent(level(90)), level(85)], False),
    ],
)
def test_a_more_urgent_level_lies_further_out_or_lasts_longer(levels, is_taken) -> None:
    found = flaws("spo2_low", *levels)
    assert [(flaw.field, flaw.level) for flaw in found] == ([] if is_taken else [("level", None)])


@pytest.mark.parametrize(
    ("inner", "outer", "is_taken"), [(30, 40, True), (30, 30, False), (40, 30, False)]
)
def test_rises_are_ordered_too(inner, outer, is_taken) -> None:
    levels = [level(None, rise=inner), level(None, rise=outer), urgent(level(180))]
    assert (flaws("nibp_systolic_high", *levels) == []) == is_taken


@pytest.mark.parametrize(
    ("name", "both", "alone", "is_taken"),
    [
        ("nibp_systolic_high", level(159, rise=40), level(160), True),
        ("nibp_systolic_high", level(160, rise=40), level(160), False),
        ("nibp_systolic_high", level(160, rise=40), urgent(level(160)), False),
        ("nibp_systolic_high", urgent(level(170, rise=40)), level(160), None),
        ("nibp_systolic_low", level(91, rise=40), level(90), True),
        ("nibp_systolic_low", level(90, rise=40), level(90), False),
    ],
)
def test_a_limit_with_a_rise_lies_inside_the_one_without(name, both, alone, is_taken) -> None:
    levels = (both, alone) if is_taken is not None else (alone, both)
    assert (flaws(name, *levels) == []) == (is_taken is not False)


@pytest.mark.parametrize(
    ("levels", "is_heard"),
    [
        ([level(90)], True),
        ([urgent(level(90))], True),
        ([replace(level(90), priority=Priority.LOW)], False),
    ],
)
def test_what_is_required_is_heard(levels, is_heard) -> None:
    assert (flaws("spo2_low", *levels) == []) == is_heard


def test_a_rule_that_rests_without_a_baseline_does_not_count_as_heard() -> None:
    found = flaws("nibp_systolic_high", level(None, rise=40), urgent(level(150, rise=50)))
    assert [flaw.words for flaw in found] == [
        "must have a medium or high level with a limit of its own"
    ]


@pytest.mark.parametrize(("low", "high", "is_taken"), [(79, 80, 1), (80, 80, 0), (81, 80, 0)])
def test_each_low_limit_lies_below_each_high_one(low, high, is_taken) -> None:
    both = one_rule("pulse_low", level(low), urgent(level(30)))
    other = one_rule("pulse_high", level(high), urgent(level(140)))
    found = flaws_in(replace(both, rules=(*other.rules, *both.rules)))
    places = [(flaw.field, flaw.rule, flaw.level) for flaw in found if flaw.rule is not None]
    assert places == ([] if is_taken else [("limit", 1, 0)])
