"""The last panel of a session: whether all of it is on disk, and the way out."""

from __future__ import annotations

from kmonitor.clock import Instant
from kmonitor.session_state import Session
from ui.bedside.panels.ask_panel import AskPanel
from ui.theme import Theme

KEPT = "The record is kept."
NOT_KEPT = "NOT SAVED: the record is not written to its end yet. Who leaves now loses that."


class EndedPanel(AskPanel):
    """`agreed` leaves the session; the words follow what is on disk."""

    def __init__(self, theme: Theme, session: Session, answer: str) -> None:
        super().__init__(theme, "The session has ended.", _words(session), answer)
        self.back.hide()

    def refresh(self, session: Session, now: Instant) -> None:
        """A commit came, or failed."""
        self.says.say(_words(session))


def _words(session: Session) -> str:
    return KEPT if session.is_saved else NOT_KEPT
