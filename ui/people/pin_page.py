"""The PIN of one person, by touch or keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from kmonitor.people import Person
from ui.controls.key import Key
from ui.controls.number_pad import NumberPad
from ui.controls.themed import Words
from ui.people.pin_entry import PinEntry
from ui.people.sheet_page import SheetPage
from ui.people.words import who_words
from ui.theme import Theme


class PinPage(SheetPage):
    """`given` when a PIN is complete: fetch it by `entry.take()`."""

    given = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.person: Person | None = None
        self._is_held = False
        self.entry = PinEntry(theme, name="pin", accessible="PIN")
        self._says_wrong = Words(theme, size="large")
        self._says_wrong.setObjectName("pin_says")
        self._pad = NumberPad(theme, has_point=False)
        self._pad.typed.connect(self.entry.press)
        self._pad.typed.connect(lambda _what: self._focus_entry())
        left = QVBoxLayout()
        left.setSpacing(theme.sizes.pad_px)
        left.addWidget(self.entry)
        left.addWidget(self._says_wrong)
        left.addStretch(1)
        both = QHBoxLayout()
        both.setSpacing(2 * theme.sizes.pad_px)
        both.addLayout(left, 3)
        both.addWidget(self._pad, 2)
        self.body.addLayout(both)
        self.body.addStretch(1)
        self.glass = Key(theme, "Emergency access", name="pin_emergency_access")
        self.foot.addWidget(self.glass, 1)
        self.go = Key(theme, "Sign in", name="sign_in", strong=True)
        self.foot.addWidget(self.go, 2)
        self.entry.changed.connect(self._show)
        self.entry.submitted.connect(self._give)
        self.go.clicked.connect(self._give)
        self._show()

    def ask(self, person: Person, purpose: str) -> None:
        """The PIN of `person`, from nothing."""
        self.person = person
        self.head(f"PIN of {who_words(person)}", purpose)
        self.entry.setAccessibleName(f"PIN of {person.name}")
        self.entry.wipe()
        self.hold(is_held=False)
        self.complain("")

    def complain(self, sentence: str) -> None:
        """Why nobody was signed in."""
        self._says_wrong.say(sentence)
        self.entry.setAccessibleDescription(sentence or self.entry.accessibleDescription())

    def hold(self, *, is_held: bool) -> None:
        """While a PIN is checked, or none is looked at, nothing can be typed."""
        self._is_held = is_held
        self.entry.setEnabled(not is_held)
        self._pad.setEnabled(not is_held)
        self._show()
        if is_held and not self.back.hasFocus():
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_focus(self) -> None:
        """Type the PIN at once."""
        if self._is_held:
            self.back.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._focus_entry()

    def _focus_entry(self) -> None:
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        self.go.setEnabled(self.entry.is_long_enough and not self._is_held)
        if self.entry.count:
            self._says_wrong.say("")

    def _give(self) -> None:
        if self.go.isEnabled():
            self.given.emit()
