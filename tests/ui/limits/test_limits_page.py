"""The limits page by keyboard and by touch, over a session that steps at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kmonitor.access import Right
from kmonitor.alarm_acts import AlarmSwitched
from kmonitor.alarms.conditions import Condition
from kmonitor.alarms.limits import Judged
from kmonitor.people import DEMONSTRATION_NURSE, Person
from tests.limits_world import (
    NO_BREATH,
    PANELS,
    SPO2,
    SPO2_CRITICAL,
    SYSTOLIC,
    SYSTOLIC_WITH_RISE,
    LimitsScreen,
)
from ui.controls.key import Key
from ui.limits.draft import Spot, level_at
from ui.limits.view_model import Column
from ui.people.gate import Gate
from ui.theme import LEAST_TARGET_MM


class HeldGate(Gate):
    """Keeps what was asked until the test lets it through."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.asked: list[Right] = []
        self.waits: Callable[[], None] | None = None

    def person(self) -> Person:
        return DEMONSTRATION_NURSE

    def ask(self, right: Right, then: Callable[[], None]) -> None:
        self.asked.append(right)
        self.waits = then

    def give_up(self, then: Callable[[], None]) -> None:
        assert self.waits is then
        self.waits = None

    def let_through(self) -> None:
        assert self.waits is not None
        self.waits()


