"""One question with one answer beside "Back"."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from ui.bedside.panels.panel import Panel
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.theme import Theme


class AskPanel(Panel):
    """`agreed` when the strong key is pressed; the focus is on it, so Enter answers."""

    agreed = Signal()

    def __init__(self, theme: Theme, title: str, says: str, answer: str) -> None:
        super().__init__(theme, title)
        self.body.addWidget(Words(theme, says))
        self.body.addStretch(1)
        self._answer = Key(theme, answer, name="panel_confirm", strong=True)
        self._answer.clicked.connect(self.agreed)
        self.foot.addWidget(self._answer, 2)

    def take_focus(self) -> None:
        """Enter answers."""
        self._answer.setFocus(Qt.FocusReason.OtherFocusReason)
