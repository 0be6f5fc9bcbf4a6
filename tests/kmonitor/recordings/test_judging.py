"""A recording at full speed is judged exactly as a live session judges it."""

import random
from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmonitor import limit_sets
from kmonitor.alarms import engine
from kmonitor.alarms.conditions import AlarmKind, Condition
from kmonitor.alarms.inputs import AlarmEvent
from kmonitor.alarms.limits import FastFall, Judged
from kmonitor.recordings.recording import Recording
from kmonitor.recordings.stretches import at_s
from tests.recordings_world import (
    CUFF,
    OXIMETER,
    judged_at_speed,
    judged_by_the_session,
    recording_of,
    spo2_of,
)

LIMITS = limit_sets.load_default()
ALL = (*OXIMETER, Judged.RESPIRATORY_RATE, Judged.ETCO2, *CUFF)
SPO2 = (98, 93, 92, 91, 90, 89.6, 89, 85, 84, 80, 79, 79.4, 0, None, 127)
PULSE = (72, 120, 121, 130, 141, 49, 50, 39, 0, None)
RR, CO2 = (14, 0, 7, 31, None), (38, 24, 51, 61, None)
PRESSURES = (
    (118, 76, 90),
    (165, 96, 119),
    (185, 112, 136),
    (78, 39, 52),
    (170, 80, None),
    (None, None, None),
)
STEPS_S = (
    (1.0, 60),
    (0.4, 8),
    (2.0, 8),
    (4.0, 8),
    (9.6, 4),
    (10.0, 4),
    (12.0, 3),
    (0.0, 2),
    (40.0, 2),
    (130.0, 1),
    (950.0, 0.3),
)


def made_up(seed: int, count: int, limits_columns: tuple[Judged, ...] = ALL) -> Recording:
    """Stretches in which each column dwells around one number, as patients and sensors do."""
    chance = random.Random(seed)
    steps, weights = zip(*STEPS_S, strict=True)
    times = list(accumulate(chance.choices(steps, weights, k=count)))
    rows = []
    dwelling = [0] * 5
    numbers: list[tuple[float | None, ...]] = [(98,), (72,), (14,), (38,), (None,) * 3]
    for time_s in times:
        for column, known in enumerate((SPO2, PULSE, RR, CO2, PRESSURES)):
            dwelling[column] -= 1
            if dwelling[column] < 0:
                dwelling[column] = chance.choice((0, 1, 3, 6, 11, 30, 90))
                chosen = chance.choice(known)
                numbers[column] = chosen if isinstance(chosen, tuple) else (chosen,)
        rows.append((time_s - times[0], [each for column in numbers for each in column]))
    return recording_of(rows, limits_columns)


@settings(max_examples=4, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_any_recording_gives_the_transitions_of_a_live_session(seed):
    recording = made_up(seed, 90)
    assert judged_at_speed(recording, LIMITS) == judged_by_the_session(recording, LIMITS)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10**9),
    count=st.integers(1, 600),
    name=st.sampled_from(["default", "tighter", "wider"]),
)
def test_many_recordings_give_the_transitions_of_a_live_session(seed, count, name):
    recording, limits = made_up(seed, count), limit_sets.load(name)
    assert judged_at_speed(recording, limits) == judged_by_the_session(recording, limits)


def test_a_long_gap_is_walked_as_a_session_lives_it():
    rows = [(float(i), (98, 72, 118, 76, 90)) for i in range(3)]
    rows += [(2_500.5 + i, (88, 72, 118, 76, 90)) for i in range(12)]
    recording = recording_of(rows, (*OXIMETER, *CUFF))
    told = judged_at_speed(recording, LIMITS)
    assert told == judged_by_the_session(recording, LIMITS)
    assert [(row.condition, row.phase.value) for row in told[:5]] == [
        (Condition.NO_DATA, "onset"),
        (Condition.NO_DATA, "escalated"),
        (Condition.NIBP_OVERDUE, "onset"),
        (Condition.NIBP_OVERDUE, "escalated"),
        (Condition.SPO2_LOW, "pending"),
    ]


def test_a_limit_set_with_what_is_only_seen_is_judged_the_same():
    limits = replace(LIMITS, fast_fall=FastFall(points=4, within_s=30), several_lesser=2)
    recording = made_up(17, 120)
    told = judged_at_speed(recording, limits)
    assert told == judged_by_the_session(recording, limits)
    assert Condition.SPO2_FALLING in {row.condition for row in told}
    assert Condition.SEVERAL_LESSER in {row.condition for row in told}


@pytest.mark.parametrize("cell", [0, -1, 127, None])
def test_nothing_of_the_patient_begins_from_what_is_no_value(cell):
    told = judged_at_speed(spo2_of([98] * 5 + [cell] * 200 + [98] * 5), LIMITS)
    assert {row.kind for row in told} == {AlarmKind.TECHNICAL}
    assert [row.priority.value for row in told if row.condition is Condition.NO_DATA] == [
        "medium", "high", "high",
    ]  # fmt: skip


def test_a_fall_that_ends_in_a_gap_stays_until_a_number_says_otherwise():
    told = judged_at_speed(spo2_of([98] * 5 + [85] * 12 + [None] * 300 + [98] * 5), LIMITS)
    low = [row for row in told if row.condition is Condition.SPO2_LOW]
    assert [(row.phase.value, at_s(row)) for row in low] == [
        ("pending", 5), ("onset", 15), ("latched", 317),
    ]  # fmt: skip


