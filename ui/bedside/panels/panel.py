"""The frame of every panel: a title, what is asked, and the keys under it; Esc goes back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kmonitor.clock import Instant
from kmonitor.session_state import Session
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.theme import Role, Theme


class Panel(QWidget):
    """Stands over the trend until it is answered or left; never modal, alarms stay in view."""

    closed = Signal()

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self.theme = theme
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        sizes = theme.sizes
        outer = QVBoxLayout(self)
        outer.setContentsMargins(2 * sizes.pad_px, sizes.pad_px, 2 * sizes.pad_px, sizes.pad_px)
        outer.setSpacing(sizes.pad_px)
        self.title = Words(theme, title, size="large")
        outer.addWidget(self.title)
        self.body = QVBoxLayout()
        self.body.setSpacing(sizes.pad_px)
        outer.addLayout(self.body, 1)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(sizes.gap_px)
        self.back = Key(theme, "Back", name="panel_back", letter="Esc")
        self.back.clicked.connect(self.closed)
        self.foot.addWidget(self.back, 1)
        outer.addLayout(self.foot)

    def refresh(self, session: Session, now: Instant) -> None:
        """A snapshot came while the panel stands."""

    def tick(self, real_s: float) -> None:
        """One frame."""

    def take_focus(self) -> None:
        """Put the focus where Enter does what is most likely meant."""
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """The frame is drawn with it."""
        self.theme = theme
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves without doing anything."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The panel and its edge."""
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), self.theme.colour(Role.PANEL))
            painter.setPen(self.theme.colour(Role.TEXT_QUIET))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        finally:
            painter.end()
