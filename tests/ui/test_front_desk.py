"""Start page, other pages, menu, unlocking and backup, over a house that the test changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kmonitor.access import Right
from kmonitor.clock import FakeClock, Instant
from kmonitor.errors import StoreError
from kmonitor.events import Committed, InfusionPaused, SessionEnded
from kmonitor.keeping import NoKeeper
from kmonitor.people import DEMONSTRATION_NURSE, LOCKED, Person
from kmonitor.ports import HouseState, Protection
from kmonitor.this_computer import ComputerNote
from tests.start_world import NOW, PASSPHRASE, MadeHouse, stored
from tests.ui_window import Played
from ui.bedside.panels.menu_panel import MenuPanel
from ui.bedside.panels.unlock_panel import UnlockPanel
from ui.bedside.view_models.identity import Around, Touch
from ui.bridge import Bridge
from ui.controls.key import Key
from ui.controls.page_frame import PageFrame
from ui.front_desk import LIMITS, UNLOCK, FrontDesk
from ui.office import Office, OtherPage
from ui.people.gate import Gate
from ui.setup.form import DEMONSTRATION
from ui.setup.monitors_box import SimulatedMonitors
from ui.setup.page import SetupPage
from ui.shell import Shell
from ui.sitting import Sitting
from ui.start.page import StartPage
from ui.start.reading import SessionReading
from ui.theme import Theme, make_theme


class TestGate(Gate):
    """Lets through what the test allows; the rest waits for `sign_in`."""

    __test__ = False

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.who = DEMONSTRATION_NURSE
        self.asked: list[Right] = []
        self._waits: Callable[[], None] | None = None

    def person(self) -> Person:
        return self.who

    def ask(self, right: Right, then: Callable[[], None]) -> None:
        self.asked.append(right)
        if self.is_locked:
            self._waits = then
        else:
            then()

    def sign_in(self) -> None:
        self.who = DEMONSTRATION_NURSE
        self.person_changed.emit()
        waits, self._waits = self._waits, None
        if waits is not None:
            waits()


class Parent(NoKeeper):
    """A parent that notes whether it is to expect signs of life of the screen."""

    def __init__(self) -> None:
        self.watched: list[str] = []

    def watch(self, who: str, is_watched: bool) -> None:
        self.watched.append(str(is_watched))


class Unfinished:
    """What the front desk asks of the session that has no end."""

    def __init__(self, played: Played, parent: Parent) -> None:
        self.played = played
        self.parent = parent
        self.watched: list[str] = []
        self.resumed: list[tuple[str, str]] = []
        self.closed: list[str] = []
        self.fails = ""

    def stands(self, session_id: str):
        raise StoreError("nothing of it can be read")

    def resume(self, session_id: str, *, cause: str, author: Person) -> Sitting:
        self.watched = list(self.parent.watched)
        if self.fails:
            raise StoreError(self.fails)
        self.resumed.append((session_id, author.person_id))
        return Sitting(
            session_id=self.played.session.session_id, put=self.played.put, stop=self.played.end
        )

    def close(self, session_id: str, *, author: Person) -> None:
        self.closed.append(session_id)


class Desk:
    def __init__(self, qtbot: QtBot, house: MadeHouse, gate: TestGate | None = None) -> None:
        self._qtbot = qtbot
        bridge = Bridge()
        self.house, self.gate = house, gate or TestGate()
        self.played = Played(bridge)
        self.played.clock = FakeClock(Instant(3_600 * 10**9, NOW))
        self.parent = Parent()
        self.unfinished = Unfinished(self.played, self.parent)
        self.folder: Path | None = None
        office = Office(
            house=house,  # type: ignore[arg-type]  # of a house it has what is asked of it
            keeper=self.parent, unfinished=self.unfinished, chair=lambda: "Chair 2",
            backup_folder=lambda: self.folder,
            computer=lambda: (ComputerNote(words="NO ALARM SOUND", is_loud=True),),
            pages={
                "Settings": OtherPage(make=lambda theme: PageFrame(theme, "Settings")),
                "Audit trail": OtherPage(
                    make=lambda theme: PageFrame(theme, "Audit trail"), right=Right.SEE_AUDIT
                ),
            },
        )  # fmt: skip

        def make_setup(theme: Theme) -> SetupPage:
            monitors = SimulatedMonitors(theme, ["port:line"])
            return SetupPage(
                theme, chair="Chair 2", monitors=monitors, form=DEMONSTRATION, has_way_back=True
            )

        self.shell = Shell(
            make_theme("dark", 3.86, QSize(1280, 800)), clock=self.played.clock, bridge=bridge,
            make_setup=make_setup, begin=self.played.begin, gate=self.gate,
            around=self._around, after_end="Done", has_start=True,
        )  # fmt: skip
        qtbot.addWidget(self.shell)
        self.front = FrontDesk(self.shell, office, self.played.clock)
        self.shell.resize(1280, 800)
        self.shell.show()
        self.front.begin()
        self.settle()

    def settle(self) -> None:
        self._qtbot.waitUntil(lambda: self.front.is_idle, timeout=5_000)
        self._qtbot.wait(20)

    def _around(self) -> Around:
        return self.front.around()

    @property
    def start(self) -> StartPage:
        assert self.front.page is not None
        return self.front.page

    def open_session(self) -> None:
        self.start.new.click()
        assert self.shell.setup is not None
        self.shell.setup.confirm.click()
        self.hear()

    def hear(self) -> None:
        self.played.publish()
        self._qtbot.waitUntil(lambda: self.shell.session is self.played.session, timeout=2_000)
        with self._qtbot.waitSignals([self.shell.framed] * 2, timeout=2_000):
            pass

    def touch(self, touch: Touch) -> None:
        assert self.shell.page is not None
        self.shell.page.touched.emit(touch)

    def key(self, name: str) -> Key:
        found = [key for key in self.shell.findChildren(Key, name) if key.isVisible()]
        assert found, name
        return found[-1]

    def close(self) -> None:
        self.shell.leave()
        self.front.finish()


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def open_desk(house: MadeHouse | None = None, gate: TestGate | None = None) -> Desk:
        made.append(Desk(qtbot, house or MadeHouse(), gate))
        return made[-1]

    yield open_desk
    for each in made:
        each.close()


OpenDesk = Callable[..., Desk]


def test_new_session_leads_to_set_up_and_back(desk: OpenDesk) -> None:
    here = desk()
    assert here.shell.focusWidget() is here.start.new
    here.start.new.click()
    assert here.shell.setup is not None
    assert here.shell.setup.isVisible()
    here.key("setup_back").click()
    assert here.start.isVisible()


def test_no_question_to_the_record_holds_up_the_screen(desk: OpenDesk) -> None:
    here = desk()
    assert here.house.asked_on
    assert all(name.startswith("errand") for name in here.house.asked_on)


def test_a_new_session_needs_somebody_who_may(desk: OpenDesk) -> None:
    gate = TestGate()
    gate.who = LOCKED
    here = desk(gate=gate)
    here.start.new.click()
    assert here.shell.setup is None
    assert gate.asked == [Right.RUN_SESSION]
    gate.sign_in()
    assert here.shell.setup is not None


def unfinished_house() -> MadeHouse:
    house = MadeHouse()
    house.open_one = stored(is_ended=False)
    house.today = [house.open_one]
    return house


def test_a_session_that_cannot_be_read_is_offered_for_closing_only(desk: OpenDesk) -> None:
    here = desk(unfinished_house())
    assert here.start.unfinished.isVisible()
    assert not here.start.unfinished.resume.isEnabled()
    assert not here.start.new.isEnabled()


def test_closing_it_is_asked_once_and_then_leaves_the_page_free(
    desk: OpenDesk, qtbot: QtBot
) -> None:
    here = desk(unfinished_house())
    here.start.unfinished.close_it.click()
    assert here.unfinished.closed == []
    qtbot.waitUntil(here.start.unfinished.agree.isEnabled, timeout=5_000)
    here.house.open_one = None
    here.start.unfinished.agree.click()
    here.settle()
    assert here.unfinished.closed == ["session-0"]
    assert not here.start.unfinished.isVisible()
    assert here.start.new.isEnabled()


def test_resume_puts_the_session_on_the_screen(desk: OpenDesk) -> None:
    here = desk(unfinished_house())
    here.start.unfinished.resume_asked.emit("session-0")
    assert here.unfinished.resumed == [("session-0", DEMONSTRATION_NURSE.person_id)]
    assert here.shell.page is not None
    assert here.front.page is None


@pytest.mark.parametrize("fails", ["", "The disk is gone."])
def test_a_long_replay_is_no_lost_screen(desk: OpenDesk, fails: str) -> None:
    here = desk(unfinished_house())
    here.unfinished.fails = fails
    here.start.unfinished.resume_asked.emit("session-0")
    assert here.unfinished.watched == ["False"]
    assert here.parent.watched == ["False", "True"]


def test_why_it_could_not_be_resumed_is_said_where_it_was_asked(desk: OpenDesk) -> None:
    here = desk(unfinished_house())
    here.unfinished.fails = "The disk is gone."
    here.start.unfinished.resume_asked.emit("session-0")
    assert here.start.unfinished.news.text() == "The disk is gone."
    assert here.shell.visit is None


def locked_desk(desk: OpenDesk) -> Desk:
    gate = TestGate()
    gate.who = LOCKED
    return desk(MadeHouse(HouseState.LOCKED, Protection.PASSPHRASE), gate)


def type_passphrase(row: QWidget, words: str) -> None:
    field = row.findChild(QLineEdit, "passphrase")
    assert field is not None
    assert field.echoMode() is QLineEdit.EchoMode.Password
    QTest.keyClicks(field, words)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == ""


def test_a_wrong_passphrase_is_one_sentence_and_the_right_one_opens(desk: OpenDesk) -> None:
    here = locked_desk(desk)
    row = here.start.passphrase
    assert here.shell.focusWidget() is row.field
    type_passphrase(row, "a cow on the moon")
    here.settle()
    assert row.news.text() == "The passphrase is wrong."
    type_passphrase(row, PASSPHRASE)
    here.settle()
    assert here.house.state is HouseState.READY
    assert not here.start.lock.isVisible()


def test_a_passphrase_can_be_seen_only_on_purpose(desk: OpenDesk) -> None:
    row = locked_desk(desk).start.passphrase
    QTest.keyClicks(row.field, "abc")
    row.show_key.click()
    assert row.field.echoMode() is QLineEdit.EchoMode.Normal
    row.wipe()
    assert row.field.echoMode() is QLineEdit.EchoMode.Password


def test_monitoring_does_not_wait_for_the_passphrase(desk: OpenDesk) -> None:
    here = locked_desk(desk)
    assert here.start.new.text() == "Start monitoring now"
    here.open_session()
    assert here.gate.asked == []
    assert here.shell.page is not None
    assert "NOT SAVED locked: touch" in here.shell.page.identity.accessibleName()
    here.touch(Touch.UNLOCK)
    panel = here.shell.page.findChild(UnlockPanel)
    assert panel is not None
    type_passphrase(panel.passphrase, PASSPHRASE)
    here.settle()
    here.hear()
    assert "NOT SAVED locked" not in here.shell.page.identity.accessibleName()
    assert not [each for each in here.shell.findChildren(UnlockPanel) if each.isVisible()]


def test_a_panel_left_while_its_passphrase_is_tried_harms_nothing(desk: OpenDesk) -> None:
    here = locked_desk(desk)
    here.open_session()
    for words in ("a cow on the moon", PASSPHRASE):
        here.touch(Touch.UNLOCK)
        panel = next(each for each in here.shell.findChildren(UnlockPanel) if each.isVisible())
        type_passphrase(panel.passphrase, words)
        panel.closed.emit()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        here.settle()
    assert here.house.state is HouseState.READY


def test_the_menu_leads_to_a_page_under_the_numbers_and_back(desk: OpenDesk) -> None:
    here = desk()
    here.open_session()
    page = here.shell.page
    assert page is not None
    QTest.keyClick(page, Qt.Key.Key_M)
    assert here.shell.findChild(MenuPanel) is not None
    here.key("menu_0").click()
    strip = here.shell.pages.strip
    assert strip.isVisible()
    here.hear()
    assert "SpO2 97" in strip.numbers.accessibleName()
    assert not page.isVisible()
    strip.back.click()
    assert page.isVisible()
    assert not strip.isVisible()


def test_the_menu_leads_to_the_limits_of_the_session(desk: OpenDesk) -> None:
    here = desk()
    here.open_session()
    here.touch(Touch.MENU)
    assert here.key("menu_0").text() == LIMITS
    here.key("menu_0").click()
    page = here.shell.limits.page
    assert page is not None
    assert page.isVisible()
    assert here.shell.pages.strip.isVisible()


def test_while_the_record_is_locked_the_menu_begins_with_its_key(desk: OpenDesk) -> None:
    here = locked_desk(desk)
    here.open_session()
    here.touch(Touch.MENU)
    assert here.key("menu_0").text() == UNLOCK
    here.key("menu_0").click()
    assert here.shell.findChild(UnlockPanel) is not None


def test_a_page_with_a_right_asks_for_it(desk: OpenDesk) -> None:
    here = desk()
    here.start.page_asked.emit("Audit trail")
    assert here.gate.asked == [Right.SEE_AUDIT]
    here.key("page_back").click()
    assert here.start.isVisible()


def test_a_session_of_today_can_be_read(desk: OpenDesk) -> None:
    house = MadeHouse()
    house.today = [stored()]
    here = desk(house)
    here.key("session_session-0").click()
    assert here.gate.asked == [Right.REVIEW]
    assert here.shell.findChild(SessionReading) is not None
    here.key("page_back").click()
    assert here.start.isVisible()


def test_an_act_needs_a_person_and_a_pause_does_not(desk: OpenDesk) -> None:
    here = desk()
    here.open_session()
    here.gate.who = LOCKED
    here.gate.asked.clear()
    assert here.shell.page is not None
    here.shell.page.pressed.emit("pause")
    paused = [event for event in here.played.events if isinstance(event, InfusionPaused)]
    assert [event.author for event in paused] == [LOCKED.person_id]
    assert here.gate.asked == []
    here.shell.page.pressed.emit("note")
    assert here.gate.asked == [Right.RUN_SESSION]
    assert here.shell.desk is not None
    assert here.shell.desk.host.panel is None
    here.gate.sign_in()
    assert here.shell.desk.host.panel is not None


def test_after_a_session_the_record_is_copied_once_and_the_start_page_comes(
    desk: OpenDesk, tmp_path: Path
) -> None:
    here = desk()
    here.folder = tmp_path
    here.open_session()
    now = here.played.clock.now()
    here.played.put(SessionEnded(at=now, author="N1"))
    here.hear()
    assert here.house.backups == []
    here.played.put(Committed(at=now, seq=here.played.session.seq))
    here.hear()
    here.settle()
    assert here.house.backups == [tmp_path]
    assert "Backup: complete" in here.shell.notice.accessibleName()
    here.shell._begin_anew()
    here.settle()
    assert here.start.isVisible()
    assert here.house.backups == [tmp_path]
    assert here.played.ended == 1


def test_every_control_of_the_start_page_has_a_name(desk: OpenDesk) -> None:
    here = desk(unfinished_house())
    nameless = [
        child.objectName()
        for child in here.start.findChildren(QWidget)
        if isinstance(child, QAbstractButton | QLineEdit)
        and child.isVisible()
        and not child.accessibleName()
    ]
    assert nameless == []
