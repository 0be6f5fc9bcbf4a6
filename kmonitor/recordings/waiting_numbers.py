"""Numbers on their way to the alarm engine: those that change nothing wait, and are not judged.

A number changes nothing where it lies beyond the same limits as the one before it and no delay is
running. Before anything else is judged, the last that waits is; none waits as long as makes a
number stale.
"""

from __future__ import annotations

from kmonitor.alarms import engine
from kmonitor.alarms.conditions import AlarmTransition
from kmonitor.alarms.inputs import AlarmEvent, Measured, Missed, Passed, Rules
from kmonitor.alarms.levels import effective_limits, is_beyond
from kmonitor.alarms.lifecycle import AlarmState
from kmonitor.alarms.limits import Judged, LimitRule, LimitSet
from kmonitor.alarms.numeric import STALE_S
from kmonitor.alarms.occurrences import OccurrenceState
from kmonitor.clock import Instant

_Pattern = tuple[bool, ...]  # of each level of each rule: whether the number lies beyond it
_Rows = tuple[AlarmTransition, ...]


class WaitingNumbers:
    """The alarm engine's state, a few numbers behind; `alarms` is up to date after `catch_up`."""

    def __init__(self, limits: LimitSet) -> None:
        """No number has come, nothing is watched."""
        self.alarms = AlarmState()
        self._rules = Rules(limits=limits)
        self._of = {judged: limits.rules_for(judged) for judged in Judged}
        self._patterns: dict[Judged, dict[float, _Pattern]] = {judged: {} for judged in Judged}
        self._steady: dict[Judged, _Pattern | None] = {
            judged: (False,) * sum(len(rule.levels) for rule in rules)
            for judged, rules in self._of.items()
        }
        self._fed: dict[Judged, Instant] = {}
        self._waiting: dict[Judged, tuple[Instant, float]] = {}
        self._missing: set[Judged] = set()
        self._busy: set[Judged] = set()
        self._never_waits = (Judged.SPO2,) if limits.fast_fall is not None else ()

    @property
    def are_busy(self) -> bool:
        """Whether a delay is running."""
        return bool(self._busy)

    def next_due(self) -> Instant | None:
        """When the next delay runs out."""
        return engine.next_due(self.alarms, self._rules) if self._busy else None

    def step(self, event: AlarmEvent) -> _Rows:
        """Let the engine judge `event`."""
        self.alarms, rows = engine.step(self.alarms, event, self._rules)
        return rows

    def take(self, at: Instant, judged: Judged, number: float | None) -> _Rows:
        """A number that came, or None."""
        if number is None:
            return self._miss(at, judged)
        pattern = self._pattern(judged, number)
        if pattern == self._steady[judged] and judged not in self._never_waits:
            if True not in pattern:
                return ()
            rows = () if self._may_wait(at, judged) else self._catch_up_one(judged)
            if self._may_wait(at, judged):
                self._waiting[judged] = (at, number)
                return rows
        rows = self._catch_up_one(judged)
        rows += self.step(Measured(at=at, judged=judged, value=number))
        self._fed[judged] = at
        self._missing.discard(judged)
        self._look_at(judged, pattern)
        return rows

    def catch_up(self) -> _Rows:
        """Judge the last of the numbers that wait."""
        return sum((self._catch_up_one(judged) for judged in tuple(self._waiting)), ())

    def pass_time(self, at: Instant) -> _Rows:
        """A deadline: delays may have run out."""
        if not self._busy:
            return ()
        rows = self.catch_up() + self.step(Passed(at=at))
        for judged in tuple(self._busy):
            self._look_at(judged, None)
        return rows

    def _miss(self, at: Instant, judged: Judged) -> _Rows:
        if judged in self._missing:
            return ()
        rows = self._catch_up_one(judged) + self.step(Missed(at=at, judged=judged))
        self._missing.add(judged)
        steady = self._steady[judged]
        if steady is None or any(steady):
            self._look_at(judged, None)
        return rows

    def _may_wait(self, at: Instant, judged: Judged) -> bool:
        return at.seconds_since(self._fed[judged]) < STALE_S

    def _catch_up_one(self, judged: Judged) -> _Rows:
        waiting = self._waiting.pop(judged, None)
        if waiting is None:
            return ()
        at, number = waiting
        self._fed[judged] = at
        return self.step(Measured(at=at, judged=judged, value=number))

    def _look_at(self, judged: Judged, pattern: _Pattern | None) -> None:
        """Whether time can change something, and which numbers cannot."""
        is_steady = all(self._is_steady(rule) for rule in self._of[judged])
        self._steady[judged] = pattern if is_steady else None
        (self._busy.discard if is_steady else self._busy.add)(judged)

    def _is_steady(self, rule: LimitRule) -> bool:
        running = self.alarms.running(rule.condition)
        watch = self.alarms.watches.get(rule.condition)
        since = watch.beyond_since if watch is not None else (None,) * len(rule.levels)
        beyond = [level for level, each in zip(rule.levels, since, strict=True) if each]
        if running is None:
            return not beyond
        if running.state is not OccurrenceState.ACTIVE:
            return False
        ranks = [level.priority.rank for level in beyond]
        return not ranks or max(ranks) == running.priority.rank

    def _pattern(self, judged: Judged, number: float) -> _Pattern:
        known = self._patterns[judged]
        if number not in known:
            known[number] = tuple(
                is_beyond(number, limit, rule.is_high)
                for rule in self._of[judged]
                for limit in effective_limits(rule, None)
            )
        return known[number]
