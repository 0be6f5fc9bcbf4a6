"""The alarm panel, its action row and its sound keys, by pressing them over a real session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from kmonitor.access import Right
from kmonitor.alarm_acts import (
    AlarmAnswer,
    AlarmAnswered,
    AlarmSwitched,
    AudioPauseAsked,
    AudioPauseEnded,
    AudioSwitched,
)
from kmonitor.alarms.conditions import Condition
from kmonitor.events import (
    AlarmAcknowledged,
    CuffAsked,
    Event,
    InfusionPaused,
    ObservationMade,
    PumpVolumeRead,
)
from kmonitor.people import DEMONSTRATION_NURSE, LOCKED, Person, Role
from kmonitor.session_state import SessionPhase
from tests import builders
from tests.bedside_world import Bedside
from ui.bedside.panels import alarm_list
from ui.bedside.panels.alarm_panel import AlarmPanel
from ui.bedside.panels.rate_panel import RatePanel
from ui.bedside.panels.sedation_panel import SedationPanel
from ui.bedside.panels.volume_panel import VolumePanel
from ui.bedside.panels.words_panel import WordsPanel
from ui.people.gate import Gate, OpenGate

CLINICIAN = Person(person_id="D4", name="D4 doctor", role=Role.CLINICIAN)


class LockedGate(Gate):
    """Nobody is signed in; what was asked for waits."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Right] = []

    def person(self) -> Person:
        return LOCKED

    def ask(self, right: Right, then: Callable[[], None]) -> None:
        self.asked.append(right)


class AlarmBedside(Bedside):
    """With monitors, and an SpO2 that can be low for some seconds."""

    def infuse(self) -> None:
        now = self.clock.now()
        self.put(builders.link(now))
        self.put(builders.link(now, name=builders.CUFF))
        self.put(builders.nibp(now))
        self.put(builders.reading(now))
        self.put(builders.started(now))
        self.put_done()

    def put_done(self) -> None:
        prompt = self.session.pump_prompt
        if prompt is not None:
            self.desk.host.prompt.done.emit(prompt.number)

    def spo2(self, value: int, seconds: int = 20) -> None:
        for _ in range(seconds):
            self.clock.advance(s=1)
            self.put(builders.reading(self.clock.now(), value=value))

    @property
    def panel(self) -> AlarmPanel:
        panel = self.desk.host.panel
        assert isinstance(panel, AlarmPanel)
        return panel

    def number(self, condition: Condition = Condition.SPO2_LOW) -> int:
        log = self.session.alarm_log
        return next(each.number for each in reversed(log) if each.condition is condition)

    def kinds(self) -> list[type[Event]]:
        quiet = (AlarmAcknowledged, AlarmAnswered, AudioPauseAsked, AudioPauseEnded, AudioSwitched)
        acts = (*quiet, AlarmSwitched, CuffAsked, InfusionPaused, ObservationMade, PumpVolumeRead)
        return [type(event) for event in self.events if isinstance(event, acts)]

    def press(self, name: str) -> None:
        """By touch, wherever it is: rows are no `Key`."""
        (found,) = self.shown(name)
        QTest.mouseClick(found, Qt.MouseButton.LeftButton)
        QApplication.processEvents()

    def shown(self, name: str) -> list[QAbstractButton]:
        """Without those of a panel that has just been left."""
        return [each for each in self.page.findChildren(QAbstractButton, name) if each.isVisible()]

    def is_there(self, name: str) -> bool:
        return bool(self.shown(name))


@pytest.fixture
def bedside(qtbot: QtBot) -> AlarmBedside:
    return made(qtbot, OpenGate(DEMONSTRATION_NURSE))


def made(qtbot: QtBot, gate: Gate) -> AlarmBedside:
    world = AlarmBedside(gate=gate)
    qtbot.addWidget(world.page)
    world.infuse()
    return world


