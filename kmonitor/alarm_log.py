"""The alarms of a session in hindsight: what each was at its worst, and what was done about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kmonitor.alarm_acts import AlarmAnswer
from kmonitor.alarms.conditions import (
    AlarmKind,
    AlarmPhase,
    AlarmTransition,
    Condition,
    Priority,
)
from kmonitor.clock import Instant

_WORSE = (AlarmPhase.ONSET, AlarmPhase.ESCALATED)
_OVER = (AlarmPhase.LATCHED, AlarmPhase.ENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """What somebody did about one alarm; `words` as the record says it."""

    at: Instant
    author: str
    answer: AlarmAnswer
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedAlarm:
    """One occurrence from its onset on, also when it is gone from the alarm state.

    `priority` is the highest it had and `words` what was said then; `over` is when the condition
    ended, None while it lasts. `acknowledged_by` is whoever did so last, `begun_by` whoever
    switched or paused, where it is no alarm but that.
    """

    number: int
    condition: Condition
    kind: AlarmKind
    priority: Priority
    words: str
    onset: Instant
    over: Instant | None = None
    begun_by: str | None = None
    acknowledged_by: str | None = None
    answers: tuple[GivenAnswer, ...] = ()


AlarmLog = tuple[LoggedAlarm, ...]


def with_rows(log: AlarmLog, rows: Iterable[AlarmTransition]) -> AlarmLog:
    """The log when `rows` have followed; what only was pending is none of it."""
    for row in rows:
        log = _with_row(log, row)
    return log


def with_answer(log: AlarmLog, number: int, given: GivenAnswer) -> AlarmLog:
    """The log when something was done about the occurrence `number`."""
    return tuple(
        replace(each, answers=(*each.answers, given)) if each.number == number else each
        for each in log
    )


def _with_row(log: AlarmLog, row: AlarmTransition) -> AlarmLog:
    if all(each.number != row.occurrence for each in log):
        return (*log, _begun(row)) if row.phase in _WORSE else log
    return tuple(_after(each, row) if each.number == row.occurrence else each for each in log)


def _begun(row: AlarmTransition) -> LoggedAlarm:
    return LoggedAlarm(
        number=row.occurrence, condition=row.condition, kind=row.kind, priority=row.priority,
        words=row.words, onset=row.at, begun_by=row.author,
    )  # fmt: skip


def _after(before: LoggedAlarm, row: AlarmTransition) -> LoggedAlarm:
    if row.phase in _WORSE:
        is_higher = row.priority.rank >= before.priority.rank
        return replace(
            before,
            over=None,
            priority=row.priority if is_higher else before.priority,
            words=row.words if is_higher else before.words,
        )
    if row.phase is AlarmPhase.ACKNOWLEDGED:
        return replace(before, acknowledged_by=row.author)
    if row.phase in _OVER:
        return replace(before, over=before.over or row.at)
    return before
