"""What lies over a page without taking presses: a notice, and "screen not updated"."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.theme import Role, Theme

NOTICE_SHOWN_S = 8.0
_CENTRE_X, _TOP_Y = 0.29, 0.775


class _Over(QWidget):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self._theme = theme
        self.update()

    def _say(self, words: str) -> None:
        if words != self._words:
            self._words = words
            self.setAccessibleName(words)
            self.update()


class NotUpdated(_Over):
    """Greys the whole page and says for how long nothing new has come."""

    def show_silence(self, silent_s: float | None, below: int = 0) -> None:
        """None: all is well; what stands above `below` px says the same by itself."""
        if silent_s is None:
            self.hide()
            return
        self._say(f"SCREEN NOT UPDATED for {int(silent_s)} s")
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect().adjusted(0, below, 0, 0))
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A veil over everything that is old, and words that cannot be missed."""
        theme, sizes = self._theme, self._theme.sizes
        painter = QPainter(self)
        try:
            veil = theme.colour(Role.PAGE)
            veil.setAlphaF(0.72)
            painter.fillRect(self.rect(), veil)
            band = QRect(0, self.height() // 3, self.width(), sizes.huge_px * 4)
            painter.fillRect(band, theme.colour(Role.KEY_STRONG))
            painter.setPen(theme.colour(Role.KEY_STRONG_TEXT))
            upper, lower = QRect(band), QRect(band)
            upper.setBottom(band.center().y() + sizes.pad_px)
            lower.setTop(upper.bottom())
            painter.setFont(theme.text_font(sizes.huge_px * 1.3, 700))
            painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, self._words)
            painter.setFont(theme.text_font(sizes.large_px, 600))
            says = "All numbers here are old. Look at the patient and at the monitor."
            painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, says)
        finally:
            painter.end()


class Notice(_Over):
    """One sentence for some real seconds, where it covers neither a number nor the mode."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._until_s = 0.0

    def say(self, words: str, real_s: float) -> None:
        """Show `words` from `real_s` on."""
        self._say(words)
        self._until_s = real_s + NOTICE_SHOWN_S
        self.fit()
        self.show()
        self.raise_()

    def tick(self, real_s: float) -> None:
        """Go away when it has been read."""
        if not self.isHidden() and real_s > self._until_s:
            self.hide()

    def fit(self) -> None:
        """Under the curves of the bedside, in the empty band of the set-up page."""
        parent = self.parentWidget()
        if parent is None:
            return
        sizes = self._theme.sizes
        metrics = QFontMetrics(self._theme.text_font(sizes.text_px, 600))
        width = metrics.horizontalAdvance(self._words) + 4 * sizes.pad_px
        height = metrics.height() + 2 * sizes.pad_px
        left = max(0, round(parent.width() * _CENTRE_X - width / 2))
        self.setGeometry(left, round(parent.height() * _TOP_Y), width, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A block that is no alarm."""
        theme, sizes = self._theme, self._theme.sizes
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(Role.KEY_STRONG))
            painter.drawRoundedRect(QRectF(self.rect()), sizes.radius_px, sizes.radius_px)
            painter.setPen(theme.colour(Role.KEY_STRONG_TEXT))
            painter.setFont(theme.text_font(sizes.text_px, 600))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words)
        finally:
            painter.end()