def test_from_an_alarm_to_a_logged_action_is_two_acts(bedside: AlarmBedside) -> None:
    bedside.spo2(84)
    before = len(bedside.session.acts)
    acts = [
        lambda: QTest.mouseClick(bedside.page.banner.area, Qt.MouseButton.LeftButton),
        lambda: bedside.press("answer_oxygen"),
    ]
    for act in acts:
        act()
    assert len(acts) == 2
    (logged,) = bedside.session.acts[before:]
    assert (logged.kind, logged.words) == ("AlarmAnswered", "oxygen given")
    (alarm,) = bedside.session.presented_alarms
    assert alarm.acknowledged_by == "N1"


def test_the_same_by_two_keys(bedside: AlarmBedside) -> None:
    bedside.spo2(84)
    QTest.keyClick(bedside.page, Qt.Key.Key_W)
    bedside.strike(Qt.Key.Key_6)
    event = bedside.events[-1]
    assert isinstance(event, AlarmAnswered)
    assert (event.occurrence, event.answer) == (bedside.number(), AlarmAnswer.PRESCRIBER_CALLED)


def test_a_double_press_is_one_answer(bedside: AlarmBedside) -> None:
    bedside.spo2(84)
    bedside.desk.press("open_alarms")
    for _ in range(2):
        bedside.press("answer_oxygen")
    assert [given.words for given in bedside.session.alarm_log[0].answers] == ["oxygen given"]


def test_several_answers_are_given_one_after_the_other(bedside: AlarmBedside) -> None:
    bedside.spo2(84)
    bedside.desk.press("open_alarms")
    for name in ("answer_reposition", "answer_oxygen", "answer_none_needed"):
        bedside.press(name)
    (logged,) = bedside.session.alarm_log
    assert [given.words for given in logged.answers] == [
        "repositioned", "oxygen given", "no action needed",
    ]  # fmt: skip


def test_without_an_alarm_the_panel_opens_too(bedside: AlarmBedside) -> None:
    bedside.desk.press("open_alarms")
    assert bedside.panel.about is None
    assert not bedside.is_there("answer_oxygen")
    bedside.strike(Qt.Key.Key_Escape)
    assert bedside.desk.host.panel is None


def test_an_alarm_that_begins_while_it_stands_gets_the_action_row(bedside: AlarmBedside) -> None:
    bedside.desk.press("open_alarms")
    bedside.spo2(84)
    bedside.press("answer_oxygen")
    assert bedside.session.presented_alarms[0].is_acknowledged


def test_the_action_row_keeps_its_alarm_when_a_worse_one_begins(bedside: AlarmBedside) -> None:
    bedside.put(builders.nibp(bedside.clock.now(), 164, 97))
    about = bedside.number(Condition.NIBP_SYSTOLIC_HIGH)
    bedside.desk.press("open_alarms")
    bedside.spo2(79, 5)
    bedside.press("answer_prescriber_called")
    event = bedside.events[-1]
    assert isinstance(event, AlarmAnswered)
    assert event.occurrence == about


def test_touching_another_line_moves_the_action_row_there(bedside: AlarmBedside) -> None:
    bedside.put(builders.nibp(bedside.clock.now(), 164, 97))
    bedside.spo2(79, 5)
    bedside.desk.press("open_alarms")
    pressure = bedside.number(Condition.NIBP_SYSTOLIC_HIGH)
    assert bedside.panel.about == bedside.number()
    bedside.press(f"alarm_{pressure}")
    assert bedside.panel.about == pressure
    bedside.press(f"alarm_acknowledge_{pressure}")
    acknowledged = {
        each.number for each in bedside.session.presented_alarms if each.is_acknowledged
    }
    assert acknowledged == {pressure}


def test_what_moves_under_the_finger_is_not_pressed(
    bedside: AlarmBedside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarm_list, "SETTLES_S", 600.0)
    bedside.put(builders.nibp(bedside.clock.now(), 164, 97))
    pressure = bedside.number(Condition.NIBP_SYSTOLIC_HIGH)
    bedside.desk.press("open_alarms")
    bedside.spo2(79, 5)
    bedside.press(f"alarm_acknowledge_{pressure}")
    assert not any(each.is_acknowledged for each in bedside.session.presented_alarms)
    bedside.desk.press("acknowledge")
    assert any(each.is_acknowledged for each in bedside.session.presented_alarms)


