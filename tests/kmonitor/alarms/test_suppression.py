"""What silences alarms: for how long, what breaks it, what reminds of it, what is logged."""

from dataclasses import replace

import pytest

from kmonitor.alarms.conditions import AlarmKind, AlarmPhase, Condition, Priority
from kmonitor.alarms.engine import next_due
from kmonitor.alarms.inputs import LimitsMoved, Measured, Passed, ResumeAudio, Rules
from kmonitor.alarms.limits import Judged
from kmonitor.alarms.occurrences import presented
from kmonitor.alarms.suppression import (
    LONGEST_PAUSE_S,
    REMINDS_EVERY_S,
    asks_for_sound,
    pause_ends,
    reminder_due,
    signal_of,
)
from tests.engine_bench import NURSE, Bench, moved_limits, technical

PAUSED = Condition.AUDIO_PAUSED


@pytest.fixture
def bench() -> Bench:
    """With an alarm that sounds: a systolic pressure of 164, medium."""
    bench = Bench()
    bench.cuff(164)
    return bench


def test_the_two_times_are_those_of_the_notes():
    assert (LONGEST_PAUSE_S, REMINDS_EVERY_S) == (120.0, 180.0)


def test_a_pause_silences_what_sounds_and_stays_in_the_log(bench):
    assert bench.sound() == "medium"
    (row,) = bench.pause()
    assert bench.sound() is None
    assert (row.condition, row.phase, row.author) == (PAUSED, AlarmPhase.ONSET, NURSE)
    assert (row.kind, row.priority) == (AlarmKind.TECHNICAL, Priority.LOW)
    assert row.words == "ALARM SOUND PAUSED"


def test_a_pause_ends_by_itself_after_two_minutes_and_not_before(bench):
    began = bench.now
    bench.pause()
    assert pause_ends(bench.state) == began.plus(120)
    assert next_due(bench.state, bench.rules) == began.plus(120)
    bench.pass_time(119.999)
    assert bench.sound() is None
    bench.pass_time(0.001)
    assert bench.sound() == "medium"
    row = bench.rows[-1]
    assert (row.phase, row.author, row.words) == (
        AlarmPhase.ENDED, None, "ALARM SOUND PAUSED over",
    )  # fmt: skip
    assert pause_ends(bench.state) is None


def test_a_second_press_makes_no_pause_longer(bench):
    bench.pause()
    bench.pass_time(100)
    before = bench.state
    assert bench.pause() == ()
    assert bench.state is before
    bench.pass_time(20)
    assert bench.sound() == "medium"


def test_after_its_end_a_new_pause_has_its_own_two_minutes(bench):
    bench.pause()
    bench.pass_time(120)
    bench.pause()
    bench.pass_time(119)
    assert bench.sound() is None
    bench.pass_time(1)
    assert bench.sound() == "medium"


def test_a_pause_is_ended_by_hand_with_who_did_it(bench):
    bench.pause()
    (row,) = bench.resume()
    assert (row.phase, row.author, row.words) == (AlarmPhase.ENDED, NURSE, "ALARM SOUND PAUSED")
    assert bench.sound() == "medium"
    before = bench.state
    assert bench.resume() == ()
    assert bench.state is before


def test_a_pause_is_ended_by_the_program_with_nobody_as_author(bench):
    bench.pause()
    (row,) = bench.take(ResumeAudio(at=bench.now, author=None))
    assert row.author is None


def test_a_pause_stands_in_no_banner_and_nobody_acknowledges_it(bench):
    bench.pause()
    assert [each.condition.value for each in presented(bench.state.occurrences)] == [
        "nibp_systolic_high"
    ]
    number = bench.find(PAUSED).number
    assert bench.acknowledge(number) == ()
    assert bench.sound() is None


@pytest.mark.parametrize("priority", [Priority.MEDIUM, Priority.HIGH])
def test_a_new_technical_condition_that_sounds_breaks_a_pause(bench, priority):
    bench.pause()
    rows = bench.stand(technical(Condition.LINK_LOST, priority))
    assert bench.sound() == priority.value
    assert [(row.condition.value, row.phase.value) for row in rows] == [
        ("link_lost", "onset"),
        ("audio_paused", "ended"),
    ]
    assert rows[-1].words == "ALARM SOUND PAUSED ended by link_lost"


