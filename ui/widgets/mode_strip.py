"""The hatched strip across the whole width that says that this is not a patient, not now."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPolygon
from PySide6.QtWidgets import QWidget

from ui.theme import Role, Theme
from ui.widgets.sheet import advance, cap_height


class ModeStripWidget(QWidget):
    """Shows words on a hatched ground; without words it takes no room."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.words = ""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours and sizes."""
        self.theme = theme
        self.update()

    def show_words(self, words: str) -> None:
        """Say `words`, or nothing and go away."""
        if words == self.words:
            return
        self.words = words
        self.setAccessibleName(words)
        self.setVisible(bool(words))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Hatch the ground, leave a quiet place for the words."""
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), self.theme.colour(Role.HATCH))
            self._hatch(painter)
            font = self._font()
            wide = round(advance(font, self.words)) + 40
            place = QRect((self.width() - wide) // 2, 0, wide, self.height())
            painter.fillRect(place, self.theme.colour(Role.HATCH))
            painter.setFont(font)
            painter.setPen(self.theme.colour(Role.HATCH_TEXT))
            x = (self.width() - advance(font, self.words)) / 2
            painter.drawText(round(x), round((self.height() + cap_height(font)) / 2), self.words)
        finally:
            painter.end()

    def _font(self) -> QFont:
        font = QFont(self.theme.text_font(self.theme.sizes.text_px, 700))
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, self.theme.sizes.text_px * 0.25)
        return font

    def _hatch(self, painter: QPainter) -> None:
        high = self.height()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.colour(Role.HATCH_STRIPE))
        for x in range(-high, self.width() + high, high * 2):
            stripe = QPolygon()
            for corner in ((x, high), (x + high, 0), (x + 2 * high, 0), (x + high, high)):
                stripe.append(QRect(*corner, 1, 1).topLeft())
            painter.drawPolygon(stripe)
