"""How an occurrence begins, worsens, is acknowledged and ends; each step gives one log row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kmonitor.alarms.conditions import (
    AlarmKind,
    AlarmPhase,
    AlarmTransition,
    Condition,
    Priority,
)
from kmonitor.alarms.occurrences import Occurrence, OccurrenceState, Part
from kmonitor.clock import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWatch:
    """How long each level of one rule has been passed, and by which value."""

    beyond_since: tuple[Instant | None, ...]
    limits: tuple[float | None, ...]
    value: float
    measured: Instant
    is_missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmState:
    """Every occurrence that has not ended, and what is being watched towards the next one.

    `recent` are the last numbers of SpO2 with their moments, for the rule about a fast fall;
    `reminders` counts how often somebody was reminded of what is silenced.
    """

    occurrences: tuple[Occurrence, ...] = ()
    watches: Mapping[Condition, RuleWatch] = field(default_factory=dict)
    next_number: int = 1
    recent: tuple[tuple[Instant, float], ...] = ()
    reminders: int = 0

    def running(self, condition: Condition, about: str = "") -> Occurrence | None:
        """The pending or active occurrence of `condition`; a latched one is over."""
        for each in self.occurrences:
            if (
                each.condition is condition
                and each.about == about
                and each.state is not OccurrenceState.LATCHED
            ):
                return each
        return None

    def with_changed(self, occurrence: Occurrence) -> AlarmState:
        """The state with `occurrence` in place of the one of its number."""
        return _with(self, occurrence)


Judgement = tuple[AlarmState, tuple[AlarmTransition, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """That a condition is there now: how urgent, by which value and limit, in which words."""

    condition: Condition
    priority: Priority
    words: str
    value: float | None = None
    limit: float | None = None
    about: str = ""
    parts: tuple[Part, ...] = ()


def pend(state: AlarmState, at: Instant, finding: Finding) -> Judgement:
    """A physiological condition is there and its delay runs."""
    occurrence = _new(state, at, finding, AlarmKind.PHYSIOLOGICAL, OccurrenceState.PENDING)
    return _added(state, occurrence), (_row(at, occurrence, AlarmPhase.PENDING),)


def begin(state: AlarmState, at: Instant, finding: Finding, kind: AlarmKind) -> Judgement:
    """Onset: tile, banner and sound together; a pending occurrence becomes this one."""
    state, gone = _drop_outdone_latched(state, at, finding)
    pending = state.running(finding.condition, finding.about)
    if pending is None:
        occurrence = _new(state, at, finding, kind, OccurrenceState.ACTIVE)
        state = _added(state, occurrence)
    else:
        occurrence = replace(
            _told(pending, finding), state=OccurrenceState.ACTIVE, onset=at,
            priority=finding.priority,
        )  # fmt: skip
        state = _with(state, occurrence)
    return state, (*gone, _row(at, occurrence, AlarmPhase.ONSET))


def escalate(state: AlarmState, at: Instant, was: Occurrence, finding: Finding) -> Judgement:
    """It got worse: the acknowledgement is void."""
    state, gone = _drop_outdone_latched(state, at, finding)
    occurrence = replace(
        _told(was, finding), priority=finding.priority,
        acknowledged_by=None, acknowledged_parts=(), quiet_since=None,
        worsened=was.worsened if finding.limit == was.limit else at,
    )  # fmt: skip
    return _with(state, occurrence), (*gone, _row(at, occurrence, AlarmPhase.ESCALATED))


def remind(state: AlarmState, at: Instant, was: Occurrence) -> Judgement:
    """It is silenced and still there: one more low tone, and the time to the next begins."""
    occurrence = replace(was, quiet_since=at)
    state = replace(_with(state, occurrence), reminders=state.reminders + 1)
    return state, (_row(at, occurrence, AlarmPhase.REMINDED),)


def tell(state: AlarmState, was: Occurrence, finding: Finding) -> AlarmState:
    """It goes on with a new value; nothing for the log."""
    return _with(state, _told(was, finding))


def end(state: AlarmState, at: Instant, was: Occurrence, *, stays: bool = True) -> Judgement:
    """The condition is over; unacknowledged, physiological and urgent ones stay to be seen."""
    stays = (
        stays
        and was.state is OccurrenceState.ACTIVE
        and was.kind is AlarmKind.PHYSIOLOGICAL
        and was.priority is not Priority.LOW
        and not was.is_acknowledged
    )
    if stays:
        latched = replace(was, state=OccurrenceState.LATCHED)
        return _with(state, latched), (_row(at, latched, AlarmPhase.LATCHED),)
    return _without(state, was), (_row(at, was, AlarmPhase.ENDED),)


def end_and_begin(state: AlarmState, at: Instant, was: Occurrence, finding: Finding) -> Judgement:
    """One occurrence is over, and another of the same kind is there."""
    ended, rows = end(state, at, was)
    begun, more = begin(ended, at, finding, was.kind)
    return begun, (*rows, *more)


def ease(state: AlarmState, at: Instant, was: Occurrence, finding: Finding) -> Judgement:
    """It goes on and is no more urgent than before: acknowledged in silence, else as a new one."""
    if finding.priority is was.priority or was.is_acknowledged:
        return tell(state, replace(was, priority=finding.priority), finding), ()
    return end_and_begin(state, at, was, finding)


def acknowledge(state: AlarmState, at: Instant, number: int, author: str) -> Judgement | None:
    """Quiet one occurrence; a latched one ends. None if there is no such one to acknowledge.

    What stays to be seen of the same condition is acknowledged with the one that is there.
    """
    was = next((each for each in state.occurrences if each.number == number), None)
    if was is None or not _can_be_acknowledged(was):
        return None
    state, rows = _acknowledge_one(state, at, was, author)
    if was.state is OccurrenceState.LATCHED:
        return state, rows
    for each in state.occurrences:
        is_same = (each.condition, each.about) == (was.condition, was.about)
        if each.state is OccurrenceState.LATCHED and is_same:
            state, more = _acknowledge_one(state, at, each, author)
            rows += more
    return state, rows


def _can_be_acknowledged(was: Occurrence) -> bool:
    is_there = was.state is not OccurrenceState.PENDING and not was.condition.is_inactivation
    return is_there and not was.is_acknowledged


def _acknowledge_one(state: AlarmState, at: Instant, was: Occurrence, author: str) -> Judgement:
    occurrence = replace(was, acknowledged_by=author, acknowledged_parts=was.parts, quiet_since=at)
    row = replace(_row(at, occurrence, AlarmPhase.ACKNOWLEDGED), author=author)
    if was.state is OccurrenceState.LATCHED:
        return _without(state, was), (row, _row(at, occurrence, AlarmPhase.ENDED))
    return _with(state, occurrence), (row,)


def _new(
    state: AlarmState, at: Instant, finding: Finding, kind: AlarmKind, stands: OccurrenceState
) -> Occurrence:
    return Occurrence(
        number=state.next_number, condition=finding.condition, about=finding.about, kind=kind,
        priority=finding.priority, state=stands, since=at,
        onset=at if stands is OccurrenceState.ACTIVE else None, value=finding.value,
        limit=finding.limit, words=finding.words, parts=finding.parts,
    )  # fmt: skip


def _told(was: Occurrence, finding: Finding) -> Occurrence:
    return replace(
        was, condition=finding.condition, value=finding.value, limit=finding.limit,
        words=finding.words, parts=finding.parts,
    )  # fmt: skip


def _drop_outdone_latched(
    state: AlarmState, at: Instant, finding: Finding
) -> tuple[AlarmState, tuple[AlarmTransition, ...]]:
    """A new onset takes the place of a latched line of the same condition and no more urgency."""
    rows = []
    for each in state.occurrences:
        is_outdone = (
            each.state is OccurrenceState.LATCHED
            and each.condition is finding.condition
            and each.priority.rank <= finding.priority.rank
        )
        if is_outdone:
            state = _without(state, each)
            rows.append(_row(at, each, AlarmPhase.ENDED))
    return state, tuple(rows)


def _added(state: AlarmState, occurrence: Occurrence) -> AlarmState:
    return replace(
        state,
        occurrences=(*state.occurrences, occurrence),
        next_number=state.next_number + 1,
    )


def _with(state: AlarmState, occurrence: Occurrence) -> AlarmState:
    changed = tuple(
        occurrence if each.number == occurrence.number else each for each in state.occurrences
    )
    return replace(state, occurrences=changed)


def _without(state: AlarmState, occurrence: Occurrence) -> AlarmState:
    left = tuple(each for each in state.occurrences if each.number != occurrence.number)
    return replace(state, occurrences=left)


def _row(at: Instant, occurrence: Occurrence, phase: AlarmPhase) -> AlarmTransition:
    return AlarmTransition(
        at=at, occurrence=occurrence.number, condition=occurrence.condition,
        kind=occurrence.kind, priority=occurrence.priority, phase=phase,
        value=occurrence.value, limit=occurrence.limit, about=occurrence.about,
        words=occurrence.words,
    )  # fmt: skip
