"""A place that can be touched over something that is drawn by somebody else."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from ui.theme import Role, Theme

_PRESSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select)


class TouchArea(QAbstractButton):
    """Draws nothing but that it has the focus or is pressed."""

    def __init__(self, theme: Theme, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours and sizes."""
        self._theme = theme
        self.update()

    def cover(self, words: str, place: QRect) -> None:
        """Lie over `place`, whose words are `words`."""
        if self.geometry() != place:
            self.setGeometry(place)
        if self.accessibleName() != words:
            self.setAccessibleName(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it as Space does."""
        if event.key() in _PRESSING and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A ring for the focus, a veil while it is down."""
        if not self.hasFocus() and not self.isDown():
            return
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            role = Role.FOCUS if self.hasFocus() else Role.LINE
            painter.setPen(QPen(self._theme.colour(role), 3))
            if self.isDown():
                veil = self._theme.colour(Role.KEY_PRESSED)
                veil.setAlphaF(0.5)
                painter.setBrush(veil)
            radius = self._theme.sizes.radius_px
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 4, -2, -4), radius, radius)
        finally:
            painter.end()
