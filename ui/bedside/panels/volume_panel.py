"""Enter the volume that the pump says it has given."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from ui.bedside.panels.panel import Panel
from ui.bedside.panels.volume_entry import read_volume
from ui.controls.key import Key
from ui.controls.number_pad import NumberPad, after_key
from ui.controls.text_field import TextField
from ui.controls.themed import Words
from ui.theme import Role, Theme


class VolumePanel(Panel):
    """`entered` gives mL."""

    entered = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Pump volume")
        self._field = TextField(theme, name="volume", accessible="Volume given, mL", number=True)
        self._trouble = Words(theme)
        self._trouble.setObjectName("trouble")
        self._confirm = Key(theme, "Enter", name="panel_confirm", strong=True)
        self.foot.addWidget(self._confirm, 2)
        self._lay_out()
        self._field.textChanged.connect(lambda _text: self._show())
        self._field.returnPressed.connect(self._confirm.click)
        self._confirm.clicked.connect(self._enter)
        self._show()

    def take_focus(self) -> None:
        """Type at once."""
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        theme = self.theme
        left = QVBoxLayout()
        left.setSpacing(theme.sizes.pad_px)
        says = "Read off the pump how many mL it has given in this infusion."
        left.addWidget(Words(theme, says, role=Role.TEXT_QUIET))
        entry = QHBoxLayout()
        entry.addWidget(self._field, 1)
        entry.addWidget(Words(theme, "mL", size="large"))
        left.addLayout(entry)
        left.addWidget(self._trouble)
        left.addStretch(1)
        pad = NumberPad(theme, has_point=True)
        pad.typed.connect(lambda what: self._field.setText(after_key(self._field.text(), what)))
        across = QHBoxLayout()
        across.setSpacing(2 * theme.sizes.pad_px)
        across.addLayout(left, 3)
        across.addWidget(pad, 2)
        self.body.addLayout(across)

    def _show(self) -> None:
        entry = read_volume(self._field.text())
        self._trouble.say(entry.trouble)
        self._field.mark(is_wrong=entry.is_wrong)
        self._confirm.say(entry.confirm)
        self._confirm.setEnabled(entry.volume_ml is not None)

    def _enter(self) -> None:
        entry = read_volume(self._field.text())
        if entry.volume_ml is not None:
            self.entered.emit(entry.volume_ml)
