"""A press that does not fit says why, in one line, by keyboard and by touch."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.bedside_world import Bedside


@pytest.fixture
def bedside(qtbot: QtBot) -> Bedside:
    world = Bedside()
    qtbot.addWidget(world.page)
    return world


def test_the_letter_of_a_key_that_cannot_be_used_says_why(bedside: Bedside) -> None:
    bedside.start()
    bedside.type("e")
    assert bedside.words("news") == "NOT DONE. Confirm end: the end is not due yet"
    bedside.type("l")
    assert "not a minute old" in bedside.words("news")
    bedside.wait(60)
    bedside.type("l")
    assert bedside.desk.host.panel is not None


def test_a_touch_on_a_key_that_cannot_be_used_says_why(bedside: Bedside) -> None:
    bedside.wait(60)
    QTest.mouseClick(bedside.page._key_row.buttons[-1], Qt.MouseButton.LeftButton)
    assert bedside.words("news") == "NOT DONE. Stop: the infusion has not begun"


def test_a_stop_that_is_too_short_says_how_long(bedside: Bedside) -> None:
    bedside.start()
    QTest.keyClick(bedside.page, Qt.Key.Key_T)
    assert bedside.words("news") == "NOT DONE. Hold Stop 0.6 s"
