"""The table and the choice of a person, in the theme's colours and sizes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QPointF, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QSizePolicy,
    QTableView,
)

from ui.audit.words import EVERYBODY
from ui.controls.scrolled import scroll_bar_style
from ui.theme import Role, Theme

_WHEN, _WHO, _WHAT, _DETAIL, _SESSION = range(5)
_LEAVING = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape)


class AuditTable(QTableView):
    """Rows are chosen as a whole; the detail takes what room there is."""

    def __init__(self, theme: Theme, model: QAbstractItemModel) -> None:
        super().__init__()
        self.setObjectName("audit_table")
        self.setAccessibleName("Audit trail")
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for column in (_WHAT, _DETAIL):
            self.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        sizes = theme.sizes
        font = theme.text_font(sizes.text_px)
        self.setFont(font)
        self.horizontalHeader().setFont(theme.text_font(sizes.small_px, 600))
        metrics = QFontMetrics(font)
        self.verticalHeader().setDefaultSectionSize(sizes.target_px)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        examples = {
            _WHEN: "Nov 22, 2026  22:22:22 ",
            _WHO: "Chiara Lindqvist-M",
            _SESSION: "00000000 ",
        }
        for column, words in examples.items():
            self.setColumnWidth(column, metrics.horizontalAdvance(words) + 4 * sizes.pad_px)
        self.setStyleSheet(_table_style(theme))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tab and Esc belong to the page."""
        if event.key() in _LEAVING:
            event.ignore()
        else:
            super().keyPressEvent(event)


class WhoBox(QComboBox):
    """Whose rows are shown; `chosen_id` None is everybody's."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._ids: list[str | None] = [None]
        self.setObjectName("audit_who")
        self.setAccessibleName("Who did it")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.addItem(EVERYBODY)
        self.set_theme(theme)

    def paintEvent(self, event: QPaintEvent) -> None:
        """With a triangle that says that there is more to choose."""
        super().paintEvent(event)
        px, middle = self._theme.sizes.small_px * 0.5, self.height() / 2
        right = self.width() - self._theme.sizes.pad_px * 1.5
        down = [QPointF(right - 2 * px, middle - px / 2), QPointF(right, middle - px / 2)]
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour(Role.TEXT_QUIET))
            painter.drawPolygon([*down, QPointF(right - px, middle + px / 2)])
        finally:
            painter.end()

    @property
    def chosen_id(self) -> str | None:
        """The person's id."""
        return self._ids[max(0, self.currentIndex())]

    def offer(self, choices: Sequence[tuple[str, str | None]]) -> None:
        """What can be chosen; what was chosen stays where it is still there."""
        before = self.chosen_id
        self.blockSignals(True)
        self.clear()
        self._ids = [each for _, each in choices]
        self.addItems([name for name, _ in choices])
        self.setCurrentIndex(self._ids.index(before) if before in self._ids else 0)
        self.blockSignals(False)

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self._theme = theme
        sizes = theme.sizes
        self.setFont(theme.text_font(sizes.text_px, 600))
        self.setFixedHeight(max(sizes.target_px, round(sizes.large_px * 1.7)))
        self.setStyleSheet(_box_style(theme))


def _table_style(theme: Theme) -> str:
    line, text = _name(theme, Role.LINE), _name(theme, Role.TEXT)
    pad = theme.sizes.pad_px
    return (
        f"QTableView {{ background: {_name(theme, Role.PAGE)}; color: {text};"
        f" selection-background-color: {_name(theme, Role.KEY_PRESSED)};"
        f" selection-color: {text}; outline: 0; }}"
        f"QTableView::item {{ border-bottom: 1px solid {line}; padding: 0 {pad}px; }}"
        f"QTableView {{ border: 2px solid {_name(theme, Role.PAGE)}; }}"
        f"QTableView:focus {{ border: 2px solid {_name(theme, Role.FOCUS)}; }}"
        f"QHeaderView::section {{ background: {_name(theme, Role.PANEL)};"
        f" color: {_name(theme, Role.TEXT_QUIET)}; border: none;"
        f" border-bottom: 2px solid {line}; padding: {pad // 2}px {pad}px; }}"
        f"QHeaderView {{ background: {_name(theme, Role.PANEL)}; }}" + scroll_bar_style(theme)
    )


def _box_style(theme: Theme) -> str:
    sizes = theme.sizes
    text, key = _name(theme, Role.TEXT), _name(theme, Role.KEY)
    return (
        f"QComboBox {{ background: {key}; color: {text}; border: 1px solid"
        f" {_name(theme, Role.LINE)}; border-radius: {sizes.radius_px}px;"
        f" padding: 0 {sizes.pad_px}px; }}"
        f"QComboBox:focus {{ border: 3px solid {_name(theme, Role.FOCUS)}; }}"
        f"QComboBox:disabled {{ color: {_name(theme, Role.TEXT_DISABLED)}; }}"
        "QComboBox::drop-down { border: none; width: 0; }"
        f"QComboBox QAbstractItemView {{ background: {key}; color: {text};"
        f" selection-background-color: {_name(theme, Role.KEY_PRESSED)}; selection-color: {text};"
        f" outline: 0; }}"
        f"QComboBox QAbstractItemView::item {{ min-height: {sizes.target_px}px; }}"
    )


def _name(theme: Theme, role: Role) -> str:
    return theme.colour(role).name()
