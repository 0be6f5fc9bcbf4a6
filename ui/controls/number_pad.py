"""Digits to touch; what is typed on the keyboard goes to the field itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.controls.key import Key
from ui.theme import Theme

BACK = "back"
_ROWS = ("789", "456", "123")


class NumberPad(QWidget):
    """`typed` gives a digit, the point, or `back`."""

    typed = Signal(str)

    def __init__(self, theme: Theme, *, has_point: bool) -> None:
        super().__init__()
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.sizes.gap_px)
        for row, digits in enumerate(_ROWS):
            for column, digit in enumerate(digits):
                layout.addWidget(self._key(theme, digit, digit), row, column)
        bottom = [("0", "0"), (".", "."), ("Delete", BACK)]
        if not has_point:
            bottom = [("0", "0"), ("Delete", BACK)]
        for column, (title, what) in enumerate(bottom):
            layout.addWidget(self._key(theme, title, what), len(_ROWS), column)

    def _key(self, theme: Theme, title: str, what: str) -> Key:
        key = Key(theme, title, name=f"pad_{what}")
        key.setAccessibleName({".": "point", BACK: "delete the last digit"}.get(what, title))
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field keeps it; the keyboard types there
        key.clicked.connect(lambda: self.typed.emit(what))
        return key


def after_key(text: str, what: str) -> str:
    """The text after one key of the pad."""
    return text[:-1] if what == BACK else text + what
