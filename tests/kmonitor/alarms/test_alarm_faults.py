"""The faults that another alarm manager showed when it was run, each by its name."""

from datetime import timedelta

import pytest

from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.inputs import Measured, Passed
from kmonitor.alarms.limits import Judged
from kmonitor.alarms.occurrences import presented
from kmonitor.clock import Instant
from tests import builders
from tests.engine_bench import Bench, technical
from tests.lived_session import Bedside


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_low_alarm_that_was_acknowledged_hides_no_high_one(bench):
    bench.spo2(92, seconds=31)
    (low,) = bench.state.occurrences
    assert low.priority is Priority.LOW
    bench.acknowledge(low.number)
    bench.spo2(79)
    assert bench.phases(Condition.SPO2_LOW)[-1] == "escalated"
    assert (bench.state.occurrences[0].is_acknowledged, bench.sound()) == (False, "high")


def test_acknowledging_twice_clears_no_later_episode(bench):
    bench.spo2(79)
    number = bench.state.occurrences[0].number
    bench.acknowledge(number)
    bench.acknowledge(number)
    bench.spo2(97, seconds=3)
    bench.spo2(79)
    bench.acknowledge(number)
    (again,) = presented(bench.state.occurrences)
    assert (again.number == number, again.is_acknowledged) == (False, False)
    assert bench.sound() == "high"
    bench.spo2(97, seconds=3)
    (line,) = presented(bench.state.occurrences)
    assert (line.number, line.state.value) == (again.number, "latched")


def test_what_was_acknowledged_at_low_and_rose_to_high_does_not_vanish_when_it_ends(bench):
    bench.spo2(92, seconds=31)
    bench.acknowledge(1)
    bench.spo2(79)
    bench.spo2(97)
    (line,) = presented(bench.state.occurrences)
    assert (line.state.value, line.priority.value, line.is_acknowledged) == (
        "latched", "high", False,
    )  # fmt: skip


def test_a_number_that_is_none_at_all_ends_no_high_alarm_and_is_said_itself():
    bed = Bedside()
    bed.take(builders.started(bed.now))
    bed.wait(1, spo2=79)
    assert bed.session.signal.sounding is Priority.HIGH
    bed.wait(29, spo2=float("nan"))
    assert {"spo2_low", "implausible"} <= bed.conditions()
    bed.wait(5, spo2=float("nan"))
    assert {"spo2_low", "no_data"} <= bed.conditions()
    assert bed.session.signal.sounding is Priority.HIGH


@pytest.mark.parametrize("nothing", [0, -1, 127, float("inf")])
def test_no_alarm_of_the_patient_begins_from_a_zero_or_another_number_nobody_has(nothing):
    bed = Bedside()
    bed.take(builders.started(bed.now))
    bed.wait(25, spo2=nothing, pulse=0)
    assert "implausible" in bed.conditions()
    assert not {"spo2_low", "pulse_low"} & bed.conditions()


def test_a_clock_that_is_set_back_makes_no_pause_longer(bench):
    bench.cuff(190)
    bench.pause()
    later = bench.now.plus(120)
    bench.take(Passed(at=Instant(later.mono_ns, later.at_utc - timedelta(hours=1))))
    assert bench.sound() == "high"


def test_a_clock_that_is_set_back_makes_no_delay_longer(bench):
    at = bench.now
    for second in range(12):
        then = at.plus(second)
        set_back = Instant(then.mono_ns, then.at_utc - timedelta(hours=second))
        bench.take(Measured(at=set_back, judged=Judged.SPO2, value=89))
    assert [row.at.seconds_since(at) for row in bench.rows] == [0, 10]


def test_the_very_first_number_is_judged(bench):
    bench.spo2(79)
    assert bench.onsets() == [(0.0, "spo2_low", "high")]


def test_silence_does_not_outlive_the_alarms_it_was_for(bench):
    bench.spo2(79)
    bench.pause()
    bench.spo2(97, seconds=5)
    bench.spo2(79)
    assert bench.sound() == "high"
    bench.spo2(89, seconds=15)
    assert bench.sound() == "medium"


def test_many_alarms_that_end_at_once_all_end(bench):
    names = [Condition.NO_DATA, Condition.LINK_LOST, Condition.DISK_LOW, Condition.SOUND_FAILED]
    bench.stand(*(technical(each) for each in names))
    assert len(bench.state.occurrences) == 4
    bench.stand()
    assert bench.state.occurrences == ()


def test_several_alarms_are_there_at_one_time(bench):
    bench.cuff(190)
    bench.spo2(79)
    bench.stand(technical(Condition.LINK_LOST))
    assert [each.condition.value for each in presented(bench.state.occurrences)] == [
        "spo2_low",
        "nibp_systolic_high",
        "link_lost",
    ]
