"""Thins the numbers of a protocol that repeats them in each frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from kmonitor.metrics import Metric
from kmonitor.vitals import FrameFault, NumericReading, Reading, Reason, Validity

_Found = TypeVar("_Found", bound=Reading | FrameFault)
_Said = tuple[float | None, Validity, Reason | None]


class RepeatFilter:
    """Lets one number of a metric pass in N frames, from the first on, and every change."""

    def __init__(self, frames_per_s: int) -> None:
        self._every = frames_per_s
        self._count: dict[Metric, int] = {}
        self._said: dict[Metric, _Said] = {}

    def pick(self, found: Iterable[_Found]) -> list[_Found]:
        """What is to be told of `found`, in its order; all but numbers passes."""
        return [one for one in found if not isinstance(one, NumericReading) or self._is_due(one)]

    def _is_due(self, reading: NumericReading) -> bool:
        metric = reading.metric
        count = self._count.get(metric, 0)
        self._count[metric] = (count + 1) % self._every
        said = (reading.value, reading.validity, reading.reason)
        is_due = count == 0 or self._said.get(metric) != said
        self._said[metric] = said
        return is_due
