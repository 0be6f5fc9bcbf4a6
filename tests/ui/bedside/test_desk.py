"""Keys and panels of the bedside, by pressing them, over a session that steps at once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kmonitor.events import (
    AlarmAcknowledged,
    CuffAsked,
    Event,
    InfusionEndConfirmed,
    InfusionPaused,
    InfusionRateChanged,
    InfusionResumed,
    InfusionStarted,
    InfusionStopped,
    NibpEntered,
    NoteWritten,
    PumpDone,
    SessionEnded,
)
from kmonitor.infusion import ResumeEnd
from kmonitor.session_state import SessionPhase
from tests import builders
from tests.bedside_world import Bedside
from ui.bedside import alarm_banner
from ui.bedside.panels.ended_panel import KEPT, NOT_KEPT, EndedPanel
from ui.controls.key import Key


@pytest.fixture
def bedside(qtbot: QtBot) -> Bedside:
    world = Bedside()
    qtbot.addWidget(world.page)
    return world


def phase_of(bedside: Bedside) -> SessionPhase:
    return bedside.session.phase


def last(bedside: Bedside) -> Event:
    return bedside.events[-1]


def answer(bedside: Bedside) -> None:
    """Press the strong key of the panel that stands."""
    panel = bedside.desk.host.panel
    assert panel is not None
    found = panel.findChild(Key, "panel_confirm")
    assert found is not None
    found.click()


def test_start_asks_when_and_enter_means_now(bedside: Bedside) -> None:
    bedside.wait(120)
    bedside.type("s")
    assert phase_of(bedside) is SessionPhase.READY
    bedside.strike(Qt.Key.Key_Return)
    event = last(bedside)
    assert isinstance(event, InfusionStarted)
    assert event.at == event.effective
    assert phase_of(bedside) is SessionPhase.INFUSING


def test_start_can_be_told_two_minutes_late(bedside: Bedside) -> None:
    bedside.wait(180)
    bedside.page.pressed.emit("start")
    bedside.clock.advance(s=20)  # the panel stood for a while
    bedside.click("when_start_120")
    event = last(bedside)
    assert isinstance(event, InfusionStarted)
    assert event.at.seconds_since(event.effective) == 120


def test_escape_leaves_a_panel_without_an_act(bedside: Bedside) -> None:
    bedside.wait(60)
    count = len(bedside.events)
    bedside.type("s")
    bedside.strike(Qt.Key.Key_Escape)
    assert bedside.desk.host.panel is None
    assert len(bedside.events) == count
    assert bedside.page.hasFocus()


def test_the_prompt_stands_until_done_at_the_pump(bedside: Bedside) -> None:
    bedside.wait(60)
    bedside.type("s")
    bedside.strike(Qt.Key.Key_Return)
    prompt = bedside.desk.host.prompt
    assert prompt.isVisible()
    assert bedside.words("pump_words").startswith("PUMP: start it now at 150")
    bedside.page.pressed.emit("note")
    assert prompt.isVisible()
    bedside.strike(Qt.Key.Key_Escape)
    bedside.let_keys_arm()
    bedside.strike(Qt.Key.Key_D)
    assert isinstance(last(bedside), PumpDone)
    assert not prompt.isVisible()


def test_pause_acts_at_the_first_press_also_with_a_panel_open(bedside: Bedside) -> None:
    bedside.start()
    bedside.page.pressed.emit("confirm_end")
    bedside.type("p")
    assert isinstance(last(bedside), InfusionPaused)
    assert phase_of(bedside) is SessionPhase.PAUSED


def test_stop_is_held_and_a_short_press_does_nothing(bedside: Bedside, qtbot: QtBot) -> None:
    bedside.start()
    QTest.keyPress(bedside.page, Qt.Key.Key_T, delay=0)
    QTest.keyRelease(bedside.page, Qt.Key.Key_T)
    assert phase_of(bedside) is SessionPhase.INFUSING
    QTest.keyPress(bedside.page, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: phase_of(bedside) is SessionPhase.RECOVERY, timeout=2000)
    QTest.keyRelease(bedside.page, Qt.Key.Key_T)
    assert isinstance(last(bedside), InfusionStopped)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_holding_stop_from_the_keyboard_never_answers_for_the_pump(
    bedside: Bedside, qtbot: QtBot, key: Qt.Key
) -> None:
    bedside.wait(60)
    bedside.type("s")
    bedside.strike(Qt.Key.Key_Return)
    bedside.let_keys_arm()
    stop = bedside.page._key_row.buttons[-1]
    stop.setFocus()
    QTest.keyPress(stop, key)
    qtbot.waitUntil(lambda: phase_of(bedside) is SessionPhase.RECOVERY, timeout=2000)
    assert bedside.page.hasFocus()
    done = bedside.desk.host.prompt.key
    for _ in range(30):  # a system that does not mark what a held key repeats
        for kind in (QEvent.Type.KeyRelease, QEvent.Type.KeyPress):
            target = QApplication.focusWidget() or bedside.page
            QApplication.sendEvent(target, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier))
        QTest.qWait(40)
        bedside.desk.tick()
        assert not done.isEnabled()
    QTest.keyRelease(QApplication.focusWidget() or bedside.page, key)
    assert not any(isinstance(event, PumpDone) for event in bedside.events)
    bedside.let_keys_arm()
    bedside.strike(Qt.Key.Key_D)
    assert isinstance(last(bedside), PumpDone)


@pytest.mark.parametrize(("name", "kind"), [("pause", InfusionPaused), ("stop", InfusionStopped)])
def test_what_was_done_earlier_has_a_key_of_its_own(
    bedside: Bedside, name: str, kind: type[InfusionPaused | InfusionStopped]
) -> None:
    bedside.start()
    bedside.wait(300)
    bedside.type("l")
    bedside.click(f"when_{name}_180")
    event = last(bedside)
    assert isinstance(event, kind)
    assert event.at.seconds_since(event.effective) == 180


@pytest.mark.parametrize("end", list(ResumeEnd))
def test_resume_extends_or_keeps_the_end(bedside: Bedside, end: ResumeEnd) -> None:
    bedside.start()
    bedside.wait(300)
    bedside.type("p")
    bedside.wait(120)
    bedside.type("r")
    bedside.click(f"resume_{end.value}")
    event = last(bedside)
    assert isinstance(event, InfusionResumed)
    assert event.end is end
    assert phase_of(bedside) is SessionPhase.INFUSING


def test_the_rate_is_typed_seen_and_set_with_enter(bedside: Bedside) -> None:
    bedside.start()
    bedside.type("c")
    bedside.type("120")
    assert bedside.find("panel_confirm").text() == "Set 120 mL/h"
    bedside.strike(Qt.Key.Key_Return)
    event = last(bedside)
    assert isinstance(event, InfusionRateChanged)
    assert event.rate_ml_per_h == Decimal(120)
    assert bedside.words("pump_words").startswith("PUMP: set 120")


def test_the_pad_replaces_the_rate_and_a_step_moves_it(bedside: Bedside) -> None:
    bedside.start()
    bedside.page.pressed.emit("change_rate")
    for key in ("pad_9", "pad_9", "step_1", "step_10", "pad_back"):
        bedside.click(key)
    assert bedside.find("panel_confirm").text().startswith("Set 11 mL/h")


def test_a_rate_beyond_the_hard_limit_cannot_be_set(bedside: Bedside) -> None:
    bedside.start()
    bedside.type("c")
    bedside.type("1000")
    assert not bedside.find("panel_confirm").isEnabled()
    assert "hard limit" in bedside.words("trouble")
    count = len(bedside.events)
    bedside.strike(Qt.Key.Key_Return)
    assert len(bedside.events) == count


def test_a_pressure_is_typed_with_enter_from_field_to_field(bedside: Bedside) -> None:
    bedside.wait(120)
    bedside.type("b")
    bedside.type("121")
    bedside.strike(Qt.Key.Key_Return)
    bedside.type("79")
    bedside.strike(Qt.Key.Key_Return)
    event = last(bedside)
    assert isinstance(event, NibpEntered)
    assert (event.systolic_mmhg, event.diastolic_mmhg) == (121, 79)
    reading = bedside.session.last_nibp
    assert reading is not None
    assert (reading.systolic_mmhg, reading.author) == (121, "N1")


def test_an_exchanged_pressure_is_not_sent(bedside: Bedside) -> None:
    bedside.wait(120)
    bedside.type("b")
    bedside.type("79")
    bedside.strike(Qt.Key.Key_Return)
    bedside.type("121")
    assert "exchanged" in bedside.words("trouble")
    assert not bedside.find("panel_confirm").isEnabled()


def test_a_note_is_one_press_or_free_words(bedside: Bedside) -> None:
    bedside.page.pressed.emit("note")
    bedside.click("note_0")
    assert isinstance(last(bedside), NoteWritten)
    bedside.page.pressed.emit("note")
    bedside.type("help bell tested")
    bedside.strike(Qt.Key.Key_Return)
    event = last(bedside)
    assert isinstance(event, NoteWritten)
    assert event.text == "help bell tested"


def test_end_due_asks_by_itself_and_waits_behind_another_panel(bedside: Bedside) -> None:
    bedside.start()
    bedside.page.pressed.emit("note")
    bedside.wait(2400)
    assert phase_of(bedside) is SessionPhase.END_DUE
    assert bedside.page.findChild(QWidget, "when_confirm_end_0") is None
    bedside.strike(Qt.Key.Key_Escape)
    bedside.show()
    bedside.strike(Qt.Key.Key_Return)
    assert isinstance(last(bedside), InfusionEndConfirmed)
    assert phase_of(bedside) is SessionPhase.RECOVERY
    assert bedside.desk.host.panel is None


def test_the_end_can_be_confirmed_as_planned(bedside: Bedside) -> None:
    bedside.start()
    bedside.wait(2520)
    bedside.click("when_confirm_at_end_0")
    event = last(bedside)
    assert isinstance(event, InfusionEndConfirmed)
    assert event.at.seconds_since(event.effective) > 60


def test_the_end_can_be_confirmed_as_planned_after_half_an_hour(bedside: Bedside) -> None:
    bedside.start()
    bedside.wait(2400)
    assert phase_of(bedside) is SessionPhase.END_DUE
    assert not bedside.find("when_confirm_end_300").isEnabled()
    bedside.wait(1800)
    assert bedside.find("when_confirm_end_300").isEnabled()
    bedside.click("when_confirm_at_end_0")
    event = last(bedside)
    assert isinstance(event, InfusionEndConfirmed)
    assert event.at.seconds_since(event.effective) > 1700
    assert phase_of(bedside) is SessionPhase.RECOVERY


def test_a_panel_that_stands_says_the_times_of_now(bedside: Bedside) -> None:
    bedside.wait(60)
    bedside.page.pressed.emit("start")
    before = bedside.find("when_start_0").accessibleName()
    assert not bedside.find("when_start_120").isEnabled()
    bedside.wait(120)
    assert bedside.find("when_start_0").accessibleName() != before
    assert bedside.find("when_start_120").isEnabled()


def test_a_refusal_is_said_large_with_its_reason(bedside: Bedside) -> None:
    bedside.start()
    bedside.desk._actions.end_session()
    assert "NOT DONE. The infusion has not ended" in bedside.words("news")
    assert bedside.desk.host.news.isVisible()


def test_an_act_is_saving_until_its_commit(bedside: Bedside) -> None:
    bedside.wait(60)
    bedside.desk._actions.note("x")
    assert bedside.words("news") == "X: saving…"
    bedside.commit()
    assert bedside.words("news") == "X: saved"


def test_acknowledge_means_the_alarm_that_is_shown(bedside: Bedside) -> None:
    bedside.start()
    bedside.put(builders.nibp(bedside.clock.advance(s=30), 170, 95, 120))
    shown = bedside.page.shown_occurrence
    bedside.type("a")
    event = last(bedside)
    assert isinstance(event, AlarmAcknowledged)
    assert event.occurrence == shown


def test_each_alarm_can_be_acknowledged_one_after_the_other(
    bedside: Bedside, monkeypatch: pytest.MonkeyPatch
) -> None:
    bedside.start()
    bedside.put(builders.nibp(bedside.clock.advance(s=30), 170, 95, 120))
    for _ in range(15):
        bedside.clock.advance(s=1)
        bedside.put(builders.reading(bedside.clock.now(), value=86))
    bedside.wait(60)
    count = len(bedside.session.presented_alarms)
    assert count >= 2
    presses = iter(range(count))
    monkeypatch.setattr(alarm_banner, "monotonic_s", lambda: float(next(presses)))
    for _ in range(count):
        bedside.type("a")
    assert all(alarm.is_acknowledged for alarm in bedside.session.presented_alarms)


def test_start_cuff_asks_the_link_that_can(bedside: Bedside) -> None:
    bedside.put(builders.link(bedside.clock.now(), name=builders.CUFF))
    bedside.type("f")
    event = last(bedside)
    assert isinstance(event, CuffAsked)
    assert event.link == builders.CUFF


def test_end_session_asks_once_and_offers_a_new_one(bedside: Bedside, qtbot: QtBot) -> None:
    bedside.start()
    bedside.desk._actions.stop()
    bedside.let_keys_arm()
    bedside.click("pump_done")
    bedside.type("x")
    assert phase_of(bedside) is SessionPhase.RECOVERY
    bedside.let_keys_arm()
    bedside.click("panel_confirm")
    assert isinstance(last(bedside), SessionEnded)
    bedside.show()
    bedside.let_keys_arm()
    with qtbot.waitSignal(bedside.desk.new_session_asked, timeout=1000):
        answer(bedside)


def test_the_end_is_said_to_be_kept_when_it_is_on_disk(bedside: Bedside) -> None:
    bedside.desk._actions.end_session()
    bedside.show()
    panel = bedside.desk.host.panel
    assert isinstance(panel, EndedPanel)
    assert panel.says.text() == NOT_KEPT
    bedside.commit()
    bedside.show()
    assert panel.says.text() == KEPT


def test_a_double_press_neither_ends_a_session_nor_takes_its_page_away(
    bedside: Bedside, qtbot: QtBot
) -> None:
    bedside.start()
    bedside.desk._actions.stop()
    bedside.let_keys_arm()
    bedside.click("pump_done")
    bedside.page.pressed.emit("end_session")
    answer(bedside)
    assert phase_of(bedside) is SessionPhase.RECOVERY
    for _ in range(2):
        bedside.strike(Qt.Key.Key_Return)
    assert phase_of(bedside) is SessionPhase.RECOVERY
    assert bedside.desk.host.panel is None
    bedside.page.pressed.emit("end_session")
    bedside.let_keys_arm()
    answer(bedside)
    assert phase_of(bedside) is SessionPhase.ENDED
    bedside.show()
    bedside.let_keys_arm()
    with qtbot.assertNotEmitted(bedside.desk.new_session_asked):
        bedside.strike(Qt.Key.Key_Return)
        bedside.strike(Qt.Key.Key_Return)


def test_end_session_names_what_is_open_at_the_pump_and_can_answer_it(bedside: Bedside) -> None:
    bedside.start()
    bedside.desk._actions.stop()
    bedside.page.pressed.emit("end_session")
    assert bedside.words("pump_open") == "The pump prompt 'stop the pump' is not confirmed yet."
    bedside.click("end_pump_done")
    assert isinstance(last(bedside), PumpDone)
    assert not bedside.find("end_pump_done").isVisible()
    bedside.let_keys_arm()
    bedside.click("panel_confirm")
    assert phase_of(bedside) is SessionPhase.ENDED


def test_end_session_says_nothing_of_the_pump_where_nothing_is_open(bedside: Bedside) -> None:
    bedside.start()
    bedside.desk._actions.stop()
    prompt = bedside.session.pump_prompt
    assert prompt is not None
    bedside.desk._actions.pump_done(prompt.number)
    bedside.page.pressed.emit("end_session")
    assert not bedside.find("end_pump_done").isVisible()
    assert bedside.find("panel_confirm").isVisible()


def test_what_no_panel_covers_can_still_be_pressed(bedside: Bedside) -> None:
    bedside.start()
    bedside.desk._actions.pause()
    area = bedside.page.overlay_area
    assert area.isVisible()
    bottom = area.rect().bottomLeft()
    assert not area.mask().contains(bottom)


@pytest.mark.parametrize("key", ["enter_bp", "change_rate"])
def test_the_times_in_a_panel_move_on_while_it_stands(bedside: Bedside, key: str) -> None:
    bedside.start()
    bedside.page.pressed.emit(key)
    before = bedside.find("time_0").accessibleName()
    possible = [bedside.find(f"time_{place}").isEnabled() for place in (0, 4)]
    bedside.wait(400)
    assert bedside.find("time_0").accessibleName() != before
    assert possible == [True, False]
    assert bedside.find("time_4").isEnabled()
