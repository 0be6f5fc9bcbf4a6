"""The sentences under a row of fields, each soft limit with its key "Use anyway"."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.controls.key import Key
from ui.controls.themed import Words
from ui.setup.view_model import FieldNote, NoteKind
from ui.theme import Role, Theme

_HEADS = {
    NoteKind.WRONG: "",
    NoteKind.HARD: "NOT POSSIBLE.",
    NoteKind.SOFT: "CHECK.",
    NoteKind.USED_ANYWAY: "Used anyway, noted.",
}


class NoteLines(QWidget):
    """Takes no room while there is nothing to say."""

    use_anyway = Signal(str)

    def __init__(self, theme: Theme, after: QWidget) -> None:
        """`after` is the last field of the row: Tab goes from it to "Use anyway"."""
        super().__init__()
        self._theme = theme
        self._after = after
        self._notes: tuple[FieldNote, ...] = ()
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(2)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """New lines take the new theme; those that stand are rethemed with the page."""
        self._theme = theme

    def show_notes(self, notes: tuple[FieldNote, ...]) -> None:
        """Say these sentences and no others."""
        if notes == self._notes:
            return
        self._notes = notes
        while (item := self._lines.takeAt(0)) is not None:
            if (line := item.widget()) is not None:
                line.hide()
                line.deleteLater()
        for note in notes:
            self._lines.addWidget(self._line(note))
        last = self._after
        for key in self.findChildren(Key, "use_anyway"):
            if not key.isHidden():
                QWidget.setTabOrder(last, key)
                last = key
        self.setVisible(bool(notes))

    def _line(self, note: FieldNote) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        role = Role.TEXT_QUIET if note.kind is NoteKind.USED_ANYWAY else Role.TEXT
        words = Words(self._theme, f"{_HEADS[note.kind]} {note.words}".strip(), role=role)
        words.setObjectName(f"note_{note.kind.value}")
        row.addWidget(words, 1)
        if note.kind is NoteKind.SOFT:
            key = Key(self._theme, "Use anyway", name="use_anyway")
            key.setAccessibleName(f"Use anyway: {note.words}")
            key.clicked.connect(lambda: self.use_anyway.emit(note.words))
            row.addWidget(key)
        return line
