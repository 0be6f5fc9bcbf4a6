"""A large key with a title, a second line and the letter that presses it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui.theme import Role, Theme

_PRESSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select)


class Key(QAbstractButton):
    """Pressed by touch, Space, Enter or its letter; `strong` is the one that Enter means.

    A `small` key stands in a line of words, for what has another way too.
    A checkable key that is chosen shows a bar and a border, not a colour alone.
    """

    def __init__(
        self,
        theme: Theme,
        title: str,
        *,
        name: str = "",
        letter: str = "",
        strong: bool = False,
        small: bool = False,
    ) -> None:
        super().__init__()
        self._small = small
        self._theme = theme
        self._letter = letter
        self._strong = strong
        self._detail = ""
        self.setText(title)
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if letter:
            self.setShortcut(letter)
        self._name_for_readers()

    def say(self, title: str, detail: str = "") -> None:
        """Change the words; the size hint follows."""
        if (title, detail) == (self.text(), self._detail):
            return
        self._detail = detail
        letter = self.shortcut()
        self.setText(title)
        self.setShortcut(letter)  # setText drops it
        self._name_for_readers()
        self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def _name_for_readers(self) -> None:
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(self._detail)

    def sizeHint(self) -> QSize:
        """Wide enough for its words, high enough for a glove."""
        sizes = self._theme.sizes
        title = QFontMetrics(self._theme.text_font(sizes.text_px, 600))
        detail = QFontMetrics(self._theme.text_font(sizes.small_px))
        letters = title.horizontalAdvance("  " + self._letter) if self._letter else 0
        width = max(
            title.horizontalAdvance(self.text()) + letters,
            detail.horizontalAdvance(self._detail),
        )
        lines = title.height() + (detail.height() if self._detail else 0)
        if self._small:
            return QSize(width + 2 * sizes.pad_px, lines + sizes.pad_px // 2)
        return QSize(
            max(sizes.target_px, width + 2 * sizes.pad_px),
            max(sizes.target_px, lines + sizes.pad_px),
        )

    def minimumSizeHint(self) -> QSize:
        """No key is ever smaller than its words."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the key that has the focus."""
        if event.key() in _PRESSING and not event.isAutoRepeat():
            self.animateClick()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew when it can or cannot be pressed."""
        super().changeEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill, border, words."""
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_body(painter)
            self._draw_words(painter)
        finally:
            painter.end()

    def _draw_body(self, painter: QPainter) -> None:
        theme, sizes = self._theme, self._theme.sizes
        fill = Role.KEY_STRONG if self._strong else Role.KEY
        if self.isDown() or (self.isChecked() and not self._strong):
            fill = Role.KEY_PRESSED
        if not self.isEnabled():
            fill = Role.PANEL
        has_focus = self.hasFocus()
        border = Role.FOCUS if has_focus or self.isChecked() else Role.LINE
        width = 3.0 if has_focus else 2.0 if self.isChecked() else 1.0
        inside = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setPen(QPen(theme.colour(border), width))
        painter.setBrush(theme.colour(fill))
        painter.drawRoundedRect(inside, sizes.radius_px, sizes.radius_px)
        if has_focus and self._strong:
            painter.setPen(QPen(theme.colour(Role.KEY_STRONG_TEXT), 2.0))
            painter.drawRoundedRect(inside.adjusted(4, 4, -4, -4), sizes.radius_px, sizes.radius_px)
        if self.isChecked():
            bar = QRectF(inside.left() + 6, inside.bottom() - 8, inside.width() - 12, 4)
            painter.fillRect(bar, theme.colour(Role.FOCUS))

    def _draw_words(self, painter: QPainter) -> None:
        theme, sizes = self._theme, self._theme.sizes
        role, quiet = Role.TEXT, Role.TEXT_QUIET
        if self._strong:
            role = quiet = Role.KEY_STRONG_TEXT
        if not self.isEnabled():
            role = quiet = Role.TEXT_DISABLED
        title = theme.text_font(sizes.text_px, 600)
        room = self.rect().adjusted(sizes.pad_px, 2, -sizes.pad_px, -2)
        painter.setFont(title)
        painter.setPen(theme.colour(role))
        centre = Qt.AlignmentFlag.AlignCenter
        if self._detail:
            half = QFontMetrics(title).height()
            detail = theme.text_font(sizes.small_px)
            lines = half + QFontMetrics(detail).height()
            top = room.top() + (room.height() - lines) // 2
            painter.drawText(room.left(), top, room.width(), half, centre, self.text())
            painter.setFont(detail)
            painter.setPen(theme.colour(quiet))
            below = lines - half
            painter.drawText(room.left(), top + half, room.width(), below, centre, self._detail)
        else:
            painter.drawText(room, centre, self.text())
        if self._letter:
            painter.setFont(theme.text_font(sizes.small_px))
            painter.setPen(theme.colour(quiet))
            corner = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
            painter.drawText(self.rect().adjusted(0, 5, -9, 0), corner, self._letter)
