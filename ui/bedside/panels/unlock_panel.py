"""The record's passphrase, given while a session runs: what waits is then written."""

from __future__ import annotations

from PySide6.QtCore import Signal

from ui.bedside.panels.panel import Panel
from ui.controls.passphrase_row import PassphraseRow
from ui.controls.themed import Words
from ui.theme import Theme


class UnlockPanel(Panel):
    """`given` carries what was typed."""

    given = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Unlock the record")
        self.body.addWidget(Words(theme, "What came so far waits and is NOT SAVED until then."))
        self.passphrase = PassphraseRow(theme)
        self.passphrase.given.connect(self.given)
        self.body.addWidget(self.passphrase)

    def take_focus(self) -> None:
        """Type at once."""
        self.passphrase.take_focus()
