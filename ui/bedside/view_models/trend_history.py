"""What the trend remembers: minima and maxima in a bounded number of buckets for each zoom."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kmonitor.alarms.conditions import Priority
from kmonitor.alarms.occurrences import OccurrenceState
from kmonitor.metrics import Metric
from kmonitor.session_state import Session

TREND_METRICS = (Metric.SPO2, Metric.PULSE_RATE)
GAP_AFTER_S = 10.0
SHOWN_GAP_S = 5.0
MOST_BUCKETS = 720
_MOST_GAPS = 400
_MOST_MARKS = 200


@dataclass(frozen=True, slots=True)
class Bucket:
    """The least and greatest value of a stretch of time; `is_apart` is not joined to the left."""

    begin_s: float
    low: float
    high: float
    is_apart: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without values, in seconds of the session; `end_s` None while it lasts."""

    begin_s: float
    end_s: float | None


@dataclass(frozen=True, slots=True)
class AlarmOnset:
    """That an alarm began, for the lane of events."""

    number: int
    at_s: float
    priority: Priority
    words: str


# Seconds of the session and values, as they stand in the record; None is a value that is absent.
Series = Iterable[tuple[float, float | None]]


class BucketSeries:
    """Buckets of one width; the oldest are lost, or, if it grows, the width doubles."""

    def __init__(self, width_s: float, *, is_growing: bool = False) -> None:
        self.width_s = width_s
        self._is_growing = is_growing
        self.buckets: deque[Bucket] = deque(maxlen=None if is_growing else MOST_BUCKETS)

    def add(self, at_s: float, value: float, *, is_apart: bool) -> None:
        """Take one value; times never run backwards."""
        begin_s = at_s // self.width_s * self.width_s
        last = self.buckets[-1] if self.buckets else None
        if last is not None and last.begin_s >= begin_s and not is_apart:
            self.buckets[-1] = replace(last, low=min(last.low, value), high=max(last.high, value))
            return
        self.buckets.append(Bucket(begin_s, value, value, is_apart or last is None))
        if self._is_growing and len(self.buckets) > MOST_BUCKETS:
            self._double()

    def _double(self) -> None:
        self.width_s *= 2
        merged: deque[Bucket] = deque()
        for bucket in self.buckets:
            begin_s = bucket.begin_s // self.width_s * self.width_s
            if merged and merged[-1].begin_s == begin_s:
                last = merged[-1]
                merged[-1] = replace(
                    last, low=min(last.low, bucket.low), high=max(last.high, bucket.high)
                )
            else:
                merged.append(replace(bucket, begin_s=begin_s))
        self.buckets = merged


class MetricHistory:
    """One metric in three zooms, with its gaps."""

    def __init__(self) -> None:
        self.series = {
            "15 min": BucketSeries(2.0),
            "1 h": BucketSeries(6.0),
            "All": BucketSeries(2.0, is_growing=True),
        }
        self.gaps: deque[Gap] = deque(maxlen=_MOST_GAPS)
        self.lowest: float | None = None
        self.highest: float | None = None
        self._last_s: float | None = None
        self._missing_since_s: float | None = None

    def add(self, at_s: float, value: float | None) -> None:
        """Take a value, or that there is none."""
        if value is None:
            if self._missing_since_s is None and self._last_s is not None:
                self._missing_since_s = at_s
            return
        is_apart = self._end_gap(at_s)
        for series in self.series.values():
            series.add(at_s, value, is_apart=is_apart)
        self.lowest = value if self.lowest is None else min(self.lowest, value)
        self.highest = value if self.highest is None else max(self.highest, value)
        self._last_s = at_s

    def shown_gaps(self, now_s: float) -> tuple[Gap, ...]:
        """The gaps, with the one that lasts."""
        since_s = self._missing_since_s
        if since_s is None and self._last_s is not None and now_s - self._last_s >= GAP_AFTER_S:
            since_s = self._last_s
        if since_s is None or now_s - since_s < SHOWN_GAP_S:
            return tuple(self.gaps)
        return (*self.gaps, Gap(since_s, None))

    def _end_gap(self, at_s: float) -> bool:
        begin_s = self._missing_since_s
        if begin_s is None and self._last_s is not None and at_s - self._last_s >= GAP_AFTER_S:
            begin_s = self._last_s
        self._missing_since_s = None
        if begin_s is None:
            return False
        if at_s - begin_s >= SHOWN_GAP_S:
            self.gaps.append(Gap(begin_s, at_s))
        return True


class TrendHistory:
    """Fed with every snapshot; bounded whatever the length of the session."""

    def __init__(self) -> None:
        self._session_id = ""
        self._forget()

    def _forget(self) -> None:
        self.metrics = {metric: MetricHistory() for metric in TREND_METRICS}
        self.alarms: deque[AlarmOnset] = deque(maxlen=_MOST_MARKS)
        self._taken_ns: dict[Metric, int] = {}
        self._seen_alarms: set[int] = set()

    def fill(self, session_id: str, series: Mapping[Metric, Series]) -> None:
        """Begin with what the record holds of a session that is resumed."""
        self._forget()
        self._session_id = session_id
        for metric, history in self.metrics.items():
            for at_s, value in series.get(metric, ()):
                history.add(at_s, value)

    def take(self, session: Session) -> None:
        """Remember what is new in `session`; another session begins anew."""
        if session.session_id != self._session_id:
            self._forget()
            self._session_id = session.session_id
        for metric, history in self.metrics.items():
            entry = session.numerics.get(metric)
            if entry is None:
                continue
            latest = entry.latest
            if latest.received.mono_ns > self._taken_ns.get(metric, -1):
                self._taken_ns[metric] = latest.received.mono_ns
                history.add(latest.received.seconds_since(session.opened), latest.value)
        self._take_alarms(session)

    def _take_alarms(self, session: Session) -> None:
        for each in session.alarms.occurrences:
            if each.number in self._seen_alarms or each.state is OccurrenceState.PENDING:
                continue
            self._seen_alarms.add(each.number)
            onset = each.onset or each.since
            at_s = onset.seconds_since(session.opened)
            self.alarms.append(AlarmOnset(each.number, at_s, each.priority, each.words))
        self._seen_alarms &= {each.number for each in session.alarms.occurrences}
