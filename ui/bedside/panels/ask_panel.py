"""One question with one answer beside "Back"; what ends something is never answered in passing."""

from __future__ import annotations

from PySide6.QtCore import Signal

from kmonitor.clock import monotonic_s
from ui.bedside.panels.panel import Panel
from ui.controls.guard import PressGuard
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.theme import Theme

ARMED_AFTER_S = 1.0


class AskPanel(Panel):
    """`agreed` when the strong key is pressed, by touch, or chosen and pressed on the keyboard.

    It can be pressed a second after the panel came, and never has the focus by itself: a double
    press answers nothing.
    """

    agreed = Signal()

    def __init__(self, theme: Theme, title: str, says: str, answer: str) -> None:
        super().__init__(theme, title)
        self.says = Words(theme, says)
        self.body.addWidget(self.says)
        self.body.addStretch(1)
        self._answer = Key(theme, answer, name="panel_confirm", strong=True)
        self._answer.clicked.connect(self.agreed)
        self._guard = PressGuard(self._answer, ARMED_AFTER_S)
        self._guard.disarm(monotonic_s())
        self.foot.addWidget(self._answer, 2)

    def tick(self, real_s: float) -> None:
        """One frame."""
        self._guard.tick(real_s)

    def take_focus(self) -> None:
        """Enter goes back; where there is no way back it does nothing."""
        if not self.back.isHidden():
            super().take_focus()
