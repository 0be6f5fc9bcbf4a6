"""One alarm switched off: what of it is there ends, nothing begins, the rest stays, it reminds."""

import pytest

from kmonitor.alarms.conditions import AlarmPhase, Condition, Priority
from kmonitor.alarms.inputs import LimitsMoved
from kmonitor.alarms.limits import Judged
from kmonitor.alarms.occurrences import OccurrenceState
from kmonitor.alarms.suppression import is_alarm_off, signal_of
from tests.engine_bench import LIMITS, NURSE, Bench, technical


@pytest.fixture
def bench() -> Bench:
    """With an alarm that sounds: a systolic pressure of 164, medium."""
    bench = Bench()
    bench.cuff(164)
    return bench


def test_an_alarm_off_ends_what_is_there_and_leaves_no_line():
    bench = Bench()
    bench.spo2(89, seconds=11)
    rows = bench.alarm(Condition.SPO2_LOW, is_off=True)
    assert [(row.condition.value, row.phase.value) for row in rows] == [
        ("spo2_low", "ended"),
        ("alarm_off", "onset"),
    ]
    assert (rows[-1].about, rows[-1].author, rows[-1].words) == (
        "spo2_low", NURSE, "ALARM OFF: SpO2 low",
    )  # fmt: skip
    assert bench.find(Condition.SPO2_LOW) is None
    assert bench.sound() is None


def test_an_alarm_off_ends_the_line_and_the_delay_too():
    bench = Bench()
    bench.spo2(89, seconds=11)
    bench.spo2(97)
    bench.spo2(89, seconds=2)
    assert [each.state.value for each in bench.state.occurrences] == ["latched", "pending"]
    rows = bench.alarm(Condition.SPO2_LOW, is_off=True)
    assert [row.phase.value for row in rows] == ["ended", "ended", "onset"]
    assert [each.condition for each in bench.state.occurrences] == [Condition.ALARM_OFF]


def test_nothing_of_an_alarm_that_is_off_begins_until_it_is_on():
    bench = Bench()
    bench.alarm(Condition.SPO2_LOW, is_off=True)
    assert is_alarm_off(bench.state, Condition.SPO2_LOW)
    assert not is_alarm_off(bench.state, Condition.PULSE_LOW)
    bench.spo2(70, seconds=60)
    bench.take(LimitsMoved(at=bench.now))
    bench.spo2(30, seconds=20, judged=Judged.PULSE_RATE)
    assert [c for _, c, _ in bench.onsets()] == ["alarm_off", "pulse_low"]
    (row,) = bench.alarm(Condition.SPO2_LOW, is_off=False)
    assert (row.phase, row.author) == (AlarmPhase.ENDED, NURSE)
    bench.spo2(70)
    assert bench.onsets()[-1][1:] == ("spo2_low", "high")


def test_a_delay_begins_anew_when_the_alarm_is_on_again():
    bench = Bench()
    bench.spo2(89, seconds=9)
    bench.alarm(Condition.SPO2_LOW, is_off=True)
    bench.alarm(Condition.SPO2_LOW, is_off=False)
    on_s = bench.now.seconds_since(bench.start)
    bench.spo2(89, seconds=12)
    assert bench.onsets()[-1] == (on_s + 10, "spo2_low", "medium")


def test_an_alarm_off_reminds(bench):
    bench.alarm(Condition.SPO2_LOW, is_off=True)
    bench.pass_time(180)
    assert signal_of(bench.state).reminders == 1
    off = bench.find(Condition.ALARM_OFF) or bench.state.running(
        Condition.ALARM_OFF, Condition.SPO2_LOW.value
    )
    assert bench.acknowledge(off.number) == ()


def test_an_alarm_off_twice_or_on_unasked_changes_nothing(bench):
    before = bench.state
    assert bench.alarm(Condition.SPO2_LOW, is_off=False) == ()
    assert bench.state is before
    bench.alarm(Condition.SPO2_LOW, is_off=True)
    before = bench.state
    assert bench.alarm(Condition.SPO2_LOW, is_off=True) == ()
    assert bench.state is before


