"""The line under a row of fields: one sentence at a time, in a place that is always kept."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from kmonitor.clock import monotonic_s
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.setup.notes import FieldNote, NoteKind
from ui.theme import Role, Theme

_ORDER = (NoteKind.HARD, NoteKind.WRONG, NoteKind.SOFT)
_HEADS = {NoteKind.HARD: "NOT POSSIBLE", NoteKind.WRONG: "", NoteKind.SOFT: "CHECK"}
_NEXT_IS_READ_S = 0.6


class NoteLine(QWidget):
    """Nothing moves when it speaks; `used` gives the words of a soft limit passed on purpose.

    With several sentences it shows the first and says how many wait. A second press that comes
    before the next sentence can have been read is not taken.
    """

    used = Signal(str)

    def __init__(self, theme: Theme, *, has_key: bool) -> None:
        super().__init__()
        self._has_key = has_key
        self._gives_way = False
        self._other: QWidget | None = None
        self._shown: FieldNote | None = None
        self._used_s = 0.0
        self._words = Words(theme)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.key = Key(theme, "Use anyway", name="use_anyway")
        self.key.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.key.clicked.connect(self._use)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.sizes.pad_px)
        row.addWidget(self._words, 1)
        row.addWidget(self.key)
        self.key.hide()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """As high as its key, or as one line."""
        self._theme = theme
        self.key.set_theme(theme)
        line = QFontMetrics(theme.text_font(theme.sizes.text_px)).lineSpacing() + 1
        self.setFixedHeight(theme.sizes.target_px if self._has_key else line)

    def sizeHint(self) -> QSize:
        """It takes the width that it is given."""
        return QSize(0, self.height())

    def minimumSizeHint(self) -> QSize:
        """It never asks for room, whatever it has to say."""
        return self.sizeHint()

    def hasHeightForWidth(self) -> bool:
        """A wrapped sentence in it moves no row."""
        return False

    def show_notes(self, notes: tuple[FieldNote, ...]) -> None:
        """Say the first that stands in the way, else what was used anyway."""
        waiting = [note for kind in _ORDER for note in notes if note.kind is kind]
        self._shown = waiting[0] if waiting else None
        if self._shown is None:
            self._words.say(_said_of_used([note.words for note in notes]))
        else:
            of = f" 1 of {len(waiting)}" if len(waiting) > 1 else ""
            head = _HEADS[self._shown.kind]
            head = f"{head}{of}. " if head else f"{of.strip()}. " if of else ""
            self._words.say(f"{head}{self._shown.words}")
        self._words.setObjectName(f"note_{self._shown.kind}" if self._shown else "note_used")
        self._words.set_role(Role.TEXT if self._shown else Role.TEXT_QUIET)
        self._show_parts()

    def lend_place(self, other: QWidget) -> None:
        """Let `other`, hidden or not, stand exactly here."""
        self._other = other
        other.setParent(self)
        other.setGeometry(self.rect())

    def give_way(self, is_asked: bool) -> None:
        """Keep the place and say nothing while something else stands in it."""
        self._gives_way = is_asked
        self._show_parts()

    def _show_parts(self) -> None:
        is_soft = self._shown is not None and self._shown.kind is NoteKind.SOFT
        self._words.setHidden(self._gives_way)
        self.key.setVisible(is_soft and not self._gives_way)
        if is_soft and self._shown is not None:
            self.key.setAccessibleName(f"Use anyway: {self._shown.words}")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Long sentences are said smaller rather than cut."""
        super().resizeEvent(event)
        if self._other is not None:
            self._other.setGeometry(self.rect())
        self._fit()

    def _fit(self) -> None:
        sizes = self._theme.sizes
        taken = self.key.sizeHint().width() + sizes.pad_px if not self.key.isHidden() else 0
        room = QRect(0, 0, max(1, self.width() - taken), 10_000)
        wrap = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        metrics = QFontMetrics(self._theme.text_font(sizes.text_px))
        needed = metrics.boundingRect(room, int(wrap), self._words.text())
        self._words.set_size("text" if needed.height() <= self.height() else "small")
        is_short = needed.height() < 2 * metrics.height()
        beside_key = is_short and taken
        vertical = Qt.AlignmentFlag.AlignVCenter if beside_key else Qt.AlignmentFlag.AlignTop
        self._words.setAlignment(vertical | Qt.AlignmentFlag.AlignLeft)

    def _use(self) -> None:
        now_s = monotonic_s()
        if self._shown is None or now_s - self._used_s < _NEXT_IS_READ_S:
            return
        self._used_s = now_s
        self.used.emit(self._shown.words)


def _said_of_used(sentences: list[str]) -> str:
    return f"Used anyway, noted. {' '.join(sentences)}" if sentences else ""
