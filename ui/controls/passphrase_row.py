"""One line to type a passphrase or a recovery code in: hidden, or shown on purpose."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ui.controls.key import Key
from ui.controls.text_field import TextField
from ui.controls.themed import Words
from ui.theme import Theme

_LONGEST = 1_000


class PassphraseRow(QWidget):
    """`given` carries what was typed, which does not stay; `say` tells what came of it."""

    given = Signal(str)

    def __init__(self, theme: Theme, title: str = "Unlock the record") -> None:
        super().__init__()
        self.field = TextField(theme, name="passphrase", accessible="Passphrase or recovery code")
        self.field.setPlaceholderText("Passphrase or recovery code")
        self.field.setMaxLength(_LONGEST)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        hints = Qt.InputMethodHint
        self.field.setInputMethodHints(
            hints.ImhSensitiveData | hints.ImhNoPredictiveText | hints.ImhNoAutoUppercase
        )
        self.show_key = Key(theme, "Show", name="passphrase_show")
        self.show_key.setCheckable(True)
        self.show_key.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.go = Key(theme, title, name="unlock", strong=True)
        self.news = Words(theme)
        self.news.setObjectName("passphrase_news")
        row = QHBoxLayout()
        row.setSpacing(theme.sizes.gap_px)
        row.addWidget(self.field, 1)
        row.addWidget(self.show_key)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.sizes.pad_px)
        whole.addLayout(row)
        whole.addWidget(self.news)
        whole.addWidget(self.go)
        self.show_key.toggled.connect(self._show)
        self.field.returnPressed.connect(self.go.click)
        self.field.textChanged.connect(self._look)
        self.go.clicked.connect(self._give)
        self._look("")

    def say(self, sentence: str) -> None:
        """Why it did not open, or that it is being tried."""
        self.news.say(sentence)
        self.news.setAccessibleName(sentence)

    def refuse(self, sentence: str) -> None:
        """It did not open: say so, and type again."""
        self.hold(is_held=False)
        self.say(sentence)
        self.take_focus()

    def hold(self, *, is_held: bool) -> None:
        """While a passphrase is tried nothing can be typed."""
        self.field.setEnabled(not is_held)
        self.go.setEnabled(not is_held and bool(self.field.text()))

    def wipe(self) -> None:
        """Forget what was typed."""
        self.field.clear()
        self.show_key.setChecked(False)

    def take_focus(self) -> None:
        """Type at once."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, is_shown: bool) -> None:
        mode = QLineEdit.EchoMode
        self.field.setEchoMode(mode.Normal if is_shown else mode.Password)
        self.show_key.say("Hide" if is_shown else "Show")

    def _look(self, typed: str) -> None:
        self.go.setEnabled(bool(typed))
        if typed:
            self.say("")

    def _give(self) -> None:
        typed = self.field.text()
        if not typed:
            return
        self.wipe()
        self.say("It is being tried.")
        self.hold(is_held=True)
        self.given.emit(typed)
