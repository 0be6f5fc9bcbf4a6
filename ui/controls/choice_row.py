"""A row of keys of which one is chosen, or none yet."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QWidget

from ui.controls.key import Key
from ui.theme import Theme


class ChoiceRow(QWidget):
    """Arrow keys move, Space and Enter choose; `chosen` gives the place in the row."""

    chosen = Signal(int)

    def __init__(
        self, theme: Theme, titles: Sequence[str], *, name: str, columns: int | None = None
    ) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.sizes.gap_px)
        self.keys: list[Key] = []
        for place, title in enumerate(titles):
            key = Key(theme, title, name=f"{name}_{place}")
            key.setCheckable(True)
            key.setAccessibleName(f"{name}: {title}".replace("_", " "))
            self._group.addButton(key, place)
            self.keys.append(key)
            row, column = divmod(place, columns or len(titles))
            layout.addWidget(key, row, column)
        self._group.idClicked.connect(self.chosen)

    @property
    def place(self) -> int | None:
        """Which one is chosen."""
        number = self._group.checkedId()
        return None if number < 0 else number

    def choose(self, place: int | None) -> None:
        """Choose without a signal; None takes the choice back."""
        if place is None:
            self._group.setExclusive(False)
            for key in self.keys:
                key.setChecked(False)
            self._group.setExclusive(True)
        else:
            self.keys[place].setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go along the row."""
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        step = steps.get(Qt.Key(event.key()))
        focused = next((i for i, key in enumerate(self.keys) if key.hasFocus()), None)
        if step is None or focused is None:
            super().keyPressEvent(event)
            return
        for _ in self.keys:
            focused = (focused + step) % len(self.keys)
            if self.keys[focused].isEnabled():
                break
        self.keys[focused].setFocus(Qt.FocusReason.TabFocusReason)
