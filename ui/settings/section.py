"""One section of the settings page: rows of a title, what it means, and what can be chosen."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.controls.themed import Words
from ui.theme import Role, Theme


class Section(QWidget):
    """A column of rows; `show_now` brings them up to date."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, theme.sizes.pad_px, 0)
        self.column.setSpacing(theme.sizes.pad_px // 2)

    def set_theme(self, theme: Theme) -> None:
        """For what is made from now on."""
        self.theme = theme

    def show_now(self) -> None:
        """What stands here may have changed."""

    def leave(self) -> None:
        """Another section comes: nothing that was typed stays."""

    def row(self, title: str, *widgets: QWidget, says: str = "") -> None:
        """A titled row; `says` explains it quietly."""
        if self.column.count():
            self.column.addSpacing(self.theme.sizes.pad_px)
        self.column.addWidget(Words(self.theme, title, size="large"))
        if says:
            self.column.addWidget(Words(self.theme, says, role=Role.TEXT_QUIET))
        for widget in widgets:
            self.column.addWidget(widget)


class StateBlock(QWidget):
    """A headline and a sentence; on a filled block where they must be seen."""

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._is_loud = False
        self.setObjectName(name)
        self._headline = Words(theme, size="large")
        self._meaning = Words(theme)
        layout = QVBoxLayout(self)
        pad = theme.sizes.pad_px
        layout.setContentsMargins(2 * pad, pad, 2 * pad, pad)
        layout.setSpacing(0)
        layout.addWidget(self._headline)
        layout.addWidget(self._meaning)

    def say(self, headline: str, meaning: str, *, is_loud: bool) -> None:
        """Tell the state."""
        self._is_loud = is_loud
        self._headline.say(headline)
        self._meaning.say(meaning)
        self.setAccessibleName(f"{headline}. {meaning}")
        for words in (self._headline, self._meaning):
            words.set_role(Role.KEY_STRONG_TEXT if is_loud else Role.TEXT)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self._theme = theme
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Filled or framed; never in a colour of alarms."""
        theme, radius = self._theme, self._theme.sizes.radius_px
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.colour(Role.LINE))
            painter.setBrush(theme.colour(Role.KEY_STRONG if self._is_loud else Role.PANEL))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), radius, radius)
        finally:
            painter.end()