@pytest.mark.parametrize(
    "condition", [each for each in Condition if all(each is not r.condition for r in LIMITS.rules)]
)
def test_what_has_no_limits_cannot_be_switched_off(condition):
    bench = Bench()
    bench.stand(technical(condition))
    before = bench.state
    assert bench.alarm(condition, is_off=True) == ()
    assert bench.state is before


def test_of_a_blood_pressure_only_the_half_that_is_off_goes():
    bench = Bench()
    bench.cuff(165, 107)
    assert bench.find(Condition.NIBP_SYSTOLIC_HIGH).words == (
        "NIBP SYS HIGH 165 (limit 160), DIA HIGH 107 (limit 105)"
    )
    rows = bench.alarm(Condition.NIBP_SYSTOLIC_HIGH, is_off=True)
    assert [row.condition for row in rows] == [Condition.ALARM_OFF]
    rest = bench.find(Condition.NIBP_DIASTOLIC_HIGH)
    assert (rest.number, rest.words, rest.value, rest.limit) == (
        1, "NIBP DIA HIGH 107 (limit 105)", 107, 105,
    )  # fmt: skip
    assert bench.sound() == "medium"


def test_the_half_that_is_off_goes_also_where_it_was_the_lesser():
    bench = Bench()
    bench.cuff(165, 107)
    bench.alarm(Condition.NIBP_DIASTOLIC_HIGH, is_off=True)
    (rest, _) = bench.state.occurrences
    assert rest.words == "NIBP SYS HIGH 165 (limit 160)"
    assert [part.condition for part in rest.parts] == [Condition.NIBP_SYSTOLIC_HIGH]


def test_the_lesser_half_that_is_left_is_an_alarm_of_its_own():
    bench = Bench()
    bench.cuff(190, 107)
    rows = bench.alarm(Condition.NIBP_SYSTOLIC_HIGH, is_off=True)
    assert [(row.condition.value, row.phase.value, row.priority.value) for row in rows] == [
        ("nibp_systolic_high", "ended", "high"),
        ("nibp_diastolic_high", "onset", "medium"),
        ("alarm_off", "onset", "low"),
    ]
    assert bench.sound() == "medium"


def test_the_lesser_half_that_is_left_stays_acknowledged():
    bench = Bench()
    bench.cuff(190, 107)
    bench.acknowledge()
    bench.alarm(Condition.NIBP_SYSTOLIC_HIGH, is_off=True)
    rest = bench.find(Condition.NIBP_DIASTOLIC_HIGH)
    assert (rest.is_acknowledged, rest.priority) == (True, Priority.MEDIUM)
    assert bench.sound() is None


@pytest.mark.parametrize(("diastolic", "is_left"), [(107, True), (97, False)])
def test_of_a_line_only_the_half_that_is_off_goes(diastolic, is_left):
    bench = Bench()
    bench.cuff(190, diastolic)
    bench.cuff(120)
    rows = bench.alarm(Condition.NIBP_SYSTOLIC_HIGH, is_off=True)
    left = [each for each in bench.state.occurrences if each.state is OccurrenceState.LATCHED]
    assert [each.words for each in left] == (["NIBP DIA HIGH 107 (limit 105)"] if is_left else [])
    assert [row.phase.value for row in rows] == (["onset"] if is_left else ["ended", "onset"])
    assert [each.priority.value for each in left] == (["medium"] if is_left else [])


def test_a_cuff_reading_leaves_out_the_half_that_is_off():
    bench = Bench()
    bench.alarm(Condition.NIBP_SYSTOLIC_HIGH, is_off=True)
    bench.cuff(190, 107)
    assert bench.rows[-1].words == "NIBP DIA HIGH 107 (limit 105)"


def test_half_a_blood_pressure_that_is_off_leaves_a_pause_a_pause():
    bench = Bench()
    bench.cuff(165, 107)
    bench.pause()
    bench.alarm(Condition.NIBP_SYSTOLIC_HIGH, is_off=True)
    pause = bench.find(Condition.AUDIO_PAUSED)
    assert pause is not None
    assert (pause.words, bench.sound()) == ("ALARM SOUND PAUSED", None)
    assert bench.find(Condition.NIBP_DIASTOLIC_HIGH) is not None
