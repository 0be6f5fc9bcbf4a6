"""The sign-in panel: who, then the PIN; stands over curves, never over a number or an alarm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QStackedLayout, QWidget

from kmonitor.people import Person
from ui.people.glass_page import GlassPage
from ui.people.person_choice import PersonChoice
from ui.people.pin_page import PinPage
from ui.people.sheet_page import SheetPage
from ui.theme import Role, Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the panel may stand in `parent`; keys that it does not need go to `keys_to`."""

    parent: QWidget
    rect: QRect
    keys_to: QWidget | None = None


class SignInPanel(QWidget):
    """Not modal: what stands beside it can be seen and pressed; `closed` when it went."""

    closed = Signal()

    def __init__(self, theme: Theme, where: Callable[[], Place]) -> None:
        place = where()
        super().__init__(place.parent)
        self._theme = theme
        self._where = where
        self._purpose = ""
        self._before = QApplication.focusWidget()
        self.choice = PersonChoice(theme)
        self.pin = PinPage(theme)
        self.glass = GlassPage(theme)
        self._pages = QStackedLayout(self)
        for page in (self.choice, self.pin, self.glass):
            self._pages.addWidget(page)
        self.choice.left.connect(self.closed)
        self.choice.glass_asked.connect(self._show_glass)
        self.pin.glass.clicked.connect(self._show_glass)
        self.choice.chosen.connect(self.ask_pin)
        self.pin.left.connect(self.ask_who)
        self.glass.left.connect(self.ask_who)
        place.parent.installEventFilter(self)
        self.fit()
        self.show()
        self.raise_()

    def offer(self, people: Sequence[Person], signed_in: Person | None, purpose: str) -> None:
        """Who may sign in, and what for."""
        self._purpose = purpose
        self.choice.show_people(people, signed_in, purpose)
        self.ask_who()

    def ask_who(self) -> None:
        """Show the people."""
        self.pin.entry.wipe()
        self._turn_to(self.choice)

    def ask_pin(self, person: Person) -> None:
        """Show the PIN pad for one of them."""
        self.pin.ask(person, self._purpose)
        self._turn_to(self.pin)

    def fit(self) -> None:
        """Fill the place that is free now."""
        place = self._where()
        self.setGeometry(place.rect)

    def go(self) -> None:
        """Away, and nothing that was typed stays; the focus goes back to where it was."""
        self.pin.entry.wipe()
        parent, before = self.parentWidget(), self._before
        if parent is not None:
            parent.removeEventFilter(self)
        had_focus = self.isAncestorOf(QApplication.focusWidget() or self.parentWidget() or self)
        self.hide()
        if had_focus and before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.deleteLater()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """The window changed its size."""
        if event.type() is QEvent.Type.Resize:
            self.fit()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters of the page's keys work while nobody has signed in yet."""
        self._pass_on(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Letting go too."""
        self._pass_on(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The panel and its edge."""
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), self._theme.colour(Role.PANEL))
            painter.setPen(self._theme.colour(Role.TEXT_QUIET))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        finally:
            painter.end()

    def _pass_on(self, event: QKeyEvent) -> None:
        to = self._where().keys_to
        event.accept()
        if to is not None:
            QCoreApplication.sendEvent(to, event)

    def _show_glass(self) -> None:
        self.pin.entry.wipe()
        self.glass.ask()
        self._turn_to(self.glass)

    def _turn_to(self, page: SheetPage) -> None:
        self._pages.setCurrentWidget(page)
        page.take_focus()
