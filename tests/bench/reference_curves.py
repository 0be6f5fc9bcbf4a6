"""How a wave is drawn with a plotting library: with care, and as it is often written."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph
from PySide6.QtWidgets import QWidget

from tests.bench.signals import PLETH_HIGH, PLETH_HZ, PLETH_LOW, SWEEP_S

_KEPT = 4092


class FixedCurve:
    """One curve of pen 1 in a fixed range, no axes, an array that is overwritten in a ring."""

    def __init__(self) -> None:
        self._plot: Any = pyqtgraph.PlotWidget()
        self._plot.setMouseEnabled(False, False)
        self._plot.hideButtons()
        self._plot.setMenuEnabled(False)
        self._plot.hideAxis("left")
        self._plot.hideAxis("bottom")
        self._plot.disableAutoRange()
        self._plot.setRange(xRange=(0, SWEEP_S), yRange=(PLETH_LOW, PLETH_HIGH), padding=0)
        self._curve = self._plot.plot(pen=pyqtgraph.mkPen("#86c2ff", width=1))
        self._seconds = np.arange(PLETH_HZ * SWEEP_S) / PLETH_HZ
        self._ring = np.zeros(PLETH_HZ * SWEEP_S)
        self._next = 0

    @property
    def widget(self) -> QWidget:
        """What is shown."""
        return self._plot  # type: ignore[no-any-return]  # pyqtgraph has no types

    def push(self, samples: Sequence[int]) -> None:
        """Overwrite the oldest samples and draw the whole curve."""
        places = (self._next + np.arange(len(samples))) % len(self._ring)
        self._ring[places] = samples
        self._next = (self._next + len(samples)) % len(self._ring)
        self._curve.setData(self._seconds, self._ring, skipFiniteCheck=True)


class TwoCurves:
    """Deques made into arrays each time, a curve on either side of a moving line, pen 3, axes."""

    def __init__(self) -> None:
        self._plot: Any = pyqtgraph.PlotWidget(title="Pleth")
        self._plot.setXRange(0, SWEEP_S)
        pen = pyqtgraph.mkPen("#86c2ff", width=3)
        self._newer, self._older = self._plot.plot(pen=pen), self._plot.plot(pen=pen)
        self._line = pyqtgraph.InfiniteLine(angle=90, pos=0)
        self._plot.addItem(self._line)
        self._times: deque[float] = deque(maxlen=_KEPT)
        self._heights: deque[int] = deque(maxlen=_KEPT)
        self._count = 0

    @property
    def widget(self) -> QWidget:
        """What is shown."""
        return self._plot  # type: ignore[no-any-return]  # pyqtgraph has no types

    def push(self, samples: Sequence[int]) -> None:
        """Append, then draw the last sweep folded at the moving line."""
        for sample in samples:
            self._count += 1
            self._times.append(self._count / PLETH_HZ)
            self._heights.append(sample)
        times, heights = np.array(self._times), np.array(self._heights)
        shown = times > times[-1] - SWEEP_S
        folded, heights = np.mod(times[shown], SWEEP_S), heights[shown]
        jumps = np.flatnonzero(np.diff(folded) < 0)
        fold = int(jumps[0]) + 1 if jumps.size else len(folded)
        self._older.setData(folded[:fold], heights[:fold])
        self._newer.setData(folded[fold:], heights[fold:])
        self._line.setValue(folded[-1])
