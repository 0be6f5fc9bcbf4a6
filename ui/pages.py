"""The pages of the window: one at a time, and while a session runs never without its numbers."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from kmonitor.clock import Instant, monotonic_s
from kmonitor.session_state import Session
from ui.bedside.vitals_strip import VitalsStrip
from ui.controls.guard import Footprint
from ui.controls.themed import Themed
from ui.theme import Theme


class _Stack(QStackedLayout):
    """Needs the room of the page in view only; the bedside has no strip above it to leave room for.

    Qt's own asks for the highest of all pages, and the window would grow beyond the screen.
    """

    def minimumSize(self) -> QSize:
        """What the page in view needs."""
        page = self.currentWidget()
        return QSize() if page is None else page.minimumSizeHint()


class Pages(QWidget):
    """A page is a QWidget with `set_theme`; the bedside is `home` while a session runs.

    Any other page stands under the strip with alarm banner and numbers then.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.strip = VitalsStrip(theme, self)
        self.strip.hide()
        self.strip.back_asked.connect(self.go_home)
        self._home: QWidget | None = None
        self._footprint = Footprint(self)
        self._stack = _Stack()
        self._stack.setContentsMargins(0, 0, 0, 0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.strip)
        whole.addLayout(self._stack, 1)

    @property
    def current(self) -> QWidget | None:
        """The page in view."""
        return self._stack.currentWidget()

    @property
    def needs_strip(self) -> bool:
        """Whether a session runs and another page than its own is in view."""
        return self._home is not None and self.current is not self._home

    def show_page(self, page: QWidget) -> None:
        """Bring `page` into view."""
        if self._stack.indexOf(page) < 0:
            self._stack.addWidget(page)
        if page is not self.current and self._home is not None:
            self._footprint.keep(monotonic_s())
        if page is self._home:
            self.strip.hide()  # first: strip and bedside together are higher than the screen
        self._stack.setCurrentWidget(page)
        self._stack.invalidate()
        self.strip.setVisible(self.needs_strip)

    def set_home(self, page: QWidget | None) -> None:
        """The bedside of the session that runs, or None: there is none."""
        self._home = page
        self.strip.setVisible(self.needs_strip)

    def go_home(self) -> None:
        """Back to the bedside."""
        if self._home is not None:
            self.show_page(self._home)

    def remove(self, page: QWidget | None) -> None:
        """Let a page go for good."""
        if page is not None:
            self._stack.removeWidget(page)
            page.hide()
            page.deleteLater()

    def show_session(self, session: Session, now: Instant, *, silent_s: float = 0.0) -> None:
        """Numbers for the strip, where it is needed."""
        if self.needs_strip:
            self.strip.show_session(session, now, silent_s=silent_s)

    def set_theme(self, theme: Theme) -> None:
        """Hand colours and sizes to every page."""
        self._theme = theme
        self.strip.set_theme(theme)
        for number in range(self._stack.count()):
            page: object = self._stack.widget(number)
            if isinstance(page, Themed):
                page.set_theme(theme)