@pytest.mark.parametrize("lost", [0, None, 127])
def test_no_delay_runs_out_in_the_moment_in_which_the_number_is_lost(lost):
    fall = [98] * 5 + [88] * 10
    told = judged_at_speed(spo2_of([*fall, lost, 98]), LIMITS)
    assert [(row.phase.value, at_s(row)) for row in told] == [("pending", 5), ("ended", 16)]
    told = judged_at_speed(spo2_of([*fall, 88, lost, 98]), LIMITS)
    assert [(row.phase.value, at_s(row)) for row in told] == [
        ("pending", 5), ("onset", 15), ("latched", 17),
    ]  # fmt: skip


@pytest.mark.parametrize("gap_s", [2, 9, 12, 60])
def test_no_delay_runs_out_where_no_row_comes(gap_s):
    """Five numbers below the limit, a gap in which the delay would run out, and a calm end."""
    times_s = [*range(10), *(9 + gap_s + i for i in range(3))]
    rows = [(at_s, (88 if 5 <= at_s < 10 else 98,)) for at_s in times_s]
    told = judged_at_speed(recording_of(rows, (Judged.SPO2,)), LIMITS)
    low = [row for row in told if row.condition is Condition.SPO2_LOW]
    assert [row.phase.value for row in low] == ["pending", "ended"]
    still_low = [(at_s, (88 if at_s >= 5 else 98,)) for at_s in times_s]
    told = judged_at_speed(recording_of(still_low, (Judged.SPO2,)), LIMITS)
    low = [row for row in told if row.condition is Condition.SPO2_LOW]
    assert not any(9 < at_s(row) < 9 + gap_s for row in low if row.phase.value == "onset")


def test_a_cuff_reading_is_judged_once_and_a_mean_alone_too():
    rows: list[tuple[float, tuple[float | None, ...]]]
    rows = [(i, (98, 185, 90, 120)) for i in range(5)]
    rows += [(i, (98, 120, 80, 93)) for i in range(5, 10)]
    rows += [(i, (98, None, None, 50)) for i in range(10, 15)]
    told = judged_at_speed(recording_of(rows, (Judged.SPO2, *CUFF)), LIMITS)
    assert [(row.condition.value, row.phase.value, at_s(row), row.value) for row in told] == [
        ("nibp_systolic_high", "onset", 0, 185),
        ("nibp_systolic_high", "latched", 5, 185),
        ("nibp_mean_low", "onset", 10, 50),
    ]


def test_a_cuff_reading_without_a_systolic_pressure_does_not_end_that_it_is_high():
    rows: list[tuple[float, tuple[float | None, ...]]]
    rows = [(0, (98, 185, 90, 120)), (1, (98, None, None, 90)), (2, (98, 130, 80, 97))]
    told = judged_at_speed(recording_of(rows, (Judged.SPO2, *CUFF)), LIMITS)
    assert [(row.phase.value, at_s(row)) for row in told] == [("onset", 0), ("latched", 2)]


@pytest.mark.parametrize(
    ("numbers", "at_most"),
    [((97, 72, 14), 0), ((88, 130, 14), 0.1), ((0, 0, None), 0.01), ((88, 0, 5), 0.12)],
)
def test_numbers_that_say_nothing_new_are_not_judged_anew(numbers, at_most, monkeypatch):
    recording = recording_of(
        [(float(i), numbers) for i in range(1_000)], (*OXIMETER, Judged.RESPIRATORY_RATE)
    )
    asked: list[AlarmEvent] = []
    step = engine.step

    def counted(state, event, rules):
        asked.append(event)
        return step(state, event, rules)

    monkeypatch.setattr(engine, "step", counted)
    judged_at_speed(recording, LIMITS)
    assert len(asked) <= at_most * 3 * len(recording.rows)


def test_no_data_that_ends_and_comes_again_between_two_rows_is_told():
    recording = recording_of([(at, (98,)) for at in (0, 40, 80, 82)], (Judged.SPO2,))
    told = judged_at_speed(recording, LIMITS)
    assert told == judged_by_the_session(recording, LIMITS)
    assert [(row.phase.value, at_s(row)) for row in told] == [
        ("onset", 30), ("ended", 41), ("onset", 70), ("ended", 81),
    ]  # fmt: skip


@pytest.mark.parametrize("steady_s", range(24, 36))
def test_what_waits_is_as_old_as_it_was_when_something_else_is_judged(steady_s):
    """An alarm goes on, a second one begins while no rows come, the first worsens and eases."""
    rows = [(float(i), (88, 130 if i > steady_s - 7 else 70)) for i in range(steady_s)]
    rows += [(steady_s + 5.0, (79, 130))]
    rows += [(steady_s + 6.0 + i, (88, 130)) for i in range(3)]
    recording = recording_of(rows)
    told = judged_at_speed(recording, LIMITS)
    assert told == judged_by_the_session(recording, LIMITS)
    assert [row.phase.value for row in told if row.condition is Condition.SPO2_LOW] == [
        "pending", "onset", "escalated", "latched", "onset",
    ]  # fmt: skip
    assert [row.phase.value for row in told if row.condition is Condition.PULSE_HIGH] == [
        "pending", "onset",
    ]  # fmt: skip


@pytest.mark.parametrize("steady_s", [12, 22, 29, 30, 31, 45])
def test_an_alarm_that_worsens_for_a_moment_is_not_shorter_for_having_waited(steady_s):
    told = judged_at_speed(spo2_of([88] * steady_s + [79] + [88] * 3), LIMITS)
    assert [(row.phase.value, at_s(row)) for row in told[2:]] == [
        ("escalated", steady_s), ("latched", steady_s + 1), ("onset", steady_s + 1),
    ]  # fmt: skip
