"""How a tile looks while one of its conditions is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.limits import Judged
from kmonitor.alarms.occurrences import Occurrence, OccurrenceState, Part
from kmonitor.alarms.suppression import is_alarm_off
from kmonitor.session_state import Session

STARS = {Priority.HIGH: "***", Priority.MEDIUM: "**", Priority.LOW: "*"}
_LOSING_DATA = {
    Condition.NO_DATA: "NO DATA",
    Condition.SENSOR_OFF: "SENSOR OFF",
    Condition.SEARCHING: "SEARCHING",
    Condition.IMPLAUSIBLE: "DOUBTFUL",
}
_SHORT = {
    Condition.APNOEA: "NO BREATH",
    Condition.SPO2_FALLING: "FALLING",
    **_LOSING_DATA,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLook:
    """Filled while active, outlined once acknowledged; `words` stand beside the marker."""

    priority: Priority
    is_acknowledged: bool
    words: str

    @property
    def stars(self) -> str:
        """The marks that every monitor uses: three for high, one for low."""
        return STARS[self.priority]

    @property
    def spoken(self) -> str:
        """For screen readers."""
        standing = ", acknowledged" if self.is_acknowledged else ""
        return f"{self.priority} priority alarm {self.words}{standing}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TileAlarms:
    """What of the alarms concerns one tile."""

    look: AlarmLook | None
    is_pending: bool
    components: tuple[str, ...]
    passed: tuple[Part, ...]

    def limit_passed(self, judged: str, *, is_high: bool) -> float | None:
        """The limit that `judged` lies beyond now, the most severe of that side."""
        limits = [
            part.limit
            for part in self.passed
            if part.judged == judged and part.condition.is_high is is_high
        ]
        if not limits:
            return None
        return max(limits) if is_high else min(limits)


def tile_alarms(
    occurrences: Iterable[Occurrence], conditions: Iterable[Condition], about: str
) -> TileAlarms:
    """The most urgent active one of `conditions`, or of what makes the number about `about` go."""
    wanted = frozenset(conditions)
    mine = [
        each
        for each in occurrences
        if each.condition in wanted or (each.condition in _LOSING_DATA and each.about == about)
    ]
    active = [each for each in mine if each.state is OccurrenceState.ACTIVE]
    return TileAlarms(
        look=_look(max(active, key=_urgency)) if active else None,
        is_pending=any(each.state is OccurrenceState.PENDING for each in mine),
        components=tuple(part for each in active for part in each.components),
        passed=tuple(part for each in active for part in each.parts),
    )


def limits_off(session: Session, judged: Judged) -> tuple[bool, bool]:
    """Whether somebody has switched off the low, and the high, alarm of what is judged."""
    off = {
        rule.is_high
        for rule in session.limits.rules_for(judged)
        if rule.shown_limit is not None and is_alarm_off(session.alarms, rule.condition)
    }
    return False in off, True in off


def _look(occurrence: Occurrence) -> AlarmLook:
    return AlarmLook(
        priority=occurrence.priority,
        is_acknowledged=occurrence.is_acknowledged,
        words=_short(occurrence.condition),
    )


def _short(condition: Condition) -> str:
    return _SHORT.get(condition) or ("HIGH" if condition.is_high else "LOW")


def _urgency(occurrence: Occurrence) -> tuple[bool, int]:
    return (not occurrence.is_acknowledged, occurrence.priority.rank)
