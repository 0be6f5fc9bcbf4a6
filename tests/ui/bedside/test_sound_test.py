"""The alarm tones are played as a session begins, and somebody is asked; nothing waits for that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from kmonitor.access import Right
from kmonitor.alarm_acts import SoundTested
from kmonitor.events import SessionResumed, SoundChanged
from kmonitor.people import LOCKED, Person
from kmonitor.ports import SoundState
from kmonitor.session_state import SessionPhase
from tests.bedside_world import Bedside
from tests.voices import GONE, HEARD, MUTED
from ui.actions import Actions
from ui.bedside.panels.sound_test_panel import ASKS, SoundTestPanel
from ui.bedside.panels.when_panel import WhenPanel
from ui.bedside.sound_test import SoundTest
from ui.bedside.view_models.identity import Touch
from ui.people.gate import Gate


class HeardBedside(Bedside):
    """A bedside whose tones are counted."""

    def __init__(self, gate: Gate | None = None) -> None:
        self.plays = 0
        self.test: SoundTest | None = None
        super().__init__(gate=gate)
        actions = Actions(self, self.clock, self.gate.person)
        self.test = SoundTest(
            self.page, self.desk, actions, self.gate, self._play, self.desk._theme
        )

    def _play(self) -> None:
        self.plays += 1

    def show(self) -> None:
        if self.test is not None:
            self.test.look(self.session)
        super().show()

    def device(self, state: SoundState) -> None:
        self.put(
            SoundChanged(
                at=self.clock.now(), is_there=state.is_there, device=state.device,
                is_silenced=state.is_silenced, volume_pct=state.volume_pct,
            )
        )  # fmt: skip

    @property
    def panel(self) -> SoundTestPanel:
        assert isinstance(self.desk.host.panel, SoundTestPanel)
        return self.desk.host.panel

    @property
    def answers(self) -> list[bool]:
        return [each.is_heard for each in self.events if isinstance(each, SoundTested)]

    def chip(self) -> tuple[str, str]:
        self.show()
        model = self.page.identity.model
        assert model is not None
        chip = next(each for each in model.right if "sound" in each.caption.lower())
        return chip.caption, chip.words


class Locked(Gate):
    """Nobody is signed in; what is asked waits."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[Callable[[], None]] = []

    def person(self) -> Person:
        return LOCKED

    def ask(self, right: Right, then: Callable[[], None]) -> None:
        assert right is Right.RUN_SESSION
        self.waits.append(then)


@pytest.fixture
def bedside(qtbot: QtBot) -> HeardBedside:
    world = HeardBedside()
    qtbot.addWidget(world.page)
    return world


def test_as_soon_as_the_device_is_told_the_tones_play_and_are_asked_about(
    bedside: HeardBedside,
) -> None:
    assert bedside.desk.host.panel is None
    bedside.device(HEARD)
    assert bedside.panel.title.text() == ASKS
    assert bedside.plays == 1
    bedside.wait(5)
    assert bedside.plays == 1


@pytest.mark.parametrize(("key", "is_heard"), [("sound_heard", True), ("sound_not_heard", False)])
def test_the_answer_is_logged_and_the_panel_goes(
    bedside: HeardBedside, key: str, is_heard: bool
) -> None:
    bedside.device(HEARD)
    bedside.let_keys_arm()
    bedside.click(key)
    assert bedside.answers == [is_heard]
    assert bedside.desk.host.panel is None
    assert bedside.session.is_sound_heard is is_heard
    words = [each.words for each in bedside.session.presented_alarms]
    assert any("NOT HEARD" in each for each in words) is not is_heard
    bedside.wait(5)
    assert bedside.desk.host.panel is None


def test_what_was_not_heard_can_be_tested_again_at_the_strip(bedside: HeardBedside) -> None:
    bedside.device(HEARD)
    bedside.click("sound_not_heard")
    assert bedside.chip() == ("SOUND", "NOT HEARD")
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # the panel before goes
    bedside.page.touched.emit(Touch.SOUND)
    assert bedside.plays == 2
    bedside.let_keys_arm()
    bedside.click("sound_heard")
    assert bedside.chip() == ("Sound volume", "70 %")


