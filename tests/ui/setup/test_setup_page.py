"""The set-up page under real keys: what is typed lands where it was meant to."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ui.controls.key import Key
from ui.setup.form import DEMONSTRATION, EMPTY, Field, Form
from ui.setup.monitors_box import SimulatedMonitors
from ui.setup.page import Confirmed, SetupPage
from ui.setup.read_back import ReadBack
from ui.theme import make_theme


def open_page(qtbot: QtBot, form: Form = DEMONSTRATION) -> SetupPage:
    theme = make_theme("dark", 3.86, QSize(1280, 800))
    monitors = SimulatedMonitors(theme, ["port:line"])
    made = SetupPage(theme, chair="Chair 2", monitors=monitors, form=form)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    with qtbot.waitActive(made):
        made.show()
    return made


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(key: Qt.Key, *, ctrl: bool = False) -> None:
    none, control = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(focused(), key, control if ctrl else none)


def said(made: SetupPage) -> str:
    words = made.findChild(ReadBack)
    assert words is not None
    return words.text()


def anyway(made: SetupPage) -> Key:
    return next(key for key in made.findChildren(Key, "use_anyway") if key.isVisible())


def test_the_first_field_takes_what_is_typed_as_soon_as_the_page_stands(qtbot: QtBot) -> None:
    made = open_page(qtbot, EMPTY)
    QTest.keyClicks(focused(), "Chen")
    assert made.form.fields[Field.LABEL].text() == "Chen"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_control_and_enter_go_to_what_stands_in_the_way_and_select_nothing(
    qtbot: QtBot, key: Qt.Key
) -> None:
    made = open_page(qtbot)
    dose = made.form.fields[Field.DOSE]
    dose.setText("0.5x")
    made.form.fields[Field.HEIGHT].setFocus()
    with qtbot.assertNotEmitted(made.confirmed):
        press(key, ctrl=True)
    assert QApplication.focusWidget() is dose
    assert not dose.hasSelectedText()
    assert dose.text() == "0.5x"
    assert said(made).startswith("Confirm is not possible. Dose")


def test_control_and_enter_stay_where_they_are_when_that_is_the_trouble(qtbot: QtBot) -> None:
    made = open_page(qtbot)
    weight = made.form.fields[Field.WEIGHT]
    weight.setText("82,5")
    weight.setFocus()
    press(Qt.Key.Key_Return, ctrl=True)
    assert QApplication.focusWidget() is weight
    assert not weight.hasSelectedText()


def test_control_and_enter_confirm_once(qtbot: QtBot) -> None:
    made = open_page(qtbot)
    found: list[Confirmed] = []
    made.confirmed.connect(found.append)
    press(Qt.Key.Key_Return, ctrl=True)
    assert len(found) == 1


def test_several_soft_limits_are_passed_one_by_one_and_never_by_a_double_press(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = open_page(qtbot)
    now_s = [10.0]
    monkeypatch.setattr("ui.setup.note_line.monotonic_s", lambda: now_s[0])
    made.form.fields[Field.DOSE].setText("0.9")
    made.form.fields[Field.MINUTES].setText("34")
    key = anyway(made)
    key.setFocus()
    for pressed, passed in ((10.0, 1), (10.2, 1), (11.0, 2)):
        now_s[0] = pressed
        key.click()
        assert len(made.form.form.used_anyway) == passed


def test_a_key_that_goes_leaves_the_focus_in_its_row_and_selects_nothing(qtbot: QtBot) -> None:
    made = open_page(qtbot)
    made.form.fields[Field.MINUTES].setText("34")
    key = anyway(made)
    key.setFocus()
    key.click()
    assert not key.isVisible()
    minutes = made.form.fields[Field.MINUTES]
    assert QApplication.focusWidget() is minutes
    assert not minutes.hasSelectedText()


def test_pounds_taken_over_leave_the_focus_in_the_weight(qtbot: QtBot) -> None:
    made = open_page(qtbot)
    opener = made.findChild(Key, "pounds_open")
    assert opener is not None
    opener.click()
    pounds = made.findChild(QLineEdit, "pounds")
    assert pounds is not None
    assert QApplication.focusWidget() is pounds
    QTest.keyClicks(pounds, "181")
    press(Qt.Key.Key_Return)
    weight = made.form.fields[Field.WEIGHT]
    assert weight.text() == "82.1"
    assert QApplication.focusWidget() is weight
    assert not weight.hasSelectedText()
