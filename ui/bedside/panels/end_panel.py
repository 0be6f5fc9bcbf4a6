"""The question before the session ends; what is open at the pump is said large, with its key."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from kmonitor.clock import Instant
from kmonitor.session_state import PumpPrompt, Session
from ui.bedside.panels.ask_panel import AskPanel
from ui.bedside.panels.pump_words import not_confirmed_words
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.theme import Theme


class EndPanel(AskPanel):
    """`pump_done` gives the number of the prompt that was answered here."""

    pump_done = Signal(int)

    def __init__(self, theme: Theme, session: Session) -> None:
        who = "" if session.patient is None else f" of {session.patient.label}"
        says = "Numbers, alarms and the record stop. The record is kept."
        super().__init__(theme, f"End the session{who}?", says, "End session")
        self._prompt: PumpPrompt | None = None
        self._open = Words(theme, size="huge")
        self._open.setObjectName("pump_open")
        self._done = Key(theme, "Done at the pump", name="end_pump_done", strong=True)
        self._done.clicked.connect(self._on_done)
        self.body.insertWidget(0, self._open)
        self.body.insertWidget(1, self._done)
        self._show(session.pump_prompt)

    def refresh(self, session: Session, now: Instant) -> None:
        """Once it is done at the pump only the question is left; a second Enter goes back."""
        if session.pump_prompt is None and self._done.hasFocus():
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show(session.pump_prompt)

    def _show(self, prompt: PumpPrompt | None) -> None:
        self._prompt = prompt
        self._open.setVisible(prompt is not None)
        self._done.setVisible(prompt is not None)
        if prompt is not None:
            self._open.say(not_confirmed_words(prompt))

    def _on_done(self) -> None:
        if self._prompt is not None:
            self.pump_done.emit(self._prompt.number)
