"""The window: set-up, session, silence, closing; with a monitor that the test plays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kmonitor.events import Committed, EngineFaulted, ProgramClosing, SessionEnded, UiAlive
from kmonitor.keeping import NoKeeper
from tests.ui_window import Window
from ui.closing import LOGOUT
from ui.controls.page_frame import PageFrame
from ui.setup.form import DEMONSTRATION
from ui.shell import STALE_AFTER_S


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    made = Window(qtbot)
    yield made
    made.shell.leave()


def test_confirm_opens_the_bedside(window: Window, qtbot: QtBot) -> None:
    window.open(qtbot)
    assert window.shell.page is not None
    assert window.shell.page.isVisible()


def test_control_and_enter_confirm_from_any_field(window: Window, qtbot: QtBot) -> None:
    with qtbot.waitActive(window.shell):
        window.shell.activateWindow()
    QTest.keyClick(window.shell, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.shell.page is not None, timeout=1000)


def test_a_port_that_fails_is_one_sentence_and_nothing_typed_is_lost(window: Window) -> None:
    window.played.fails = "There is no port com9."
    window.setup.confirm.click()
    assert window.shell.page is None
    words = window.setup.findChild(QWidget, "read_back")
    assert words is not None
    assert words.accessibleName() == "There is no port com9."
    assert window.setup.form.form.texts == DEMONSTRATION.texts


def test_the_screen_says_that_it_lives(window: Window, qtbot: QtBot) -> None:
    window.open(qtbot)
    qtbot.waitUntil(lambda: any(isinstance(e, UiAlive) for e in window.played.events), timeout=3000)


def test_silence_marks_everything_as_old_until_news_come(window: Window, qtbot: QtBot) -> None:
    window.open(qtbot)
    over = window.shell.not_updated
    assert not over.isVisible()
    qtbot.waitUntil(over.isVisible, timeout=round(STALE_AFTER_S * 1000) + 2000)
    assert "SCREEN NOT UPDATED" in over.accessibleName()
    window.played.publish()
    qtbot.waitUntil(lambda: not over.isVisible(), timeout=2000)


def fail() -> None:
    raise ZeroDivisionError


def faults(window: Window) -> list[str]:
    return [event.what for event in window.played.events if isinstance(event, EngineFaulted)]


@pytest.mark.expects_log("ERROR ui.shell: fault on the screen: ZeroDivisionError")
@pytest.mark.parametrize(
    "part", ["page.tick", "page.show_snapshot", "desk.tick", "_bridge.take_blocks"]
)
def test_a_fault_in_a_frame_is_told_once_and_shown_as_old_until_it_is_over(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    window.open(qtbot)
    shell, over = window.shell, window.shell.not_updated
    owner, name = part.split(".")
    frames: list[None] = []
    shell.framed.connect(lambda: frames.append(None))
    news = QTimer()
    news.timeout.connect(window.played.publish)
    news.start(500)
    with monkeypatch.context() as broken:
        broken.setattr(getattr(shell, owner), name, lambda *_: fail())
        qtbot.waitUntil(over.isVisible, timeout=round(STALE_AFTER_S * 1000) + 2000)
        assert over.y() == 0
        count = len(frames)
        qtbot.waitUntil(lambda: len(frames) > count + 5, timeout=2000)
        assert faults(window) == ["screen: ZeroDivisionError"]
        assert any(isinstance(event, UiAlive) for event in window.played.events)
    qtbot.waitUntil(lambda: not over.isVisible(), timeout=4000)
    news.stop()


@pytest.mark.expects_log("ERROR ui.shell: fault on the screen: ZeroDivisionError")
def test_a_fault_in_a_slot_stops_no_frame(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.open(qtbot)
    with monkeypatch.context() as broken:
        broken.setattr(window.played.bridge, "take_snapshot", fail)
        window.played.publish()
        with qtbot.waitSignals([window.shell.framed] * 3, timeout=2000):
            pass
    assert faults(window) == ["screen: ZeroDivisionError"]


def test_closing_asks_while_a_session_runs(window: Window, qtbot: QtBot) -> None:
    window.open(qtbot)
    assert not window.shell.close()
    dialog = window.shell.findChild(QDialog)
    assert dialog is not None
    stay = dialog.findChild(QAbstractButton, "stay")
    assert stay is not None
    stay.click()
    assert window.played.ended == 0
    window.shell.close()
    dialogs = [d for d in window.shell.findChildren(QDialog) if d.isVisible()]
    leave = dialogs[0].findChild(QAbstractButton, "leave")
    assert leave is not None
    leave.click()
    assert window.played.ended == 1
    assert not window.shell.isVisible()


def test_closing_on_the_set_up_page_asks_nothing(window: Window) -> None:
    assert window.shell.close()
    assert window.played.ended == 0


def test_a_flood_of_snapshots_is_shown_as_the_latest(window: Window, qtbot: QtBot) -> None:
    window.open(qtbot)
    for _ in range(300):
        window.played.publish()
    last = window.played.session
    qtbot.waitUntil(lambda: window.shell.session is last, timeout=2000)


@pytest.mark.parametrize(("size", "px_per_mm"), [((1024, 768), 3.36), ((1280, 800), 3.86)])
def test_both_pages_fit_the_smallest_screens(
    qtbot: QtBot, size: tuple[int, int], px_per_mm: float
) -> None:
    window = Window(qtbot, size, px_per_mm)
    setup = window.shell.minimumSizeHint()
    window.open(qtbot)
    whole = window.shell.minimumSizeHint()
    window.shell.leave()
    for hint in (setup, whole):
        assert hint.width() <= size[0]
        assert hint.height() <= size[1]


@pytest.mark.parametrize(("size", "px_per_mm"), [((1024, 768), 3.36), ((1280, 800), 3.859)])
def test_the_window_has_the_size_of_its_screen_from_set_up_to_any_page(
    qtbot: QtBot, size: tuple[int, int], px_per_mm: float
) -> None:
    window = Window(qtbot, size, px_per_mm)
    window.open(qtbot)
    window.frame()
    qtbot.wait(50)
    assert (window.shell.width(), window.shell.height()) == size
    window.shell.pages.show_page(PageFrame(window.shell.theme, "Settings"))
    window.frame()
    qtbot.wait(50)
    assert (window.shell.width(), window.shell.height()) == size
    window.shell.leave()


def test_every_control_has_a_name(window: Window, qtbot: QtBot) -> None:
    nameless = [
        child
        for child in window.setup.findChildren(QWidget)
        if isinstance(child, QAbstractButton | QLineEdit) and not child.accessibleName()
    ]
    assert nameless == []
    window.open(qtbot)
    assert window.shell.page is not None
    for key in ("start", "enter_bp", "note"):
        window.shell.page.pressed.emit(key)
        for child in window.shell.page.overlay_area.findChildren(QWidget):
            if isinstance(child, QAbstractButton | QLineEdit):
                told = QAccessible.queryAccessibleInterface(child)
                assert told.text(QAccessible.Text.Name), child.objectName()


class Parent(NoKeeper):
    """A supervising process that writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.asked_to_close: str | None = None

    def beat(self, who: str) -> None:
        self.heard.append(who)

    def watch(self, who: str, is_watched: bool) -> None:
        self.heard.append(f"watch {who} {is_watched}")

    def goodbye(self) -> None:
        self.heard.append("goodbye")