def test_a_condition_that_is_only_seen_breaks_no_pause(bench):
    bench.pause()
    bench.stand(technical(Condition.SENSOR_OFF, Priority.LOW))
    assert bench.sound() is None


def test_a_pending_condition_breaks_no_pause_and_its_onset_does(bench):
    bench.pause()
    bench.spo2(89, seconds=9)
    assert bench.sound() is None
    bench.spo2(89, seconds=2)
    assert bench.sound() == "medium"


def test_an_escalation_breaks_a_pause(bench):
    bench.stand(technical(priority=Priority.MEDIUM))
    bench.pause()
    bench.stand(technical(priority=Priority.MEDIUM))
    assert bench.sound() is None
    bench.stand(technical(priority=Priority.HIGH))
    assert bench.sound() == "high"


def test_an_easing_breaks_no_pause(bench):
    bench.stand(technical(priority=Priority.HIGH))
    bench.pause()
    bench.stand(technical(priority=Priority.MEDIUM))
    assert bench.phases(Condition.NO_DATA) == ["onset", "ended", "onset"]
    assert bench.sound() is None


def test_the_easing_of_one_thing_excuses_no_other_of_that_name(bench):
    bench.stand(technical(priority=Priority.HIGH, about="a"))
    bench.pause()
    bench.stand(technical(priority=Priority.HIGH, about="a"), technical(about="b"))
    assert bench.sound() == "high"


def test_an_easing_spo2_breaks_no_pause_and_a_second_fall_does():
    bench = Bench()
    bench.spo2(84, seconds=12)
    bench.pause()
    bench.spo2(88, seconds=11)
    assert bench.sound() is None
    bench.spo2(84, seconds=6)
    assert bench.sound() == "high"


def test_the_most_severe_limit_of_the_same_urgency_breaks_a_pause():
    bench = Bench()
    bench.spo2(84, seconds=6)
    bench.pause()
    bench.spo2(83)
    assert bench.sound() is None
    bench.spo2(79)
    assert bench.sound() == "high"
    assert bench.rows[-1].words == "ALARM SOUND PAUSED ended by SpO2 LOW 79 (limit 80)"
    bench.pause()
    bench.spo2(78)
    assert bench.sound() is None


def test_one_more_component_of_a_blood_pressure_breaks_a_pause(bench):
    bench.pause()
    bench.cuff(166)
    assert bench.find(PAUSED) is not None
    bench.pass_time(1)
    bench.pause()
    bench.cuff(166, 107)
    assert bench.find(PAUSED) is None
    assert bench.sound() == "medium"


def test_a_component_that_is_only_seen_breaks_no_pause(bench):
    bench.pause()
    bench.cuff(166, 97)
    assert bench.sound() is None


def test_a_cuff_that_eases_to_another_component_breaks_no_pause():
    bench = Bench()
    bench.cuff(185, 107)
    bench.pause()
    bench.cuff(158, 106)
    assert bench.find(Condition.NIBP_DIASTOLIC_HIGH).priority is Priority.MEDIUM
    assert bench.sound() is None


def test_a_pressure_beyond_the_other_limit_breaks_a_pause(bench):
    bench.pause()
    bench.cuff(85)
    assert bench.sound() == "medium"


def test_what_was_acknowledged_before_a_pause_does_not_break_it(bench):
    bench.acknowledge()
    bench.pause()
    bench.cuff(165)
    assert bench.find(PAUSED) is not None
    bench.take(Passed(at=bench.now))
    bench.pause()
    bench.cuff(174)
    assert bench.sound() == "medium"


def test_a_condition_that_ended_in_the_pause_and_comes_back_breaks_it(bench):
    bench.spo2(89, seconds=11)
    bench.pause()
    bench.spo2(97, seconds=2)
    bench.spo2(89, seconds=9)
    assert bench.sound() is None
    bench.spo2(89, seconds=2)
    assert bench.sound() == "medium"


