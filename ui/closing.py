"""The question before the window closes over a session that runs, also before a logout."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QSessionManager
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from kmonitor.session_state import Session, SessionPhase
from ui.bedside.panels.pump_words import not_confirmed_words
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.theme import Role, Theme

LOGOUT = "logout"
_PUMP_MAY_RUN = (SessionPhase.INFUSING, SessionPhase.END_DUE)


def pump_warnings(session: Session | None) -> tuple[str, ...]:
    """What must be said of a pump that runs, or may run because an order is not confirmed."""
    if session is None:
        return ()
    prompt = session.pump_prompt
    if prompt is not None:
        may_run = "THE PUMP MAY BE RUNNING: kmonitor does not control it."
        return may_run, not_confirmed_words(prompt)
    if session.phase in _PUMP_MAY_RUN:
        return ("THE PUMP GOES ON: kmonitor does not control it.",)
    return ()


def question(session: Session | None) -> tuple[str, str, str]:
    """What is asked, what closing means, and the words of the key that stays."""
    if session is not None and session.phase is SessionPhase.ENDED:
        return (
            "The session is NOT SAVED. Close kmonitor?",
            "Its record is not on disk to its end yet. Who closes now loses what is missing.",
            "Wait",
        )
    return (
        "A session is running. Close kmonitor?",
        "Numbers, alarms and the record stop. What was recorded is kept, and the session can "
        "be resumed.",
        "Keep monitoring",
    )


class ClosingDialog(QDialog):
    """Opened with `open()`, so that numbers and alarms go on behind it; accepted means close."""

    def __init__(self, theme: Theme, session: Session | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Close kmonitor?")
        palette = self.palette()
        palette.setColor(self.backgroundRole(), theme.colour(Role.PANEL))
        self.setPalette(palette)
        sizes = theme.sizes
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(3 * sizes.pad_px,) * 4)
        layout.setSpacing(2 * sizes.pad_px)
        asked, says, stay_words = question(session)
        layout.addWidget(Words(theme, asked, size="large"))
        layout.addWidget(Words(theme, says))
        for words in pump_warnings(session):
            layout.addWidget(Words(theme, words, size="large"))
        keys = QHBoxLayout()
        keys.setSpacing(sizes.gap_px)
        stay = Key(theme, stay_words, name="stay", strong=True)
        leave = Key(theme, "Close", name="leave")
        keys.addWidget(leave, 1)
        keys.addWidget(stay, 2)
        layout.addLayout(keys)
        stay.clicked.connect(self.reject)
        leave.clicked.connect(self.accept)
        stay.setFocus(Qt.FocusReason.OtherFocusReason)


class Closable(Protocol):
    """The window, as far as a logout concerns it."""

    @property
    def is_running(self) -> bool:
        """Whether a session runs."""

    def ask_to_close(self, cause: str) -> None:
        """Ask without holding anything up."""

    def leave(self, cause: str) -> None:
        """Close at once, cleanly."""


def answer_logout(window: Closable, manager: QSessionManager) -> None:
    """A logout or shutdown waits while a session runs, and a person is asked.

    Where nobody may be asked, the session is closed cleanly and can be resumed.
    """
    if not window.is_running:
        return
    if manager.allowsInteraction():
        manager.cancel()
        manager.release()
        window.ask_to_close(LOGOUT)
    else:
        window.leave(LOGOUT)


def hear_logout(app: QGuiApplication, window: Closable) -> None:
    """Be asked by the system before it ends this program; the answer is given at once."""
    direct = Qt.ConnectionType.DirectConnection
    app.commitDataRequest.connect(lambda manager: answer_logout(window, manager), direct)
    app.saveStateRequest.connect(
        lambda manager: manager.setRestartHint(QSessionManager.RestartHint.RestartNever), direct
    )
