"""Choosing how the key is kept: by this computer's key store, or by a passphrase typed twice."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.controls.choice_row import ChoiceRow
from ui.controls.key import Key
from ui.controls.text_field import TextField
from ui.controls.themed import Words
from ui.settings.words import is_passphrase_usable, passphrase_hint
from ui.theme import Theme

_WAYS = ("By a passphrase", "By this computer's key store")
_BY_PASSPHRASE = 0
_STORE_SAYS = "Nobody has to type; on another computer only the recovery code opens the record."


class PassphraseForm(QWidget):
    """`given` when the strong key was pressed: fetch it by `take`; `left` by the other one."""

    given = Signal()
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._ways = ChoiceRow(theme, _WAYS, name="key_way")
        self.first = TextField(theme, name="passphrase", accessible="Passphrase")
        self.second = TextField(theme, name="passphrase_again", accessible="The same again")
        self.first.setPlaceholderText("Passphrase")
        self.second.setPlaceholderText("The same again")
        self._hint = Words(theme)
        self._hint.setObjectName("passphrase_hint")
        self.go = Key(theme, "Encrypt", name="encrypt", strong=True)
        self.leave = Key(theme, "Not now", name="encrypt_not")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.sizes.pad_px)
        self._title = Words(theme, size="large")
        for widget in (self._title, self._ways, self.first, self.second, self._hint):
            layout.addWidget(widget)
        keys = QHBoxLayout()
        keys.setSpacing(theme.sizes.gap_px)
        keys.addWidget(self.leave, 1)
        keys.addWidget(self.go, 2)
        layout.addLayout(keys)
        layout.addStretch(1)
        for field in (self.first, self.second):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.setMaxLength(1_000)
            field.textChanged.connect(lambda _text: self._show())
        self.first.returnPressed.connect(self.second.setFocus)
        self.second.returnPressed.connect(self.go.click)
        self._ways.chosen.connect(lambda _place: self._show())
        self.go.clicked.connect(self.given)
        self.leave.clicked.connect(self.left)
        self.ask("")

    def ask(self, title: str) -> None:
        """From nothing."""
        self._title.say(title)
        self._ways.choose(_BY_PASSPHRASE)
        self.wipe()

    def take(self) -> str | None:
        """What was typed, which does not stay; None is the key store."""
        is_typed = self._ways.place == _BY_PASSPHRASE
        passphrase = self.first.text() if is_typed else None
        self.wipe()
        return passphrase

    def wipe(self) -> None:
        """Forget what was typed."""
        for field in (self.first, self.second):
            field.clear()
        self._show()

    def take_focus(self) -> None:
        """Type at once."""
        self.first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        is_typed = self._ways.place == _BY_PASSPHRASE
        first, second = self.first.text(), self.second.text()
        for field in (self.first, self.second):
            field.setEnabled(is_typed)
        self._hint.say(passphrase_hint(first, second) if is_typed else _STORE_SAYS)
        self.go.setEnabled(not is_typed or is_passphrase_usable(first, second))
