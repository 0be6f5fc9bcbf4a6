"""Emergency access: nobody is stopped by a PIN, and nobody enters unseen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from ui.controls.choice_row import ChoiceRow
from ui.controls.key import Key
from ui.controls.text_field import TextField
from ui.controls.themed import Words
from ui.people.sheet_page import SheetPage
from ui.people.words import GLASS_REASONS
from ui.theme import Theme


class GlassPage(SheetPage):
    """`broken` gives name and reason."""

    broken = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.head(
            "EMERGENCY ACCESS, WITHOUT A PIN",
            "You can do what a nurse can. Your name and reason stand in the audit trail.",
        )
        self._name = TextField(theme, name="glass_name", accessible="Your name")
        self._name.setPlaceholderText("Your name")
        self._reasons = ChoiceRow(theme, GLASS_REASONS, name="glass_reason", columns=1)
        self._reasons.choose(0)
        self._says = Words(theme)
        self._says.setObjectName("glass_says")
        self.body.addWidget(self._name)
        self.body.addWidget(self._reasons)
        self.body.addWidget(self._says)
        self.body.addStretch(1)
        self.go = Key(theme, "Enter without a PIN", name="break_glass", strong=True)
        self.foot.addWidget(self.go, 2)
        self.go.clicked.connect(self._give)
        self._name.returnPressed.connect(self._give)
        self._name.textChanged.connect(lambda _text: self._show())
        self._show()

    def ask(self) -> None:
        """From nothing."""
        self._name.clear()
        self._reasons.choose(0)
        self.hold(is_held=False)
        self.complain("")

    def complain(self, sentence: str) -> None:
        """Why it was not possible."""
        self._says.say(sentence)

    def hold(self, *, is_held: bool) -> None:
        """While it is written into the record nothing can be pressed."""
        self._name.setEnabled(not is_held)
        self._reasons.setEnabled(not is_held)
        self._show()

    def take_focus(self) -> None:
        """Type the name at once."""
        self._name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        self.go.setEnabled(self._name.isEnabled() and bool(self._name.text().strip()))

    def _give(self) -> None:
        place = self._reasons.place
        if self.go.isEnabled() and place is not None:
            self.broken.emit(self._name.text().strip(), GLASS_REASONS[place])
