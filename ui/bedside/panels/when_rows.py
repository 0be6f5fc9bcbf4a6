"""What can be told with its time at a moment: the start, what was done earlier, the end; pure."""

from __future__ import annotations

from kmonitor.clock import Instant
from kmonitor.infusion import planned_end
from kmonitor.session_state import Session, SessionPhase
from ui.bedside.panels.time_back import at_planned_end, last_act_effective, time_choices
from ui.bedside.panels.when_panel import WhenRow

BEGUN = frozenset({SessionPhase.INFUSING, SessionPhase.PAUSED, SessionPhase.END_DUE})
_RUNNING = BEGUN - {SessionPhase.PAUSED}


def start_rows(session: Session, now: Instant) -> list[WhenRow]:
    """The start, now or earlier."""
    choices = time_choices(now, session.zone, session.opened)
    return [WhenRow(act="start", words="The pump starts or was started", choices=choices)]


def earlier_rows(session: Session, now: Instant) -> list[WhenRow]:
    """A pause where the pump ran, and a stop."""
    choices = time_choices(now, session.zone, last_act_effective(session.infusion))[1:]
    stop = WhenRow(act="stop", words="The pump was stopped for good", choices=choices)
    if session.phase not in _RUNNING:
        return [stop]
    return [WhenRow(act="pause", words="The pump was paused", choices=choices), stop]


def end_due_rows(session: Session, now: Instant) -> list[WhenRow]:
    """The end since END DUE, or at the planned end however long ago that was."""
    end = None if session.infusion is None else planned_end(session.infusion)
    choices = time_choices(now, session.zone, end)
    rows = [WhenRow(act="confirm_end", words="The pump has finished", choices=choices)]
    if end is not None:
        choices = (at_planned_end(end, session.zone),)
        rows.append(WhenRow(act="confirm_at_end", words="or", choices=choices))
    return rows
