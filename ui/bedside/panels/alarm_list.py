"""The list of the alarm panel: what is there, the patient's apart, and below what was."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kmonitor.clock import monotonic_s
from ui.bedside.panels.alarm_keys import AlarmRowButton
from ui.bedside.view_models.alarm_panel import AlarmPanelModel
from ui.bedside.view_models.alarm_past import PastAlarm, PastAlarms
from ui.bedside.view_models.alarm_rows import AlarmRow
from ui.controls.guard import hand_on_focus
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.theme import Role, Theme
from ui.widgets.alarm_mark import SHAPES
from ui.widgets.painted import Painted
from ui.widgets.sheet import Sheet, cap_height

SETTLES_S = 0.5


class AlarmList(QWidget):
    """`chosen` gives the alarm that the action row shall be about, `acknowledged` one to quiet."""

    chosen = Signal(int)
    acknowledged = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines: dict[int, _Line] = {}
        self._order: tuple[int, ...] = ()
        self._moved_s = float("-inf")
        sizes = theme.sizes
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, sizes.gap_px // 2, 0)
        column.setSpacing(sizes.gap_px // 2)
        self._none = Words(theme)
        self._patients = _Section(theme, "")
        self._technical = _Section(theme, "Monitors, pump and program")
        self._past = PastList(theme)
        for widget in (self._none, self._patients, self._technical, self._past):
            column.addWidget(widget)
        column.addStretch(1)

    def show_model(self, model: AlarmPanelModel) -> tuple[QWidget, ...]:
        """Show the lines; returns the keys that are new."""
        self._none.say(model.none_words)
        self._none.setVisible(bool(model.none_words))
        rows = (*model.patients, *model.technical)
        new = [self._made(row) for row in rows if row.number not in self._lines]
        for row in rows:
            self._lines[row.number].show_row(row)
        order = tuple(row.number for row in rows)
        if order != self._order:
            self._note_move(order)
            self._put_in_order(model)
        self._past.show_model(model.past)
        return tuple(key for line in new for key in (line.button, line.key))

    def set_theme(self, theme: Theme) -> None:
        """New lines are drawn with it."""
        self._theme = theme

    def _made(self, row: AlarmRow) -> _Line:
        line = _Line(self._theme, row)
        number = row.number
        line.button.clicked.connect(lambda: self._press(self.chosen, number))
        line.key.clicked.connect(lambda: self._press(self.acknowledged, number))
        self._lines[number] = line
        return line

    def _press(self, signal: SignalInstance, number: int) -> None:
        """What has just moved under the finger is not meant."""
        if monotonic_s() - self._moved_s >= SETTLES_S:
            signal.emit(number)

    def _note_move(self, order: tuple[int, ...]) -> None:
        old = {number: place for place, number in enumerate(self._order)}
        if any(old.get(number, place) != place for place, number in enumerate(order)):
            self._moved_s = monotonic_s()
        self._order = order

    def _put_in_order(self, model: AlarmPanelModel) -> None:
        for section, rows in (
            (self._patients, model.patients), (self._technical, model.technical),
        ):  # fmt: skip
            section.hold([self._lines[row.number] for row in rows])
        for number in set(self._lines) - set(self._order):
            line = self._lines.pop(number)
            line.setParent(None)
            line.deleteLater()


class _Section(QWidget):
    """Lines under a heading; hidden without lines."""

    def __init__(self, theme: Theme, head: str) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.sizes.gap_px // 2)
        self._heads = 1 if head else 0
        if head:
            self._column.addWidget(Words(theme, head, size="small", role=Role.TEXT_QUIET))
        self.hide()

    def hold(self, lines: list[_Line]) -> None:
        """Show `lines` in this order."""
        for place, line in enumerate(lines):
            if self._column.indexOf(line) != place + self._heads:
                self._column.insertWidget(place + self._heads, line)
        self.setVisible(bool(lines))


class _Line(QWidget):
    """One alarm and beside it the key that acknowledges it."""

    def __init__(self, theme: Theme, row: AlarmRow) -> None:
        super().__init__()
        self.button = AlarmRowButton(theme, row)
        self.key = Key(theme, "Acknowledge", name=f"alarm_acknowledge_{row.number}")
        self.key.setAccessibleName(f"Acknowledge {row.words}")
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(theme.sizes.gap_px)
        across.addWidget(self.button, 1)
        across.addWidget(self.key, 0)

    def show_row(self, row: AlarmRow) -> None:
        self.button.show_row(row)
        if not row.can_acknowledge:
            hand_on_focus(self.key, self.button)
        self.key.setVisible(row.can_acknowledge)


class PastList(Painted[PastAlarms]):
    """Draws what was: two lines each, no targets."""

    ground = Role.PANEL

    def show_model(self, model: PastAlarms) -> None:
        """As high as its lines."""
        if self.model is None or len(model.rows) != len(self.model.rows):
            self.setFixedHeight(self._height(len(model.rows)))
        super().show_model(model)

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        super().set_theme(theme)
        if self.model is not None:
            self.setFixedHeight(self._height(len(self.model.rows)))

    def sizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(10, self.height())

    def lay_out(self, sheet: Sheet, model: PastAlarms) -> None:
        """A heading, then when, mark and words, and below what became of it."""
        sizes = self.theme.sizes
        head = self.theme.text_font(sizes.small_px, 600)
        y = self._head_px() * 0.72
        right = float(self.width() - sizes.pad_px)
        sheet.text_within(0, y, right, model.head, head, Role.TEXT_QUIET)
        for place, row in enumerate(model.rows):
            top = self._head_px() + place * self._row_px()
            self._row(sheet, row, float(top), right)

    def _row(self, sheet: Sheet, row: PastAlarm, top: float, right: float) -> None:
        sizes = self.theme.sizes
        bold = self.theme.text_font(sizes.text_px, 600)
        plain = self.theme.text_font(sizes.small_px, 450)
        sheet.box(QRectF(0, top, right, 1), Role.LINE)
        base = top + sizes.text_px * 1.35
        sheet.text(0, base, row.clock, bold, Role.TEXT)
        x = sizes.text_px * 3.3
        icon = cap_height(bold) * 1.2
        sheet.icon(SHAPES[row.priority], x, base, icon, Role.TEXT)
        x += sizes.text_px * 1.5
        for star in range(len(row.stars)):
            sheet.icon("star", x + star * icon * 0.9, base, icon * 0.85, Role.TEXT)
        x += sizes.text_px * 2.9
        sheet.text_within(x, base, right, row.words, bold, Role.TEXT)
        sheet.text_within(x, base + sizes.small_px * 1.4, right, row.detail, plain, Role.TEXT_QUIET)

    def _head_px(self) -> int:
        return round(self.theme.sizes.small_px * 2.0)

    def _row_px(self) -> int:
        return round(self.theme.sizes.text_px * 1.6 + self.theme.sizes.small_px * 1.6)

    def _height(self, rows: int) -> int:
        return self._head_px() + rows * self._row_px()
