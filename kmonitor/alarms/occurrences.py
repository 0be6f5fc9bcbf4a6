"""Occurrences: one condition from its first sign to its end, and what of them is presented."""

from __future__ import annotations

from collections.abc import Iterable
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
class Part:
    """One judged thing beyond one limit; a cuff reading may have several, a number has one."""

    condition: Condition
    judged: str
    value: float
    limit: float
    priority: Priority

    def beyond(self, value: float, other: float) -> float:
        """How much worse `value` is than `other`, in the judged unit; negative if it is better."""
        return value - other if self.condition.is_high else other - value


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One alarm condition being there; identified by `number` within the session.

    `value` is the latest judged value, `limit` the one it passed, `words` what the banner says.
    `parts` are all judged things beyond their limits, `acknowledged_parts` as they were when
    somebody acknowledged; of a pause of the sound they are those that it silenced. `quiet_since`
    is when it was acknowledged or switched off, or when somebody was last reminded of that,
    `worsened` when it last passed another limit.
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
    parts: tuple[Part, ...] = ()
    acknowledged_by: str | None = None
    acknowledged_parts: tuple[Part, ...] = ()
    quiet_since: Instant | None = None
    worsened: Instant | None = None

    @property
    def lasts_since(self) -> Instant:
        """Since when it lies beyond the limit that its words name."""
        return self.worsened or self.onset or self.since

    @property
    def is_acknowledged(self) -> bool:
        """Whether somebody acknowledged this occurrence as it now is."""
        return self.acknowledged_by is not None

    @property
    def components(self) -> tuple[str, ...]:
        """What is judged as urgent as the whole: of a blood pressure only that is filled."""
        return tuple(part.judged for part in self.parts if part.priority is self.priority)

    def is_worse(self, parts: tuple[Part, ...], by: float | None) -> bool:
        """Whether `parts` are worse than what was acknowledged.

        Worse is a part that is new, more urgent, or worse `by` that much in its unit; with
        None, beyond a more severe limit than before. What is only seen makes nothing worse.
        """
        return are_worse(
            parts if self.priority is Priority.LOW else heard(parts), self.acknowledged_parts, by
        )

    @property
    def is_presented(self) -> bool:
        """Whether it stands in the banner: a pending one only marks its tile's limit, and a pause
        of the sound has its own place."""
        return (
            self.state is not OccurrenceState.PENDING
            and self.condition is not Condition.AUDIO_PAUSED
        )


def heard(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Those that are more than only seen."""
    return tuple(part for part in parts if part.priority is not Priority.LOW)


def are_worse(parts: Iterable[Part], before: Iterable[Part], by: float | None) -> bool:
    """Whether one of `parts` is new, more urgent, or worse than it was among those `before`."""
    known = {part.condition: part for part in before}
    return any(_is_part_worse(known.get(part.condition), part, by) for part in parts)


def _is_part_worse(before: Part | None, part: Part, by: float | None) -> bool:
    if before is None or part.priority.rank > before.priority.rank:
        return True
    if by is None:
        return part.beyond(part.limit, before.limit) > 0
    return part.beyond(part.value, before.value) >= by


def presented(occurrences: tuple[Occurrence, ...]) -> tuple[Occurrence, ...]:
    """What the banner and the panel show, the most urgent first.

    Active and unacknowledged before acknowledged before latched; within these by priority, then
    the newest first. While a condition is there its latched line is left out, unless only the
    one that is there was acknowledged.
    """
    active = {
        (each.condition, each.about)
        for each in occurrences
        if each.state is OccurrenceState.ACTIVE and not each.is_acknowledged
    }
    shown = [
        each
        for each in occurrences
        if each.is_presented
        and (each.state is OccurrenceState.ACTIVE or (each.condition, each.about) not in active)
    ]
    return tuple(sorted(shown, key=_urgency, reverse=True))


def _urgency(occurrence: Occurrence) -> tuple[int, int, int]:
    standing = 2
    if occurrence.is_acknowledged:
        standing = 1
    if occurrence.state is OccurrenceState.LATCHED:
        standing = 0
    onset_ns = occurrence.onset.mono_ns if occurrence.onset else 0
    return (standing, occurrence.priority.rank, onset_ns)