def test_pause_infusion_pauses_and_logs_on_a_locked_screen(qtbot: QtBot) -> None:
    gate = LockedGate()
    bedside = made(qtbot, gate)
    bedside.spo2(84)
    bedside.desk.press("open_alarms")
    bedside.press("answer_pause_infusion")
    assert bedside.session.phase is SessionPhase.PAUSED
    assert bedside.kinds() == [InfusionPaused, AlarmAnswered]
    assert gate.asked == []
    assert bedside.session.alarm_log[0].answers[0].author == "locked"


@pytest.mark.parametrize("name", ["answer_oxygen", "answer_slow_rate", "answer_repeat_reading"])
def test_every_other_answer_asks_who_is_there(qtbot: QtBot, name: str) -> None:
    gate = LockedGate()
    bedside = made(qtbot, gate)
    bedside.spo2(84)
    bedside.desk.press("open_alarms")
    bedside.press(name)
    assert gate.asked == [Right.RUN_SESSION]
    assert bedside.kinds() == []


def test_acknowledging_and_pausing_the_sound_ask_nobody(qtbot: QtBot) -> None:
    gate = LockedGate()
    bedside = made(qtbot, gate)
    bedside.spo2(84)
    bedside.desk.press("open_alarms")
    bedside.press("alarm_sound")
    bedside.press(f"alarm_acknowledge_{bedside.number()}")
    assert bedside.kinds() == [AudioPauseAsked, AlarmAcknowledged]
    assert gate.asked == []


def test_slow_rate_logs_and_opens_the_rate(bedside: AlarmBedside) -> None:
    bedside.spo2(84)
    bedside.desk.press("open_alarms")
    bedside.press("answer_slow_rate")
    assert bedside.kinds() == [AlarmAnswered]
    assert isinstance(bedside.desk.host.panel, RatePanel)


def test_to_repeat_a_pressure_starts_the_cuff(bedside: AlarmBedside) -> None:
    bedside.put(builders.nibp(bedside.clock.now(), 164, 97))
    bedside.desk.press("open_alarms")
    bedside.press("answer_repeat_reading")
    assert bedside.kinds() == [AlarmAnswered, CuffAsked]


def test_to_repeat_a_saturation_starts_no_cuff(bedside: AlarmBedside) -> None:
    bedside.spo2(84)
    bedside.desk.press("open_alarms")
    bedside.press("answer_repeat_reading")
    assert bedside.kinds() == [AlarmAnswered]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("answer_prescriber_said", AlarmAnswer.PRESCRIBER_SAID),
        ("answer_medicine_given", AlarmAnswer.MEDICINE_GIVEN),
    ],
)
def test_words_are_asked_before_they_are_logged(
    bedside: AlarmBedside, name: str, answer: AlarmAnswer
) -> None:
    bedside.spo2(84)
    bedside.desk.press("open_alarms")
    bedside.press(name)
    assert isinstance(bedside.desk.host.panel, WordsPanel)
    bedside.strike(Qt.Key.Key_Return)
    assert bedside.kinds() == []
    bedside.type("as told by Dr. Lee")
    bedside.strike(Qt.Key.Key_Return)
    event = bedside.events[-1]
    assert isinstance(event, AlarmAnswered)
    assert (event.answer, event.text) == (answer, "as told by Dr. Lee")
    assert bedside.panel.about == event.occurrence


def test_going_back_from_the_words_returns_to_the_alarm_unlogged(bedside: AlarmBedside) -> None:
    bedside.spo2(84)
    bedside.desk.press("open_alarms")
    bedside.press("answer_medicine_given")
    bedside.strike(Qt.Key.Key_Escape)
    assert bedside.panel.about == bedside.number()
    assert bedside.kinds() == []


def test_the_pause_of_the_sound_runs_down_and_can_be_ended(bedside: AlarmBedside) -> None:
    bedside.spo2(84)
    bedside.desk.press("pause_sound")
    bedside.desk.press("open_alarms")
    bedside.spo2(84, 17)
    assert bedside.find("alarm_sound").text() == "End sound pause 1:43"
    bedside.press("alarm_sound")
    assert bedside.kinds() == [AudioPauseAsked, AudioPauseEnded]
    assert bedside.find("alarm_sound").text() == "Pause sound 2:00"


