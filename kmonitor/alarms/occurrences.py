"""Occurrences: one condition from its first sign to its end, and what of them is presented."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kmonitor.alarms.conditions import AlarmKind, Condition, Priority
from kmonitor.clock import Instant


class OccurrenceState(StrEnum):
    """Where an occurrence stands; an ended one is gone from the state and stays in the log."""

    PENDING = "pending"
    ACTIVE = "active"
    LATCHED = "latched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One alarm condition being there; identified by `number` within the session.

    `value` is the latest judged value, `limit` the one it passed, `words` what the banner says.
    `components` names every judged component beyond its limit (of a cuff reading).
    """

    number: int
    condition: Condition
    about: str
    kind: AlarmKind
    priority: Priority
    state: OccurrenceState
    since: Instant
    onset: Instant | None
    value: float | None
    limit: float | None
    words: str
    components: tuple[str, ...] = ()
    acknowledged_by: str | None = None
    acknowledged_value: float | None = None

    @property
    def is_acknowledged(self) -> bool:
        """Whether somebody acknowledged this occurrence as it now is."""
        return self.acknowledged_by is not None

    @property
    def is_presented(self) -> bool:
        """Whether it stands in the banner; a pending one only marks its tile's limit."""
        return self.state is not OccurrenceState.PENDING


def presented(occurrences: tuple[Occurrence, ...]) -> tuple[Occurrence, ...]:
    """What the banner and the panel show, the most urgent first.

    Active and unacknowledged before acknowledged before latched; within these by priority, then
    the newest first.
    """
    shown = [each for each in occurrences if each.is_presented]
    return tuple(sorted(shown, key=_urgency, reverse=True))


def _urgency(occurrence: Occurrence) -> tuple[int, int, int]:
    standing = 2
    if occurrence.is_acknowledged:
        standing = 1
    if occurrence.state is OccurrenceState.LATCHED:
        standing = 0
    onset_ns = occurrence.onset.mono_ns if occurrence.onset else 0
    return (standing, occurrence.priority.rank, onset_ns)
