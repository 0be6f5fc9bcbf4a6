from dataclasses import replace

import pytest

from kmonitor import limit_sets
from kmonitor.alarms.conditions import AlarmKind, Condition, Priority
from kmonitor.alarms.limits import Judged
from kmonitor.recordings.judging import judge
from kmonitor.recordings.naive import naive_stretches
from kmonitor.recordings.scoring import desaturations, score, with_delay
from kmonitor.recordings.stretches import Stretch, covered_s, heard, stretches_of
from tests.recordings_world import recording_of, spo2_of

LIMITS = limit_sets.load_default()
LOW, MEDIUM, HIGH = Priority.LOW, Priority.MEDIUM, Priority.HIGH


def stretch(priority: Priority, since_s: float, until_s: float) -> Stretch:
    return Stretch(
        condition=Condition.SPO2_LOW, about="", kind=AlarmKind.PHYSIOLOGICAL, priority=priority,
        since_s=since_s, until_s=until_s,
    )  # fmt: skip


def times(stretches: list[Stretch]) -> list[tuple[str, float, float]]:
    return [(each.priority.value, each.since_s, each.until_s) for each in stretches]


def test_a_condition_that_worsens_and_eases_stands_in_stretches():
    recording = spo2_of([98] * 10 + [88] * 20 + [82] * 20 + [88] * 15 + [98] * 5)
    found = stretches_of(judge(recording, LIMITS), recording.length_s)
    assert times(found) == [("medium", 20, 35), ("high", 35, 50), ("medium", 50, 65)]
    assert times(heard(found)) == [("high", 20, 65)]


def test_what_is_only_seen_is_not_heard_and_what_is_not_over_stands_until_the_end():
    recording = spo2_of([98] * 10 + [92] * 60)
    found = stretches_of(judge(recording, LIMITS), recording.length_s)
    assert times(found) == [("low", 40, 69)]
    assert heard(found) == []


def test_time_covered_counts_a_second_once():
    assert covered_s([stretch(HIGH, 5, 9), stretch(MEDIUM, 0, 6), stretch(LOW, 20, 21)]) == 10
    assert covered_s([]) == 0


def test_the_naive_engine_takes_each_number_at_once_and_a_zero_for_a_number():
    recording = recording_of(
        [(i, (each, 72)) for i, each in enumerate([98, 89, 98, 0, None, 84, 90, 92])]
    )
    assert times(naive_stretches(recording, LIMITS)) == [
        ("medium", 1, 2), ("high", 3, 6),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ([98] * 30 + [89] * 15 + [98] * 30, [(30, 45, 89)]),
        ([98] * 30 + [89] * 14 + [98] * 30, []),
        ([98] * 30 + [90] * 40 + [98] * 30, []),
        ([89] * 15, [(0, 15, 89)]),
        ([0] + [98] * 19 + [89] * 15 + [98] * 30, []),
        ([0] + [98] * 20 + [89, 75] * 8 + [98] * 30, [(21, 37, 75)]),
        ([98] * 30 + [89] * 15 + [98] * 20 + [0], []),
        ([89] * 8 + [None] + [89] * 8, []),
    ],
)
def test_a_desaturation_is_long_enough_and_far_from_a_zero(numbers, found):
    assert [
        (each.since_s, each.until_s, each.lowest)
        for each in desaturations(spo2_of(numbers), LIMITS)
    ] == found


def test_a_desaturation_does_not_reach_across_a_gap():
    times_s = [*range(20), *range(300, 305), *range(320, 336)]
    recording = recording_of([(at_s, (88,)) for at_s in times_s], (Judged.SPO2,))
    found = [(each.since_s, each.until_s) for each in desaturations(recording, LIMITS)]
    assert found == [(0, 20), (320, 336)]
    by_the_minute = recording_of([(60 * i, (88,)) for i in range(5)], (Judged.SPO2,))
    by_the_minute = replace(by_the_minute, usual_step_s=60)
    assert [each.since_s for each in desaturations(by_the_minute, LIMITS)] == [0]


def test_a_recording_without_spo2_has_no_desaturation():
    recording = recording_of([(0, (50,)), (60, (50,))], (Judged.PULSE_RATE,))
    assert score(recording, LIMITS).desaturations == ()


def test_another_delay_changes_what_is_heard_and_nothing_that_comes_at_once():
    rule = next(r for r in with_delay(LIMITS, 15).rules if r.condition is Condition.SPO2_LOW)
    assert [(level.limit, level.delay_s) for level in rule.levels] == [
        (93, 30), (90, 15), (85, 15), (80, 0),
    ]  # fmt: skip


def test_a_score_tells_of_every_engine_how_often_how_long_and_how_late():
    fall = [98] * 60 + [88] * 20 + [98] * 30 + [88] * 20 + [98] * 60 + [88] * 4 + [98] * 166
    found = score(spo2_of([*fall, 98]), LIMITS)
    assert [
        (each.engine, each.alarms, round(each.alarms_per_h), each.alarm_s, each.chatter)
        for each in found.engines
    ] == [
        ("default set", 2, 20, 20, 1),
        ("delay 0 s", 3, 30, 44, 1),
        ("delay 5 s", 2, 20, 30, 1),
        ("delay 10 s", 2, 20, 20, 1),
        ("delay 15 s", 2, 20, 10, 1),
        ("naive", 3, 30, 44, 1),
    ]
    assert [each.onsets_s for each in found.engines] == [
        (10, 10), (0, 0), (5, 5), (10, 10), (15, 15), (0, 0),
    ]  # fmt: skip


def test_a_desaturation_that_an_engine_does_not_hear_is_missed():
    found = score(spo2_of([98] * 30 + [88] * 15 + [98] * 30), with_delay(LIMITS, 30))
    assert found.engines[0].onsets_s == (None,)
