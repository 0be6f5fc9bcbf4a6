"""The choice of the limit set, and of whether SpO2 waits for the cuff, by touch and by keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from kmonitor.alarms.limits import LimitSet
from kmonitor.limit_sets import DEFAULT, OfferedSet, load_default
from kmonitor.ports import ProtocolFacts
from ui.controls.key import Key
from ui.setup.form import DEMONSTRATION
from ui.setup.limit_choice import first_chosen, shipped
from ui.setup.monitors_box import ChosenMonitors
from ui.setup.page import Confirmed, SetupPage
from ui.setup.read_back import ReadBack
from ui.theme import LEAST_TARGET_MM, make_theme

CATALOGUE = (
    ProtocolFacts(name="line", title="Line", gives_nibp=True, can_start_cuff=True),
    ProtocolFacts(name="contec-v7", title="Contec", gives_nibp=False, can_start_cuff=False),
)
THE_DEFAULT = replace(load_default(), name=DEFAULT)
OTHER = replace(THE_DEFAULT, name="tighter", title="Adult ketamine, tighter")


def offered(limits: LimitSet) -> OfferedSet:
    return OfferedSet(name=limits.name, where="", is_shipped=True, limit_set=limits)


UNSIGNED = OfferedSet(
    name="ours", where="ours.toml", is_shipped=False, problem="No clinician has signed it.",
    unsigned=replace(THE_DEFAULT, name="ours", title="Ours", version=3),
)  # fmt: skip

OFFERS = (UNSIGNED, offered(OTHER), offered(THE_DEFAULT))


class Chooser:
    def __init__(
        self, qtbot: QtBot, offers: Sequence[OfferedSet] = OFFERS, protocol: str = "line"
    ) -> None:
        theme = make_theme("dark", 3.36, QSize(1024, 768))
        facts = sorted(CATALOGUE, key=lambda each: each.name != protocol)
        monitors = ChosenMonitors(theme, facts)
        self.page = SetupPage(
            theme, chair="Chair 2", monitors=monitors, offers=offers, form=DEMONSTRATION
        )
        qtbot.addWidget(self.page)
        self.page.resize(1024, 768)
        with qtbot.waitActive(self.page):
            self.page.show()
        self.port = self.page.findChild(QLineEdit, "port_1")
        assert self.port is not None
        self.port.setText("ttyUSB0")
        self.found: list[Confirmed] = []
        self.page.confirmed.connect(self.found.append)

    def key(self, name: str) -> Key:
        found = self.page.findChild(Key, name)
        assert found is not None, name
        return found

    def touch(self, name: str) -> None:
        QTest.mouseClick(self.key(name), Qt.MouseButton.LeftButton, pos=QPoint(9, 9))
        QApplication.processEvents()

    def strike(self, key: Qt.Key) -> None:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClick(widget, key)
        QTest.qWait(150)  # a key shows that it goes down

    def confirm(self) -> Confirmed:
        self.page.confirm.click()
        return self.found[-1]

    @property
    def read_back(self) -> str:
        words = self.page.findChild(ReadBack)
        assert words is not None
        return words.text()


@pytest.fixture
def chooser(qtbot: QtBot) -> Chooser:
    return Chooser(qtbot)


def test_the_default_set_is_chosen_and_named_before_anybody_touches_anything(
    chooser: Chooser,
) -> None:
    assert chooser.key("limits_open").text() == "Alarm limits: Adult ketamine v1"
    assert chooser.read_back.endswith("Limits: Adult ketamine v1")
    confirmed = chooser.confirm()
    assert confirmed.limits is THE_DEFAULT
    assert not confirmed.is_same_arm


def test_another_set_is_chosen_by_touch_and_read_back(chooser: Chooser) -> None:
    chooser.touch("limits_open")
    chooser.touch("limits_1")
    assert chooser.read_back.endswith("Limits: Adult ketamine, tighter v1")
    chooser.touch("limits_done")
    assert not chooser.key("limits_1").isVisible()
    assert chooser.confirm().limits is OTHER


def test_another_set_is_chosen_by_the_keyboard_alone(chooser: Chooser) -> None:
    chooser.key("limits_open").setFocus()
    chooser.strike(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is chooser.key("limits_2")
    chooser.strike(Qt.Key.Key_Left)
    chooser.strike(Qt.Key.Key_Space)
    chooser.strike(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is chooser.key("limits_open")
    assert chooser.confirm().limits is OTHER


def test_a_set_that_cannot_be_used_says_why_and_cannot_be_chosen(chooser: Chooser) -> None:
    chooser.touch("limits_open")
    chooser.touch("limits_0")
    assert not chooser.key("limits_0").isEnabled()
    said = [label.text() for label in chooser.page.findChildren(QLabel) if label.isVisible()]
    assert "Ours v3 cannot be used. No clinician has signed it." in said
    assert chooser.confirm().limits is THE_DEFAULT


def test_without_any_usable_set_confirm_waits(qtbot: QtBot) -> None:
    chooser = Chooser(qtbot, (UNSIGNED,))
    assert chooser.read_back == "Confirm waits for alarm limits that can be used."
    assert not chooser.page.confirm.isEnabled()
    assert first_chosen((UNSIGNED,)) is None


def test_where_the_default_is_missing_the_first_usable_set_is_chosen() -> None:
    assert first_chosen((UNSIGNED, offered(OTHER))) == 1


def test_the_question_about_the_arm_is_not_ticked_by_itself_and_is_carried_along(
    chooser: Chooser,
) -> None:
    chooser.touch("limits_open")
    assert chooser.key("same_arm").isVisible()
    chooser.touch("same_arm")
    assert chooser.confirm().is_same_arm


def test_what_was_ticked_for_a_cuff_is_not_kept_for_a_monitor_without_one(
    chooser: Chooser,
) -> None:
    chooser.key("same_arm").setChecked(True)
    assert chooser.port is not None
    chooser.port.setText("")
    chooser.port.setText("ttyUSB0")
    assert not chooser.confirm().is_same_arm


def test_a_monitor_that_tells_nothing_of_a_cuff_is_not_asked_about(qtbot: QtBot) -> None:
    chooser = Chooser(qtbot, protocol="contec-v7")
    chooser.touch("limits_open")
    assert not chooser.key("same_arm").isVisible()


def test_keys_of_the_choice_fit_a_glove_and_no_word_is_cut(chooser: Chooser) -> None:
    chooser.touch("limits_open")
    for key in chooser.page.findChildren(Key):
        if key.isVisible():
            assert key.height() >= LEAST_TARGET_MM * 3.36 - 1, key.objectName()
            assert key.width() >= key.sizeHint().width() - 1, key.objectName()
    for label in chooser.page.findChildren(QLabel):
        if label.isVisible() and label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width()), label.text()


def test_where_nobody_hands_sets_over_the_programs_own_are_offered() -> None:
    assert [each.limit_set is not None for each in shipped()] == [True, True, True]


def test_each_set_that_can_be_chosen_says_what_to_tell_it_by(qtbot: QtBot) -> None:
    keys = Chooser(qtbot).page.findChildren(Key)
    said = {key.text(): key.accessibleDescription() for key in keys}
    assert said[THE_DEFAULT.full_title] == "SpO2 ≥ 90 · sys 90–160 · dia 45–105"
    assert "≥" not in said["Ours v3"]
