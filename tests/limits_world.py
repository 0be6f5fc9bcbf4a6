"""A session with numbers, a baseline and an observation, that steps at once; for its limits."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kmonitor.alarm_acts import LimitsChanged
from kmonitor.alarms.conditions import Condition
from kmonitor.alarms.limits import LimitSet
from kmonitor.clock import FakeClock
from kmonitor.events import Event, ObservationMade
from kmonitor.limit_sets import load_default
from kmonitor.metrics import Metric
from kmonitor.people import DEMONSTRATION_NURSE
from kmonitor.session import open_session, step
from kmonitor.session_state import Session
from tests import builders
from ui.actions import Actions
from ui.limits.draft import Spot
from ui.limits.page import LimitsPage
from ui.pages import Pages
from ui.people.gate import Gate, OpenGate
from ui.theme import make_theme

SPO2 = Spot(condition=Condition.SPO2_LOW, place=1)
SPO2_SEEN = Spot(condition=Condition.SPO2_LOW, place=0)
SPO2_CRITICAL = Spot(condition=Condition.SPO2_LOW, place=2)
PULSE_LOW = Spot(condition=Condition.PULSE_LOW, place=0)
SYSTOLIC = Spot(condition=Condition.NIBP_SYSTOLIC_HIGH, place=2)
SYSTOLIC_RISE = Spot(condition=Condition.NIBP_SYSTOLIC_HIGH, place=0)
SYSTOLIC_WITH_RISE = Spot(condition=Condition.NIBP_SYSTOLIC_HIGH, place=1)
NO_BREATH = Spot(condition=Condition.APNOEA, place=0)
PANELS = {"1280x800": (QSize(1280, 800), 3.859), "1024x768": (QSize(1024, 768), 3.360)}


class LimitsBed:
    """The inbox of the page: an event changes the session before `put` returns."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.events: list[Event] = []
        self.set: LimitSet = load_default()
        self.session: Session = open_session(builders.opened(self.clock.now()), self.set)[0]

    def put(self, event: Event) -> None:
        self.events.append(event)
        self.session, _ = step(self.session, event)

    def live(self, seconds: int) -> None:
        """SpO2 97 and pulse 72 each second."""
        for _ in range(seconds):
            self.clock.advance(s=1)
            now = self.clock.now()
            self.put(builders.reading(now))
            self.put(builders.reading(now, Metric.PULSE_RATE, 72))

    def begin(self) -> None:
        """Two cuff readings, the start, an observation."""
        now = self.clock.now()
        self.put(builders.link(now))
        self.put(builders.link(now, name=builders.CUFF))
        self.live(3)
        self.put(builders.nibp(self.clock.now(), 126, 77, 93))
        self.live(60)
        self.put(builders.nibp(self.clock.now(), 124, 77, 92))
        self.live(3)
        self.put(builders.started(self.clock.now()))
        self.live(2)
        self.put(ObservationMade(at=self.clock.now(), author="N1", sedation=5))
        self.live(1)

    @property
    def changes(self) -> list[LimitsChanged]:
        """What was used so far."""
        return [event for event in self.events if isinstance(event, LimitsChanged)]


def begun() -> LimitsBed:
    """A bed whose infusion runs."""
    bed = LimitsBed()
    bed.begin()
    return bed


class LimitsScreen:
    """The page under the strip of numbers, as during a session."""

    def __init__(
        self, qtbot: QtBot, gate: Gate | None = None, panel: str = "1024x768", name: str = "dark"
    ) -> None:
        size, px_per_mm = PANELS[panel]
        theme = make_theme(name, px_per_mm, size)
        self.bed = begun()
        self.gate = gate or OpenGate(DEMONSTRATION_NURSE)
        self.told: list[str] = []
        self.pages = Pages(theme)
        qtbot.addWidget(self.pages)
        home = QWidget()
        self.pages.show_page(home)
        self.pages.set_home(home)
        self.page = LimitsPage(
            theme, Actions(self.bed, self.bed.clock, self.gate.person), self.gate,
            self.bed.session, self.bed.clock.now(), began_with=self.bed.set,
            name_of=lambda _id: "N1 nurse", told=self.told.append,
        )  # fmt: skip
        self.pages.show_page(self.page)
        self.pages.resize(size)
        with qtbot.waitActive(self.pages):
            self.pages.show()
        self.page.take_focus()
        self.frame()

    def frame(self) -> None:
        """A second later."""
        self.bed.live(1)
        now = self.bed.clock.now()
        self.pages.show_session(self.bed.session, now)
        self.page.show_session(self.bed.session, now)
        QApplication.processEvents()
