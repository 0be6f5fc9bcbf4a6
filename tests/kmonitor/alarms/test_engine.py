"""The first engine by its rules: delays, gaps, escalation, latching, one cuff one condition."""

import pytest

from kmonitor.alarms.conditions import AlarmPhase, Condition, Priority
from kmonitor.alarms.engine import next_due
from kmonitor.alarms.inputs import (
    Acknowledge,
    Measured,
    Passed,
    Standing,
)
from kmonitor.alarms.lifecycle import Finding
from kmonitor.alarms.limits import Judged
from kmonitor.alarms.occurrences import presented
from tests.engine_bench import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_limit_is_the_last_acceptable_number(bench):
    bench.spo2(93, seconds=60)
    assert bench.rows == []


def test_spo2_below_90_alarms_after_ten_seconds_and_not_before(bench):
    bench.spo2(97, seconds=5)
    bench.spo2(89, seconds=15)
    assert bench.onsets() == [(15.0, "spo2_low", "medium")]
    assert bench.log()[0] == (5.0, "spo2_low", "pending", "low")


def test_a_deep_fall_alarms_at_once(bench):
    bench.spo2(79)
    assert bench.onsets() == [(0.0, "spo2_low", "high")]


def test_a_fall_below_85_is_high_after_five_seconds(bench):
    bench.spo2(84, seconds=8)
    assert bench.onsets() == [(5.0, "spo2_low", "high")]


def test_a_dip_shorter_than_the_delay_leaves_no_alarm(bench):
    bench.spo2(89, seconds=9)
    bench.spo2(95, seconds=30)
    assert bench.onsets() == []
    assert bench.state.occurrences == ()


def test_values_are_compared_as_displayed(bench):
    bench.spo2(92.5, seconds=60)
    assert bench.rows == []
    bench.spo2(92.4, seconds=60)
    assert [c for _, c, _ in bench.onsets()] == ["spo2_low"]


def test_medium_grows_to_high_and_the_acknowledgement_is_void(bench):
    bench.spo2(89, seconds=12)
    number = bench.state.occurrences[0].number
    bench.take(Acknowledge(at=bench.clock.now(), number=number, author="N1"))
    assert bench.state.occurrences[0].is_acknowledged
    bench.spo2(84, seconds=8)
    assert ("escalated", "high") in [(phase, p) for _, _, phase, p in bench.log()]
    assert not bench.state.occurrences[0].is_acknowledged


def test_an_ended_medium_alarm_stays_as_a_line_until_acknowledged(bench):
    bench.spo2(89, seconds=12)
    bench.spo2(97, seconds=2)
    (latched,) = bench.state.occurrences
    assert latched.state.value == "latched"
    bench.take(Acknowledge(at=bench.clock.now(), number=latched.number, author="N1"))
    assert bench.state.occurrences == ()
    assert [phase for _, _, phase, _ in bench.log()][-2:] == ["acknowledged", "ended"]


def test_acknowledging_twice_changes_nothing(bench):
    bench.spo2(89, seconds=12)
    number = bench.state.occurrences[0].number
    bench.take(Acknowledge(at=bench.clock.now(), number=number, author="N1"))
    before = bench.state
    assert bench.take(Acknowledge(at=bench.clock.now(), number=number, author="N1")) == ()
    assert bench.state == before


def test_an_acknowledgement_never_reaches_the_next_occurrence(bench):
    bench.spo2(89, seconds=12)
    bench.take(Acknowledge(at=bench.clock.now(), number=1, author="N1"))
    bench.spo2(97, seconds=2)
    bench.spo2(89, seconds=12)
    (again,) = presented(bench.state.occurrences)
    assert again.number != 1
    assert not again.is_acknowledged


def test_losing_data_never_ends_an_alarm(bench):
    bench.spo2(89, seconds=12)
    bench.spo2(None, seconds=300)
    (still,) = bench.state.occurrences
    assert still.state.value == "active"


def test_nothing_begins_in_a_gap(bench):
    bench.spo2(89, seconds=5)
    bench.spo2(None, seconds=60)
    assert bench.onsets() == []
    assert bench.state.occurrences == ()


def test_nothing_begins_when_readings_simply_cease(bench):
    bench.spo2(89, seconds=1)
    for _ in range(60):
        bench.clock.advance(s=1)
        bench.take(Passed(at=bench.clock.now()))
    assert bench.onsets() == []


def test_a_short_gap_does_not_start_the_delay_anew(bench):
    bench.spo2(89, seconds=8)
    bench.spo2(None, seconds=3)
    bench.spo2(89, seconds=2)
    assert bench.onsets() == [(11.0, "spo2_low", "medium")]


def test_the_pulse_limit_follows_a_slow_baseline():
    slow = Bench((Judged.PULSE_RATE, 52))
    slow.spo2(45, seconds=20, judged=Judged.PULSE_RATE)
    assert slow.onsets() == []
    slow.spo2(41, seconds=20, judged=Judged.PULSE_RATE)
    assert slow.onsets() == [(30.0, "pulse_low", "medium")]


def test_a_cuff_reading_alarms_without_delay(bench):
    bench.cuff(161)
    assert bench.onsets() == [(0.0, "nibp_systolic_high", "medium")]


def test_one_cuff_reading_is_one_condition_naming_every_component(bench):
    bench.cuff(185, 112, 140)
    (row,) = bench.rows
    assert row.priority is Priority.HIGH
    assert "SYS HIGH 185 (limit 180)" in row.words
    assert "DIA HIGH 112 (limit 110)" in row.words


