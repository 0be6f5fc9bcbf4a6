"""The least a sweep can do: a back buffer, the newest line, only the new columns copied."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from tests.bench.signals import PLETH_HIGH, PLETH_HZ, PLETH_LOW, SWEEP_S

_GAP_PX = 24
_BEHIND_PX = 3


class ReferenceSweep(QWidget):
    """Two pixels, antialiased, fixed scale; no title, no theme, no queue, no missing samples."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._last: QPointF | None = None
        self._clear_to = 0
        self._pen = QPen(QColor("#86c2ff"), 2)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def push(self, samples: Sequence[int]) -> None:
        """Draw `samples` behind the last ones."""
        width, height = self.width(), self.height()
        if self._image.size() != self.size():
            self._image = QImage(self.size(), QImage.Format.Format_RGB32)
            self._image.fill(0)
        step = width / (PLETH_HZ * SWEEP_S)
        points = [] if self._last is None else [self._last]
        begin = x = 0.0 if self._last is None else self._last.x()
        for sample in samples:
            x += step
            share = (sample - PLETH_LOW) / (PLETH_HIGH - PLETH_LOW)
            points.append(QPointF(x, height * (0.9 - 0.8 * share)))
        clear_to = min(width, int(x) + _GAP_PX)
        painter = QPainter(self._image)
        try:
            painter.fillRect(self._clear_to, 0, clear_to - self._clear_to, height, QColor(0, 0, 0))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self._pen)
            painter.drawPolyline(points)
        finally:
            painter.end()
        dirty = int(begin) - _BEHIND_PX
        self.update(dirty, 0, clear_to - dirty, height)
        is_full = x >= width - 1
        self._last, self._clear_to = (None, 0) if is_full else (points[-1], clear_to)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.drawImage(event.rect(), self._image, event.rect())
        finally:
            painter.end()
