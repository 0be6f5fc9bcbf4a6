"""The row "when was it done" inside a panel that asks for more."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.bedside.panels.time_back import TimeChoice
from ui.controls.choice_row import ChoiceRow
from ui.controls.themed import Words
from ui.theme import Role, Theme


class TimeRow(QWidget):
    """`back_s` is what is chosen, now at first."""

    changed = Signal()

    def __init__(self, theme: Theme, title: str, choices: Sequence[TimeChoice]) -> None:
        super().__init__()
        self._choices = choices
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(Words(theme, title, size="small", role=Role.TEXT_QUIET))
        self.row = ChoiceRow(theme, [choice.words for choice in choices], name="time")
        self._title = title
        self.show_choices(choices)
        self.row.choose(0)
        self.row.chosen.connect(lambda _place: self.changed.emit())
        column.addWidget(self.row)

    def show_choices(self, choices: Sequence[TimeChoice]) -> None:
        """The same choices as they are now: what is stored counts from the press."""
        self._choices = choices
        for key, choice in zip(self.row.keys, choices, strict=True):
            key.say(choice.words.removesuffix(" ago").capitalize(), choice.clock)
            key.setAccessibleName(f"{self._title}: {choice.words}, {choice.clock}")
            key.setEnabled(choice.is_possible)

    @property
    def back_s(self) -> int:
        """Seconds before the press."""
        return self._choices[self.row.place or 0].back_s
