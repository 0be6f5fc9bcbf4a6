"""The table of limits: a row for each number, from its lowest limit to its highest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from kmonitor.alarms.limits import Judged
from ui.limits.cell import LimitCell
from ui.limits.draft import Spot
from ui.limits.view_model import Column, Row
from ui.theme import Role, Theme
from ui.widgets.sheet import largest_fitting, shortened

_GAP_PX = 2
_LOWS = (Column.CRITICAL_LOW, Column.LOW, Column.SEEN_LOW)
_HIGHS = (Column.SEEN_HIGH, Column.HIGH, Column.CRITICAL_HIGH)
_HEADS = {
    Column.CRITICAL_LOW: "critical", Column.LOW: "low", Column.SEEN_LOW: "seen",
    Column.SEEN_HIGH: "seen", Column.HIGH: "high", Column.CRITICAL_HIGH: "critical",
}  # fmt: skip
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
_ROLES = {
    Judged.SPO2: Role.SPO2, Judged.PULSE_RATE: Role.PULSE, Judged.RESPIRATORY_RATE: Role.RESP,
    Judged.ETCO2: Role.RESP,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Xs:
    """Width of the name, left edge and width of the columns, left edge and width of "now"."""

    name: int
    lefts: Mapping[Column, int]
    each: int
    middle: int
    live: int


class LimitTable(QWidget):
    """`chosen` carries the spot, `entered` the first digit that was typed, or none.

    Arrow keys go from number to number.
    """

    chosen = Signal(object)
    entered = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: tuple[Row, ...] = ()
        self.cells: dict[tuple[Judged, Column], LimitCell] = {}
        self.setAccessibleName("Limits")

    def show_rows(self, rows: Sequence[Row], chosen: Spot) -> None:
        """Draw `rows`; the cell with `chosen` in it is marked."""
        is_new = [row.judged for row in rows] != [row.judged for row in self._rows]
        self._rows = tuple(rows)
        for row in rows:
            for column, cell in row.cells.items():
                key = row.judged, column
                if key not in self.cells:
                    self.cells[key] = self._make(row.judged, column)
                    is_new = True
                self.cells[key].show_cell(cell)
                is_chosen = chosen in cell.spots
                self.cells[key].setChecked(is_chosen)
                tab = Qt.FocusPolicy.StrongFocus if is_chosen else Qt.FocusPolicy.ClickFocus
                self.cells[key].setFocusPolicy(tab)
        if is_new:
            self._place()
        self.update()

    def take_focus(self) -> None:
        """On the chosen cell."""
        for cell in self.cells.values():
            if cell.isChecked():
                cell.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self._theme = theme
        for cell in self.cells.values():
            cell.set_theme(theme)
        self._place()
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Room for a finger on every number."""
        sizes = self._theme.sizes
        rows = max(1, len(self._rows))
        least = sizes.least_target_px
        return QSize(9 * least, self._head_high() + rows * least)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go to the next number that way; Enter or a digit begin to type it."""
        step = _ARROWS.get(Qt.Key(event.key()))
        if step is not None:
            self._go(*step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.entered.emit("")
        elif event.text().isascii() and event.text().isdigit():
            self.entered.emit(event.text())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The numbers stand elsewhere."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Heads, names, and the live number in the middle."""
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_heads(painter)
            for place, row in enumerate(self._rows):
                self._draw_row(painter, place, row)
        finally:
            painter.end()

    def _make(self, judged: Judged, column: Column) -> LimitCell:
        cell = LimitCell(self._theme, column, judged.value)
        cell.setParent(self)
        cell.clicked.connect(lambda: self._touched(cell))
        cell.show()
        return cell

    def _touched(self, cell: LimitCell) -> None:
        cell.setChecked(True)
        if cell.spot is not None:
            self.chosen.emit(cell.spot)

    def _go(self, across: int, down: int) -> None:
        """The nearest number that way: in the row, or in the row above or below."""
        focused = next((key for key, cell in self.cells.items() if cell.hasFocus()), None)
        if focused is None:
            return
        judged, column = focused
        order = [row.judged for row in self._rows]
        columns = list(Column)
        here = columns.index(column)
        if across:
            row = [c for c in columns if (judged, c) in self.cells]
            place = row.index(column) + across
            found = (judged, row[place]) if 0 <= place < len(row) else None
        else:
            found = None
            place = order.index(judged) + down
            if 0 <= place < len(order):
                there = [c for c in columns if (order[place], c) in self.cells]
                nearest = min(there, key=lambda c: abs(columns.index(c) - here))
                found = (order[place], nearest)
        if found is not None:
            self._touched(self.cells[found])
            self.take_focus()

    # Where everything stands: name, three low columns, the live number, three high columns.

    def _head_high(self) -> int:
        return round(self._theme.sizes.small_px * 1.5)

    def _xs(self) -> _Xs:
        name = round(self.width() * 0.115)
        live = round(self.width() * 0.19)
        each = (self.width() - name - live) / 6
        lefts = {column: round(name + n * each) for n, column in enumerate(_LOWS)}
        middle = round(name + 3 * each)
        lefts.update({c: round(middle + live + n * each) for n, c in enumerate(_HIGHS)})
        return _Xs(name=name, lefts=lefts, each=int(each), middle=middle, live=live)

    def _row_rect(self, place: int) -> QRect:
        head = self._head_high()
        rows = max(1, len(self._rows))
        high = (self.height() - head) // rows
        most = round(self._theme.sizes.target_px * 1.35)
        high = min(high, most)
        return QRect(0, head + place * high, self.width(), high)

    def _place(self) -> None:
        xs = self._xs()
        for place, row in enumerate(self._rows):
            rect = self._row_rect(place)
            for column in row.cells:
                self.cells[row.judged, column].setGeometry(
                    xs.lefts[column], rect.top(), xs.each - _GAP_PX, rect.height() - _GAP_PX
                )

    def _draw_heads(self, painter: QPainter) -> None:
        theme, high = self._theme, self._head_high()
        xs = self._xs()
        fonts = [theme.text_font(theme.sizes.small_px * share) for share in (1.0, 0.9, 0.8)]
        painter.setPen(theme.colour(Role.TEXT_QUIET))
        for column, left in xs.lefts.items():
            painter.setFont(largest_fitting(fonts, _HEADS[column], xs.each))
            painter.drawText(QRect(left, 0, xs.each, high), _CENTRE, _HEADS[column])
        painter.setFont(fonts[0])
        painter.drawText(QRect(xs.middle, 0, xs.live, high), _CENTRE, "now")

    def _draw_row(self, painter: QPainter, place: int, row: Row) -> None:
        theme, xs = self._theme, self._xs()
        rect = self._row_rect(place)
        if place:
            painter.setPen(theme.colour(Role.GRID))
            painter.drawLine(0, rect.top(), self.width(), rect.top())
        self._draw_name(painter, QRect(0, rect.top(), xs.name, rect.height()), row)
        painter.setFont(theme.text_font(theme.sizes.text_px))
        painter.setPen(theme.colour(Role.TEXT_DISABLED))
        for column in Column:
            if column not in row.cells:
                box = QRect(xs.lefts[column], rect.top(), xs.each, rect.height())
                painter.drawText(box, _CENTRE, "–")
        self._draw_live(painter, QRect(xs.middle, rect.top(), xs.live, rect.height()), row)

    def _draw_name(self, painter: QPainter, box: QRect, row: Row) -> None:
        theme, sizes = self._theme, self._theme.sizes
        fonts = [theme.text_font(px, 600) for px in (sizes.text_px, sizes.small_px)]
        font = largest_fitting(fonts, row.name, box.width() - 4)
        painter.setPen(theme.colour(Role.TEXT))
        painter.setFont(font)
        painter.drawText(box, _LEFT, row.name)
        if row.group:
            small = theme.text_font(sizes.small_px)
            above = box.adjusted(0, 0, 0, -round(sizes.text_px * 2))
            painter.setPen(theme.colour(Role.TEXT_QUIET))
            painter.setFont(small)
            painter.drawText(above, _LEFT, row.group)

    def _draw_live(self, painter: QPainter, box: QRect, row: Row) -> None:
        theme, sizes = self._theme, self._theme.sizes
        role = _ROLES.get(row.judged, Role.TEXT) if row.live.is_current else Role.STALE
        note_font = theme.text_font(sizes.small_px)
        note = "" if row.live.note == "now" else row.live.note
        digits = theme.digit_font(sizes.large_px * 1.35)
        below = round(sizes.small_px * 1.4)
        upper = box.adjusted(0, 0, 0, -below)  # without a note too, else it jumps with each "1 s"
        if note:
            lower = QRect(box.left(), box.bottom() - below - 4, box.width(), below)
            painter.setFont(note_font)
            painter.setPen(theme.colour(Role.TEXT_QUIET))
            painter.drawText(lower, _CENTRE, shortened(note_font, note, box.width() - 4))
        painter.setFont(digits)
        painter.setPen(theme.colour(role))
        painter.drawText(upper, _CENTRE, row.live.text)


_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
