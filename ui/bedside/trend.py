"""The trend: vitals, infusion and events on one time axis, with keys for how much of it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.bedside.trend_ground import paint_ground
from ui.bedside.trend_marks import paint_marks
from ui.bedside.trend_panes import Panes, panes
from ui.bedside.view_models.trend_scene import Span, TrendFrame, TrendScene
from ui.theme import Role, Theme
from ui.widgets.key_button import KeyButton


class TrendWidget(QWidget):
    """Draws a `TrendScene` from a back buffer; the ground is kept while the window stands still."""

    span_chosen = Signal(Span)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.span = Span.HOUR
        self._scene: TrendScene | None = None
        self._ground: tuple[TrendFrame, QImage, Panes] | None = None
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
        """The kept ground, and what moves on it."""
        painter = QPainter(self)
        try:
            if self._scene is None:
                painter.fillRect(event.rect(), self.theme.colour(Role.PAGE))
                return
            _, image, places = self._kept_ground(self._scene.frame)
            painter.fillRect(event.rect(), self.theme.colour(Role.PAGE))
            painter.drawImage(0, 0, image)
            paint_marks(painter, self.theme, self._scene, places)
        finally:
            painter.end()

    def _plot_rect(self) -> QRectF:
        right = self.theme.sizes.target_px + self.theme.sizes.pad_px * 1.4
        return QRectF(0, 0, self.width() - right, self.height())

    def _kept_ground(self, frame: TrendFrame) -> tuple[TrendFrame, QImage, Panes]:
        if self._ground is not None and self._ground[0] == frame:
            return self._ground
        rect = self._plot_rect()
        places = panes(self.theme, frame, rect)
        ratio = self.devicePixelRatioF()
        size = QSize(round(rect.width() * ratio), round(rect.height() * ratio))
        image = QImage(size, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(self.theme.colour(Role.PAGE))
        painter = QPainter(image)
        try:
            paint_ground(painter, self.theme, frame, places)
        finally:
            painter.end()
        self._ground = (frame, image, places)
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
