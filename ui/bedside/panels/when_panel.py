"""Asks when it was done at the pump: now (Enter) or some minutes ago; one press acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout

from ui.bedside.panels.panel import Panel
from ui.bedside.panels.time_back import BACK_MIN, TimeChoice
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.theme import Role, Theme

_COLUMNS = len(BACK_MIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhenRow:
    """One act with the times that it can be given; the first key of the first row has the focus."""

    act: str
    words: str
    choices: Sequence[TimeChoice]


class WhenPanel(Panel):
    """`chosen` gives the act and the seconds before the press."""

    chosen = Signal(str, int)

    def __init__(self, theme: Theme, title: str, says: str, rows: Sequence[WhenRow]) -> None:
        super().__init__(theme, title)
        self._first: Key | None = None
        if says:
            self.body.addWidget(Words(theme, says, role=Role.TEXT_QUIET))
        grid = QGridLayout()
        grid.setSpacing(theme.sizes.gap_px)
        for line, row in enumerate(rows):
            words = Words(theme, row.words)
            words.setWordWrap(False)
            grid.addWidget(words, 2 * line, 0, 1, _COLUMNS)
            for column, choice in enumerate(row.choices):
                wide = _COLUMNS // 2 if len(row.choices) == 1 else 1
                grid.addWidget(self._key(theme, row, choice), 2 * line + 1, column, 1, wide)
        self.body.addLayout(grid)
        self.body.addStretch(1)

    def take_focus(self) -> None:
        """Enter means the first choice."""
        if self._first is not None:
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _key(self, theme: Theme, row: WhenRow, choice: TimeChoice) -> Key:
        is_first = self._first is None
        key = Key(theme, "", name=f"when_{row.act}_{choice.back_s}", strong=is_first)
        key.say(choice.words.capitalize(), choice.clock)
        key.setAccessibleName(f"{row.words} {choice.words}, {choice.clock}")
        key.setEnabled(choice.is_possible)
        key.clicked.connect(lambda: self.chosen.emit(row.act, choice.back_s))
        if is_first:
            self._first = key
        return key
