"""What to do at the pump, large, until "Done at the pump" is pressed."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.bedside.panels.pump_words import PumpWords
from ui.controls.guard import PressGuard, hand_on_focus
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.theme import Role, Theme

ARMED_AFTER_S = 0.7


class PumpPromptStrip(QWidget):
    """`done` gives the number of the prompt that was answered.

    A press that began before the prompt was there never answers it: Stop is held, and what is
    still held when its prompt comes is no word about the pump.
    """

    done = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._number = 0
        self._words = Words(theme, size="huge", role=Role.KEY_STRONG_TEXT)
        self._words.setObjectName("pump_words")
        self._since = Words(theme, role=Role.KEY_STRONG_TEXT)
        self.key = Key(theme, "Done at the pump", name="pump_done", letter="D")
        self.key.clicked.connect(lambda: self.done.emit(self._number))
        self._guard = PressGuard(self.key, ARMED_AFTER_S)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._words)
        words.addWidget(self._since)
        row = QHBoxLayout(self)
        pad = theme.sizes.pad_px
        row.setContentsMargins(2 * pad, pad, 2 * pad, pad)
        row.setSpacing(2 * pad)
        row.addLayout(words, 3)
        row.addWidget(self.key, 1, Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def show_words(self, prompt: PumpWords | None, real_s: float, page: QWidget | None) -> None:
        """Show it, or nothing to do; `page` takes the focus while it cannot be answered."""
        if prompt is None:
            self._number = 0
            self._guard.rest()
            hand_on_focus(self.key, page)
            self.hide()
            return
        if prompt.number != self._number:
            self._number = prompt.number
            self._guard.disarm(real_s, page)
        self.show()
        self._words.say(prompt.words)
        self._since.say(prompt.since)
        self.setAccessibleName(f"{prompt.words}, {prompt.since}")

    def tick(self, real_s: float) -> None:
        """One frame."""
        self._guard.tick(real_s)

    def height_when_huge(self, wide: int) -> int:
        """What the words need in full size, in px."""
        sizes = self._theme.sizes
        huge = QFontMetrics(self._theme.text_font(sizes.huge_px, 600))
        words = self._lines_when_huge(wide) * huge.height()
        since = QFontMetrics(self._since.font()).height()
        return max(words + since, self.key.sizeHint().height()) + 2 * sizes.pad_px

    def _lines_when_huge(self, wide: int) -> int:
        sizes = self._theme.sizes
        room = (wide - 6 * sizes.pad_px) * 3 // 4
        huge = QFontMetrics(self._theme.text_font(sizes.huge_px, 600))
        flags = Qt.TextFlag.TextWordWrap.value
        words = huge.boundingRect(QRect(0, 0, room, 9999), flags, self._words.text())
        return max(1, round(words.height() / huge.height()))

    def set_compact(self, *, is_compact: bool) -> None:
        """Smaller while a panel needs the room, never gone; what fits on one line stays huge."""
        is_large = is_compact and self._lines_when_huge(self.width()) > 1
        self._words.set_size("large" if is_large else "huge")
        self._since.setVisible(not is_compact)

    def set_theme(self, theme: Theme) -> None:
        """The ground is drawn with it."""
        self._theme = theme
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The strongest surface that is no alarm."""
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), self._theme.colour(Role.KEY_STRONG))
        finally:
            painter.end()
