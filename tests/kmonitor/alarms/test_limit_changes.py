"""What may be changed of the limits within a session, and what the change is called."""

from dataclasses import replace
from datetime import date

import pytest

from kmonitor import limit_sets
from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.limit_changes import (
    describe,
    from_baseline,
    misfit,
    restored,
    with_delay,
    with_limit,
    with_rise,
)
from kmonitor.alarms.limit_texts import table_of
from kmonitor.alarms.limits import FastFall, Judged, Level, LimitRule, LimitSet

SPO2, PULSE, SYS = Condition.SPO2_LOW, Condition.PULSE_LOW, Condition.NIBP_SYSTOLIC_HIGH


@pytest.fixture(scope="module")
def default() -> LimitSet:
    return limit_sets.load_default()


def level(limits: LimitSet, condition: Condition, place: int) -> Level:
    return next(rule for rule in limits.rules if rule.condition is condition).levels[place]


def test_a_limit_is_moved_and_everything_else_stays(default):
    moved = with_limit(default, SPO2, 1, 88)
    assert moved.shown(Judged.SPO2) == (88, None)
    assert misfit(default, moved) is None
    assert describe(default, moved) == "SpO2 low 90 -> 88"
    assert with_limit(moved, SPO2, 1, 90) == default
    assert moved.sha256 == default.sha256, "it is still the session's own set"


def test_a_delay_is_changed(default):
    moved = with_delay(default, SPO2, 1, 15)
    assert (level(moved, SPO2, 1).delay_s, misfit(default, moved)) == (15, None)
    assert describe(default, moved) == "SpO2 low delay 10 s -> 15 s"


def test_a_rise_is_changed(default):
    moved = with_rise(default, SYS, 0, 35)
    assert misfit(default, moved) is None
    assert describe(default, moved) == "SYS high (seen only) rise 30 -> 35"


def test_several_changes_are_told_together_each_with_its_old_value(default):
    moved = with_limit(with_delay(with_limit(default, SPO2, 0, 92), SPO2, 2, 10), SYS, 2, 165)
    moved = with_limit(with_limit(moved, SYS, 1, 155), SPO2, 3, 78)
    assert describe(default, moved) == (
        "SpO2 low (seen only) 93 -> 92; SpO2 low (high priority, 1) delay 5 s -> 10 s; "
        "SpO2 low (high priority, 2) 80 -> 78; SYS high (with a rise of 40) 150 -> 155; "
        "SYS high 160 -> 165"
    )


def test_nothing_that_differs_has_no_words_and_is_no_change(default):
    assert describe(default, default) == ""
    assert misfit(default, default) == "Nothing was changed."


@pytest.mark.parametrize(("offset", "limit"), [(-4, 92), (-4.6, 91), (-4.5, 92)])
def test_a_limit_is_set_from_the_baseline_as_it_is_displayed(default, offset, limit):
    moved = from_baseline(default, SPO2, 1, 96, offset)
    assert level(moved, SPO2, 1).limit == limit


def test_a_limit_set_by_a_person_counts_instead_of_a_part_of_the_baseline(default):
    moved = with_limit(default, PULSE, 0, 45)
    assert level(moved, PULSE, 0) == Level(priority=Priority.MEDIUM, limit=45, delay_s=10)
    assert misfit(default, moved) is None
    assert describe(default, moved) == "Pulse low 50 (0.8 x a baseline below 60) -> 45"
    assert describe(moved, restored(moved, default, PULSE)) == (
        "Pulse low 45 -> 50 (0.8 x a baseline below 60)"
    )


def test_one_condition_is_restored_and_the_others_stay_as_they_were_set(default):
    moved = with_limit(with_delay(with_limit(default, SPO2, 1, 88), SPO2, 0, 60), PULSE, 1, 35)
    back = restored(moved, default, SPO2)
    assert back == with_limit(default, PULSE, 1, 35)
    assert misfit(moved, back) is None


@pytest.mark.parametrize(
    ("condition", "place", "limit", "words"),
    [
        pytest.param(
            SPO2, 1, 100, "SpO2 low: the limit is impossible: 100; it must lie from 50 to 99.",
            id="a limit that is always passed",
        ),
        pytest.param(
            SPO2, 1, 94, "SpO2 low: the levels must be ordered: a more urgent limit lies further "
            "out.", id="beyond what is seen only",
        ),
        pytest.param(
            SPO2, 1, 85, "SpO2 low: the levels must be ordered: a more urgent limit lies further "
            "out.", id="as far out as the next level",
        ),
        pytest.param(
            PULSE, 0, 120, "Pulse low: the limit must lie below the high limit: 120, high 120.",
            id="low equal to high: 120 > 120 is never shown",
        ),
        pytest.param(
            SPO2, 1, 89.6, "SpO2 low: the limit must be a whole number, as it is displayed: 89.6.",
            id="what is not displayed",
        ),
        pytest.param(
            SYS, 1, 162, "SYS high: the levels must have every limit with a rise inside the one "
            "without.", id="a rise that is never told",
        ),
    ],
)  # fmt: skip
def test_a_limit_that_makes_no_sense_is_refused_in_one_sentence(
    default, condition, place, limit, words
):
    assert misfit(default, with_limit(default, condition, place, limit)) == words


