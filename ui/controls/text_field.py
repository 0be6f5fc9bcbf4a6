"""A large field for typing."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLineEdit, QSizePolicy

from ui.theme import Role, Theme

_MOST_CHARACTERS = 120


class TextField(QLineEdit):
    """A line to type in; `is_wrong` shows a broken border beside the sentence that says why."""

    def __init__(self, theme: Theme, *, name: str, accessible: str, number: bool = False) -> None:
        super().__init__()
        self._is_wrong = False
        self._is_number = number
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setMaxLength(_MOST_CHARACTERS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_theme(theme)

    def mark(self, *, is_wrong: bool) -> None:
        """Show whether what is typed can be used."""
        if is_wrong != self._is_wrong:
            self._is_wrong = is_wrong
            self.set_theme(self._theme)

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self._theme = theme
        sizes = theme.sizes
        font = theme.digit_font if self._is_number else theme.text_font
        self.setFont(font(sizes.large_px))
        self.setFixedHeight(max(sizes.target_px, round(sizes.large_px * 1.7)))
        line = _name(theme.colour(Role.TEXT if self._is_wrong else Role.LINE))
        style = "dashed" if self._is_wrong else "solid"
        self.setStyleSheet(
            f"QLineEdit {{ background: {_name(theme.colour(Role.PAGE))};"
            f" color: {_name(theme.colour(Role.TEXT))};"
            f" border: 2px {style} {line}; border-radius: {sizes.radius_px}px;"
            f" padding: 0 {sizes.pad_px}px; }}"
            f"QLineEdit:focus {{ border: 3px {style} {_name(theme.colour(Role.FOCUS))}; }}"
        )
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.PlaceholderText, theme.colour(Role.TEXT_DISABLED))
        palette.setColor(QPalette.ColorRole.Highlight, theme.colour(Role.KEY_PRESSED))
        palette.setColor(QPalette.ColorRole.HighlightedText, theme.colour(Role.TEXT))
        self.setPalette(palette)


def _name(colour: QColor) -> str:
    return colour.name()