def test_the_tones_play_again_when_asked(bedside: HeardBedside) -> None:
    bedside.device(HEARD)
    bedside.click("sound_again")
    assert bedside.plays == 2
    assert bedside.answers == []


def test_who_leaves_it_without_an_answer_is_reminded_quietly_and_not_asked_again(
    bedside: HeardBedside,
) -> None:
    bedside.device(HEARD)
    bedside.strike(Qt.Key.Key_Escape)
    assert bedside.desk.host.panel is None
    bedside.wait(5)
    assert bedside.desk.host.panel is None
    assert bedside.answers == []
    assert bedside.chip() == ("Alarm sound", "not tested")


def test_a_double_press_of_what_began_the_session_answers_nothing(bedside: HeardBedside) -> None:
    bedside.device(HEARD)
    bedside.strike(Qt.Key.Key_Return)
    bedside.strike(Qt.Key.Key_Space)
    bedside.click("sound_heard")  # by touch, too early
    assert bedside.answers == []
    assert isinstance(bedside.desk.host.panel, SoundTestPanel)


def test_start_does_not_wait_for_the_answer(bedside: HeardBedside) -> None:
    bedside.device(HEARD)
    bedside.strike(Qt.Key.Key_S)
    assert isinstance(bedside.desk.host.panel, WhenPanel)
    bedside.click("when_start_0")
    assert bedside.session.phase is SessionPhase.INFUSING
    assert bedside.chip() == ("Alarm sound", "not tested")


def test_without_a_device_it_says_so_and_asks_when_one_comes(bedside: HeardBedside) -> None:
    bedside.device(GONE)
    assert "NO ALARM SOUND" in bedside.words("sound_says")
    assert bedside.plays == 0
    assert not any(key.isVisible() for key in map(bedside.find, ("sound_heard", "sound_again")))
    bedside.device(HEARD)
    assert bedside.plays == 1
    assert bedside.find("sound_heard").isVisible()
    bedside.device(GONE)
    assert not bedside.find("sound_heard").isVisible()


def test_a_muted_computer_is_named_in_the_question(bedside: HeardBedside) -> None:
    bedside.device(MUTED)
    assert "muted" in bedside.words("sound_says")


def test_a_session_that_goes_on_is_not_asked_again(qtbot: QtBot) -> None:
    bedside = HeardBedside()
    qtbot.addWidget(bedside.page)
    gone = bedside.clock.now()
    at = bedside.clock.advance(s=9)
    bedside.put(SessionResumed(at=at, author="N1", cause="lost", since=gone))
    bedside.device(HEARD)
    assert bedside.desk.host.panel is None
    assert bedside.chip() == ("Alarm sound", "not tested")


def test_one_that_began_before_the_device_was_told_is_not_interrupted(
    bedside: HeardBedside,
) -> None:
    bedside.start()
    bedside.device(HEARD)
    assert bedside.desk.host.panel is None


def test_it_waits_for_a_panel_that_stands_and_gives_way_to_the_end(bedside: HeardBedside) -> None:
    bedside.page.pressed.emit("note")
    bedside.device(HEARD)
    assert not isinstance(bedside.desk.host.panel, SoundTestPanel)
    bedside.desk.host.close()
    bedside.show()
    assert isinstance(bedside.desk.host.panel, SoundTestPanel)
    bedside.session = replace(bedside.session, phase=SessionPhase.ENDED)
    bedside.show()
    titles = [each.text() for each in bedside.page.findChildren(QLabel) if each.isVisible()]
    assert any("has ended" in each for each in titles)


def test_an_answer_on_a_locked_screen_waits_for_a_person(qtbot: QtBot) -> None:
    gate = Locked()
    bedside = HeardBedside(gate)
    qtbot.addWidget(bedside.page)
    bedside.device(HEARD)
    bedside.let_keys_arm()
    bedside.click("sound_heard")
    assert bedside.answers == []
    assert isinstance(bedside.desk.host.panel, SoundTestPanel)
    gate.waits[0]()
    assert bedside.answers == [True]
    assert bedside.desk.host.panel is None
