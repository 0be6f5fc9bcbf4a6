"""A fast fall of SpO2: shown where a limit set wants it, never heard, never out of a gap."""

from dataclasses import replace

import pytest

from kmonitor.alarms.conditions import AlarmKind, Condition, Priority
from kmonitor.alarms.inputs import Measured, Rules
from kmonitor.alarms.limits import FastFall, Judged
from tests.engine_bench import LIMITS, Bench

FALLING = Condition.SPO2_FALLING


@pytest.fixture
def bench() -> Bench:
    return Bench(limits=replace(LIMITS, fast_fall=FastFall(points=4, within_s=30)))


def test_it_is_off_in_the_default_set():
    assert LIMITS.fast_fall is None
    bench = Bench()
    bench.spo2(100, seconds=5)
    bench.spo2(94, seconds=5)
    assert bench.rows == []
    assert bench.state.recent == ()


def test_a_fall_by_more_than_the_points_is_shown_and_not_heard(bench):
    bench.spo2(99, seconds=5)
    bench.spo2(95, seconds=2)
    assert bench.rows == []
    bench.spo2(94)
    (row,) = bench.rows
    assert (row.condition, row.kind, row.priority) == (
        FALLING, AlarmKind.PHYSIOLOGICAL, Priority.LOW,
    )  # fmt: skip
    assert (row.words, row.value, row.limit) == ("SpO2 FALLING 99 to 94 within 30 s", 94, 95)
    assert bench.sound() is None


def test_the_words_follow_the_fall_and_it_ends_without_a_line(bench):
    bench.spo2(99, seconds=5)
    bench.spo2(94)
    bench.spo2(93.4)
    assert bench.find(FALLING).words == "SpO2 FALLING 99 to 93 within 30 s"
    bench.spo2(95)
    assert bench.phases(FALLING) == ["onset", "ended"]
    assert bench.find(FALLING) is None


def test_a_slow_fall_is_none(bench):
    for value in (99, 98, 97, 96, 95, 94, 93):
        bench.spo2(value, seconds=8)
    assert bench.phases(FALLING) == []


def test_what_lies_further_back_than_the_time_counts_no_more(bench):
    bench.spo2(99)
    bench.spo2(95, seconds=29)
    bench.take(Measured(at=bench.now, judged=Judged.SPO2, value=94))
    assert bench.phases(FALLING) == ["onset"]
    bench.clock.advance(s=0.001)
    bench.take(Measured(at=bench.now, judged=Judged.SPO2, value=94))
    assert bench.phases(FALLING) == ["onset", "ended"]


@pytest.mark.parametrize(("gap_s", "falls"), [(9.9, True), (10.0, False)])
def test_no_fall_begins_out_of_a_gap(bench, gap_s, falls):
    bench.take(Measured(at=bench.now, judged=Judged.SPO2, value=99))
    bench.clock.advance(s=gap_s)
    bench.take(Measured(at=bench.now, judged=Judged.SPO2, value=94))
    assert (bench.find(FALLING) is not None) is falls


def test_values_are_compared_as_displayed(bench):
    bench.spo2(98.6)
    bench.spo2(94.5)
    assert bench.phases(FALLING) == []
    bench.spo2(94.4)
    assert bench.phases(FALLING) == ["onset"]


def test_another_metric_is_no_fall(bench):
    bench.spo2(99, judged=Judged.PULSE_RATE)
    bench.spo2(60, judged=Judged.PULSE_RATE)
    assert bench.phases(FALLING) == []


def test_losing_the_numbers_ends_no_fall(bench):
    bench.spo2(99)
    bench.spo2(94)
    bench.spo2(None, seconds=60)
    assert bench.phases(FALLING) == ["onset"]


def test_switched_off_by_other_limits_it_ends_with_the_next_number(bench):
    bench.spo2(99)
    bench.spo2(94)
    bench.rules = Rules(limits=LIMITS)
    bench.spo2(94)
    assert bench.phases(FALLING) == ["onset", "ended"]
