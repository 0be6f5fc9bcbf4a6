"""Several conditions that are each only seen: one more line where a set wants it, no sound."""

from dataclasses import replace

import pytest

from kmonitor.alarms.conditions import AlarmKind, Condition, Priority
from kmonitor.alarms.inputs import LimitsMoved, Rules
from kmonitor.alarms.limits import Judged
from tests.engine_bench import LIMITS, Bench, technical

SEVERAL = Condition.SEVERAL_LESSER


@pytest.fixture
def bench() -> Bench:
    return Bench(
        (Judged.NIBP_SYSTOLIC, 120), limits=replace(LIMITS, several_lesser=2, fast_fall=None)
    )


def _see_a_pressure(bench: Bench) -> None:
    """Systolic 151: beyond the rise that is only seen, inside all that sounds."""
    bench.cuff(152)
    assert bench.find(Condition.NIBP_SYSTOLIC_HIGH).priority is Priority.LOW


def test_it_is_off_in_the_default_set():
    assert LIMITS.several_lesser is None
    bench = Bench((Judged.NIBP_SYSTOLIC, 120))
    _see_a_pressure(bench)
    bench.spo2(92, seconds=40)
    assert bench.phases(SEVERAL) == []


def test_as_many_as_the_set_names_are_one_more_line_that_is_not_heard(bench):
    _see_a_pressure(bench)
    assert bench.phases(SEVERAL) == []
    bench.spo2(92)
    row = bench.rows[-1]
    assert (row.condition, row.kind, row.priority) == (
        SEVERAL, AlarmKind.PHYSIOLOGICAL, Priority.LOW,
    )  # fmt: skip
    assert (row.words, row.value, row.limit) == ("2 SMALLER CHANGES TOGETHER", 2.0, 2.0)
    assert bench.sound() is None


def test_one_more_changes_the_words_and_begins_nothing(bench):
    _see_a_pressure(bench)
    bench.spo2(92)
    bench.spo2(115, judged=Judged.PULSE_RATE)
    assert bench.find(SEVERAL).words == "2 SMALLER CHANGES TOGETHER"
    bench.spo2(125, judged=Judged.PULSE_RATE)
    assert bench.find(SEVERAL).words == "3 SMALLER CHANGES TOGETHER"
    assert bench.phases(SEVERAL) == ["onset"]


def test_it_ends_with_one_of_them_and_leaves_no_line(bench):
    _see_a_pressure(bench)
    bench.spo2(92)
    bench.spo2(97)
    assert bench.phases(SEVERAL) == ["onset", "ended"]
    assert bench.find(SEVERAL) is None


def test_what_sounds_is_no_lesser_thing(bench):
    bench.cuff(165)
    bench.spo2(92)
    assert bench.phases(SEVERAL) == []


def test_what_is_over_or_technical_is_no_lesser_thing(bench):
    bench.cuff(165)
    bench.cuff(120)
    bench.stand(technical(Condition.SENSOR_OFF, Priority.LOW))
    bench.spo2(92)
    assert bench.phases(SEVERAL) == []


def test_it_does_not_count_itself(bench):
    _see_a_pressure(bench)
    bench.spo2(92, seconds=3)
    assert bench.find(SEVERAL).value == 2.0


def test_what_eased_in_silence_counts_at_once(bench):
    bench.spo2(92)
    bench.cuff(165)
    bench.acknowledge(2)
    bench.spo2(92)
    assert bench.phases(SEVERAL) == []
    _see_a_pressure(bench)
    assert bench.phases(SEVERAL) == ["onset"]


def test_switched_off_by_other_limits_it_ends(bench):
    _see_a_pressure(bench)
    bench.spo2(92)
    bench.rules = Rules(limits=LIMITS, baseline=bench.rules.baseline)
    bench.take(LimitsMoved(at=bench.now))
    assert bench.phases(SEVERAL) == ["onset", "ended"]