@pytest.mark.parametrize(
    ("condition", "delay_s", "words"),
    [
        (SPO2, 121, "SpO2 low: the delay must lie between 0 and 120 s."),
        (SPO2, -1, "SpO2 low: the delay must lie between 0 and 120 s."),
        (
            Condition.NIBP_SYSTOLIC_LOW, 5,
            "SYS low: the delay must be left out: a cuff reading or an observation is judged at "
            "once.",
        ),
    ],
)  # fmt: skip
def test_a_delay_that_makes_no_sense_is_refused_in_one_sentence(default, condition, delay_s, words):
    place = 0 if condition is not SPO2 else 1
    assert misfit(default, with_delay(default, condition, place, delay_s)) == words


def test_no_delay_and_the_longest_one_are_taken(default):
    for delay_s in (0, 120):
        assert misfit(default, with_delay(default, SPO2, 1, delay_s)) is None


def other_sets(default: LimitSet) -> dict[str, LimitSet]:
    first, *rest = default.rules
    heard_less = replace(first.levels[1], priority=Priority.LOW)
    return {
        "a rule less": replace(default, rules=tuple(rest)),
        "a level less": replace(
            default, rules=(replace(first, levels=first.levels[:-1]), *rest)
        ),
        "the rules in another order": replace(default, rules=(*rest, first)),
        "another priority": replace(
            default,
            rules=(replace(first, levels=(first.levels[0], heard_less, *first.levels[2:])), *rest),
        ),
        "a rise without one": with_rise(default, SPO2, 1, 3),
        "a limit where there was a rise only": with_limit(default, SYS, 0, 140),
        "another name": replace(default, name="wider"),
        "another version": replace(default, version=2),
        "another file": replace(default, sha256="0" * 64),
        "another day": replace(default, dated=date(2020, 1, 1)),
        "a fast fall": replace(default, fast_fall=FastFall(points=4, within_s=30)),
        "several lesser": replace(default, several_lesser=3),
        "no observations": replace(default, observation_every_s=None),
    }  # fmt: skip


def test_a_change_is_of_numbers_only(default):
    refused = {name: misfit(default, each) for name, each in other_sets(default).items()}
    assert set(refused.values()) == {"A change of limits keeps the rules and levels of its set."}


def test_what_was_wrong_before_already_does_not_keep_from_another_change(default):
    """A session of an older record goes on with its own set, which may lack what one needs now."""
    old = replace(
        default,
        rules=tuple(
            rule for rule in default.rules if rule.condition is not Condition.NIBP_DIASTOLIC_HIGH
        ),
    )
    assert misfit(old, with_limit(old, SPO2, 1, 88)) is None
    assert misfit(old, with_limit(old, SPO2, 1, 99)) is not None


def test_every_shipped_set_can_be_changed_at_every_limit_by_one():
    """So that no key of the limits page is dead from the start."""
    for name in limit_sets.SHIPPED:
        limits = limit_sets.load(name)
        for rule in limits.rules:
            for place, each in enumerate(rule.levels):
                if each.limit is None or rule.condition is Condition.APNOEA:
                    continue
                moved = [
                    with_limit(limits, rule.condition, place, each.limit + step) for step in (-1, 1)
                ]
                assert None in [misfit(limits, after) for after in moved], (name, rule, place)


def test_a_whole_set_is_told_as_a_table(default):
    rows = [(row.rule, row.priority, row.beyond, row.delay) for row in table_of(default)]
    assert rows[:3] == [
        ("SpO2 low", "seen only", "below 93 %", "for 30 s"),
        ("SpO2 low", "medium", "below 90 %", "for 10 s"),
        ("SpO2 low", "high", "below 85 %", "for 5 s"),
    ]
    assert ("SpO2 low", "high", "below 80 %", "at once") in rows
    assert ("SYS high", "seen only", "more than 30 above baseline", "at once") in rows
    both = "above 150 mmHg and more than 40 above baseline"
    assert ("SYS high", "medium", both, "at once") in rows
    pulse = "below 50 /min (0.8 x a baseline below 60)"
    assert ("Pulse low", "medium", pulse, "for 10 s") in rows
    assert ("No breath", "high", "none", "for 30 s") in rows
    assert rows[-1] == ("Observation", "", "every 15 min while infusing", "")
    assert len(rows) == sum(len(rule.levels) for rule in default.rules) + 1


def test_what_a_site_switched_on_stands_in_the_table_too(default):
    more = replace(default, fast_fall=FastFall(points=4, within_s=30), several_lesser=3)
    rows = [(row.rule, row.priority, row.beyond, row.delay) for row in table_of(more)]
    assert ("SpO2 falling", "seen only", "by more than 4 %", "within 30 s") in rows
    assert ("Together", "seen only", "3 or more that are only seen", "at once") in rows


def test_a_set_with_one_level_is_changed_too():
    rule = LimitRule(
        condition=SPO2, judged=Judged.SPO2, is_high=False,
        levels=(Level(priority=Priority.MEDIUM, limit=90, delay_s=0),),
    )  # fmt: skip
    limits = LimitSet(
        name="own", title="Own", version=1, author="Dr A", dated=date(2026, 1, 1), sha256="",
        rules=(rule,),
    )  # fmt: skip
    assert misfit(limits, with_limit(limits, SPO2, 0, 85)) is None
