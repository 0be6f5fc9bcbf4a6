"""Resume: a later end or less drug, each with its numbers; one press acts."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from kmonitor.clock import Instant
from kmonitor.infusion import InfusionState, ResumeEnd
from kmonitor.session_state import Session
from ui.bedside.panels.panel import Panel
from ui.bedside.panels.resume_choice import resume_choices, resume_heading
from ui.bedside.panels.time_back import last_act_effective, time_choices
from ui.bedside.panels.time_row import TimeRow
from ui.controls.key import Key
from ui.theme import Theme


class ResumePanel(Panel):
    """`resumed` gives the end and the seconds before the press."""

    resumed = Signal(object, int)

    def __init__(self, theme: Theme, infusion: InfusionState, now: Instant, zone: str) -> None:
        super().__init__(theme, resume_heading(infusion))
        self._infusion, self._now, self._zone = infusion, now, zone
        self._when = TimeRow(
            theme, "Resumed at the pump", time_choices(now, zone, last_act_effective(infusion))
        )
        self._when.changed.connect(self._show)
        self.body.addWidget(self._when)
        self._keys: dict[ResumeEnd, Key] = {}
        for end in ResumeEnd:
            key = Key(theme, "", name=f"resume_{end.value}", strong=end is ResumeEnd.EXTEND)
            key.clicked.connect(lambda _=False, end=end: self._resume(end))
            self.body.addWidget(key)
            self._keys[end] = key
        self.body.addStretch(1)
        self._show()

    def refresh(self, session: Session, now: Instant) -> None:
        """The ends move on while nobody presses."""
        if session.infusion is not None:
            self._infusion, self._now = session.infusion, now
            effective = last_act_effective(session.infusion)
            self._when.show_choices(time_choices(now, self._zone, effective))
            self._show()

    def take_focus(self) -> None:
        """Enter means the full dose."""
        self._keys[ResumeEnd.EXTEND].setFocus(Qt.FocusReason.OtherFocusReason)

    def _resume(self, end: ResumeEnd) -> None:
        self.resumed.emit(end, self._when.back_s)

    def _show(self) -> None:
        for choice in resume_choices(self._infusion, self._now, self._when.back_s, self._zone):
            key = self._keys[choice.end]
            key.say(choice.title, choice.why_not or choice.consequence)
            key.setEnabled(not choice.why_not)
