"""The strip says of the alarm sound: on, not tested, paused, off, or that there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kmonitor.alarm_acts import AudioPauseAsked, AudioSwitched, SoundTested
from kmonitor.events import SoundChanged
from kmonitor.people import DEMONSTRATION_NURSE
from kmonitor.ports import SoundState
from kmonitor.session_state import SessionPhase
from tests.bedside_sessions import Course
from tests.voices import GONE, HEARD, MUTED, NOT_TOLD
from ui.bedside.view_models.identity import Around, ChipText, Tone, Touch, identity


def chip(course: Course, alarm_volume_pct: int = 80) -> ChipText:
    around = Around(person=DEMONSTRATION_NURSE, alarm_volume_pct=alarm_volume_pct)
    strip = identity(course.session, course.now, around, 0.4)
    return next(each for each in strip.right if "SOUND" in f"{each.caption} {each.words}".upper())


def said(course: Course) -> tuple[str, str, Tone]:
    found = chip(course)
    return found.caption, found.words, found.tone


def heard(state: SoundState | None = HEARD, answer: bool | None = True) -> Course:
    course = Course()
    if state is not None:
        course.take(
            SoundChanged(
                at=course.now, is_there=state.is_there, device=state.device,
                is_silenced=state.is_silenced, volume_pct=state.volume_pct,
            )
        )  # fmt: skip
    if answer is not None:
        course.take(SoundTested(at=course.now, author="N1", is_heard=answer))
    return course


@pytest.mark.parametrize("state", [None, GONE, MUTED])
@pytest.mark.parametrize("answer", [None, True, False])
def test_what_cannot_be_heard_is_loud_whatever_was_answered(
    state: SoundState | None, answer: bool | None
) -> None:
    assert said(heard(state, answer)) == ("NO ALARM", "SOUND", Tone.LOUD)


def test_the_volume_is_what_is_set_of_the_computers_own() -> None:
    assert said(heard()) == ("Sound volume", "56 %", Tone.LIVE)
    assert chip(heard(), alarm_volume_pct=100).words == "70 %"


def test_a_volume_that_the_system_does_not_tell_is_not_known() -> None:
    assert said(heard(NOT_TOLD)) == ("Sound volume", "not known", Tone.LIVE)


def test_what_nobody_answered_is_not_tested_and_what_was_not_heard_is_loud() -> None:
    assert said(heard(answer=None)) == ("Alarm sound", "not tested", Tone.ABSENT)
    assert said(heard(answer=False)) == ("SOUND", "NOT HEARD", Tone.LOUD)


def test_a_pause_counts_down_and_ends() -> None:
    course = heard()
    course.take(AudioPauseAsked(at=course.now, author="N1"))
    assert said(course) == ("SOUND PAUSED", "2:00", Tone.ABSENT)
    course.pass_time(75)
    assert chip(course).words == "0:45"
    course.pass_time(46)
    assert chip(course).caption == "Sound volume"


def test_a_sound_that_was_switched_off_is_loud_until_it_is_on_again() -> None:
    course = heard()
    course.take(AudioSwitched(at=course.now, author="C1", is_on=False))
    assert said(course) == ("SOUND OFF", "for all alarms", Tone.LOUD)
    course.take(AudioSwitched(at=course.now, author="C1", is_on=True))
    assert chip(course).caption == "Sound volume"


def test_it_is_tested_by_a_touch_while_there_is_an_alarm_sound_and_a_session() -> None:
    course = heard(GONE)
    assert chip(course).touch is Touch.SOUND
    course.session = replace(course.session, phase=SessionPhase.ENDED)
    assert chip(course).touch is None
    assert chip(heard(None)).touch is None