def test_a_nurse_has_no_key_for_sound_off(bedside: AlarmBedside) -> None:
    bedside.desk.press("open_alarms")
    assert not bedside.is_there("alarm_sound_off")


def test_a_clinician_is_asked_before_the_sound_is_off_and_gets_it_back(qtbot: QtBot) -> None:
    bedside = made(qtbot, OpenGate(CLINICIAN))
    bedside.desk.press("open_alarms")
    bedside.press("alarm_sound_off")
    assert bedside.kinds() == []
    bedside.let_keys_arm()
    bedside.press("panel_confirm")
    assert bedside.session.alarms.running(Condition.AUDIO_OFF) is not None
    assert not bedside.is_there("alarm_sound_off")
    bedside.press("alarm_sound")
    assert bedside.session.alarms.running(Condition.AUDIO_OFF) is None
    assert bedside.kinds() == [AudioSwitched, AudioSwitched]


def test_where_the_sound_is_off_the_key_for_its_pause_leads_to_on(qtbot: QtBot) -> None:
    bedside = made(qtbot, OpenGate(CLINICIAN))
    now = bedside.clock.now()
    bedside.put(AudioSwitched(at=now, author="D4", is_on=False))
    bedside.desk.press("pause_sound")
    assert isinstance(bedside.desk.host.panel, AlarmPanel)
    assert bedside.kinds() == [AudioSwitched]


def test_an_alarm_that_is_off_is_switched_on_from_its_line(bedside: AlarmBedside) -> None:
    now, off = bedside.clock.now(), Condition.SPO2_LOW
    bedside.put(AlarmSwitched(at=now, author="D4", condition=off, is_on=False))
    bedside.desk.press("open_alarms")
    bedside.press("alarm_remedy")
    event = bedside.events[-1]
    assert isinstance(event, AlarmSwitched)
    assert (event.condition, event.is_on) == (off, True)


@pytest.mark.parametrize("score", [5, 2])
def test_a_sedation_score_is_one_press_from_the_note(bedside: AlarmBedside, score: int) -> None:
    bedside.page.pressed.emit("note")
    bedside.press("note_observation")
    bedside.press(f"sedation_{score}")
    event = bedside.events[-1]
    assert isinstance(event, ObservationMade)
    assert event.sedation == score
    assert bedside.desk.host.panel is None
    deep = {each.condition for each in bedside.session.presented_alarms}
    assert (Condition.SEDATION_DEEP in deep) is (score == 2)


def test_a_digit_scores_and_escape_scores_nothing(bedside: AlarmBedside) -> None:
    bedside.desk.press("observation")
    bedside.strike(Qt.Key.Key_Escape)
    assert bedside.kinds() == []
    bedside.desk.press("observation")
    bedside.strike(Qt.Key.Key_4)
    assert [each.sedation for each in bedside.session.observations] == [4]


def test_the_pump_volume_is_typed_and_a_difference_leads_back_to_it(bedside: AlarmBedside) -> None:
    bedside.page.pressed.emit("note")
    bedside.press("note_pump_volume")
    bedside.type("90.5")
    bedside.strike(Qt.Key.Key_Return)
    event = bedside.events[-1]
    assert isinstance(event, PumpVolumeRead)
    assert event.volume_ml == Decimal("90.5")
    bedside.desk.press("open_alarms")
    bedside.press("alarm_remedy")
    assert isinstance(bedside.desk.host.panel, VolumePanel)


def test_the_pad_types_the_pump_volume(bedside: AlarmBedside) -> None:
    bedside.desk.press("pump_volume")
    for name in ("pad_1", "pad_.", "pad_5", "pad_back", "pad_4"):
        bedside.press(name)
    field = bedside.page.findChild(QLineEdit, "volume")
    assert field is not None
    assert field.text() == "1.4"
    assert bedside.find("panel_confirm").text() == "Enter 1.4 mL"