def test_a_further_reading_beyond_the_same_limit_stays_acknowledged_unless_ten_worse(bench):
    bench.cuff(164)
    bench.take(Acknowledge(at=bench.clock.now(), number=1, author="N1"))
    bench.cuff(170)
    assert bench.state.occurrences[0].is_acknowledged
    bench.cuff(174)
    assert not bench.state.occurrences[0].is_acknowledged
    assert bench.rows[-1].phase is AlarmPhase.ESCALATED


def test_a_reading_beyond_the_critical_limit_sounds_again(bench):
    bench.cuff(178)
    bench.take(Acknowledge(at=bench.clock.now(), number=1, author="N1"))
    bench.cuff(181)
    assert bench.rows[-1].phase is AlarmPhase.ESCALATED
    assert bench.rows[-1].priority is Priority.HIGH


def test_a_new_component_beyond_its_limit_sounds_again(bench):
    bench.cuff(172)
    bench.take(Acknowledge(at=bench.clock.now(), number=1, author="N1"))
    bench.cuff(175, 109)
    assert bench.rows[-1].phase is AlarmPhase.ESCALATED
    assert not bench.state.occurrences[0].is_acknowledged


def test_two_acknowledged_components_that_get_better_stay_acknowledged(bench):
    bench.cuff(170, 108)
    bench.take(Acknowledge(at=bench.clock.now(), number=1, author="N1"))
    bench.cuff(161, 107)
    (still,) = bench.state.occurrences
    assert still.is_acknowledged
    assert bench.rows[-1].phase is AlarmPhase.ACKNOWLEDGED


def test_a_high_cuff_alarm_that_falls_unseen_stays_as_a_line():
    risen = Bench((Judged.NIBP_SYSTOLIC, 126))
    risen.cuff(185)
    risen.cuff(158)
    risen.cuff(130)
    (line,) = risen.state.occurrences
    assert (line.state.value, line.priority.value) == ("latched", "high")


def test_an_acknowledged_spo2_that_falls_below_80_sounds_again(bench):
    bench.spo2(84, seconds=6)
    bench.take(Acknowledge(at=bench.clock.now(), number=1, author="N1"))
    bench.spo2(83, seconds=5)
    assert bench.state.occurrences[0].is_acknowledged
    bench.spo2(79)
    assert bench.rows[-1].phase is AlarmPhase.ESCALATED


def test_an_acknowledged_spo2_that_gets_better_goes_on_in_silence(bench):
    bench.spo2(84, seconds=12)
    bench.take(Acknowledge(at=bench.clock.now(), number=1, author="N1"))
    bench.spo2(88, seconds=20)
    (milder,) = bench.state.occurrences
    assert (milder.is_acknowledged, milder.priority.value) == (True, "medium")


def test_the_words_follow_the_value(bench):
    bench.spo2(78)
    bench.spo2(84)
    assert bench.state.occurrences[0].words == "SpO2 LOW 84 (limit 85)"


def test_a_technical_condition_that_is_less_urgent_begins_anew(bench):
    for priority in (Priority.HIGH, Priority.LOW):
        finding = Finding(condition=Condition.NO_DATA, priority=priority, words="", about="spo2")
        bench.take(Standing(at=bench.clock.advance(s=1), findings=(finding,)))
    assert [row.phase.value for row in bench.rows] == ["onset", "ended", "onset"]
    assert bench.state.occurrences[0].priority is Priority.LOW


def test_a_normal_reading_ends_the_condition(bench):
    bench.cuff(164)
    bench.cuff(140)
    assert bench.rows[-1].phase is AlarmPhase.LATCHED


@pytest.mark.parametrize(
    ("systolic", "priority"),
    [(156, "low"), (151, "none"), (160, "low"), (166, "medium"), (167, "medium")],
)
def test_a_rise_over_the_baseline_counts_only_above_150(systolic, priority):
    risen = Bench((Judged.NIBP_SYSTOLIC, 125), (Judged.NIBP_DIASTOLIC, 77))
    risen.cuff(systolic)
    found = risen.rows[-1].priority.value if risen.rows else "none"
    assert found == priority


def test_relative_limits_rest_without_a_baseline(bench):
    bench.cuff(155)
    assert bench.rows == []


def test_technical_conditions_stand_escalate_and_go(bench):
    def stand(*priorities: Priority) -> None:
        findings = tuple(
            Finding(condition=Condition.NO_DATA, priority=p, words="no data", about="spo2")
            for p in priorities
        )
        bench.take(Standing(at=bench.clock.advance(s=1), findings=findings))

    stand(Priority.MEDIUM)
    stand(Priority.MEDIUM)
    stand(Priority.HIGH)
    stand()
    assert [row.phase.value for row in bench.rows] == ["onset", "escalated", "ended"]
    assert bench.state.occurrences == ()


def test_the_next_due_is_the_end_of_the_delay(bench):
    bench.spo2(97)
    assert next_due(bench.state, bench.rules) is None
    now = bench.clock.now()
    bench.take(Measured(at=now, judged=Judged.SPO2, value=89))
    bench.take(Passed(at=now.plus(9.999)))
    assert bench.onsets() == []


def test_the_most_urgent_unacknowledged_alarm_is_presented_first(bench):
    bench.cuff(164)
    bench.spo2(79)
    assert [o.condition.value for o in presented(bench.state.occurrences)] == [
        "spo2_low",
        "nibp_systolic_high",
    ]
    bench.take(Acknowledge(at=bench.clock.now(), number=2, author="N1"))
    assert presented(bench.state.occurrences)[0].condition.value == "nibp_systolic_high"


def test_a_number_that_is_missing_holds_up_no_other(bench):
    bench.spo2(130, seconds=4, judged=Judged.PULSE_RATE)
    bench.spo2(88)
    bench.spo2(None)
    bench.spo2(130, judged=Judged.PULSE_RATE)
    bench.pass_time(6)
    assert [condition for _, condition, _ in bench.onsets()] == ["pulse_high"]
