"""Open alarm conditions out of the log, where what the engine holds cannot be trusted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kmonitor.alarms.conditions import AlarmPhase, AlarmTransition, Condition
from kmonitor.alarms.limits import LimitSet
from kmonitor.alarms.occurrences import Occurrence, OccurrenceState, Part
from kmonitor.alarms.suppression import parts_heard

_STATES = {
    AlarmPhase.PENDING: OccurrenceState.PENDING,
    AlarmPhase.LATCHED: OccurrenceState.LATCHED,
}
_QUIET = (Condition.AUDIO_OFF, Condition.ALARM_OFF)


def rebuilt(
    held: Iterable[Occurrence], rows: Iterable[AlarmTransition], limits: LimitSet
) -> tuple[Occurrence, ...]:
    """The occurrences that are open when `rows` have followed on `held`.

    A row tells one limit of one thing, so a blood pressure keeps the part that was worst.
    """
    found = {each.number: each for each in held}
    for row in rows:
        before = found.get(row.occurrence)
        if row.phase is AlarmPhase.ENDED:
            found.pop(row.occurrence, None)
        else:
            silenced = tuple(found.values()) if row.condition is Condition.AUDIO_PAUSED else ()
            found[row.occurrence] = _after(before, row, limits, parts_heard(silenced))
    return tuple(found.values())


def _after(
    before: Occurrence | None, row: AlarmTransition, limits: LimitSet, silenced: tuple[Part, ...]
) -> Occurrence:
    state = _STATES.get(row.phase, OccurrenceState.ACTIVE)
    if before is None:
        return Occurrence(
            number=row.occurrence, condition=row.condition, about=row.about, kind=row.kind,
            priority=row.priority, state=state, since=row.at,
            onset=None if state is OccurrenceState.PENDING else row.at, value=row.value,
            limit=row.limit, words=row.words, parts=silenced or _parts(row, limits),
            quiet_since=row.at if row.condition in _QUIET else None,
        )  # fmt: skip
    if row.phase is AlarmPhase.ACKNOWLEDGED:
        return replace(
            before, acknowledged_by=row.author, acknowledged_parts=before.parts,
            quiet_since=row.at,
        )  # fmt: skip
    if row.phase is AlarmPhase.REMINDED:
        return replace(before, quiet_since=row.at)
    is_worse = row.phase is AlarmPhase.ESCALATED
    return replace(
        before, condition=row.condition, priority=row.priority, state=state,
        onset=before.onset or (None if state is OccurrenceState.PENDING else row.at),
        value=row.value, limit=row.limit, words=row.words,
        parts=before.parts if state is OccurrenceState.LATCHED else _parts(row, limits),
        acknowledged_by=None, acknowledged_parts=(), quiet_since=None,
        worsened=row.at if is_worse and row.limit != before.limit else before.worsened,
    )  # fmt: skip


def _parts(row: AlarmTransition, limits: LimitSet) -> tuple[Part, ...]:
    if row.value is None or row.limit is None:
        return ()
    return tuple(
        Part(
            condition=row.condition, judged=rule.judged.value, value=row.value,
            limit=row.limit, priority=row.priority,
        )
        for rule in limits.rules
        if rule.condition is row.condition
    )  # fmt: skip
