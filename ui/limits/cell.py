"""One number of the table: itself, how long it may be passed, and whether anything is odd."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from ui.controls.key import Key
from ui.icons import draw_icon
from ui.limits.draft import Spot
from ui.limits.view_model import Cell, Column
from ui.theme import Role, Theme
from ui.widgets.sheet import largest_fitting


class LimitCell(Key):
    """Checked while it is the one that is being changed.

    A number that waits to be used stands on the strong ground of what is to be decided, one that
    cannot be used in a broken frame; an alarm that is off has a crossed bell.
    """

    def __init__(self, theme: Theme, column: Column, row: str) -> None:
        super().__init__(theme, "", name=f"limit_{row}_{column.name.lower()}")
        self._cell: Cell | None = None
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    @property
    def cell(self) -> Cell | None:
        """What stands here."""
        return self._cell

    @property
    def spot(self) -> Spot | None:
        """The number that is shown large."""
        return None if self._cell is None else self._cell.spots[0]

    def show_cell(self, cell: Cell) -> None:
        """Draw `cell`."""
        if cell == self._cell:
            return
        self._cell = cell
        said = [cell.spoken]
        said += ["waits to be used"] if cell.is_moved else []
        said += ["cannot be used"] if cell.is_wrong else []
        self.setAccessibleName(", ".join(said))
        self.setAccessibleDescription(cell.note)
        self.update()

    def sizeHint(self) -> QSize:
        """As large as a gloved finger needs."""
        least = self._theme.sizes.least_target_px
        return QSize(least, least)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space chooses; arrows, digits and Enter are the table's."""
        if event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, frame, number, and what is said of it."""
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_ground(painter)
            if self._cell is not None:
                self._draw_cell(painter, self._cell)
        finally:
            painter.end()

    def _draw_ground(self, painter: QPainter) -> None:
        theme, cell = self._theme, self._cell
        chosen = self.isChecked()
        is_moved = cell is not None and cell.is_moved
        fill = Role.KEY_STRONG if is_moved else Role.KEY_PRESSED if chosen else Role.KEY
        line = QPen(theme.colour(Role.FOCUS if chosen else Role.LINE), 3.0 if chosen else 1.0)
        if cell is not None and cell.is_wrong:
            line = QPen(theme.colour(Role.TEXT), 3.0, Qt.PenStyle.DashLine)
        painter.setPen(line)
        painter.setBrush(theme.colour(fill))
        radius = theme.sizes.radius_px
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), radius, radius)
        if chosen and is_moved:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour(Role.KEY_STRONG_TEXT), 2.0))
            inner = QRectF(self.rect()).adjusted(4, 4, -4, -4)
            painter.drawRoundedRect(inner, radius, radius)

    def _draw_cell(self, painter: QPainter, cell: Cell) -> None:
        theme, sizes = self._theme, self._theme.sizes
        ink = Role.KEY_STRONG_TEXT if cell.is_moved else Role.TEXT
        quiet = Role.TEXT if self.isChecked() else Role.TEXT_QUIET
        quiet = Role.KEY_STRONG_TEXT if cell.is_moved else quiet
        room = QRectF(self.rect()).adjusted(6, 5, -6, -6)
        small = (theme.text_font(sizes.small_px * share) for share in (1.0, 0.92, 0.85))
        note = largest_fitting(list(small), cell.note, room.width() + 6)
        large = (theme.digit_font(sizes.large_px * share) for share in (1.05, 0.85, 0.7))
        digits = largest_fitting(list(large), cell.text, room.width())
        if cell.note:
            below = QFontMetricsF(note).height()
            painter.setFont(note)
            painter.setPen(theme.colour(quiet))
            place = QRectF(room.left() - 4, room.bottom() - below, room.width() + 8, below)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, cell.note)
            room.setBottom(room.bottom() - below + 3)
        painter.setFont(digits)
        painter.setPen(theme.colour(Role.TEXT_DISABLED if cell.is_off else ink))
        bell = sizes.large_px * 0.95 if cell.is_off else 0.0
        wide = QFontMetricsF(digits).horizontalAdvance(cell.text)
        left = room.center().x() - (wide + bell) / 2
        if cell.is_off:
            top = room.center().y() - bell / 2
            draw_icon(painter, "bell_crossed", QRectF(left, top, bell, bell), theme.colour(ink))
        aligned = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(
            QRectF(left + bell, room.top(), wide + 2, room.height()), int(aligned), cell.text
        )
