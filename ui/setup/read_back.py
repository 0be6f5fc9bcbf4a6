"""The sentence beside Confirm: read back, or why not; two lines high whatever it says."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from ui.controls.themed import Words
from ui.theme import Theme

_LINES = 2


class ReadBack(Words):
    """A sentence too long for its place is said smaller, never cut, and moves nothing."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, size="large")
        self.setObjectName("read_back")
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        super().set_theme(theme)
        self.setFixedHeight(_LINES * QFontMetrics(_font(theme)).lineSpacing() + 4)

    def sizeHint(self) -> QSize:
        """It takes the width that it is given."""
        return QSize(0, self.height())

    def minimumSizeHint(self) -> QSize:
        """It never asks for room."""
        return self.sizeHint()

    def say(self, text: str) -> None:
        """Show `text` in the largest size that fits."""
        super().say(text)
        self.setAccessibleName(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, another size."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wrap = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft)
        room = QRect(0, 0, max(1, self.width()), 10_000)
        needed = QFontMetrics(_font(self._theme)).boundingRect(room, wrap, self.text())
        self.set_size("large" if needed.height() <= self.height() else "text")


def _font(theme: Theme) -> QFont:
    return theme.text_font(theme.sizes.large_px, 600)
