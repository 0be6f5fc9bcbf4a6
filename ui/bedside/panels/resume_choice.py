"""What a pause costs, in numbers: a later end, or less drug by the end that stood; pure."""

from __future__ import annotations

from dataclasses import dataclass

from kmonitor.clock import Instant
from kmonitor.infusion import (
    InfusionState,
    Refused,
    Resumed,
    ResumeEnd,
    assumed_mg_at_end,
    declared_rate_ml_per_h,
    planned_end,
    step,
)
from kmonitor.units import display, display_number
from ui.local_time import clock_words


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeChoice:
    """One of the two ways to go on; `why_not` is empty where it is possible."""

    end: ResumeEnd
    title: str
    consequence: str
    why_not: str


def resume_choices(
    infusion: InfusionState, now: Instant, back_s: int, zone: str
) -> tuple[ResumeChoice, ...]:
    """Both ways with the end and the milligrams that each leads to."""
    return (
        _choice(infusion, now, back_s, zone, ResumeEnd.EXTEND, "Later end, full dose"),
        _choice(infusion, now, back_s, zone, ResumeEnd.KEEP, "Same end, less drug"),
    )


def resume_heading(infusion: InfusionState) -> str:
    """What the pump will go on with."""
    return f"Resume at {display(declared_rate_ml_per_h(infusion), 'mL/h')}"


def _choice(
    infusion: InfusionState, now: Instant, back_s: int, zone: str, end: ResumeEnd, title: str
) -> ResumeChoice:
    after = step(infusion, Resumed(at=now, effective=now.plus(-back_s), end=end))
    if isinstance(after, Refused):
        return ResumeChoice(end=end, title=title, consequence="", why_not=after.reason)
    return ResumeChoice(
        end=end, title=title, consequence=_consequence(after, zone), why_not=""
    )


def _consequence(after: InfusionState, zone: str) -> str:
    last, given_mg = planned_end(after), assumed_mg_at_end(after)
    if last is None or given_mg is None:
        return ""
    ordered = display(after.plan.ordered_mg, "mg")
    return f"End {clock_words(last, zone)} · {display_number(given_mg, 'mg')} of {ordered} given"
