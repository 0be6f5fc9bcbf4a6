"""How sedated the patient is, by MOAA/S: one press on one of six keys."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QGridLayout, QSizePolicy

from ui.bedside.panels.panel import Panel
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.theme import Role, Theme

SCORES = (
    (5, "Awake", "answers the name at once"),
    (4, "Drowsy", "answers the name slowly"),
    (3, "Needs a loud call", "answers only then, or called again"),
    (2, "Needs shaking", "answers only to a gentle shake"),
    (1, "Needs a painful squeeze", "answers to nothing less"),
    (0, "No response", "not even to a painful squeeze"),
)
_COLUMNS = 2


class SedationPanel(Panel):
    """`scored` gives the score; its digit on the keyboard does the same."""

    scored = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Sedation score (MOAA/S)")
        says = "Speak to the patient. What does it take to get an answer?"
        self.body.addWidget(Words(theme, says, role=Role.TEXT_QUIET))
        grid = QGridLayout()
        grid.setSpacing(theme.sizes.gap_px)
        for place, (score, title, detail) in enumerate(SCORES):
            grid.addWidget(self._key(score, title, detail), *divmod(place, _COLUMNS))
        self.body.addLayout(grid)
        self.body.addStretch(1)

    def _key(self, score: int, title: str, detail: str) -> Key:
        key = ScoreKey(self.theme, score, title, detail)
        key.clicked.connect(lambda: self.scored.emit(score))
        return key


class ScoreKey(Key):
    """The score in large digits, its words beside it; higher where there is room."""

    def __init__(self, theme: Theme, score: int, title: str, detail: str) -> None:
        super().__init__(theme, title, name=f"sedation_{score}")
        self.say(title, detail)
        self._score = str(score)
        self.setShortcut(self._score)
        self.setAccessibleName(f"{score}: {title}, {detail}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        """Half as high again as a finger needs."""
        least = self.minimumSizeHint()
        return QSize(least.width(), round(1.5 * least.height()))

    def minimumSizeHint(self) -> QSize:
        """The words beside the digit."""
        return super().sizeHint() + QSize(2 * self._theme.sizes.large_px, 0)

    def _draw_words(self, painter: QPainter) -> None:
        theme, sizes = self._theme, self._theme.sizes
        painter.setPen(theme.colour(Role.TEXT))
        painter.setFont(theme.digit_font(1.5 * sizes.large_px))
        wide = 2 * sizes.large_px
        centre = Qt.AlignmentFlag.AlignCenter
        painter.drawText(QRect(sizes.pad_px, 0, wide, self.height()), centre, self._score)
        title, detail = theme.text_font(sizes.text_px, 600), theme.text_font(sizes.small_px)
        x = 2 * sizes.pad_px + wide
        high = QFontMetrics(title).height() + QFontMetrics(detail).height()
        top = (self.height() - high) // 2
        painter.setFont(title)
        painter.drawText(x, top + QFontMetrics(title).ascent(), self.text())
        painter.setFont(detail)
        painter.setPen(theme.colour(Role.TEXT_QUIET))
        painter.drawText(x, top + high - QFontMetrics(detail).descent(), self._detail)
