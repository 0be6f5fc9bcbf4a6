"""The row of keys: always in the same places; the last two stand apart."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.bedside.view_models.keys import Key
from ui.controls.guard import hand_on_focus
from ui.theme import Role, Theme
from ui.widgets.key_button import HOLD_S, HoldButton, KeyButton

_COUNT = 8
_APART = 2


class KeyRow(QWidget):
    """Shows keys; `pressed` carries the name of the one that was pressed (Stop: held).

    `misfitted` says why a press did nothing.
    """

    pressed = Signal(str)
    misfitted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._shown: tuple[Key, ...] = ()
        self.buttons: list[KeyButton] = [KeyButton(theme, self) for _ in range(_COUNT - 1)]
        for number, button in enumerate(self.buttons):
            button.clicked.connect(lambda _checked=False, number=number: self._press(number))
        self._stop = HoldButton(theme, self)
        self._stop.held.connect(lambda: self._press(_COUNT - 1))
        self._stop.let_go_early.connect(lambda: self.misfitted.emit(f"Hold Stop {HOLD_S} s"))
        self.buttons.append(self._stop)
        for button in self.buttons:
            button.installEventFilter(self)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours and sizes."""
        self.theme = theme
        for button in self.buttons:
            button.set_theme(theme)
        self._place()

    def show_keys(self, keys: tuple[Key, ...]) -> None:
        """Say what the keys are now; a key that can no more be used gives its focus to the page."""
        if keys == self._shown:
            return
        self._shown = keys
        for key, button in zip(keys, self.buttons, strict=True):
            if not key.is_usable:
                hand_on_focus(button, self.parentWidget())
            button.show_key(
                key.label, letter=key.letter, is_usable=key.is_usable, is_strong=key.is_strong
            )

    def key_pressed(self, event: QKeyEvent) -> bool:
        """Press the key with the event's letter; whether there was one."""
        number = self._number_of(event)
        if number is None:
            return False
        if event.isAutoRepeat():
            return True
        if not self._shown[number].is_usable:
            self._say_why_not(number)
        elif self._shown[number].is_held:
            self._stop.begin_hold()
        else:
            self.buttons[number].click()
        return True

    def key_released(self, event: QKeyEvent) -> bool:
        """Let go of a held key; whether the event's letter is that of one."""
        number = self._number_of(event)
        if number is None or not self._shown[number].is_held:
            return False
        if not event.isAutoRepeat():
            self._stop.end_hold()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A disabled button swallows a touch; here it says why."""
        if event.type() == QEvent.Type.MouseButtonPress:
            for number, button in enumerate(self.buttons):
                if button is watched and not button.isEnabled():
                    self._say_why_not(number)
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keys share the width."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground."""
        painter = QPainter(self)
        try:
            painter.fillRect(event.rect(), self.theme.colour(Role.PANEL))
        finally:
            painter.end()

    def _press(self, number: int) -> None:
        if number < len(self._shown) and self._shown[number].is_usable:
            self.pressed.emit(self._shown[number].name)

    def _say_why_not(self, number: int) -> None:
        if number < len(self._shown) and self._shown[number].why_not:
            key = self._shown[number]
            self.misfitted.emit(f"{key.label}: {key.why_not}")

    def _number_of(self, event: QKeyEvent) -> int | None:
        if event.modifiers() not in (
            Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier,
        ):  # fmt: skip
            return None
        letter = event.text().upper()
        for number, key in enumerate(self._shown):
            if letter and key.letter == letter:
                return number
        return None

    def _place(self) -> None:
        sizes = self.theme.sizes
        apart = round(sizes.gap_px * 2.5)
        room = self.width() - 2 * sizes.pad_px - (_COUNT - 2) * sizes.gap_px - apart
        wide = room / _COUNT
        x = float(sizes.pad_px)
        high = min(sizes.target_px, self.height())
        for number, button in enumerate(self.buttons):
            button.setGeometry(round(x), 0, round(wide), high)
            x += wide + (apart if number == _COUNT - _APART - 1 else sizes.gap_px)
