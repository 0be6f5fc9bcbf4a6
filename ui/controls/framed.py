"""A box with a ground and an edge of its own."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme import Role, Theme


class Framed(QWidget):
    """`column` holds what stands in it; a `strong` one has the edge of what must be decided."""

    def __init__(self, theme: Theme, *, strong: bool = False) -> None:
        super().__init__()
        self.theme = theme
        self._strong = strong
        sizes = theme.sizes
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(round(1.5 * sizes.pad_px),) * 4)
        self.column.setSpacing(sizes.pad_px)

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self.theme = theme
        sizes = theme.sizes
        self.column.setContentsMargins(*(round(1.5 * sizes.pad_px),) * 4)
        self.column.setSpacing(sizes.pad_px)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground and its edge."""
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            role, width = (Role.TEXT, 2.0) if self._strong else (Role.LINE, 1.0)
            painter.setPen(QPen(self.theme.colour(role), width))
            painter.setBrush(self.theme.colour(Role.PANEL))
            radius = self.theme.sizes.radius_px
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
        finally:
            painter.end()
