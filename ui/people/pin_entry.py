"""A PIN while it is typed: dots on the screen, digits in memory that is wiped."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kmonitor.pins import LONGEST, SHORTEST
from ui.controls.number_pad import BACK
from ui.people.words import typed_words
from ui.theme import Role, Theme

_SUBMITTING = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PinEntry(QWidget):
    """`changed` after each digit, `submitted` by Enter; no text of any widget holds a digit."""

    changed = Signal()
    submitted = Signal()

    def __init__(self, theme: Theme, *, name: str, accessible: str) -> None:
        super().__init__()
        self._theme = theme
        self._shortest = SHORTEST
        self._digits = bytearray(LONGEST)
        self._count = 0
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setAccessibleDescription(typed_words(0))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def count(self) -> int:
        """How many digits stand there."""
        return self._count

    @property
    def shortest(self) -> int:
        """How many digits there must be at least."""
        return self._shortest

    @property
    def is_long_enough(self) -> bool:
        """Whether it can be a PIN."""
        return self._count >= self._shortest

    def expect(self, shortest: int) -> None:
        """How many digits there must be at least: that many rings wait."""
        self._shortest = shortest
        self._tell()

    def press(self, what: str) -> None:
        """One key of the pad: a digit, or `back`."""
        if not self.isEnabled():
            return
        if what == BACK:
            if self._count:
                self._count -= 1
                self._digits[self._count] = 0
        elif len(what) == 1 and what in "0123456789" and self._count < LONGEST:
            self._digits[self._count] = ord(what)
            self._count += 1
        self._tell()

    def take(self) -> bytearray:
        """Hand the digits over, to be wiped by whoever gets them; nothing stays here."""
        taken = self._digits[: self._count]
        self.wipe()
        return taken

    def is_same(self, other: PinEntry) -> bool:
        """Whether both hold the same digits."""
        return self._digits == other._digits and self._count == other._count

    def wipe(self) -> None:
        """Forget what was typed."""
        for place in range(LONGEST):
            self._digits[place] = 0
        self._count = 0
        self._tell()

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as a field, wide enough for the longest PIN."""
        sizes = self._theme.sizes
        return QSize(round(sizes.large_px * 0.6) * (LONGEST + 2), sizes.target_px)

    def minimumSizeHint(self) -> QSize:
        """As its hint."""
        return self.sizeHint()

    def event(self, event: QEvent) -> bool:
        """What is typed here presses no key of the page below."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_digit = Qt.Key.Key_0 <= event.key() <= Qt.Key.Key_9
            if is_digit or event.key() in (*_SUBMITTING, Qt.Key.Key_Backspace):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits, Backspace, Enter; everything else is for whoever stands around it."""
        if event.key() in _SUBMITTING:
            if not event.isAutoRepeat():
                self.submitted.emit()
        elif event.key() == Qt.Key.Key_Backspace:
            self.press(BACK)
        elif Qt.Key.Key_0 <= event.key() <= Qt.Key.Key_9 and not event.isAutoRepeat():
            self.press(chr(event.key()))
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A field with a dot for each digit, and rings for those that lack at least."""
        theme, sizes = self._theme, self._theme.sizes
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            has_focus = self.hasFocus() and self.isEnabled()
            edge = Role.FOCUS if has_focus else Role.LINE
            painter.setPen(QPen(theme.colour(edge), 3 if has_focus else 2))
            painter.setBrush(theme.colour(Role.PAGE))
            field = QRectF(self.rect()).adjusted(2, 2, -2, -2)
            painter.drawRoundedRect(field, sizes.radius_px, sizes.radius_px)
            self._draw_dots(painter)
        finally:
            painter.end()

    def _draw_dots(self, painter: QPainter) -> None:
        theme, sizes = self._theme, self._theme.sizes
        room = self.width() - 3 * sizes.pad_px
        step = min(sizes.large_px * 0.95, room / LONGEST)
        radius = step * 0.3
        ink = Role.TEXT if self.isEnabled() else Role.TEXT_DISABLED
        for place in range(max(self._shortest, self._count)):
            is_typed = place < self._count
            painter.setPen(QPen(theme.colour(ink if is_typed else Role.TEXT_DISABLED), 2))
            painter.setBrush(theme.colour(ink if is_typed else Role.PAGE))
            x = sizes.pad_px * 1.5 + step * (place + 0.5)
            painter.drawEllipse(QPointF(x, self.height() / 2), radius, radius)

    def _tell(self) -> None:
        self.setAccessibleDescription(typed_words(self._count))
        self.update()
        self.changed.emit()
