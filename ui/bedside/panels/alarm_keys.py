"""The keys of the alarm panel: what was done, and the line of one alarm."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui.bedside.view_models.alarm_answers import AnswerKey
from ui.bedside.view_models.alarm_rows import AlarmRow
from ui.bedside.view_models.banner import BannerLook
from ui.controls.key import Key
from ui.theme import Role, Theme
from ui.widgets.alarm_mark import FILLS, LINES, TEXTS, mark_width, place_mark
from ui.widgets.sheet import Sheet

_PRESSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select)
_OUTLINE_PX = 3.0


class AnswerButton(Key):
    """Two lines of equal size; a bar under them says that it is logged already."""

    def __init__(self, theme: Theme, shown: AnswerKey, letter: str) -> None:
        self._shown = shown
        super().__init__(theme, shown.spoken, name=f"answer_{shown.answer}", letter=letter)

    def show_key(self, shown: AnswerKey) -> None:
        """Say what the key is now."""
        if shown == self._shown and self.isEnabled() is shown.is_usable:
            return
        self._shown = shown
        self.say(shown.spoken)
        self.setEnabled(shown.is_usable)
        self.setAccessibleDescription("logged" if shown.is_given else "")
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the longer line."""
        sizes = self._theme.sizes
        font = QFontMetrics(self._theme.text_font(sizes.text_px, 600))
        wide = max(font.horizontalAdvance(line) for line in self._shown.lines)
        high = max(sizes.target_px, 2 * font.height() + sizes.pad_px)
        return QSize(max(sizes.target_px, wide + round(1.5 * sizes.pad_px)), high)

    def _draw_body(self, painter: QPainter) -> None:
        super()._draw_body(painter)
        if self._shown.is_given:
            bar = QRectF(8, self.height() - 8, self.width() - 16, 3)
            painter.fillRect(bar, self._theme.colour(Role.LIVE))

    def _draw_words(self, painter: QPainter) -> None:
        theme, sizes = self._theme, self._theme.sizes
        font = theme.text_font(sizes.text_px, 600)
        painter.setFont(font)
        painter.setPen(theme.colour(Role.TEXT if self.isEnabled() else Role.TEXT_DISABLED))
        words = "\n".join(line for line in self._shown.lines if line)
        clear = self.rect().adjusted(0, 0, -round(sizes.small_px * 0.6), 0)  # of the letter
        painter.drawText(clear, Qt.AlignmentFlag.AlignCenter, words)
        self._draw_letter(painter)

    def _draw_letter(self, painter: QPainter) -> None:
        theme = self._theme
        painter.setFont(theme.text_font(theme.sizes.small_px * 0.9))
        painter.setPen(theme.colour(Role.TEXT_QUIET if self.isEnabled() else Role.TEXT_DISABLED))
        corner = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        painter.drawText(self.rect().adjusted(0, 4, -7, 0), corner, self._letter)


class AlarmRowButton(QAbstractButton):
    """One alarm of the list; pressed, the action row is about it."""

    def __init__(self, theme: Theme, row: AlarmRow) -> None:
        super().__init__()
        self._theme = theme
        self._row = row
        self.setObjectName(f"alarm_{row.number}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(row.spoken)

    def show_row(self, row: AlarmRow) -> None:
        """Draw `row`; the same again costs nothing."""
        if row != self._row:
            self._row = row
            self.setAccessibleName(row.spoken)
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours and sizes."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """High enough for a glove and for two lines."""
        sizes = self._theme.sizes
        return QSize(4 * sizes.target_px, max(sizes.target_px, round(3.5 * sizes.text_px)))

    def minimumSizeHint(self) -> QSize:
        """Words are shortened before the list grows wider than its panel."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it as Space does."""
        if event.key() in _PRESSING and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground by its look, mark and words, and below for how long."""
        sheet = Sheet(self._theme)
        ink = self._ground(sheet)
        self._words(sheet, ink)
        painter = QPainter(self)
        try:
            sheet.paint(painter)
            self._ring(painter)
        finally:
            painter.end()

    def _ground(self, sheet: Sheet) -> Role:
        row, radius = self._row, self._theme.sizes.radius_px
        inset = 5 if row.is_selected else 2
        rect = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        match row.look:
            case BannerLook.FILLED:
                sheet.box(rect, FILLS[row.priority], radius=radius)
                return TEXTS[row.priority]
            case BannerLook.LATCHED:
                sheet.box(rect, Role.KEY, radius=radius)
                bar = QRectF(rect.left(), rect.top(), 2 * _OUTLINE_PX, rect.height())
                sheet.box(bar, LINES[row.priority])
            case _:
                line = LINES[row.priority]
                sheet.box(rect, Role.KEY, outline=line, radius=radius, width=_OUTLINE_PX)
        return Role.TEXT

    def _words(self, sheet: Sheet, ink: Role) -> None:
        row, sizes = self._row, self._theme.sizes
        left, right = 2.0 * sizes.pad_px, self.width() - 1.2 * sizes.pad_px
        px = sizes.text_px * 1.12
        while px > sizes.small_px and (
            mark_width(sheet, px, stars=row.stars, words=row.words) > right - left
        ):
            px -= 1
        place_mark(
            sheet, left, self.height() * 0.45, px,
            priority=row.priority, stars=row.stars, words=row.words, role=ink,
        )  # fmt: skip
        font = self._theme.text_font(sizes.small_px, 500)
        sheet.text_within(left, self.height() * 0.78, right, row.detail, font, ink)

    def _ring(self, painter: QPainter) -> None:
        """A border apart from the ground: the action row means this; close to it: the focus."""
        theme = self._theme
        rect = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._row.is_selected or self.hasFocus():
            painter.setPen(QPen(theme.colour(Role.FOCUS), 3))
            painter.drawRoundedRect(rect, theme.sizes.radius_px, theme.sizes.radius_px)
