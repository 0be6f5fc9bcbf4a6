"""Asks when it was done at the pump: now (Enter) or some minutes ago; one press acts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout

from kmonitor.clock import Instant
from kmonitor.session_state import Session
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
    """`chosen` gives the act and the seconds before the press.

    `rows_at` gives the rows at a moment, always the same keys: times move on while it stands.
    """

    chosen = Signal(str, int)

    def __init__(
        self,
        theme: Theme,
        title: str,
        says: str,
        rows_at: Callable[[Instant], Sequence[WhenRow]],
        now: Instant,
    ) -> None:
        super().__init__(theme, title)
        self._rows_at = rows_at
        self._first: Key | None = None
        self._keys: dict[tuple[str, int], Key] = {}
        rows = rows_at(now)
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
        self._show(rows)

    def refresh(self, session: Session, now: Instant) -> None:
        """The clock of each choice, and what has become possible."""
        self._show(self._rows_at(now))

    def take_focus(self) -> None:
        """Enter means the first choice."""
        if self._first is not None:
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _key(self, theme: Theme, row: WhenRow, choice: TimeChoice) -> Key:
        is_first = self._first is None
        key = Key(theme, "", name=f"when_{row.act}_{choice.back_s}", strong=is_first)
        key.clicked.connect(lambda: self.chosen.emit(row.act, choice.back_s))
        if is_first:
            self._first = key
        self._keys[row.act, choice.back_s] = key
        return key

    def _show(self, rows: Sequence[WhenRow]) -> None:
        for row in rows:
            for choice in row.choices:
                key = self._keys[row.act, choice.back_s]
                key.say(choice.words.capitalize(), choice.clock)
                key.setAccessibleName(f"{row.words} {choice.words}, {choice.clock}")
                key.setEnabled(choice.is_possible)
