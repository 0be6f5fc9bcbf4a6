"""Change rate: type or step the new rate, see what it gives and until when, then confirm."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from kmonitor.clock import Instant
from kmonitor.infusion import InfusionState, declared_rate_ml_per_h
from kmonitor.session_state import Session
from kmonitor.units import display
from ui.bedside.panels.panel import Panel
from ui.bedside.panels.rate_choice import STEPS_ML_PER_H, RateChoice, rate_choice, stepped
from ui.bedside.panels.time_back import last_act_effective, time_choices
from ui.bedside.panels.time_row import TimeRow
from ui.controls.key import Key
from ui.controls.number_pad import NumberPad, after_key
from ui.controls.text_field import TextField
from ui.controls.themed import Words
from ui.theme import Role, Theme


class RatePanel(Panel):
    """`set_rate` gives mL/h and the seconds before the press."""

    set_rate = Signal(object, int)

    def __init__(self, theme: Theme, infusion: InfusionState, now: Instant, zone: str) -> None:
        rate = display(declared_rate_ml_per_h(infusion), "mL/h")
        super().__init__(theme, f"Change rate, now {rate}")
        self._infusion, self._now, self._zone = infusion, now, zone
        self._field = TextField(theme, name="rate", accessible="New rate, mL/h", number=True)
        self._field.setText(f"{declared_rate_ml_per_h(infusion).normalize():f}")
        self._is_untouched = True
        self._gives = Words(theme, size="large", role=Role.DRUG)
        self._end = Words(theme)
        self._trouble = Words(theme)
        self._trouble.setObjectName("trouble")
        self._when = TimeRow(
            theme, "Set at the pump", time_choices(now, zone, last_act_effective(infusion))
        )
        self._confirm = Key(theme, "Set rate", name="panel_confirm", strong=True)
        self.foot.addWidget(self._confirm, 2)
        self._lay_out()
        self._field.textChanged.connect(self._on_text)
        self._field.returnPressed.connect(self._confirm.click)
        self._when.changed.connect(self._show)
        self._confirm.clicked.connect(self._set)
        self._show()

    def refresh(self, session: Session, now: Instant) -> None:
        """The end moves on while nobody presses."""
        if session.infusion is not None:
            self._infusion, self._now = session.infusion, now
            effective = last_act_effective(session.infusion)
            self._when.show_choices(time_choices(now, self._zone, effective))
            self._show()

    def take_focus(self) -> None:
        """Type at once, over the rate that is set; Enter confirms."""
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._field.selectAll()

    def _lay_out(self) -> None:
        theme = self.theme
        left = QVBoxLayout()
        left.setSpacing(theme.sizes.pad_px)
        entry = QHBoxLayout()
        entry.addWidget(self._field, 1)
        entry.addWidget(Words(theme, "mL/h", size="large"))
        left.addLayout(entry)
        steps = QHBoxLayout()
        steps.setSpacing(theme.sizes.gap_px)
        for by_ml_per_h in STEPS_ML_PER_H:
            steps.addWidget(self._step(by_ml_per_h))
        left.addLayout(steps)
        for words in (self._gives, self._end, self._trouble):
            left.addWidget(words)
        left.addStretch(1)
        pad = NumberPad(theme, has_point=True)
        pad.typed.connect(self._type)
        across = QHBoxLayout()
        across.setSpacing(2 * theme.sizes.pad_px)
        across.addLayout(left, 3)
        across.addWidget(pad, 2)
        self.body.addLayout(across)
        self.body.addWidget(self._when)

    def _step(self, by_ml_per_h: Decimal) -> Key:
        key = Key(self.theme, f"{by_ml_per_h:+}", name=f"step_{by_ml_per_h}")
        key.setAccessibleName(f"{by_ml_per_h:+} mL/h")
        key.clicked.connect(lambda: self._field.setText(stepped(self._field.text(), by_ml_per_h)))
        return key

    def _type(self, what: str) -> None:
        text = "" if self._is_untouched else self._field.text()
        self._field.setText(after_key(text, what))

    def _on_text(self, _text: str) -> None:
        self._is_untouched = False
        self._show()

    def _show(self) -> None:
        choice = self._choice()
        said = (choice.dose_rate, choice.end, choice.trouble)
        for words, text in zip((self._gives, self._end, self._trouble), said, strict=True):
            words.say(text)
            words.setVisible(bool(text))  # an empty line takes no room from the keys
        self._field.mark(is_wrong=choice.is_wrong)
        self._confirm.say(choice.confirm)
        self._confirm.setEnabled(choice.rate_ml_per_h is not None)

    def _choice(self) -> RateChoice:
        return rate_choice(
            self._infusion, self._field.text(), self._now, self._when.back_s, self._zone
        )

    def _set(self) -> None:
        rate = self._choice().rate_ml_per_h
        if rate is not None:
            self.set_rate.emit(rate, self._when.back_s)
