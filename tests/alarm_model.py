"""What the alarm engine must say, reckoned once more and plainly out of all that it was told.

It keeps every number and does not look into the engine: a level is reached when all numbers for
as long as its delay lay beyond its limit, without a gap, and somebody who was silenced hears
again whatever was not there, or less urgent, when the silence began.
"""

from dataclasses import dataclass, field

from kmonitor.alarms.conditions import AlarmPhase, AlarmTransition, Condition, Priority
from kmonitor.alarms.limits import Judged, LimitRule, LimitSet
from kmonitor.alarms.occurrences import Occurrence, OccurrenceState

GAP_S = 10.0
PAUSE_S = 120.0
CUFF = (Judged.NIBP_SYSTOLIC, Judged.NIBP_DIASTOLIC, Judged.NIBP_MEAN)


@dataclass(frozen=True)
class Number:
    """Which levels a number lay beyond by the limits of the moment `judged`."""

    measured: float
    judged: float
    value: float
    beyond: tuple[bool, ...]


@dataclass
class Metric:
    """All numbers of one rule since its alarm was last switched on."""

    numbers: list[Number] = field(default_factory=list)
    is_missing: bool = False

    def is_fresh(self, now: float) -> bool:
        return (
            bool(self.numbers)
            and not self.is_missing
            and _between(self.numbers[-1].measured, now) < GAP_S
        )

    def beyond_for(self, level: int, now: float) -> float | None:
        """Seconds without a gap beyond that level; None if the last number is not."""
        since = None
        after = None
        for number in reversed(self.numbers):
            if after is not None and _between(number.measured, after.measured) >= GAP_S:
                break
            if not number.beyond[level]:
                break
            since, after = number.judged, number
        return None if since is None else _between(since, now)


def _between(earlier: float, later: float) -> float:
    """Seconds, to the microsecond: floats of large numbers are no nearer."""
    return round(later - earlier, 6)


def beyond(rule: LimitRule, value: float) -> tuple[bool, ...]:
    """Without a baseline: absolute limits only, and none that is a rise."""
    found = []
    for level in rule.levels:
        if level.limit is None or level.rise is not None:
            found.append(False)
        else:
            shown = int(value + 0.5)
            found.append(shown > level.limit if rule.is_high else shown < level.limit)
    return tuple(found)


