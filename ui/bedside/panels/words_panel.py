"""Words that belong to something done: what the prescriber said, which medicine was given."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from ui.bedside.panels.panel import Panel
from ui.controls.key import Key
from ui.controls.text_field import TextField
from ui.controls.themed import Words
from ui.theme import Role, Theme


class WordsPanel(Panel):
    """`written` gives the words."""

    written = Signal(str)

    def __init__(self, theme: Theme, title: str, says: str, hint: str) -> None:
        super().__init__(theme, title)
        self.body.addWidget(Words(theme, says, role=Role.TEXT_QUIET))
        self._field = TextField(theme, name="words", accessible=f"{title}, {hint}")
        self._field.setPlaceholderText(hint)
        self.body.addWidget(self._field)
        self.body.addStretch(1)
        self._keep = Key(theme, "Log it", name="panel_confirm", strong=True)
        self._keep.setEnabled(False)
        self.foot.addWidget(self._keep, 2)
        self._field.textChanged.connect(lambda text: self._keep.setEnabled(bool(text.strip())))
        self._field.returnPressed.connect(self._keep.click)
        self._keep.clicked.connect(lambda: self.written.emit(self._field.text().strip()))

    def take_focus(self) -> None:
        """Type at once."""
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)
