"""The question before the window closes over a session that runs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from kmonitor.session_state import Session, SessionPhase
from ui.bedside.panels.pump_words import not_confirmed_words
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.theme import Role, Theme

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
        layout.addWidget(Words(theme, "A session is running. Close kmonitor?", size="large"))
        says = "Numbers, alarms and the record stop. What was recorded is kept."
        layout.addWidget(Words(theme, says))
        for words in pump_warnings(session):
            layout.addWidget(Words(theme, words, size="large"))
        keys = QHBoxLayout()
        keys.setSpacing(sizes.gap_px)
        stay = Key(theme, "Keep monitoring", name="stay", strong=True)
        leave = Key(theme, "Close", name="leave")
        keys.addWidget(leave, 1)
        keys.addWidget(stay, 2)
        layout.addLayout(keys)
        stay.clicked.connect(self.reject)
        leave.clicked.connect(self.accept)
        stay.setFocus(Qt.FocusReason.OtherFocusReason)