class Model:
    def __init__(self, limits: LimitSet) -> None:
        self.limits = limits
        self.metrics: dict[Condition, Metric] = {}
        self.cuff: dict[Condition, int] = {}  # the rank of each component that is beyond
        self.mean: int | None = None
        self.off: set[Condition] = set()
        self.standing: dict[tuple[Condition, str], Priority] = {}
        self.paused_at: float | None = None
        self.is_audio_off = False
        self.silenced: dict[tuple[str, str], int] = {}
        self.spo2: list[tuple[float, float]] = []

    def numeric_rules(self) -> list[LimitRule]:
        return [rule for rule in self.limits.rules if rule.judged not in CUFF]

    def measured(self, now: float, judged: Judged, value: float) -> None:
        for rule in self.limits.rules_for(judged):
            if rule.condition not in self.off:
                metric = self.metrics.setdefault(rule.condition, Metric())
                metric.numbers.append(Number(now, now, value, beyond(rule, value)))
                metric.is_missing = False
        if judged is Judged.SPO2:
            if self.spo2 and _between(self.spo2[-1][0], now) >= GAP_S:
                self.spo2 = []
            self.spo2.append((now, value))

    def missed(self, judged: Judged) -> None:
        for rule in self.limits.rules_for(judged):
            if rule.condition in self.metrics:
                self.metrics[rule.condition].is_missing = True

    def limits_moved(self, now: float, limits: LimitSet) -> None:
        self.limits = limits
        for rule in self.numeric_rules():
            metric = self.metrics.get(rule.condition)
            if metric is not None and metric.is_fresh(now):
                last = metric.numbers[-1]
                again = Number(last.measured, now, last.value, beyond(rule, last.value))
                metric.numbers.append(again)

    def cuff_measured(self, pressures: dict[Judged, int]) -> None:
        """A mean that is missing is as it was, as far as the reading's own pressures let it."""
        is_about_mean = any(each.value.startswith("nibp_mean") for each in self.cuff)
        if Judged.NIBP_MEAN not in pressures and is_about_mean and self.mean is not None:
            both = pressures[Judged.NIBP_DIASTOLIC], pressures[Judged.NIBP_SYSTOLIC]
            mean = max(both[0], min(both[1], self.mean))
            pressures = {**pressures, Judged.NIBP_MEAN: mean}
        self.mean = pressures.get(Judged.NIBP_MEAN)
        self.cuff = {}
        for judged, pressure in pressures.items():
            for rule in self.limits.rules_for(judged):
                ranks = [
                    level.priority.rank
                    for level, is_beyond in zip(rule.levels, beyond(rule, pressure), strict=True)
                    if is_beyond
                ]
                if ranks and rule.condition not in self.off:
                    self.cuff[rule.condition] = max(ranks)

    def switched(self, condition: Condition, *, is_off: bool) -> None:
        if is_off and condition not in self.off:
            self.off.add(condition)
            self.metrics.pop(condition, None)
            self.cuff.pop(condition, None)
        elif not is_off:
            self.off.discard(condition)

    def reached(self, rule: LimitRule, now: float) -> list[Priority]:
        """The levels whose delay has run out by fresh numbers."""
        metric = self.metrics.get(rule.condition)
        if metric is None or not metric.is_fresh(now):
            return []
        found = []
        for i, level in enumerate(rule.levels):
            beyond_s = metric.beyond_for(i, now)
            if beyond_s is not None and beyond_s >= level.delay_s:
                found.append(level.priority)
        return found

    def falls(self) -> bool:
        """By the last number of SpO2, compared with all that are near enough."""
        fall = self.limits.fast_fall
        if fall is None or not self.spo2:
            return False
        at, value = self.spo2[-1]
        near = [each for then, each in self.spo2 if _between(then, at) <= fall.within_s]
        return int(max(near) + 0.5) - int(value + 0.5) > fall.points

    def pause(self, now: float, occurrences: tuple[Occurrence, ...]) -> None:
        if self.paused_at is None:
            self.paused_at = now
            self.silenced = _severities(occurrences)

    def follow(
        self,
        now: float,
        before: tuple[Occurrence, ...],
        occurrences: tuple[Occurrence, ...],
        rows: tuple[AlarmTransition, ...],
    ) -> None:
        """A pause is over by its time, or by what is new or more urgent than what it silenced."""
        if self.paused_at is None:
            return
        there = _severities(occurrences)
        is_worse = any(how > self.silenced.get(name, 0) for name, how in there.items())
        was_there = _severities(before, also_acknowledged=True)
        is_new = any(
            row.phase is AlarmPhase.ESCALATED
            or was_there.get((row.condition.value, row.about), 0) < row.priority.rank * 1000
            for row in rows
            if row.phase in (AlarmPhase.ONSET, AlarmPhase.ESCALATED)
            and row.priority is not Priority.LOW
        )
        if is_worse or is_new or _between(self.paused_at, now) >= PAUSE_S:
            self.paused_at = None


def _severities(
    occurrences: tuple[Occurrence, ...], *, also_acknowledged: bool = False
) -> dict[tuple[str, str], int]:
    """By the name of each thing that is to be heard: how urgent, then how severe its limit is."""
    found: dict[tuple[str, str], int] = {}
    for each in occurrences:
        if each.state is not OccurrenceState.ACTIVE or each.priority is Priority.LOW:
            continue
        if each.is_acknowledged and not also_acknowledged:
            continue
        for part in each.parts:
            if part.priority is not Priority.LOW:
                severe = part.limit if part.condition.is_high else -part.limit
                how = part.priority.rank * 1000 + int(severe) + 500
                found[part.condition.value, each.about] = how
        if not each.parts:
            found[each.condition.value, each.about] = each.priority.rank * 1000
    return found
