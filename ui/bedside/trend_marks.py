"""What moves in the trend: curves, gaps, cuff readings, the infusion, events, the present."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPolygonF

from kmonitor.metrics import Metric
from ui.bedside.trend_panes import Pane, Panes
from ui.bedside.view_models.trend_history import Bucket
from ui.bedside.view_models.trend_lanes import AwayBand, CuffMark, EventMark
from ui.bedside.view_models.trend_scene import TrendScene
from ui.icons import draw_icon
from ui.theme import Role, Theme
from ui.widgets.alarm_mark import LINES
from ui.widgets.sheet import advance, cap_height

CURVE_PX = 2.0
LONGEST_LABEL = 24
LEAST_AWAY_PX = 5.0
_MOST_AWAY_ROWS = 4
_ROLES = {Metric.SPO2: Role.SPO2, Metric.PULSE_RATE: Role.PULSE}


def paint_marks(painter: QPainter, theme: Theme, scene: TrendScene, panes: Panes) -> None:
    """Draw over ground and curves what is drawn anew each time."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(panes.plot.adjusted(-2, -2, 2, 2))
    _gaps(painter, theme, scene, panes)
    for away in scene.aways:
        _away(painter, theme, away, panes)
    _away_words(painter, theme, scene.aways, panes)
    _infusion(painter, theme, scene, panes)
    for mark in scene.cuffs:
        _cuff(painter, theme, mark, panes)
    _events(painter, theme, scene.events, panes)
    painter.setPen(QPen(theme.colour(Role.TEXT), 1))
    x = panes.x(scene.now_s)
    painter.drawLine(QLineF(x, panes.plot.top(), x, panes.events.bottom()))


