"""One recording: rows of numbers with their times, and what of a number may be believed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from kmonitor.alarms.limits import Judged
from kmonitor.errors import WorldError
from kmonitor.metrics import Metric, MetricFacts, facts_of
from kmonitor.recordings.columns import CUFF
from kmonitor.vitals import Reason

METRICS = {
    Judged.SPO2: Metric.SPO2,
    Judged.PULSE_RATE: Metric.PULSE_RATE,
    Judged.RESPIRATORY_RATE: Metric.RESPIRATORY_RATE,
    Judged.ETCO2: Metric.ETCO2,
}
LONGEST_HELD_S = 10.0
Pressures = tuple[int | None, int | None, int | None]


class RecordingError(WorldError):
    """A recording cannot be used; the text names the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The numbers of one moment as they stand in the file, in the order of the columns."""

    at_s: float
    numbers: tuple[float | None, ...]


@dataclass(frozen=True, kw_only=True)
class Recording:
    """Rows in the order of time; `absent` are numbers that mean "no reading"."""

    name: str
    columns: tuple[Judged, ...]
    rows: tuple[Row, ...]
    usual_step_s: float
    absent: frozenset[float] = frozenset()
    notes: tuple[str, ...] = ()

    @property
    def length_s(self) -> float:
        """From the first row to the last."""
        return self.rows[-1].at_s

    @cached_property
    def numeric(self) -> tuple[tuple[int, Judged, Metric], ...]:
        """Place, judged and metric of each column that is not the cuff's."""
        return tuple(
            (place, judged, METRICS[judged])
            for place, judged in enumerate(self.columns)
            if judged in METRICS
        )

    def believed(self, metric: Metric, number: float | None) -> tuple[float | None, Reason | None]:
        """The value of a cell, or why it has none."""
        facts = facts_of(metric)
        if number is None:
            return None, Reason.NOT_MEASURED
        if number in self.absent or not facts.is_plausible(number):
            return None, _reason(number, facts, self.absent)
        return number, None

    def cuff_readings(self) -> Iterator[tuple[int, Pressures]]:
        """Row and pressures of each determination; what only stays on display is none."""
        places = [self.columns.index(each) if each in self.columns else None for each in CUFF]
        before: tuple[int | None, ...] = (None, None, None)
        for number, row in enumerate(self.rows):
            systolic, diastolic, mean = (
                None if place is None else self._pressure(row.numbers[place]) for place in places
            )
            shown = (systolic, diastolic, mean)
            if shown not in (before, (None, None, None)):
                yield number, shown
            before = shown

    def silent_from_s(self, number: int) -> float | None:
        """When the row behind row `number` was due, if it did not come; None behind the last."""
        if number + 1 >= len(self.rows):
            return None
        at_s, following_s = self.rows[number].at_s, self.rows[number + 1].at_s
        held_s = min(self.usual_step_s, LONGEST_HELD_S)
        return at_s + held_s if following_s - at_s > held_s * 1.5 else None

    def without_value_s(self, judged: Judged) -> float:
        """Seconds in which there was no value; one counts until the next row is due."""
        place, metric = self.columns.index(judged), METRICS[judged]
        without_s = 0.0
        for number, (row, following) in enumerate(pairwise(self.rows)):
            silent_s = self.silent_from_s(number)
            if self.believed(metric, row.numbers[place])[0] is None:
                without_s += following.at_s - row.at_s
            elif silent_s is not None:
                without_s += following.at_s - silent_s
        return without_s

    def _pressure(self, number: float | None) -> int | None:
        is_value = number is not None and number not in self.absent
        if number is None or not is_value or not facts_of(Metric.NIBP).is_plausible(number):
            return None
        return int(number + 0.5)


def _reason(number: float, facts: MetricFacts, absent: frozenset[float]) -> Reason:
    """Oximeters write 0 while no finger is in the sensor."""
    if number == 0 and facts.metric in (Metric.SPO2, Metric.PULSE_RATE):
        return Reason.SENSOR_OFF
    return Reason.NOT_MEASURED if number in absent else Reason.OUT_OF_RANGE
