"""What has colours and sizes, and how a new theme reaches all of it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from ui.theme import Role, Theme


@runtime_checkable
class Themed(Protocol):
    """A widget that draws with a theme."""

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""


def retheme(root: QWidget, theme: Theme) -> None:
    """Hand `theme` to everything under `root` that draws with one."""
    for child in root.findChildren(QWidget):
        if isinstance(child, Themed):
            child.set_theme(theme)


class Words(QLabel):
    """A line or paragraph; `size` names one of the theme's text sizes: small text large huge."""

    def __init__(
        self, theme: Theme, text: str = "", *, size: str = "text", role: Role = Role.TEXT
    ) -> None:
        super().__init__(text)
        self._size = size
        self._role = role
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.set_theme(theme)

    def set_role(self, role: Role) -> None:
        """Say it in another colour."""
        if role is not self._role:
            self._role = role
            self.set_theme(self._theme)

    def set_size(self, size: str) -> None:
        """Say it larger or smaller."""
        if size != self._size:
            self._size = size
            self.set_theme(self._theme)

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self._theme = theme
        weight = 600 if self._size in ("large", "huge") else 450
        self.setFont(theme.text_font(getattr(theme.sizes, f"{self._size}_px"), weight))
        palette = self.palette()
        palette.setColor(self.foregroundRole(), theme.colour(self._role))
        self.setPalette(palette)

    def say(self, text: str) -> None:
        """Show `text`; a repeated text costs nothing."""
        if text != self.text():
            self.setText(text)


class Digits(Words):
    """A number that is the largest thing near it, in the font of the numerals."""

    def __init__(self, theme: Theme, *, share: float, role: Role = Role.TEXT) -> None:
        self._share = share
        super().__init__(theme, size="huge", role=role)
        self.setWordWrap(False)

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes; `share` is the size as a multiple of the huge text."""
        super().set_theme(theme)
        self.setFont(theme.digit_font(theme.sizes.huge_px * self._share))
