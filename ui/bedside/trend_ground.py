"""The trend's ground: grid, axes, ticks and limits; drawn anew only when the window moves."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from ui.bedside.trend_panes import Pane, Panes
from ui.bedside.view_models.trend_scene import TrendFrame
from ui.theme import Role, Theme
from ui.widgets.sheet import advance, cap_height


def paint_ground(painter: QPainter, theme: Theme, frame: TrendFrame, panes: Panes) -> None:
    """Draw everything that does not move."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for pane in (panes.spo2, panes.pressure, panes.infusion):
        painter.fillRect(pane.rect, theme.colour(Role.PANEL))
    _ticks(painter, theme, frame, panes)
    _scale(painter, theme, panes.spo2, _marks(*frame.spo2_range, panes.spo2, theme), Role.SPO2)
    marks = _marks(*frame.pressure_range, panes.pressure, theme)
    _scale(painter, theme, panes.pressure, marks, Role.TEXT_QUIET)
    _limits(painter, theme, panes.spo2, frame.spo2_limits)
    _limits(painter, theme, panes.pressure, frame.pressure_limits)
    if frame.ordered_mg:
        _label(painter, theme, panes.infusion, panes.infusion.y(frame.ordered_mg / 2), "mg",
               Role.DRUG)  # fmt: skip


def _marks(low: int, high: int, pane: Pane, theme: Theme) -> list[int]:
    least_px = theme.sizes.small_px * 1.25
    for step in (5, 10, 20, 25, 50, 100):
        if pane.rect.height() * step / (high - low) >= least_px:
            first = -(-low // step) * step
            return [mark for mark in range(first, high + 1, step)]
    return [low, high]


def _ticks(painter: QPainter, theme: Theme, frame: TrendFrame, panes: Panes) -> None:
    font = theme.text_font(theme.sizes.small_px)
    line = theme.sizes.small_px * 1.25
    for tick in frame.ticks:
        x = panes.x(tick.at_s)
        painter.setPen(QPen(theme.colour(Role.GRID), 1))
        painter.drawLine(QLineF(x, panes.plot.top(), x, panes.events.bottom()))
        painter.setFont(font)
        baseline = panes.ticks.top() + line
        for text, role in ((tick.clock, Role.TEXT), (tick.minutes, Role.TEXT_QUIET)):
            wide = advance(font, text)
            begin = min(max(x - wide / 2, panes.plot.left() - 30), panes.plot.right() - wide)
            painter.setPen(theme.colour(role))
            painter.drawText(QPointF(begin, baseline), text)
            baseline += line


def _scale(painter: QPainter, theme: Theme, pane: Pane, marks: list[int], role: Role) -> None:
    for mark in marks:
        y = pane.y(mark)
        painter.setPen(QPen(theme.colour(Role.GRID), 1))
        painter.drawLine(QLineF(pane.rect.left(), y, pane.rect.right(), y))
        _label(painter, theme, pane, y, str(mark), role)


def _limits(painter: QPainter, theme: Theme, pane: Pane, limits: tuple[float, ...]) -> None:
    painter.setPen(QPen(theme.colour(Role.TEXT_QUIET), 1, Qt.PenStyle.DashLine))
    for limit in limits:
        if pane.low <= limit <= pane.high:
            painter.drawLine(QLineF(pane.rect.left(), pane.y(limit), pane.rect.right(),
                                    pane.y(limit)))  # fmt: skip


def _label(painter: QPainter, theme: Theme, pane: Pane, y: float, text: str, role: Role) -> None:
    font = theme.text_font(theme.sizes.small_px)
    painter.setFont(font)
    painter.setPen(theme.colour(role))
    x = pane.rect.left() - advance(font, text) - theme.sizes.pad_px * 0.5
    painter.drawText(QPointF(x, y + cap_height(font) / 2), text)
