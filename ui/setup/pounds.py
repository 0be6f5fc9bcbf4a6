"""A helper for a weight told in pounds: it shows the kilograms, and a press takes them over."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.controls.key import Key
from ui.controls.text_field import TextField
from ui.controls.themed import Words
from ui.setup.view_model import kilograms_of_pounds
from ui.theme import Theme


class PoundsHelper(QWidget):
    """Hidden until its opener is pressed; `kilograms` gives the text for the weight field."""

    kilograms = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.opener = Key(theme, "from lb", name="pounds_open", small=True)
        self.opener.setAccessibleName("Enter the weight in pounds")
        self._field = TextField(theme, name="pounds", accessible="Weight, lb", number=True)
        self._says = Words(theme)
        self._take = Key(theme, "Use", name="pounds_take")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Words(theme, "Pounds"))
        row.addWidget(self._field, 1)
        row.addWidget(self._says, 1)
        row.addWidget(self._take)
        self.opener.clicked.connect(self._toggle)
        self._field.textChanged.connect(self._show)
        self._field.returnPressed.connect(self._take_over)
        self._take.clicked.connect(self._take_over)
        self._show("")
        self.hide()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, in order."""
        return self._field, self._take

    def _toggle(self) -> None:
        self.setVisible(not self.isVisible())
        if self.isVisible():
            self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, text: str) -> None:
        kilograms, wrong = kilograms_of_pounds(text)
        self._says.say(wrong or (f"= {kilograms} kg" if kilograms else "lb, shown in kg"))
        self._take.say(f"Use {kilograms} kg" if kilograms else "Use")
        self._take.setEnabled(bool(kilograms))

    def _take_over(self) -> None:
        kilograms, _ = kilograms_of_pounds(self._field.text())
        if kilograms:
            self.kilograms.emit(kilograms)
            self._field.clear()
            self.hide()