def test_the_wall_clock_has_no_say_in_a_pause(bench):
    bench.pause()
    ends = pause_ends(bench.state)
    assert ends is not None
    early = replace(ends, at_utc=ends.at_utc.replace(year=2020))
    bench.take(Passed(at=early))
    assert bench.sound() == "medium"


def test_audio_off_silences_everything_and_ends_only_by_hand(bench):
    (row,) = bench.audio(is_off=True)
    assert (row.condition, row.author, row.words) == (
        Condition.AUDIO_OFF, NURSE, "ALARM SOUND OFF",
    )  # fmt: skip
    bench.stand(technical(priority=Priority.HIGH))
    bench.pass_time(3600)
    assert bench.sound() is None
    (row,) = bench.audio(is_off=False)
    assert (row.phase, row.author) == (AlarmPhase.ENDED, NURSE)
    assert bench.sound() == "high"


def test_audio_off_stands_in_the_banner_and_nobody_acknowledges_it(bench):
    bench.audio(is_off=True)
    off = bench.find(Condition.AUDIO_OFF)
    assert off in presented(bench.state.occurrences)
    assert bench.acknowledge(off.number) == ()
    bench.stand()
    assert bench.find(Condition.AUDIO_OFF) == off


def test_audio_off_twice_or_on_unasked_changes_nothing(bench):
    before = bench.state
    assert bench.audio(is_off=False) == ()
    assert bench.state is before
    bench.audio(is_off=True)
    before = bench.state
    assert bench.audio(is_off=True) == ()
    assert bench.state is before


def test_audio_off_reminds_every_three_minutes(bench):
    bench.audio(is_off=True)
    began = bench.now
    assert next_due(bench.state, bench.rules) == began.plus(180)
    bench.pass_time(179.999)
    assert signal_of(bench.state).reminders == 0
    bench.pass_time(0.001)
    assert signal_of(bench.state).reminders == 1
    assert signal_of(bench.state).sounding is None
    assert (bench.rows[-1].phase, bench.rows[-1].condition) == (
        AlarmPhase.REMINDED, Condition.AUDIO_OFF,
    )  # fmt: skip
    bench.pass_time(360)
    assert signal_of(bench.state).reminders == 3
    bench.audio(is_off=False)
    bench.pass_time(3600)
    assert signal_of(bench.state).reminders == 3


def test_nothing_reminds_of_a_pause(bench):
    bench.pause()
    bench.pass_time(110)
    assert reminder_due(bench.find(PAUSED)) is None
    assert signal_of(bench.state).reminders == 0


def test_a_reminder_waits_for_the_end_of_a_pause(bench):
    bench.audio(is_off=True)
    bench.pass_time(100)
    bench.pause()
    bench.pass_time(119)
    assert signal_of(bench.state).reminders == 0
    bench.pass_time(1)
    assert signal_of(bench.state).reminders == 1
    assert [row.phase.value for row in bench.rows[-2:]] == ["ended", "reminded"]


def test_a_reminder_comes_at_once_when_a_pause_is_ended_by_hand(bench):
    bench.audio(is_off=True)
    bench.pass_time(100)
    bench.pause()
    bench.pass_time(100)
    bench.resume()
    bench.pass_time(0)
    assert signal_of(bench.state).reminders == 1


def test_an_acknowledged_high_alarm_of_the_patient_reminds():
    bench = Bench()
    bench.cuff(190)
    acknowledged = bench.now
    bench.acknowledge()
    assert bench.sound() is None
    assert next_due(bench.state, bench.rules) == acknowledged.plus(180)
    bench.pass_time(180)
    assert signal_of(bench.state).reminders == 1
    assert bench.sound() is None
    bench.pass_time(180)
    assert signal_of(bench.state).reminders == 2


def test_an_acknowledged_medium_alarm_does_not_remind(bench):
    bench.acknowledge()
    bench.stand(technical(priority=Priority.MEDIUM))
    bench.acknowledge(2)
    bench.pass_time(1000)
    assert signal_of(bench.state).reminders == 0


def test_an_acknowledged_high_technical_alarm_reminds_too(bench):
    """With no data acknowledged, every fall of the number would go unheard."""
    bench.acknowledge()
    bench.stand(technical(priority=Priority.HIGH))
    bench.acknowledge(2)
    bench.pass_time(181)
    assert signal_of(bench.state).reminders == 1


