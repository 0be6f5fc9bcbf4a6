"""A note for the record: one press on a tile, or free words; and the way to what has numbers."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout

from ui.bedside.panels.panel import Panel
from ui.controls.key import Key
from ui.controls.text_field import TextField
from ui.theme import Theme

PRESETS = (
    "Nausea",
    "Vomiting",
    "Anxious",
    "Headache",
    "Dissociation",
    "Dizzy",
    "Comfortable",
    "Repositioned",
    "Doctor informed",
)
_COLUMNS = 3


class NotePanel(Panel):
    """`written` gives the words, `asked` a key of the desk: an entry that is no note."""

    written = Signal(str)
    asked = Signal(str)

    def __init__(self, theme: Theme, *, has_begun: bool = False) -> None:
        """`has_begun`: there is an infusion whose volume the pump can show."""
        super().__init__(theme, "Note")
        tiles = QGridLayout()
        tiles.setSpacing(theme.sizes.gap_px)
        for place, words in enumerate(PRESETS):
            key = Key(theme, words, name=f"note_{place}")
            key.clicked.connect(lambda _=False, words=words: self.written.emit(words))
            tiles.addWidget(key, *divmod(place, _COLUMNS))
        self.body.addLayout(tiles)
        self._field = TextField(theme, name="note", accessible="Note in your own words")
        self._field.setPlaceholderText("or in your own words")
        self.body.addWidget(self._field)
        self.body.addStretch(1)
        self._add_entry("Sedation score", "observation", is_usable=True)
        self._add_entry("Pump volume", "pump_volume", is_usable=has_begun)
        self._keep = Key(theme, "Keep note", name="panel_confirm", strong=True)
        self._keep.setEnabled(False)
        self.foot.addWidget(self._keep, 2)
        self._field.textChanged.connect(lambda text: self._keep.setEnabled(bool(text.strip())))
        self._field.returnPressed.connect(self._keep.click)
        self._keep.clicked.connect(lambda: self.written.emit(self._field.text().strip()))

    def _add_entry(self, title: str, asks: str, *, is_usable: bool) -> None:
        key = Key(self.theme, title, name=f"note_{asks}")
        key.setEnabled(is_usable)
        key.clicked.connect(lambda: self.asked.emit(asks))
        self.foot.addWidget(key, 1)

    def take_focus(self) -> None:
        """Type at once."""
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)