def paint_curve(
    painter: QPainter, theme: Theme, metric: Metric, buckets: Sequence[Bucket], panes: Panes
) -> None:
    """Draw a run of buckets, never across a place where they are apart."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pane = _pane_of(metric, panes)
    painter.setPen(QPen(theme.colour(_ROLES[metric]), CURVE_PX))
    run: list[QPointF] = []
    for bucket in buckets:
        if bucket.is_apart:
            _polyline(painter, run)
            run = []
        x, low = panes.x(bucket.begin_s), pane.y(bucket.low)
        run.append(QPointF(x, low))
        if bucket.high > bucket.low:
            run.append(QPointF(x, pane.y(bucket.high)))
    _polyline(painter, run)


def _pane_of(metric: Metric, panes: Panes) -> Pane:
    return panes.spo2 if metric is Metric.SPO2 else panes.pressure


def _gaps(painter: QPainter, theme: Theme, scene: TrendScene, panes: Panes) -> None:
    font = theme.text_font(theme.sizes.small_px * 0.9)
    painter.setFont(font)
    for metric, gap in scene.gaps:
        pane = _pane_of(metric, panes)
        left = max(panes.x(gap.begin_s), panes.plot.left())
        right = panes.x(scene.now_s if gap.end_s is None else gap.end_s)
        band = QRectF(left, pane.rect.top(), max(2.0, right - left), pane.rect.height())
        painter.fillRect(band, theme.colour(Role.GAP))
        if metric is Metric.SPO2 and band.width() > advance(font, "no data") + 4:
            painter.setPen(theme.colour(Role.TEXT_QUIET))
            x = band.center().x() - advance(font, "no data") / 2
            painter.drawText(QPointF(x, band.bottom() - 5), "no data")


def _away(painter: QPainter, theme: Theme, away: AwayBand, panes: Panes) -> None:
    """Hatched through every pane, however short it was, and said beside itself."""
    left = max(panes.x(away.begin_s), panes.plot.left())
    wide = max(LEAST_AWAY_PX, panes.x(away.end_s) - left)
    high = panes.infusion.rect.bottom() - panes.spo2.rect.top()
    band = QRectF(left, panes.spo2.rect.top(), wide, high)
    painter.fillRect(band, theme.colour(Role.PAGE))
    painter.fillRect(band, QBrush(theme.colour(Role.TEXT_QUIET), Qt.BrushStyle.BDiagPattern))
    painter.setPen(QPen(theme.colour(Role.TEXT_QUIET), 1))
    for x in (band.left(), band.right()):
        painter.drawLine(QLineF(x, band.top(), x, band.bottom()))


def _away_words(painter: QPainter, theme: Theme, aways: Sequence[AwayBand], panes: Panes) -> None:
    """Beside each band, the newest first, in rows where they would lie over one another."""
    font = theme.text_font(theme.sizes.small_px * 0.92, 650)
    high = cap_height(font) + 10
    taken: list[QRectF] = []
    painter.setFont(font)
    for away in reversed(aways):
        left = max(panes.x(away.begin_s), panes.plot.left())
        right = max(panes.x(away.end_s), left + LEAST_AWAY_PX)
        wide = advance(font, away.words) + 10
        x = right + 3 if right + 3 + wide <= panes.plot.right() else left - 3 - wide
        for row in range(_MOST_AWAY_ROWS):
            ground = QRectF(x, panes.pressure.rect.top() + 2 + row * (high + 2), wide, high)
            if not any(ground.intersects(other) for other in taken):
                taken.append(ground)
                painter.fillRect(ground, theme.colour(Role.PAGE))
                painter.setPen(theme.colour(Role.TEXT))
                painter.drawText(QPointF(x + 5, ground.bottom() - 5), away.words)
                break


def _polyline(painter: QPainter, run: list[QPointF]) -> None:
    if len(run) == 1:
        painter.drawPoint(run[0])
    elif run:
        painter.drawPolyline(run)


def _infusion(painter: QPainter, theme: Theme, scene: TrendScene, panes: Panes) -> None:
    pane = panes.infusion
    most = max((block.ml_per_h for block in scene.blocks), default=0.0)
    font = theme.text_font(theme.sizes.small_px)
    free_from = 0.0
    for block in scene.blocks:
        left, right = panes.x(block.begin_s), panes.x(block.end_s)
        high = pane.rect.height() * 0.55 * block.ml_per_h / most if most else 0.0
        rect = QRectF(left, pane.rect.bottom() - high, right - left, high)
        painter.fillRect(rect, theme.colour(Role.DRUG_FILL))
        text_left = max(left, panes.plot.left()) + 4
        if text_left >= free_from and text_left < panes.plot.right():
            painter.setFont(font)
            painter.setPen(theme.colour(Role.DRUG))
            painter.drawText(
                QPointF(text_left, pane.rect.top() + cap_height(font) + 3), block.label
            )
            free_from = text_left + advance(font, block.label) + 8
    _milligrams(painter, theme, scene, panes)


def _milligrams(painter: QPainter, theme: Theme, scene: TrendScene, panes: Panes) -> None:
    pane = panes.infusion
    painter.setPen(QPen(theme.colour(Role.DRUG), CURVE_PX))
    _polyline(painter, [QPointF(panes.x(at_s), pane.y(mg)) for at_s, mg in scene.given])
    if not scene.planned:
        return
    painter.setPen(QPen(theme.colour(Role.DRUG), CURVE_PX, Qt.PenStyle.DotLine))
    ends = [QPointF(panes.x(at_s), pane.y(mg)) for at_s, mg in scene.planned]
    _polyline(painter, ends)
    font = theme.text_font(theme.sizes.small_px)
    words = scene.frame.ordered_words
    x = ends[-1].x() + 6
    if x + advance(font, words) <= panes.plot.right():
        painter.setFont(font)
        painter.drawText(QPointF(x, ends[-1].y() + cap_height(font) / 2), words)


def _cuff(painter: QPainter, theme: Theme, mark: CuffMark, panes: Panes) -> None:
    x, half = panes.x(mark.at_s), theme.sizes.small_px * 0.42
    pane = panes.pressure
    if mark.systolic is None or mark.diastolic is None:
        px = half * 2.2
        rect = QRectF(x - px / 2, pane.rect.bottom() - px - 4, px, px)
        draw_icon(painter, "cross", rect, theme.colour(Role.TEXT_QUIET))
        return
    role = Role.STALE if mark.is_doubtful else Role.NIBP
    colour = theme.colour(role)
    top, bottom = pane.y(mark.systolic), pane.y(mark.diastolic)
    painter.setPen(QPen(colour, 1.5))
    painter.drawLine(QLineF(x, top, x, bottom))
    if mark.mean is not None:
        y = pane.y(mark.mean)
        painter.setPen(QPen(colour, 2))
        painter.drawLine(QLineF(x - half * 0.8, y, x + half * 0.8, y))
    for y, way, is_beyond in (
        (top, -1, mark.is_systolic_beyond),
        (bottom, 1, mark.is_diastolic_beyond),
    ):
        size = half * (1.35 if is_beyond else 1.0)
        painter.setPen(QPen(colour, 1.2))
        fill = theme.colour(Role.ALARM_MEDIUM) if is_beyond else colour
        painter.setBrush(theme.colour(Role.PANEL) if mark.is_doubtful else fill)
        tip, base = QPointF(x, y), y + way * size * 1.5
        painter.drawPolygon(QPolygonF([tip, QPointF(x - size, base), QPointF(x + size, base)]))


def _events(painter: QPainter, theme: Theme, marks: tuple[EventMark, ...], panes: Panes) -> None:
    """Every event has a tick; words where there is room, the newest first, in two rows."""
    font = theme.text_font(theme.sizes.small_px * 0.92)
    row = theme.sizes.small_px * 1.3
    lane = panes.events
    taken: list[list[tuple[float, float]]] = [[], []]
    painter.setFont(font)
    for mark in reversed(marks):
        x = panes.x(mark.at_s)
        text = mark.words if len(mark.words) <= LONGEST_LABEL else mark.words[:23] + "…"
        wide = advance(font, text)
        begin = x + 6 if x + 6 + wide < panes.plot.right() else x - 6 - wide
        span = (min(x, begin) - 4, max(x, begin + wide) + 4)
        painter.setPen(QPen(theme.colour(LINES[mark.priority] if mark.priority else Role.STALE), 3))
        painter.drawLine(QLineF(x, lane.top() - 1, x, lane.top() + 4))
        for number, places in enumerate(taken):
            if all(span[1] < left or span[0] > right for left, right in places):
                places.append(span)
                top = lane.top() + row * number
                painter.drawLine(QLineF(x, top + 4, x, top + row))
                painter.setPen(theme.colour(Role.TEXT))
                painter.drawText(QPointF(begin, top + row * 0.9), text)
                break
