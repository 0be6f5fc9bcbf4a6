"""What alarms there were in this session, the newest first."""

from __future__ import annotations

from dataclasses import dataclass

from kmonitor.alarm_log import LoggedAlarm
from kmonitor.alarms.conditions import Priority
from kmonitor.session_state import Session
from ui.bedside.view_models.alarm_look import STARS
from ui.bedside.view_models.words import clock_words, watch_words

MOST_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAlarm:
    """When, how urgent at its worst, what; and how long, seen by whom, what was done."""

    clock: str
    priority: Priority
    stars: str
    words: str
    detail: str

    @property
    def spoken(self) -> str:
        """For screen readers."""
        return f"{self.clock}, {self.priority}: {self.words}, {self.detail}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAlarms:
    """The list with what stands over it."""

    head: str
    rows: tuple[PastAlarm, ...]

    @property
    def spoken(self) -> str:
        """For screen readers."""
        return ". ".join((self.head, *(row.spoken for row in self.rows)))


def past_alarms(session: Session) -> PastAlarms:
    """Every alarm of the session that the list of those present no longer has."""
    there = {each.number for each in session.presented_alarms}
    past = [
        each
        for each in session.alarm_log
        if each.number not in there and (each.over is not None or each.acknowledged_by)
    ]
    past.sort(key=lambda each: each.onset.mono_ns, reverse=True)
    return PastAlarms(
        head=_head(len(past)),
        rows=tuple(_row(each, session.zone) for each in past[:MOST_SHOWN]),
    )


def _head(count: int) -> str:
    if not count:
        return "Earlier in this session: no alarm"
    if count > MOST_SHOWN:
        return f"Earlier in this session: the last {MOST_SHOWN} of {count}, all are in the record"
    return "Earlier in this session"


def _row(logged: LoggedAlarm, zone: str) -> PastAlarm:
    parts = []
    if logged.over is not None:
        parts.append(f"for {watch_words(logged.over.seconds_since(logged.onset))}")
    if logged.acknowledged_by:
        parts.append(f"acknowledged by {logged.acknowledged_by}")
    elif logged.begun_by:
        parts.append(f"by {logged.begun_by}")
    elif not logged.condition.is_inactivation:
        parts.append("not acknowledged")
    parts.extend(f"{clock_words(each.at, zone)} {each.words}" for each in logged.answers)
    return PastAlarm(
        clock=clock_words(logged.onset, zone),
        priority=logged.priority,
        stars=STARS[logged.priority],
        words=logged.words,
        detail=" · ".join(parts),
    )
