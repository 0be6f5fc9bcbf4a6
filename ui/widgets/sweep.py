"""The sweep: a curve that overwrites itself from the left; only new columns are ever drawn."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.theme import Role, Theme
from ui.widgets.sheet import cap_height

MM_PER_S = 25.0
PEN_PX = 2.0
WAITING_AT_MOST_S = 3.0
_AHEAD_PX = 24
_FRAMES_PER_S = 25
_SHARE_A_FRAME = 4
_MARGIN = 0.12


class SweepWave(QWidget):
    """One waveform at 25 mm/s; samples wait in a bounded queue and are drawn by `tick`."""

    def __init__(self, theme: Theme, title: str, role: Role, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._title, self._role = title, role
        self._rate_hz = 0.0
        self._waiting: deque[int | None] = deque()
        self._is_skipping = False
        self._ring: list[int | None] = []
        self._next = 0
        self._low = self._high = 0.0
        self._erased_px = 0
        self._image = QImage()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(f"{title} curve")

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours and sizes."""
        self.theme = theme
        self._rebuild()

    def add_samples(self, samples: Sequence[int | None], rate_hz: float) -> None:
        """Queue samples; when too many wait, the following ones are left out as a gap."""
        if rate_hz != self._rate_hz:
            self._rate_hz = rate_hz
            self._low = self._high = 0.0
            self._waiting.clear()
            self._rebuild(keep_samples=False)
        most = rate_hz * WAITING_AT_MOST_S
        if self._is_skipping and len(self._waiting) < most / 4:
            self._is_skipping = False
        if not self._is_skipping:
            self._waiting.extend(samples)
        if not self._is_skipping and len(self._waiting) > most:
            self._is_skipping = True
            self._waiting.append(None)

    def tick(self) -> None:
        """Draw a part of what waits: even motion out of uneven blocks."""
        if not self._waiting or self._image.isNull() or not self._ring:
            return
        waiting = len(self._waiting)
        if self._low == self._high:
            if waiting < self._rate_hz:
                return
            self._scale_to(self._waiting)
        count = min(
            -(-waiting // _SHARE_A_FRAME),
            max(2, round(2 * self._rate_hz / _FRAMES_PER_S)),
            len(self._ring),
        )
        self._draw([self._waiting.popleft() for _ in range(count)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw what the ring holds in the new size."""
        super().resizeEvent(event)
        self._rebuild()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Copy the dirty columns from the back buffer."""
        painter = QPainter(self)
        try:
            if self._image.isNull():
                painter.fillRect(event.rect(), self.theme.colour(Role.PAGE))
            else:
                painter.drawImage(event.rect(), self._image, event.rect())
        finally:
            painter.end()

    def _px_per_sample(self) -> float:
        return self.width() / len(self._ring)

    def _y(self, sample: int) -> float:
        top = cap_height(self.theme.text_font(self.theme.sizes.large_px)) * 0.8
        room = self.height() - top
        share = (sample - self._low) / max(1.0, self._high - self._low)
        y = top + room * (1 - _MARGIN - share * (1 - 2 * _MARGIN))
        return min(max(PEN_PX, y), self.height() - PEN_PX)

    def _draw(self, samples: list[int | None]) -> None:
        start = self._next
        for sample in samples:
            self._ring[self._next] = sample
            self._next += 1
            if self._next == len(self._ring):
                self._segment(start, self._next)
                self._rescale()
                self._next = start = self._erased_px = 0
        if self._next > start:
            self._segment(start, self._next)

    def _segment(self, start: int, end: int) -> None:
        """Erase ahead of what is erased, then draw the samples from `start` to before `end`."""
        step = self._px_per_sample()
        erase_to = min(self.width(), int(end * step) + _AHEAD_PX)
        dirty_from = max(0, int((start - 1) * step) - 3)
        painter = QPainter(self._image)
        try:
            if erase_to > self._erased_px:
                columns = QRect(self._erased_px, 0, erase_to - self._erased_px, self.height())
                painter.fillRect(columns, self.theme.colour(Role.PAGE))
                if self._erased_px < self._title_px():
                    painter.setClipRect(columns)
                    self._draw_title(painter)
                    painter.setClipping(False)
                self._erased_px = erase_to
            self._draw_lines(painter, max(0, start - 1), end)
        finally:
            painter.end()
        self.update(dirty_from, 0, max(erase_to, self._erased_px) - dirty_from, self.height())

    def _draw_lines(self, painter: QPainter, start: int, end: int) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.theme.colour(self._role), PEN_PX))
        step = self._px_per_sample()
        run: list[QPointF] = []
        for index in range(start, end):
            sample = self._ring[index]
            if sample is not None:
                run.append(QPointF((index + 0.5) * step, self._y(sample)))
            elif run:
                painter.drawPolyline(run)
                run = []
        if run:
            painter.drawPolyline(run)

    def _title_px(self) -> int:
        return self.theme.sizes.pad_px + self.theme.sizes.text_px * (len(self._title) + 1)

    def _draw_title(self, painter: QPainter) -> None:
        font = self.theme.text_font(self.theme.sizes.text_px, 600)
        painter.setFont(font)
        painter.setPen(self.theme.colour(self._role))
        baseline = self.theme.sizes.pad_px * 0.6 + cap_height(font)
        painter.drawText(QPointF(self.theme.sizes.pad_px, baseline), self._title)

    def _rescale(self) -> None:
        """Fit the scale to the last sweep, in steps, so that a steady wave keeps its height."""
        was = (self._low, self._high)
        self._scale_to(self._ring)
        tolerance = 0.15 * (self._high - self._low)
        if abs(was[0] - self._low) <= tolerance and abs(was[1] - self._high) <= tolerance:
            self._low, self._high = was

    def _scale_to(self, samples: Iterable[int | None]) -> None:
        seen = [sample for sample in samples if sample is not None]
        if seen:
            self._low = float(min(seen))
            self._high = max(self._low + 1.0, float(max(seen)))

    def _rebuild(self, *, keep_samples: bool = True) -> None:
        """A new back buffer; the ring keeps as many of the last samples as there is room for."""
        if self.width() < 1 or self.height() < 1:
            return
        self._image = QImage(self.size(), QImage.Format.Format_RGB32)
        self._image.fill(self.theme.colour(Role.PAGE))
        seconds = self.width() / (MM_PER_S * self.theme.sizes.px_per_mm)
        count = max(2, round(self._rate_hz * seconds)) if self._rate_hz else 0
        older = self._ring[self._next + 1 :] if None not in self._ring[-1:] else []
        drawn = [*older, *self._ring[: self._next]] if keep_samples else []
        self._ring = [None] * count
        self._next = self._erased_px = 0
        painter = QPainter(self._image)
        try:
            self._draw_title(painter)
        finally:
            painter.end()
        kept = drawn[-(count - 1) :] if count > 1 else []
        if kept:
            self._draw(list(kept))
        self.update()
