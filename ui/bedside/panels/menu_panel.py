"""The way from the bedside to the other pages, and to the record's key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout

from ui.bedside.panels.panel import Panel
from ui.controls.key import Key
from ui.theme import Theme

_COLUMNS = 2


class MenuPanel(Panel):
    """`chosen` carries the words of the key that was pressed."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, titles: Sequence[str]) -> None:
        super().__init__(theme, "Menu: numbers and alarms stay in view")
        grid = QGridLayout()
        grid.setSpacing(theme.sizes.gap_px)
        self._keys = []
        for place, title in enumerate(titles):
            key = Key(theme, title, name=f"menu_{place}")
            key.clicked.connect(lambda _checked=False, title=title: self.chosen.emit(title))
            grid.addWidget(key, place // _COLUMNS, place % _COLUMNS)
            self._keys.append(key)
        self.body.addLayout(grid)

    def take_focus(self) -> None:
        """The first of them."""
        (self._keys or [self.back])[0].setFocus(Qt.FocusReason.OtherFocusReason)