class Hands:
    """Fingers and keyboard on a `LimitsScreen`."""

    def __init__(self, screen: LimitsScreen) -> None:
        self.screen = screen
        self.page = screen.page

    def key(self, name: str) -> Key:
        found = self.page.findChild(Key, name)
        assert found is not None, name
        return found

    def touch(self, name: str) -> None:
        QTest.mouseClick(self.key(name), Qt.MouseButton.LeftButton, pos=QPoint(9, 9))
        QApplication.processEvents()

    def strike(self, *keys: Qt.Key, ctrl: bool = False) -> None:
        how = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
        for key in keys:
            QTest.keyClick(self.focused, key, how)
            QApplication.processEvents()

    def type(self, text: str) -> None:
        QTest.keyClicks(self.focused, text)

    @property
    def focused(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    @property
    def limit(self) -> QLineEdit:
        return self.page.editor.limit.field

    @property
    def said(self) -> str:
        return self.page.news.text()

    def limit_at(self, spot: Spot) -> float | None:
        return level_at(self.screen.bed.session.limits, spot).limit


@pytest.fixture
def hands(qtbot: QtBot) -> Hands:
    return Hands(LimitsScreen(qtbot))


@pytest.fixture
def held(qtbot: QtBot) -> tuple[Hands, HeldGate]:
    gate = HeldGate()
    return Hands(LimitsScreen(qtbot, gate)), gate


def test_nothing_changes_before_use_these_limits_and_then_all_of_it_in_one_act(
    hands: Hands,
) -> None:
    hands.touch("limit_less")
    hands.touch("limit_less")
    hands.touch("limit_nibp_systolic_high")
    hands.touch("limit_more")
    assert hands.said == "Not used yet: SpO2 low 90 → 88; SYS high 160 → 165"
    hands.screen.frame()
    assert hands.screen.bed.changes == []
    assert hands.limit_at(SPO2) == 90
    hands.touch("limits_use")
    [change] = hands.screen.bed.changes
    assert change.words == "SpO2 low 90 -> 88; SYS high 160 -> 165"
    assert change.author == "N1"
    assert (hands.limit_at(SPO2), hands.limit_at(SYSTOLIC)) == (88, 165)


def test_a_limit_is_changed_by_the_keyboard_alone(hands: Hands) -> None:
    hands.strike(Qt.Key.Key_Left, Qt.Key.Key_Down)
    assert hands.page.spot.condition is Condition.PULSE_LOW
    hands.strike(Qt.Key.Key_Up, Qt.Key.Key_Right)
    assert hands.page.spot == SPO2
    hands.strike(Qt.Key.Key_Return)
    assert hands.focused is hands.limit
    hands.type("87")
    assert hands.limit.text() == "87"
    hands.strike(Qt.Key.Key_Down)
    assert hands.limit.text() == "86"
    hands.strike(Qt.Key.Key_Return, ctrl=True)
    assert hands.limit_at(SPO2) == 86


def test_a_digit_on_a_cell_begins_to_type_its_number(hands: Hands) -> None:
    hands.type("8")
    assert hands.focused is hands.limit
    hands.type("7")
    assert hands.limit.text() == "87"


def test_enter_goes_into_the_field_and_back_to_its_cell(hands: Hands) -> None:
    cell = hands.focused
    hands.strike(Qt.Key.Key_Return)
    assert hands.focused is hands.limit
    hands.strike(Qt.Key.Key_Return)
    assert hands.focused is cell


def test_the_pad_begins_anew_and_then_goes_on(hands: Hands) -> None:
    hands.page.editor.take_focus()
    hands.touch("pad_8")
    hands.touch("pad_8")
    assert hands.limit.text() == "88"
    assert hands.page.draft.words == "SpO2 low 90 -> 88"


def test_an_impossible_limit_says_why_beside_its_field_and_cannot_be_used(hands: Hands) -> None:
    hands.page.editor.take_focus()
    hands.type("84")
    words = "SpO2 low: 93, 84, 85, 80: each must be lower than the one before."
    assert hands.page.editor.trouble.text() == words
    assert hands.said == f"Cannot be used: {words}"
    assert not hands.page.use.isEnabled()
    hands.strike(Qt.Key.Key_Return, ctrl=True)
    assert hands.screen.bed.changes == []


@pytest.mark.parametrize("text", ["", "x", "9.5"])
def test_what_is_no_number_is_said_and_cannot_be_used(hands: Hands, text: str) -> None:
    hands.touch("limit_less")
    hands.page.editor.take_focus()
    hands.limit.clear()
    hands.page.editor.limit.typed.emit("")
    hands.type(text)
    assert hands.page.editor.trouble.text() == "Whole numbers only."
    assert not hands.page.use.isEnabled()
    hands.screen.frame()
    assert hands.limit.text() == text  # what is being typed stays while news come


def test_the_page_shows_as_used_only_what_the_session_has(held: tuple[Hands, HeldGate]) -> None:
    hands, gate = held
    hands.touch("limit_less")
    hands.touch("limits_use")
    hands.screen.frame()
    assert hands.said.startswith("Not used yet")
    assert gate.asked == [Right.RUN_SESSION]
    gate.let_through()
    assert hands.said.startswith("Being used: SpO2 low 90 → 89")
    hands.screen.frame()
    assert hands.said == "In use: SpO2 low 90 → 89"
    assert hands.page.title.text().endswith("· changed")
    assert "Changed by N1 nurse" in hands.page.editor.live.text()
    assert "was 90" in hands.page.editor.live.text()


def test_back_to_the_number_before_also_after_it_was_used(hands: Hands) -> None:
    hands.touch("limit_less")
    assert hands.key("limit_back").text() == "Back to 90"
    hands.touch("limit_back")
    assert not hands.page.draft.is_changed
    hands.touch("limit_less")
    hands.touch("limits_use")
    hands.screen.frame()
    hands.touch("limit_back")
    hands.touch("limits_use")
    assert hands.limit_at(SPO2) == 90
    assert [change.words for change in hands.screen.bed.changes] == [
        "SpO2 low 90 -> 89",
        "SpO2 low 89 -> 90",
    ]


def test_default_restores_the_row_and_all_default_everything(hands: Hands) -> None:
    hands.touch("limit_less")
    hands.touch("limit_nibp_systolic_high")
    hands.touch("limit_more")
    hands.touch("limits_use")
    hands.screen.frame()
    hands.touch("limit_default")
    assert hands.page.draft.words == "SYS high 165 -> 160"
    hands.touch("limits_default_all")
    hands.touch("limits_use")
    assert hands.screen.bed.session.limits == hands.screen.bed.set


def test_undo_all_forgets_what_waits(hands: Hands) -> None:
    hands.touch("limit_less")
    hands.touch("limits_undo")
    assert not hands.page.draft.is_changed
    assert not hands.page.use.isEnabled()
    assert hands.said == ""


def test_from_the_baseline_the_field_is_the_distance(hands: Hands) -> None:
    hands.touch("limit_nibp_systolic_high")
    hands.touch("from_baseline")
    assert hands.limit.text() == "35"  # 160 over a baseline of 125
    hands.type("45")
    assert hands.page.draft.level(SYSTOLIC).limit == 170
    assert hands.page.editor.limit.caption.text() == "Baseline 125 + … = 170"
    hands.touch("from_baseline")
    assert hands.limit.text() == "170"


def test_numbers_of_one_place_are_chosen_one_by_one(hands: Hands) -> None:
    hands.touch("limit_nibp_systolic_high")
    assert hands.page.spot == SYSTOLIC
    hands.touch("same_priority_1")
    assert hands.page.spot == SYSTOLIC_WITH_RISE
    hands.touch("limit_spo2_critical_low")
    assert hands.page.spot == SPO2_CRITICAL


def test_a_delay_is_changed_beside_its_limit(hands: Hands) -> None:
    hands.touch("delay_more")
    assert hands.page.draft.words == "SpO2 low delay 10 s -> 15 s"
    hands.touch("limit_respiratory_rate_critical_low")
    assert hands.page.spot == NO_BREATH
    assert hands.page.editor.limit.isHidden()
    hands.touch("delay_less")
    assert hands.page.draft.level(NO_BREATH).delay_s == 25


def test_off_is_for_a_clinician_and_on_again_for_whoever_runs_the_session(
    held: tuple[Hands, HeldGate],
) -> None:
    hands, gate = held
    hands.touch("limit_switch")
    assert gate.asked == [Right.SWITCH_ALARMS]
    hands.screen.frame()
    assert hands.key("limit_switch").text() == "Switch off"
    gate.let_through()
    hands.screen.frame()
    assert hands.key("limit_switch").text() == "Switch on"
    assert hands.page.table.cells[Judged.SPO2, Column.LOW].accessibleName().endswith("off")
    hands.touch("limit_switch")
    assert gate.asked == [Right.SWITCH_ALARMS, Right.RUN_SESSION]
    gate.let_through()
    switched = [e for e in hands.screen.bed.events if isinstance(e, AlarmSwitched)]
    assert [(each.condition, each.is_on) for each in switched] == [
        (Condition.SPO2_LOW, False),
        (Condition.SPO2_LOW, True),
    ]


def test_a_page_that_is_left_takes_back_what_it_asked_of_the_gate(
    held: tuple[Hands, HeldGate],
) -> None:
    hands, gate = held
    hands.touch("limit_switch")
    hands.screen.pages.go_home()
    assert gate.waits is None


def test_leaving_with_something_unused_is_said_first_and_then_told(
    hands: Hands, qtbot: QtBot
) -> None:
    hands.touch("limit_less")
    with qtbot.assertNotEmitted(hands.page.closed):
        hands.strike(Qt.Key.Key_Escape)
    assert hands.said.startswith("Not used yet: SpO2 low 90 → 89.")
    with qtbot.waitSignal(hands.page.closed):
        hands.strike(Qt.Key.Key_Escape)
    hands.screen.pages.go_home()
    assert hands.screen.told == ["Limits not changed: SpO2 low 90 → 89 was not used."]


def test_leaving_with_nothing_unused_says_nothing(hands: Hands, qtbot: QtBot) -> None:
    with qtbot.waitSignal(hands.page.closed):
        hands.strike(Qt.Key.Key_Escape)
    hands.screen.pages.go_home()
    assert hands.screen.told == []


def test_numbers_and_banner_stay_in_view(hands: Hands) -> None:
    strip = hands.screen.pages.strip
    assert strip.isVisible()
    assert "SpO2 97" in strip.numbers.accessibleName()


@pytest.mark.parametrize("panel", PANELS)
def test_every_key_is_large_enough_for_a_glove(qtbot: QtBot, panel: str) -> None:
    hands = Hands(LimitsScreen(qtbot, panel=panel))
    least = LEAST_TARGET_MM * PANELS[panel][1] - 1
    for spot in ("nibp_systolic_high", "spo2_critical_low", "pulse_rate_low"):
        hands.touch(f"limit_{spot}")
        QApplication.processEvents()
        assert hands.screen.pages.height() == PANELS[panel][0].height()
        shown = [key for key in hands.page.findChildren(Key) if key.isVisible()]
        for key in shown:
            assert key.height() >= least, key.objectName()
            assert key.width() >= least, key.objectName()
            place = key.mapTo(hands.page, QPoint(0, 0))
            assert hands.page.rect().contains(place.x() + key.width() - 1, place.y()), (
                key.objectName()
            )
