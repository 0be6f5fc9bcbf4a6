"""Where the trend's panes lie, and how seconds and values become pixels."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from ui.bedside.view_models.trend_scene import TrendFrame
from ui.theme import Theme
from ui.widgets.sheet import advance


@dataclass(frozen=True, slots=True)
class Pane:
    """A rectangle with a range of values from its bottom to its top."""

    rect: QRectF
    low: float
    high: float

    def y(self, value: float) -> float:
        """The height of a value, kept within the pane."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.rect.bottom() - share * self.rect.height()


@dataclass(frozen=True, slots=True)
class Panes:
    """SpO2 over pressures over the infusion over the events, all on one time axis."""

    plot: QRectF
    begin_s: float
    end_s: float
    spo2: Pane
    pressure: Pane
    infusion: Pane
    events: QRectF
    ticks: QRectF

    def x(self, at_s: float) -> float:
        """The place of a moment; not kept within the plot."""
        share = (at_s - self.begin_s) / (self.end_s - self.begin_s)
        return self.plot.left() + share * self.plot.width()


def panes(theme: Theme, frame: TrendFrame, size: QRectF) -> Panes:
    """Divide the widget's rectangle."""
    small = theme.sizes.small_px
    left = advance(theme.text_font(small), "100") + theme.sizes.pad_px * 1.2
    plot = QRectF(left, small * 0.8, size.width() - left - theme.sizes.pad_px, 0)
    ticks_high = small * 2.7
    events_high = small * 2.9
    room = size.height() - plot.top() - ticks_high - events_high
    gap = small * 1.1
    heights = [share * (room - 3 * gap) for share in (0.27, 0.53, 0.20)]
    tops = [plot.top()]
    for height in heights:
        tops.append(tops[-1] + height + gap)

    def pane(index: int, low: float, high: float) -> Pane:
        return Pane(QRectF(plot.left(), tops[index], plot.width(), heights[index]), low, high)

    events = QRectF(plot.left(), tops[3] - gap * 0.6, plot.width(), events_high)
    ticks = QRectF(plot.left(), size.height() - ticks_high, plot.width(), ticks_high)
    plot.setBottom(events.bottom())
    return Panes(
        plot=plot, begin_s=frame.begin_s, end_s=frame.end_s,
        spo2=pane(0, *frame.spo2_range), pressure=pane(1, *frame.pressure_range),
        infusion=pane(2, 0.0, max(1.0, frame.ordered_mg * 1.12)), events=events, ticks=ticks,
    )  # fmt: skip