def test_a_reminder_ends_with_its_alarm():
    bench = Bench()
    bench.cuff(190)
    bench.acknowledge()
    bench.cuff(120)
    bench.pass_time(1000)
    assert signal_of(bench.state).reminders == 0


def test_what_got_worse_after_it_was_acknowledged_sounds_and_does_not_remind():
    bench = Bench()
    bench.cuff(190)
    bench.acknowledge()
    bench.cuff(205)
    assert bench.sound() == "high"
    assert next_due(bench.state, bench.rules) is None


def test_two_things_that_are_silenced_remind_twice():
    bench = Bench()
    bench.cuff(190)
    bench.acknowledge()
    bench.audio(is_off=True)
    bench.pass_time(180)
    assert signal_of(bench.state).reminders == 2


def test_low_never_sounds_by_itself(bench):
    low = Bench()
    low.stand(technical(priority=Priority.LOW))
    assert low.sound() is None
    assert not asks_for_sound(low.state.occurrences[0])
    assert asks_for_sound(bench.state.occurrences[0])


def test_the_most_urgent_of_what_nobody_acknowledged_sounds(bench):
    bench.stand(technical(priority=Priority.HIGH))
    assert bench.sound() == "high"
    bench.acknowledge(2)
    assert bench.sound() == "medium"
    bench.acknowledge(1)
    assert bench.sound() is None


def test_moved_limits_judge_at_once_and_keep_the_delays_that_run():
    bench = Bench()
    bench.spo2(91, seconds=6)
    bench.rules = Rules(limits=moved_limits(Condition.SPO2_LOW, 95, 92, 85, 80))
    bench.take(LimitsMoved(at=bench.now))
    moved_s = bench.now.seconds_since(bench.start)
    assert bench.onsets() == []
    bench.spo2(91, seconds=11)
    assert bench.onsets() == [(moved_s + 10, "spo2_low", "medium")]
    assert bench.rows[-1].limit == 92
    bench.spo2(91, seconds=15)
    (still,) = bench.state.occurrences
    assert still.since.seconds_since(bench.start) == 0


def test_a_delay_that_runs_goes_on_by_moved_limits():
    bench = Bench()
    bench.spo2(88, seconds=6)
    bench.rules = Rules(limits=moved_limits(Condition.SPO2_LOW, 93, 89, 85, 80))
    bench.take(LimitsMoved(at=bench.now))
    bench.spo2(88, seconds=6)
    assert bench.onsets() == [(10.0, "spo2_low", "medium")]


def test_moved_limits_end_an_alarm_that_is_inside_them_now():
    bench = Bench()
    bench.spo2(88, seconds=12)
    bench.rules = Rules(limits=moved_limits(Condition.SPO2_LOW, 88, 87, 85, 80))
    rows = bench.take(LimitsMoved(at=bench.now))
    assert [row.phase.value for row in rows] == ["latched"]


def test_a_deep_value_by_moved_limits_alarms_in_the_same_moment():
    bench = Bench()
    bench.spo2(88, seconds=3)
    bench.rules = Rules(limits=moved_limits(Condition.SPO2_LOW, 93, 91, 90, 89))
    (row,) = bench.take(LimitsMoved(at=bench.now))
    assert (row.phase, row.priority, row.limit) == (AlarmPhase.ONSET, Priority.HIGH, 89)


@pytest.mark.parametrize("gap_s", [0, 9, 11])
def test_moved_limits_judge_no_number_that_is_missing_or_old(gap_s):
    bench = Bench()
    bench.spo2(88)
    if gap_s < 11:
        bench.spo2(None, seconds=max(gap_s, 1))
    else:
        bench.pass_time(gap_s)
    bench.rules = Rules(limits=moved_limits(Condition.SPO2_LOW, 93, 91, 90, 89))
    bench.take(LimitsMoved(at=bench.now))
    assert bench.onsets() == []
    bench.take(Measured(at=bench.now, judged=Judged.SPO2, value=88))
    assert bench.onsets()[-1][1:] == ("spo2_low", "high")
