"""The question before the window closes over a session that runs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from kmonitor.session_state import SessionPhase
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.theme import Role, Theme

_PUMP_MAY_RUN = (SessionPhase.INFUSING, SessionPhase.END_DUE)


class ClosingDialog(QDialog):
    """Opened with `open()`, so that numbers and alarms go on behind it; accepted means close."""

    def __init__(self, theme: Theme, phase: SessionPhase, parent: QWidget) -> None:
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
        if phase in _PUMP_MAY_RUN:
            says += " THE PUMP GOES ON: kmonitor does not control it."
        layout.addWidget(Words(theme, says))
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
