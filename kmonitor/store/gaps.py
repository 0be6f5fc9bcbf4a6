"""Where a metric had no value: from its first absent reading, or from two seconds of silence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kmonitor.clock import Instant
from kmonitor.metrics import Metric
from kmonitor.vitals import NumericReading

SHORTEST_S = 5
SILENT_AFTER_S = 2.0
NOTHING_CAME = "nothing_came"
# Comes only while the cuff inflates, so its absence tells nothing.
WITHOUT_GAPS = (Metric.CUFF_PRESSURE,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """An interval without a value; `seconds` is rounded half up, since arrival jitters."""

    metric: Metric
    since: Instant
    until: Instant
    reason: str

    @property
    def seconds(self) -> int:
        """Whole seconds."""
        return int(self.until.seconds_since(self.since) + 0.5)


def gaps_of(
    metric: Metric, readings: Iterable[tuple[Instant, NumericReading]], end: Instant
) -> list[Gap]:
    """The gaps of five seconds and more from the first reading on; `end` is the session's."""
    found: list[Gap] = []
    since: Instant | None = None
    reason = NOTHING_CAME
    last: Instant | None = None
    for at, reading in readings:
        if since is None and last is not None and at.seconds_since(last) > SILENT_AFTER_S:
            since, reason = last.plus(SILENT_AFTER_S), NOTHING_CAME
        if reading.value is not None:
            if since is not None:
                found.append(Gap(metric=metric, since=since, until=at, reason=reason))
            since = None
        elif since is None:
            since, reason = at, str(reading.reason or reading.validity)
        last = at
    if since is None and last is not None and end.seconds_since(last) > SILENT_AFTER_S:
        since, reason = last.plus(SILENT_AFTER_S), NOTHING_CAME
    if since is not None:
        found.append(Gap(metric=metric, since=since, until=end, reason=reason))
    return [gap for gap in found if gap.seconds >= SHORTEST_S]
