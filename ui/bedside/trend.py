"""The trend: vitals, infusion and events on one time axis, with keys for how much of it."""

from __future__ import annotations

from bisect import bisect_right

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from kmonitor.metrics import Metric
from ui.bedside.trend_ground import paint_ground
from ui.bedside.trend_marks import paint_curve, paint_marks
from ui.bedside.trend_panes import Panes, panes
from ui.bedside.view_models.trend_history import Bucket
from ui.bedside.view_models.trend_scene import Span, TrendFrame, TrendScene
from ui.theme import Role, Theme
from ui.widgets.key_button import KeyButton


class _Ground:
    """One window's ground; the curves are drawn into it bucket by bucket as they are finished."""

    def __init__(self, theme: Theme, frame: TrendFrame, rect: QRectF, ratio: float) -> None:
        self.frame = frame
        self.places: Panes = panes(theme, frame, rect)
        size = QSize(round(rect.width() * ratio), round(rect.height() * ratio))
        self.image = QImage(size, QImage.Format.Format_RGB32)
        self.image.setDevicePixelRatio(ratio)
        self.image.fill(theme.colour(Role.PAGE))
        self._drawn: dict[Metric, tuple[int, float]] = {}
        painter = QPainter(self.image)
        try:
            paint_ground(painter, theme, frame, self.places)
        finally:
            painter.end()

    def finish_curve(self, theme: Theme, metric: Metric, buckets: tuple[Bucket, ...]) -> None:
        """Draw the buckets that are new and will not change any more: all but the last."""
        done, at_s = self._drawn.get(metric, (0, -1.0))
        if done and (done > len(buckets) or buckets[done - 1].begin_s != at_s):
            done = bisect_right([bucket.begin_s for bucket in buckets], at_s)
        end = len(buckets) - 1
        if end <= done:
            return
        painter = QPainter(self.image)
        try:
            painter.setClipRect(self.places.plot)
            paint_curve(painter, theme, metric, buckets[max(0, done - 1) : end], self.places)
        finally:
            painter.end()
        self._drawn[metric] = (end, buckets[end - 1].begin_s)


class TrendWidget(QWidget):
    """Draws a `TrendScene` from a back buffer; the ground is kept while the window stands still."""

    span_chosen = Signal(Span)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.span = Span.HOUR
        self._scene: TrendScene | None = None
        self._ground: _Ground | None = None
        self._keys = {span: KeyButton(theme, self) for span in Span}
        for span, key in self._keys.items():
            key.text_px = theme.sizes.text_px
            key.clicked.connect(lambda _checked=False, span=span: self.choose(span))
        self._show_keys()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours and sizes."""
        self.theme = theme
        for key in self._keys.values():
            key.text_px = theme.sizes.text_px
            key.set_theme(theme)
        self._place_keys()
        self._ground = None
        self.update()

    def choose(self, span: Span) -> None:
        """Show another stretch of time."""
        self.span = span
        self._show_keys()
        self.span_chosen.emit(span)

    def show_scene(self, scene: TrendScene) -> None:
        """Draw `scene`."""
        self._scene = scene
        self.setAccessibleName(scene.spoken)
        self.update(self._plot_rect().toRect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The ground has another size."""
        super().resizeEvent(event)
        self._ground = None
        self._place_keys()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The kept ground with the finished part of the curves, and what moves on it."""
        painter = QPainter(self)
        try:
            painter.fillRect(event.rect(), self.theme.colour(Role.PAGE))
            scene = self._scene
            if scene is None:
                return
            ground = self._kept_ground(scene.frame)
            for metric, buckets in scene.curves:
                ground.finish_curve(self.theme, metric, buckets)
            painter.drawImage(0, 0, ground.image)
            for metric, buckets in scene.curves:
                paint_curve(painter, self.theme, metric, buckets[-2:], ground.places)
            paint_marks(painter, self.theme, scene, ground.places)
        finally:
            painter.end()

    def _plot_rect(self) -> QRectF:
        right = self.theme.sizes.target_px + self.theme.sizes.pad_px * 1.4
        return QRectF(0, 0, self.width() - right, self.height())

    def _kept_ground(self, frame: TrendFrame) -> _Ground:
        if self._ground is None or self._ground.frame != frame:
            rect = self._plot_rect()
            self._ground = _Ground(self.theme, frame, rect, self.devicePixelRatioF())
        return self._ground

    def _show_keys(self) -> None:
        for span, key in self._keys.items():
            chosen = span is self.span
            key.show_key(span.value, letter="", is_usable=True, is_strong=False)
            key.show_chosen(chosen)
            key.setAccessibleName(f"Trend of {span.value}" + (", chosen" if chosen else ""))

    def _place_keys(self) -> None:
        sizes = self.theme.sizes
        x = self.width() - sizes.target_px - round(sizes.pad_px * 0.7)
        y = round(sizes.small_px * 0.8)
        for key in self._keys.values():
            key.setGeometry(x, y, sizes.target_px, sizes.target_px)
            y += sizes.target_px + sizes.gap_px
