"""The bedside page with its desk over a session that steps at once, without threads."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from kmonitor.clock import FakeClock, monotonic_s
from kmonitor.events import Committed, Event
from kmonitor.limit_sets import load_default
from kmonitor.people import DEMONSTRATION_NURSE
from kmonitor.session import open_session, step
from kmonitor.session_state import Session
from tests import builders
from ui.actions import Actions
from ui.bedside.desk import Desk
from ui.bedside.page import BedsidePage
from ui.controls.key import Key
from ui.people.gate import Gate, OpenGate
from ui.theme import make_theme

PX_PER_MM = {(1024, 768): 3.36, (1280, 800): 3.86, (1920, 1080): 3.61}


class Bedside:
    """It is the inbox: an event changes the session and the page before `put` returns."""

    def __init__(
        self, size: tuple[int, int] = (1280, 800), theme: str = "dark", gate: Gate | None = None
    ) -> None:
        self.clock = FakeClock()
        self.events: list[Event] = []
        opened = builders.opened(self.clock.now())
        self.session: Session = open_session(opened, load_default())[0]
        themed = make_theme(theme, PX_PER_MM[size], QSize(*size))
        self.page = BedsidePage(themed, clock_now=self.clock.now)
        self.gate = gate or OpenGate(DEMONSTRATION_NURSE)
        actions = Actions(self, self.clock, self.gate.person)
        self.desk = Desk(self.page, actions, themed, self.clock, self.gate)
        self.page.resize(*size)
        self.page.show()
        self.show()

    def put(self, event: Event) -> None:
        self.events.append(event)
        self.session, _ = step(self.session, event)
        self.show()

    def show(self) -> None:
        self.page._shown_s = float("-inf")  # else drawn with a later frame
        self.page.show_snapshot(self.session)
        self.desk.show_snapshot(self.session)
        QApplication.processEvents()

    def wait(self, s: float) -> None:
        """Let patient time pass, with readings so that nothing is silent."""
        for _ in range(int(s // 60)):
            self.clock.advance(s=60)
            self.put(builders.reading(self.clock.now()))
        self.clock.advance(s=s % 60)
        self.put(builders.reading(self.clock.now()))

    def commit(self) -> None:
        self.put(Committed(at=self.clock.now(), seq=self.session.seq))

    def find(self, name: str) -> Key:
        found = self.page.findChild(Key, name)
        assert found is not None, name
        return found

    def click(self, name: str) -> None:
        QTest.mouseClick(self.find(name), Qt.MouseButton.LeftButton, pos=QPoint(9, 9))
        QApplication.processEvents()

    def type(self, keys: str) -> None:
        """Type into whatever has the focus."""
        target = QApplication.focusWidget() or self.page
        QTest.keyClicks(target, keys)
        QApplication.processEvents()

    def strike(self, key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.page, key)
        QTest.qWait(150)  # a key shows that it goes down

    def words(self, name: str) -> str:
        found = self.page.findChild(QLabel, name)
        assert found is not None, name
        return found.text()

    def start(self) -> None:
        self.wait(60)
        self.page.pressed.emit("start")
        self.click("when_start_0")
        self.let_keys_arm()
        self.click("pump_done")

    def let_keys_arm(self) -> None:
        """Some real seconds go by in which nobody presses anything."""
        self.desk.host.tick(monotonic_s() + 2)
