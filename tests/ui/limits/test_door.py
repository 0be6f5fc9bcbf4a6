"""The ways to the limits page in the whole window, as the demonstration has it, and back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kmonitor.alarm_acts import LimitsChanged
from kmonitor.events import SessionEnded
from kmonitor.session import step
from kmonitor.session_state import SessionPhase
from tests import builders
from tests.ui_window import Window
from ui.controls.key import Key
from ui.limits.page import LimitsPage
from ui.widgets.key_button import KeyButton
from ui.widgets.touch_area import TouchArea


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    made = Window(qtbot)
    made.open(qtbot)
    made.frame()
    yield made
    made.shell.leave()


def chip(window: Window) -> TouchArea:
    assert window.shell.page is not None
    found = window.shell.page.findChild(TouchArea, "strip_limits")
    assert found is not None
    return found


def page_of(window: Window) -> LimitsPage:
    page = window.shell.limits.page
    assert page is not None
    return page


def touch(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(9, 9))


def key(page: LimitsPage, name: str) -> Key:
    found = page.findChild(Key, name)
    assert found is not None
    return found


def test_the_way_to_the_limits_and_back_leaves_the_window_as_large_as_it_was(
    window: Window,
) -> None:
    size = window.shell.size()
    touch(chip(window))
    window.frame()
    QTest.keyClick(page_of(window), Qt.Key.Key_Escape)
    window.frame()
    assert window.shell.page is not None
    assert window.shell.page.isVisible()
    assert window.shell.size() == size


def press_at(window: Window, place: QPoint) -> None:
    """As a finger does: whatever lies there gets it."""
    QApplication.processEvents()
    under = window.shell.childAt(place)
    assert under is not None
    QTest.mouseClick(under, Qt.MouseButton.LeftButton, pos=under.mapFrom(window.shell, place))


def begin(window: Window, qtbot: QtBot) -> None:
    """The infusion runs, and the key says Pause."""
    window.played.put(builders.started(window.played.clock.now()))
    window.frame()
    with qtbot.waitActive(window.shell):
        window.shell.activateWindow()
    page = window.shell.page
    assert page is not None
    keys = page.findChildren(KeyButton)
    qtbot.waitUntil(lambda: any(each.text() == "Pause" for each in keys), timeout=3000)


def middle(window: Window, widget: QWidget) -> QPoint:
    return widget.mapTo(window.shell, widget.rect().center())


def test_a_double_press_of_back_does_not_pause_the_infusion(window: Window, qtbot: QtBot) -> None:
    begin(window, qtbot)
    touch(chip(window))
    back = middle(window, page_of(window).back)
    for _ in range(2):
        press_at(window, back)
    window.frame()
    assert window.played.session.phase is SessionPhase.INFUSING
    assert window.shell.page is not None
    assert window.shell.page.isVisible()


def test_pause_acts_at_once_after_another_way_back(window: Window, qtbot: QtBot) -> None:
    begin(window, qtbot)
    touch(chip(window))
    pause = middle(window, page_of(window).back)
    press_at(window, middle(window, window.shell.pages.strip.back))
    press_at(window, pause)
    assert window.played.session.phase is SessionPhase.PAUSED


def test_the_chip_leads_to_the_page_and_back_leads_to_the_bedside(window: Window) -> None:
    assert chip(window).accessibleName().startswith("Adult ketamine v1")
    touch(chip(window))
    page = page_of(window)
    assert page.isVisible()
    assert window.shell.pages.strip.isVisible()
    touch(page.back)
    assert window.shell.limits.page is None
    assert window.shell.page is not None
    assert window.shell.page.isVisible()


def test_the_letter_leads_to_the_page(window: Window) -> None:
    assert window.shell.page is not None
    QTest.keyClick(window.shell.page, Qt.Key.Key_I)
    assert page_of(window).isVisible()


def test_a_used_limit_is_in_the_session_and_in_the_chip(qtbot: QtBot, window: Window) -> None:
    touch(chip(window))
    page = page_of(window)
    touch(key(page, "limit_less"))
    touch(key(page, "limits_use"))
    window.frame()
    assert [e.words for e in window.played.events if isinstance(e, LimitsChanged)] == [
        "SpO2 low 90 -> 89"
    ]
    assert window.played.session.limits.rules[0].shown_limit == 89
    touch(page.back)

    def is_told() -> bool:
        window.frame()
        return "changed" in chip(window).accessibleName()

    qtbot.waitUntil(is_told, timeout=3000)


def test_leaving_by_the_strip_says_what_was_not_used_and_the_next_page_begins_anew(
    window: Window,
) -> None:
    touch(chip(window))
    touch(key(page_of(window), "limit_less"))
    touch(window.shell.pages.strip.back)
    assert "SpO2 low 90 → 89 was not used" in window.shell.notice.accessibleName()
    window.shell.show_limits()
    assert not page_of(window).draft.is_changed


def test_while_no_news_come_the_page_shows_no_number_as_current(
    window: Window, qtbot: QtBot
) -> None:
    touch(chip(window))
    page = page_of(window)
    assert page.editor.live.text().startswith("Now 97 %")
    qtbot.waitUntil(lambda: "no news" in page.editor.live.text(), timeout=5000)


def test_after_the_end_of_the_session_there_are_no_limits_to_show(window: Window) -> None:
    played = window.played
    played.session, _ = step(played.session, SessionEnded(at=played.clock.now(), author="N1"))
    played.bridge.on_snapshot(played.session)
    window.shell._take_snapshot(played.session)
    assert window.shell.session is not None
    assert window.shell.session.phase is SessionPhase.ENDED
    window.shell.show_limits()
    assert window.shell.limits.page is None


def test_before_a_session_there_are_no_limits_to_show(qtbot: QtBot) -> None:
    made = Window(qtbot)
    made.shell.show_limits()
    assert made.shell.limits.page is None
    made.shell.leave()
