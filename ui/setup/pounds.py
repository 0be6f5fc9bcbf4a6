"""A helper for a weight told in pounds: it shows the kilograms, and a press takes them over."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.controls.key import Key
from ui.controls.text_field import TextField
from ui.controls.themed import Words
from ui.setup.view_model import kilograms_of_pounds
from ui.theme import Theme


class PoundsHelper(QWidget):
    """Stands in the place of the row's notes while it is open.

    `kilograms` gives the text for the weight field, `opened` whether the helper stands.
    """

    kilograms = Signal(str)
    opened = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.opener = Key(theme, "from lb", name="pounds_open")
        self.opener.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.opener.setAccessibleName("Enter the weight in pounds")
        self._field = TextField(theme, name="pounds", accessible="Weight, lb", number=True)
        self._says = Words(theme)
        self._says.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._take = Key(theme, "Use", name="pounds_take")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.sizes.pad_px)
        pounds = Words(theme, "Pounds")
        pounds.setWordWrap(False)
        row.addWidget(pounds)
        row.addWidget(self._field, 3)
        row.addWidget(self._says, 4)
        row.addWidget(self._take, 2)
        self.opener.clicked.connect(lambda: self._open(is_open=self.isHidden()))
        self._field.textChanged.connect(self._show)
        self._field.returnPressed.connect(self._take_over)
        self._take.clicked.connect(self._take_over)
        self._show("")
        self.hide()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, in order."""
        return self._field, self._take

    def _open(self, *, is_open: bool) -> None:
        self.opened.emit(is_open)
        self.setVisible(is_open)
        if is_open:
            self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, text: str) -> None:
        kilograms, wrong = kilograms_of_pounds(text)
        self._says.say(wrong or (f"= {kilograms} kg" if kilograms else "Type the weight in lb"))
        self._take.setAccessibleName(f"Use {kilograms} kg" if kilograms else "Use")
        self._take.setEnabled(bool(kilograms))

    def _take_over(self) -> None:
        kilograms, _ = kilograms_of_pounds(self._field.text())
        if kilograms:
            self.kilograms.emit(kilograms)  # takes the focus along before this is hidden
            self._field.clear()
            self._open(is_open=False)
