"""What the alarm panel says in each situation; no Qt."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kmonitor.alarm_acts import (
    AlarmAnswer,
    AlarmAnswered,
    AudioPauseAsked,
    AudioSwitched,
)
from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.events import AlarmAcknowledged, LinkState, PumpVolumeRead
from tests.bedside_sessions import CUFF, Course
from ui.bedside.panels.volume_entry import read_volume
from ui.bedside.view_models.alarm_answers import AnswerKey
from ui.bedside.view_models.alarm_panel import AlarmPanelModel, alarm_panel
from ui.bedside.view_models.alarm_past import MOST_SHOWN
from ui.bedside.view_models.banner import BannerLook


def panel(course: Course, about: int | None = None, *, may_switch: bool = False) -> AlarmPanelModel:
    return alarm_panel(course.session, course.now, about, may_switch=may_switch)


def infusing(seconds: int = 10, *, can_start_cuff: bool = True) -> Course:
    course = Course(can_start_cuff=can_start_cuff)
    course.cuff(126, 77)
    course.run(2)
    course.start()
    course.run(seconds)
    return course


def low_spo2(value: int = 84, seconds: int = 25) -> Course:
    course = infusing()
    course.run(seconds, spo2=value)
    return course


def number_of(course: Course, condition: Condition) -> int:
    return next(each.number for each in course.session.alarm_log if each.condition is condition)


def answer(course: Course, number: int, what: AlarmAnswer, text: str = "") -> None:
    course.take(
        AlarmAnswered(at=course.now, author="N1", occurrence=number, answer=what, text=text)
    )


def key_of(model: AlarmPanelModel, what: AlarmAnswer) -> AnswerKey:
    return next(key for key in model.answers if key.answer is what)


def test_without_an_alarm_it_says_so_and_shows_what_was() -> None:
    course = low_spo2()
    course.run(60)
    course.take(
        AlarmAcknowledged(
            at=course.now, author="N1", occurrence=number_of(course, Condition.SPO2_LOW)
        )
    )
    model = panel(course)
    assert (model.title, model.none_words) == ("Alarms", "No alarms now.")
    assert model.answers == ()
    (past,) = model.past.rows
    assert past.words.startswith("SpO2 LOW")
    assert past.stars == "***"
    assert "acknowledged by N1" in past.detail


def test_a_session_without_any_alarm_says_that() -> None:
    assert panel(infusing()).past.head == "Earlier in this session: no alarm"


def test_the_action_row_is_about_the_most_urgent_that_nobody_acknowledged() -> None:
    course = infusing()
    course.cuff(164, 97)
    course.run(25, spo2=84)
    high = number_of(course, Condition.SPO2_LOW)
    assert panel(course).about == high
    course.take(AlarmAcknowledged(at=course.now, author="N1", occurrence=high))
    assert panel(course).about == number_of(course, Condition.NIBP_SYSTOLIC_HIGH)


def test_a_row_says_value_limit_since_when_and_who_acknowledged() -> None:
    course = low_spo2()
    number = number_of(course, Condition.SPO2_LOW)
    (row,) = panel(course).patients
    assert (row.look, row.stars, row.can_acknowledge) == (BannerLook.FILLED, "***", True)
    assert "(limit 85)" in row.words
    assert row.detail.startswith("for 0:")
    course.take(AlarmAcknowledged(at=course.now, author="N1", occurrence=number))
    (row,) = panel(course).patients
    assert (row.look, row.can_acknowledge) == (BannerLook.OUTLINED, False)
    assert row.detail.endswith("acknowledged by N1")


def test_a_latched_one_is_shown_as_over_and_can_still_be_acknowledged() -> None:
    course = low_spo2()
    course.run(60)
    (row,) = panel(course).patients
    assert (row.look, row.can_acknowledge) == (BannerLook.LATCHED, True)
    assert row.detail.startswith("over now, began ")


def test_technical_alarms_stand_apart_from_the_patients() -> None:
    course = low_spo2()
    course.link_state(CUFF, LinkState.LOST)
    course.run(60, spo2=84)
    model = panel(course)
    assert [row.words[:4] for row in model.patients] == ["SpO2"]
    assert [row.words.split()[0] for row in model.technical] == ["MONITOR"]


def test_the_row_stays_with_its_alarm_when_a_worse_one_begins() -> None:
    course = infusing()
    course.cuff(164, 97)
    about = panel(course).about
    course.run(25, spo2=80)
    assert about is not None
    model = panel(course, about)
    assert model.about == about
    assert [row.is_selected for row in model.patients] == [False, True]


def test_an_answer_to_one_that_is_over_does_not_lead_to_its_neighbor() -> None:
    course = low_spo2()
    course.run(30, spo2=88)
    course.run(60)
    about = panel(course).about
    assert about is not None
    assert len(panel(course).patients) == 2
    answer(course, about, AlarmAnswer.OXYGEN)
    model = panel(course, about)
    assert model.about == about
    assert "oxygen given" in model.done
    assert [row.is_selected for row in model.patients] == [False]


def test_the_row_stays_with_its_alarm_when_that_is_over() -> None:
    course = low_spo2()
    about = number_of(course, Condition.SPO2_LOW)
    answer(course, about, AlarmAnswer.OXYGEN)
    course.run(60)
    model = panel(course, about)
    assert (model.about, model.title.endswith("now over?")) == (about, True)
    assert key_of(model, AlarmAnswer.OXYGEN).is_given
    assert "oxygen given" in model.done


def test_the_row_goes_on_with_the_same_condition_when_it_is_there_again() -> None:
    course = low_spo2()
    about = number_of(course, Condition.SPO2_LOW)
    answer(course, about, AlarmAnswer.OXYGEN)
    course.run(60)
    course.run(25, spo2=84)
    model = panel(course, about)
    assert model.about != about
    assert model.about == panel(course).about
    assert not key_of(model, AlarmAnswer.OXYGEN).is_given


def test_what_was_answered_stands_with_its_time_the_newest_first() -> None:
    course = low_spo2()
    about = number_of(course, Condition.SPO2_LOW)
    assert panel(course, about).done == "Nothing is logged about it yet."
    answer(course, about, AlarmAnswer.OXYGEN)
    answer(course, about, AlarmAnswer.PRESCRIBER_SAID, "go on, Dr. Lee")
    done = panel(course, about).done
    assert done.index("prescriber said: go on, Dr. Lee") < done.index("oxygen given")


def test_pause_and_slow_can_only_be_answered_where_something_runs() -> None:
    course = low_spo2()
    usable = {key.answer for key in panel(course).answers if key.is_usable}
    assert usable == set(AlarmAnswer)
    course.pause()
    keys = panel(course).answers
    assert [key.answer for key in keys if not key.is_usable] == [AlarmAnswer.PAUSE_INFUSION]
    ready = Course()
    ready.run(25, spo2=84)
    assert not key_of(panel(ready), AlarmAnswer.SLOW_RATE).is_usable


@pytest.mark.parametrize("can_start_cuff", [True, False])
def test_to_repeat_a_pressure_starts_a_cuff_that_can_be_started(can_start_cuff: bool) -> None:
    course = infusing(can_start_cuff=can_start_cuff)
    course.cuff(164, 97)
    lines = key_of(panel(course), AlarmAnswer.REPEAT_READING).lines
    assert (lines == ("Repeat and", "start cuff")) is can_start_cuff


def test_to_repeat_a_saturation_never_starts_a_cuff() -> None:
    lines = key_of(panel(low_spo2()), AlarmAnswer.REPEAT_READING).lines
    assert lines == ("Repeat", "reading")


def test_an_alarm_that_waits_for_an_entry_offers_it() -> None:
    course = infusing()
    course.take(PumpVolumeRead(at=course.now, author="N1", volume_ml=Decimal(90)))
    remedy = panel(course).remedy
    assert remedy is not None
    assert remedy.key == "pump_volume"
    assert panel(course).title == "What was done about PUMP VOLUME DIFFERS?"


def test_the_pause_counts_down_on_the_key_that_ends_it() -> None:
    course = low_spo2()
    assert panel(course).sound.label == "Pause sound 2:00"
    course.take(AudioPauseAsked(at=course.now, author="N1"))
    course.run(17, spo2=84)
    sound = panel(course).sound
    assert (sound.key, sound.label) == ("end_sound_pause", "End sound pause 1:43")


def test_a_pause_that_is_over_stands_in_the_history_with_who_asked_for_it() -> None:
    course = infusing()
    course.take(AudioPauseAsked(at=course.now, author="N1"))
    assert panel(course).past.rows == ()
    course.run(121)
    (past,) = panel(course).past.rows
    assert (past.words, past.detail) == ("ALARM SOUND PAUSED", "for 2:00 · by N1")


def test_only_who_may_sees_the_key_that_switches_the_sound_off() -> None:
    course = low_spo2()
    assert not panel(course).sound.can_switch_off
    assert panel(course, may_switch=True).sound.can_switch_off


def test_sound_off_stands_in_the_list_and_anybody_gets_it_back() -> None:
    course = infusing()
    course.take(AudioSwitched(at=course.now, author="D4", is_on=False))
    model = panel(course)
    (row,) = model.technical
    assert (row.words, row.can_acknowledge) == ("ALARM SOUND OFF", False)
    assert model.answers == ()
    assert (model.sound.key, model.sound.can_switch_off) == ("switch_sound_on", False)


def test_sound_off_is_never_before_an_alarm_that_was_acknowledged() -> None:
    course = low_spo2()
    number = number_of(course, Condition.SPO2_LOW)
    course.take(AlarmAcknowledged(at=course.now, author="N1", occurrence=number))
    course.take(AudioSwitched(at=course.now, author="D4", is_on=False))
    assert panel(course).about == number


def test_the_history_is_newest_first_and_says_when_it_is_cut() -> None:
    course = infusing()
    for _ in range(MOST_SHOWN + 1):
        course.take(AudioSwitched(at=course.now, author="D4", is_on=False))
        course.pass_time(1)
        course.take(AudioSwitched(at=course.now, author="D4", is_on=True))
    course.run(25, spo2=88)
    course.run(20)
    course.take(
        AlarmAcknowledged(
            at=course.now, author="N1", occurrence=number_of(course, Condition.SPO2_LOW)
        )
    )
    past, total = panel(course).past, len(course.session.alarm_log)
    assert past.head.endswith(f"the last {MOST_SHOWN} of {total}, all are in the record")
    assert len(past.rows) == MOST_SHOWN
    assert past.rows[0].words.startswith("SpO2 LOW")
    assert past.rows[0].priority is Priority.MEDIUM


@pytest.mark.parametrize(
    ("typed", "volume"),
    [("34.5", "34.5"), ("0", "0"), ("0.0", "0"), ("2000", "2000")],
)
def test_a_pump_volume_is_read_as_typed(typed: str, volume: str) -> None:
    assert read_volume(typed).volume_ml == Decimal(volume)


@pytest.mark.parametrize("typed", ["", "2000.1", "-3", "3,5", "half"])
def test_an_odd_pump_volume_is_not_entered_and_says_why(typed: str) -> None:
    entry = read_volume(typed)
    assert entry.volume_ml is None
    assert entry.trouble
    assert entry.is_wrong is bool(typed)
