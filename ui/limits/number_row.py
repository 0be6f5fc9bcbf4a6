"""A number between two large steps; typed, stepped, or put in by the pad."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.controls.key import Key
from ui.controls.number_pad import after_key
from ui.controls.text_field import TextField
from ui.controls.themed import Words
from ui.theme import Role, Theme

_MOST_DIGITS = 3


class StepField(TextField):
    """`stepped` gives +1 or -1 for the arrow keys; `entered` when the focus comes."""

    stepped = Signal(int)
    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down step."""
        ways = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        way = ways.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(way)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """What is typed next replaces what stands there."""
        super().focusInEvent(event)
        self.selectAll()
        self.entered.emit()


class StepKey(Key):
    """Its sign is as large as the number that it moves."""

    def __init__(self, theme: Theme, title: str, *, name: str) -> None:
        super().__init__(_enlarged(theme), title, name=name)

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        super().set_theme(_enlarged(theme))


def _enlarged(theme: Theme) -> Theme:
    return replace(theme, sizes=replace(theme.sizes, text_px=theme.sizes.large_px))


class NumberRow(QWidget):
    """`typed` after every change by a person; `done` after Enter; `entered` with the focus."""

    typed = Signal(str)
    done = Signal()
    entered = Signal()

    def __init__(self, theme: Theme, *, name: str, step: int) -> None:
        super().__init__()
        self._step = step
        self._is_fresh = True
        self.caption = Words(theme, role=Role.TEXT_QUIET)
        self.caption.setWordWrap(False)
        self.caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.field = StepField(theme, name=name, accessible=name, number=True)
        self.field.setMaxLength(_MOST_DIGITS)
        self.field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.field.setMinimumWidth(theme.sizes.least_target_px)
        self.less = self._key(theme, "−", f"{name}_less")
        self.more = self._key(theme, "+", f"{name}_more")
        row = QHBoxLayout()
        row.setSpacing(theme.sizes.gap_px // 2)
        row.addWidget(self.less)
        row.addWidget(self.field, 1)
        row.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.caption)
        column.addLayout(row)
        self.less.clicked.connect(lambda: self._by(-1))
        self.more.clicked.connect(lambda: self._by(1))
        self.field.stepped.connect(self._by)
        self.field.textEdited.connect(self.typed)
        self.field.returnPressed.connect(self.done)
        self.field.entered.connect(self._came)

    def show_number(self, text: str, *, caption: str, name: str, step: int) -> None:
        """Another number; what somebody is typing is left alone where it says the same."""
        self._step = step
        self.caption.say(caption)
        self.field.setAccessibleName(name)
        for key, way in ((self.less, "less"), (self.more, "more")):
            key.setAccessibleName(f"{name}: {step} {way}")
        if self.field.text() != text:
            self.field.setText(text)

    def take_from_pad(self, what: str) -> None:
        """One key of the number pad; the first digit begins anew."""
        text = "" if self._is_fresh and what.isdigit() else self.field.text()
        self._is_fresh = False
        self._put(after_key(text, what)[:_MOST_DIGITS])

    def _came(self) -> None:
        self._is_fresh = True
        self.entered.emit()

    def _by(self, way: int) -> None:
        text = self.field.text().strip()
        if text.isascii() and text.removeprefix("-").isdigit():
            self._put(str(max(0, int(text) + way * self._step)))

    def _put(self, text: str) -> None:
        self.field.setText(text)
        self.typed.emit(text)

    def _key(self, theme: Theme, title: str, name: str) -> Key:
        key = StepKey(theme, title, name=name)
        key.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field keeps it; its arrow keys do the same
        return key
