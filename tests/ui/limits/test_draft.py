"""What waits to be used: named, refused or taken back, without Qt."""

from dataclasses import replace

import pytest

from kmonitor.alarms.limits import Judged, LimitSet
from kmonitor.limit_sets import load_default
from tests.limits_world import (
    PULSE_LOW,
    SPO2,
    SPO2_CRITICAL,
    SYSTOLIC,
    SYSTOLIC_RISE,
    SYSTOLIC_WITH_RISE,
)
from ui.limits.draft import Draft, Spot

SET = load_default()


def draft(limits: LimitSet = SET) -> Draft:
    return Draft(now=limits, wanted=limits, began_with=SET)


def test_a_change_is_named_with_the_old_number() -> None:
    changed = draft().with_limit(SPO2, 88)
    assert changed.is_changed
    assert changed.words == "SpO2 low 90 -> 88"
    assert changed.trouble == ""
    assert changed.is_moved(SPO2)
    assert not changed.is_moved(SPO2_CRITICAL)


def test_several_changes_wait_together_and_all_are_named() -> None:
    words = draft().with_limit(SPO2, 88).with_delay(SPO2, 15).with_limit(SYSTOLIC, 170).words
    assert words == "SpO2 low 90 -> 88; SpO2 low delay 10 s -> 15 s; SYS high 160 -> 170"


def test_a_number_typed_back_is_no_change_even_where_it_had_a_part_of_the_baseline() -> None:
    changed = draft().with_limit(PULSE_LOW, 45)
    assert changed.is_changed
    assert not changed.with_limit(PULSE_LOW, 50).is_changed


def test_a_rise_alone_is_changed_as_a_rise() -> None:
    level = draft().with_limit(SYSTOLIC_RISE, 35).level(SYSTOLIC_RISE)
    assert (level.limit, level.rise) == (None, 35)


@pytest.mark.parametrize(
    ("spot", "number", "wrong"),
    [
        (SPO2, 84, {SPO2, SPO2_CRITICAL}),  # critical inside the medium one
        (SPO2, 10, None),  # outside of what is plausible
        (SYSTOLIC, 80, None),  # low at or above high
        (SYSTOLIC, 999, None),
        (SYSTOLIC_WITH_RISE, 170, None),  # beyond the one that needs no rise
    ],
)
def test_what_is_impossible_is_refused_in_words_at_its_number(
    spot: Spot, number: float, wrong: set[Spot] | None
) -> None:
    changed = draft().with_limit(spot, number)
    assert changed.trouble.endswith(".")
    assert spot in changed.wrong
    if wrong is not None:
        assert changed.wrong == wrong


def test_limits_out_of_order_are_told_as_the_row_of_their_numbers() -> None:
    changed = draft().with_limit(SPO2, 84)
    assert changed.trouble == ("SpO2 low: 93, 84, 85, 80: each must be lower than the one before.")


def test_a_low_limit_never_meets_the_high_one() -> None:
    low = Spot(condition=PULSE_LOW.condition, place=0)
    changed = draft().with_limit(low, 120)
    assert "below the high limit" in changed.trouble


def test_from_the_baseline_is_a_plain_number() -> None:
    level = draft().from_baseline(SYSTOLIC, 125, 40).level(SYSTOLIC)
    assert (level.limit, level.rise) == (165, None)


def test_back_goes_to_what_the_session_has_and_then_to_what_it_had() -> None:
    first = draft()
    used = first.with_limit(SPO2, 88).follow(first.with_limit(SPO2, 88).wanted)
    assert not used.is_changed
    assert used.with_limit(SPO2, 86).back(SPO2).level(SPO2).limit == 88
    earlier = used.earlier(SPO2)
    assert earlier is not None
    assert earlier.limit == 90
    assert used.back(SPO2).words == "SpO2 low 88 -> 90"
    assert used.earlier(SYSTOLIC) is None


def test_default_restores_one_row_or_all() -> None:
    changed = draft().with_limit(SPO2, 88).with_limit(SPO2_CRITICAL, 82).with_limit(SYSTOLIC, 170)
    row = changed.restored(Judged.SPO2)
    assert row.words == "SYS high 160 -> 170"
    assert row.can_be_restored
    assert not changed.all_restored().is_changed
    assert not changed.all_restored().can_be_restored


def test_without_the_set_there_is_no_default_to_restore() -> None:
    changed = Draft(now=SET, wanted=SET).with_limit(SPO2, 88)
    assert not changed.can_be_restored
    assert changed.restored(Judged.SPO2) == changed
    assert changed.all_restored() == changed


def test_undone_nothing_waits() -> None:
    assert not draft().with_limit(SPO2, 88).undone().is_changed


def test_what_was_wrong_in_an_old_set_does_not_keep_from_another_change() -> None:
    rules = tuple(
        replace(rule, levels=tuple(reversed(rule.levels)))
        if rule.judged is Judged.NIBP_DIASTOLIC and rule.is_high
        else rule
        for rule in SET.rules
    )
    old = replace(SET, rules=rules)
    changed = draft(old).with_limit(SPO2, 88)
    assert changed.trouble == ""
    assert changed.wrong == frozenset()


def test_what_was_typed_while_another_change_came_into_use_goes_on_waiting() -> None:
    asked = draft().with_limit(SPO2, 88)
    typed_on = asked.with_limit(SYSTOLIC, 170)
    came = typed_on.follow(asked.wanted)
    assert came.words == "SYS high 160 -> 170"
    assert came.follow(came.wanted).words == ""
