"""The alarms of a session in hindsight, out of the rows that the engine makes."""

from decimal import Decimal

from kmonitor.alarm_acts import AlarmAnswer, AlarmAnswered
from kmonitor.alarm_log import with_rows
from kmonitor.alarms.conditions import (
    AlarmKind,
    AlarmPhase,
    AlarmTransition,
    Condition,
    Priority,
)
from kmonitor.clock import FakeClock
from kmonitor.events import PumpVolumeRead
from tests import builders
from tests.lived_session import Bedside


def row(clock: FakeClock, phase: AlarmPhase, priority=Priority.MEDIUM, **more) -> AlarmTransition:
    told = {
        "at": clock.advance(s=10), "occurrence": 7, "condition": Condition.SPO2_LOW,
        "kind": AlarmKind.PHYSIOLOGICAL, "priority": priority, "phase": phase, "value": None,
        "limit": None, "words": f"SpO2 LOW {priority}",
    }  # fmt: skip
    return AlarmTransition(**{**told, **more})


def test_an_alarm_is_logged_from_its_onset_with_its_worst_words():
    clock = FakeClock()
    pending, onset = row(clock, AlarmPhase.PENDING), row(clock, AlarmPhase.ONSET)
    worse = row(clock, AlarmPhase.ESCALATED, Priority.HIGH)
    latched = row(clock, AlarmPhase.LATCHED)
    seen = row(clock, AlarmPhase.ACKNOWLEDGED, author="N2")
    ended = row(clock, AlarmPhase.ENDED)
    (logged,) = with_rows((), (pending, onset, worse, latched, seen, ended))
    assert (logged.priority, logged.words) == (Priority.HIGH, "SpO2 LOW high")
    assert (logged.onset, logged.over, logged.acknowledged_by) == (onset.at, latched.at, "N2")


def test_what_never_began_is_not_logged():
    clock = FakeClock()
    rows = (row(clock, AlarmPhase.PENDING), row(clock, AlarmPhase.ENDED))
    assert with_rows((), rows) == ()


def test_a_reminder_and_an_easing_leave_the_worst_as_it_was():
    clock = FakeClock()
    (logged,) = with_rows((), (row(clock, AlarmPhase.ONSET, Priority.HIGH),))
    told = (row(clock, AlarmPhase.REMINDED), row(clock, AlarmPhase.ESCALATED, Priority.LOW))
    assert with_rows((logged,), told) == (logged,)


def test_an_answer_is_kept_with_its_alarm_also_when_that_is_over():
    bedside = Bedside()
    bedside.wait(5)
    bedside.wait(30, spo2=84)
    number = bedside.session.presented_alarms[0].number
    bedside.wait(60, spo2=97)
    for answer in (AlarmAnswer.OXYGEN, AlarmAnswer.NONE_NEEDED):
        bedside.take(
            AlarmAnswered(at=bedside.clock.now(), author="N1", occurrence=number, answer=answer)
        )
    logged = next(each for each in bedside.session.alarm_log if each.number == number)
    assert not any(each.number == number for each in bedside.session.alarms.occurrences)
    assert [given.words for given in logged.answers] == ["oxygen given", "no action needed"]
    assert logged.acknowledged_by == "N1"
    assert logged.over is not None


def test_an_alarm_that_goes_unacknowledged_stays_in_the_log():
    bedside = Bedside()
    clock = bedside.clock
    bedside.take(builders.started(clock.now()))
    volume = PumpVolumeRead(at=clock.advance(s=60), author="N1", volume_ml=Decimal(90))
    bedside.take(volume)
    begun = [each.condition for each in bedside.session.alarm_log]
    bedside.take(PumpVolumeRead(at=clock.advance(s=5), author="N1", volume_ml=Decimal("2.5")))
    now_there = [each.condition for each in bedside.session.alarms.occurrences]
    assert Condition.PUMP_VOLUME_DIFFERS in begun
    assert Condition.PUMP_VOLUME_DIFFERS not in now_there
    (logged,) = (
        each
        for each in bedside.session.alarm_log
        if each.condition is Condition.PUMP_VOLUME_DIFFERS
    )
    assert logged.over is not None
