"""Where no sound device plays an alarm, the system's bell rings; else it is quiet."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from pytestqt.qtbot import QtBot

from kmonitor.alarm_acts import AudioPauseAsked
from kmonitor.events import SoundChanged
from kmonitor.session_state import Session
from tests.bedside_sessions import Course
from tests.ui_window import Window, open_window
from ui import bell
from ui.bell import Bell, rings_every_s


def alarming(spo2: float) -> Course:
    course = Course()
    course.run(3)
    course.run(15, spo2=spo2)
    return course


def told(course: Course, *, is_there: bool, is_silenced: bool | None = None) -> Session:
    course.take(SoundChanged(at=course.now, is_there=is_there, is_silenced=is_silenced))
    return course.session


def test_a_high_alarm_that_no_device_plays_rings_each_second_and_a_medium_each_two() -> None:
    assert rings_every_s(told(alarming(78), is_there=False)) == 1.0
    assert rings_every_s(told(alarming(88), is_there=False)) == 2.0


def test_a_muted_computer_and_one_that_told_nothing_ring_too() -> None:
    assert rings_every_s(told(alarming(88), is_there=True, is_silenced=True)) == 2.0
    assert rings_every_s(alarming(88).session) == 2.0


def test_a_device_that_plays_needs_no_bell_and_neither_does_silence() -> None:
    assert rings_every_s(told(alarming(78), is_there=True)) is None
    course = alarming(78)
    told(course, is_there=False)
    course.take(AudioPauseAsked(at=course.now, author="N1"))
    assert rings_every_s(course.session) is None
    assert rings_every_s(Course().session) is None
    assert rings_every_s(None) is None


@dataclass
class Real:
    """Real seconds that the test sets."""

    s: float = 100.0


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    return open_window(qtbot)


def test_it_rings_at_the_frames_of_the_window_and_not_at_each(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, rung = Real(), []
    monkeypatch.setattr(bell, "monotonic_s", lambda: real.s)
    made = Bell(window.shell, ring=lambda: rung.append(real.s))
    window.shell._timer.stop()
    visit = window.shell.visit
    assert visit is not None
    visit.session = replace(alarming(88).session, session_id=window.played.session.session_id)
    for frame in range(126):
        real.s = 100 + frame / 25
        made.look()
    assert rung == [100, 102, 104]
    visit.session = None
    real.s = 110
    window.shell.framed.emit()
    assert len(rung) == 3