def test_before_the_start_there_is_no_pump_volume(qtbot: QtBot) -> None:
    bedside = AlarmBedside()
    qtbot.addWidget(bedside.page)
    bedside.wait(60)
    bedside.page.pressed.emit("note")
    assert not bedside.find("note_pump_volume").isEnabled()
    bedside.desk.press("pump_volume")
    assert not isinstance(bedside.desk.host.panel, VolumePanel)


def test_entries_on_a_locked_screen_wait_for_a_person(qtbot: QtBot) -> None:
    gate = LockedGate()
    bedside = made(qtbot, gate)
    bedside.desk.press("observation")
    assert gate.asked == [Right.RUN_SESSION]
    assert not isinstance(bedside.desk.host.panel, SedationPanel)


def test_after_the_end_the_alarms_do_not_cover_the_way_out(bedside: AlarmBedside) -> None:
    bedside.put(builders.end_confirmed(bedside.clock.now()))
    ended = bedside.desk.host.panel
    bedside.desk.press("stop")
    bedside.desk._actions.end_session()
    assert bedside.session.phase is SessionPhase.ENDED
    ended = bedside.desk.host.panel
    bedside.desk.press("open_alarms")
    assert bedside.desk.host.panel is ended


def targets(panel: QWidget) -> list[QWidget]:
    return [each for each in panel.findChildren(QAbstractButton) if each.isVisible()]


@pytest.fixture(params=[(1280, 800), (1024, 768)], ids=["1280x800", "1024x768"])
def crowded(request: pytest.FixtureRequest, qtbot: QtBot) -> AlarmBedside:
    """Two of the patient's alarms, one of the sound, for who has every key; and the pump waits."""
    bedside = AlarmBedside(request.param, gate=OpenGate(CLINICIAN))
    qtbot.addWidget(bedside.page)
    bedside.infuse()
    bedside.put(builders.nibp(bedside.clock.now(), 164, 97))
    bedside.spo2(79, 5)
    bedside.desk.press("open_alarms")
    return bedside


def test_every_key_is_large_named_and_reached_by_tab(crowded: AlarmBedside) -> None:
    least = crowded.desk.theme.sizes.least_target_px
    found = targets(crowded.panel)
    assert {each.objectName() for each in found} >= {"answer_oxygen", "alarm_sound", "panel_back"}
    for each in found:
        assert min(each.width(), each.height()) >= least, each.objectName()
        assert each.accessibleName(), each.objectName()
    reached = set()
    for _ in range(60):
        focused = QApplication.focusWidget()
        if focused is not None:
            reached.add(focused.objectName())
        QTest.keyClick(focused or crowded.page, Qt.Key.Key_Tab)
    assert reached >= {each.objectName() for each in found}


def test_the_panel_keeps_to_its_place_also_under_an_order_at_the_pump(
    crowded: AlarmBedside,
) -> None:
    crowded.press("answer_pause_infusion")
    panel = crowded.panel
    assert crowded.page.overlay_area.rect().contains(panel.geometry())
    assert panel.height() >= panel.minimumSizeHint().height()
    for each in targets(panel):
        if each.objectName().startswith(("answer_", "alarm_sound", "panel_")):
            place = each.rect().translated(each.mapTo(panel, each.rect().topLeft()))
            assert panel.rect().contains(place), each.objectName()


def test_page_keys_scroll_the_list(crowded: AlarmBedside) -> None:
    for is_on in 6 * (False, True):
        crowded.put(AudioSwitched(at=crowded.clock.advance(s=1), author="D4", is_on=is_on))
    area = crowded.panel.findChild(QScrollArea)
    assert area is not None
    bar = area.verticalScrollBar()
    assert bar.maximum() > 0
    crowded.strike(Qt.Key.Key_End)
    assert bar.value() == bar.maximum()
    crowded.strike(Qt.Key.Key_PageUp)
    assert bar.value() < bar.maximum()


def test_another_theme_reaches_the_panel_that_stands(crowded: AlarmBedside) -> None:
    light = replace(crowded.desk.theme, name="light")
    crowded.page.set_theme(light)
    crowded.desk.set_theme(light)
    crowded.show()
    crowded.press("answer_oxygen")
    assert crowded.kinds() == [AlarmAnswered]
