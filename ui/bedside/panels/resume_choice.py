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
from ui.bedside.view_models.words import clock_words

_TITLES = {
    ResumeEnd.EXTEND: "Later end, full dose",
    ResumeEnd.KEEP: "Same end, less drug",
}


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
    effective = now.plus(-back_s)
    return tuple(
        _choice(infusion, Resumed(at=now, effective=effective, end=end), zone) for end in ResumeEnd
    )


def resume_heading(infusion: InfusionState) -> str:
    """What the pump will go on with."""
    return f"Resume at {display(declared_rate_ml_per_h(infusion), 'mL/h')}"


def _choice(infusion: InfusionState, resumed: Resumed, zone: str) -> ResumeChoice:
    after = step(infusion, resumed)
    return ResumeChoice(
        end=resumed.end,
        title=_TITLES[resumed.end],
        consequence="" if isinstance(after, Refused) else _consequence(after, zone),
        why_not=after.reason if isinstance(after, Refused) else "",
    )


def _consequence(after: InfusionState, zone: str) -> str:
    last, given_mg = planned_end(after), assumed_mg_at_end(after)
    if last is None or given_mg is None:
        return ""
    ordered = display(after.plan.ordered_mg, "mg")
    return f"End {clock_words(last, zone)} · {display_number(given_mg, 'mg')} of {ordered} given"
