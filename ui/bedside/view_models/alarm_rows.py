"""One line of the list of alarms: how urgent, in words, for how long, seen by whom."""

from __future__ import annotations

from dataclasses import dataclass

from kmonitor.alarms.conditions import Priority
from kmonitor.alarms.occurrences import Occurrence, OccurrenceState
from kmonitor.clock import Instant
from ui.bedside.view_models.alarm_look import STARS
from ui.bedside.view_models.banner import BannerLook
from ui.bedside.view_models.words import watch_words


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRow:
    """`is_selected`: the action row is about it."""

    number: int
    priority: Priority
    look: BannerLook
    stars: str
    words: str
    detail: str
    is_selected: bool
    can_acknowledge: bool

    @property
    def spoken(self) -> str:
        """For screen readers."""
        return f"{self.priority} alarm: {self.words}, {self.detail}"


def alarm_row(occurrence: Occurrence, now: Instant, *, is_selected: bool) -> AlarmRow:
    """The line about `occurrence` at `now`."""
    is_switch = occurrence.condition.is_inactivation
    return AlarmRow(
        number=occurrence.number,
        priority=occurrence.priority,
        look=_look(occurrence),
        stars=STARS[occurrence.priority],
        words=occurrence.words,
        detail=_detail(occurrence, now),
        is_selected=is_selected,
        can_acknowledge=not occurrence.is_acknowledged and not is_switch,
    )


def _detail(occurrence: Occurrence, now: Instant) -> str:
    parts = [f"for {watch_words(now.seconds_since(occurrence.lasts_since))}"]
    if occurrence.state is OccurrenceState.LATCHED:
        seconds = now.seconds_since(occurrence.onset or occurrence.since)
        parts = [f"over now, began {watch_words(seconds)} ago"]
    if occurrence.acknowledged_by:
        parts.append(f"acknowledged by {occurrence.acknowledged_by}")
    return " · ".join(parts)


def _look(occurrence: Occurrence) -> BannerLook:
    if occurrence.state is OccurrenceState.LATCHED:
        return BannerLook.LATCHED
    if occurrence.is_acknowledged or occurrence.condition.is_inactivation:
        return BannerLook.OUTLINED
    return BannerLook.FILLED