def closings(window: Window) -> list[str]:
    return [event.cause for event in window.played.events if isinstance(event, ProgramClosing)]


def test_the_parent_hears_the_screen_and_a_goodbye_before_a_meant_end(qtbot: QtBot) -> None:
    parent = Parent()
    window = Window(qtbot, keeper=parent)
    qtbot.waitUntil(lambda: parent.heard.count("screen") > 3, timeout=2000)
    window.open(qtbot)
    window.shell.leave("SIGTERM")
    assert parent.heard[0] == "watch screen True"
    assert parent.heard[-1] == "goodbye"
    assert "watch screen False" in parent.heard
    assert closings(window) == ["SIGTERM"]
    assert window.played.ended == 1


def test_a_disk_that_holds_up_the_end_of_a_session_is_no_lost_screen(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = Parent()
    window = Window(qtbot, keeper=parent)
    heard: list[str] = []

    def end() -> None:
        heard.extend(each for each in parent.heard if each.startswith("watch"))

    monkeypatch.setattr(window.played, "end", end)
    window.open(qtbot)
    desk = window.shell.desk
    assert desk is not None
    desk.new_session_asked.emit()
    qtbot.waitUntil(lambda: window.shell.visit is None, timeout=2000)
    assert heard[-1] == "watch screen False"
    assert [each for each in parent.heard if each.startswith("watch")][-1] == "watch screen True"


def test_what_the_parent_asks_for_closes_the_window_and_is_recorded(qtbot: QtBot) -> None:
    parent = Parent()
    window = Window(qtbot, keeper=parent)
    window.open(qtbot)
    parent.asked_to_close = "SIGTERM"
    qtbot.waitUntil(lambda: not window.shell.isVisible(), timeout=2000)
    assert closings(window) == ["SIGTERM"]


def test_an_end_that_is_not_saved_is_not_closed_without_a_question(
    window: Window, qtbot: QtBot
) -> None:
    window.open(qtbot)
    window.played.put(SessionEnded(at=window.played.clock.now(), author="N1"))
    window.played.publish()
    shell = window.shell
    qtbot.waitUntil(lambda: shell.visit is not None and shell.visit.has_ended, timeout=2000)
    assert not shell.close()
    dialog = next(d for d in shell.findChildren(QDialog) if d.isVisible())
    assert any("NOT SAVED" in each.text() for each in dialog.findChildren(QLabel))
    dialog.reject()
    assert window.played.session is not None
    at, seq = window.played.clock.now(), window.played.session.seq
    window.played.put(Committed(at=at, seq=seq))
    window.played.publish()
    qtbot.waitUntil(lambda: not shell.is_unsaved, timeout=2000)
    assert shell.close()


def test_a_session_that_has_ended_is_closed_by_nothing(window: Window, qtbot: QtBot) -> None:
    window.open(qtbot)
    window.played.put(SessionEnded(at=window.played.clock.now(), author="N1"))
    window.played.publish()
    qtbot.waitUntil(
        lambda: window.shell.visit is not None and window.shell.visit.has_ended, timeout=2000
    )
    window.shell.leave("SIGTERM")
    assert closings(window) == []


def test_a_logout_is_answered_by_the_question_and_closes_with_its_cause(
    window: Window, qtbot: QtBot
) -> None:
    window.open(qtbot)
    window.shell.ask_to_close(LOGOUT)
    dialog = next(d for d in window.shell.findChildren(QDialog) if d.isVisible())
    leave = dialog.findChild(QAbstractButton, "leave")
    assert leave is not None
    leave.click()
    assert closings(window) == ["logout"]
