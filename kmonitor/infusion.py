"""The infusion as a pure state machine: `begin` a plan, `step` it with what people declare.

The pump is not connected. An act has the moment it was pressed (`at`) and the moment it was
done at the pump (`effective`), at most ten minutes earlier; a confirmed end may lie anywhere
since the planned one, however long END DUE stood. What was given is reckoned from the acts
(`infusion_account`), so an act set back in time changes the past as it should.

    programmed  Started -> infusing
    infusing    EndReached -> end due; Paused -> paused; RateChanged, Stopped
    paused      Resumed -> infusing; RateChanged (the rate to go on with), Stopped
    end due     EndConfirmed -> complete; Paused -> paused; Stopped; RateChanged only if set
                back before the end that came (the order then ends at another time)
    complete, stopped: nothing more

Pause is never refused while the pump may run, END DUE included. An act that moves the end
leads back to infusing; if the new end has already passed, its deadline is due at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import assert_never

from kmonitor.dosing.dose_card import DoseCard
from kmonitor.dosing.guards import MOOD, GuardCheck, Level, check_field, check_tenfold
from kmonitor.infusion_account import (
    EndConfirmed,
    EndReached,
    InfusionEvent,
    InfusionPhase,
    InfusionPlan,
    InfusionSegment,
    InfusionState,
    Paused,
    PumpAct,
    RateChanged,
    Resumed,
    ResumeEnd,
    Started,
    Stopped,
    assumed_mg_at_end,
    current_rate_ml_per_h,
    declared_rate_ml_per_h,
    delivered_mg,
    delivered_ml,
    given_range_mg,
    next_deadline,
    paused_s,
    planned_end,
    possible_mg,
    pump_acts,
    remaining_s,
    running_s,
    segments,
)
from kmonitor.units import S_PER_MIN, round_half_up

__all__ = [
    "LONGEST_BACK_DATING_S",
    "EndConfirmed",
    "EndReached",
    "InfusionEvent",
    "InfusionPhase",
    "InfusionPlan",
    "InfusionSegment",
    "InfusionState",
    "Paused",
    "PumpAct",
    "RateChanged",
    "Refused",
    "ResumeEnd",
    "Resumed",
    "Started",
    "Stopped",
    "assumed_mg_at_end",
    "begin",
    "current_rate_ml_per_h",
    "declared_rate_ml_per_h",
    "delivered_mg",
    "delivered_ml",
    "given_range_mg",
    "next_deadline",
    "paused_s",
    "plan_from",
    "planned_end",
    "possible_mg",
    "pump_acts",
    "rate_change_checks",
    "remaining_s",
    "running_s",
    "segments",
    "step",
]

LONGEST_BACK_DATING_S = 600
_P = InfusionPhase
_FITS: dict[type[PumpAct], tuple[InfusionPhase, ...]] = {
    Started: (_P.PROGRAMMED,),
    Paused: (_P.INFUSING, _P.END_DUE),
    Resumed: (_P.PAUSED,),
    RateChanged: (_P.INFUSING, _P.PAUSED, _P.END_DUE),
    Stopped: (_P.INFUSING, _P.PAUSED, _P.END_DUE),
    EndConfirmed: (_P.END_DUE,),
}
_WORDS: dict[type[PumpAct], str] = {
    Started: "Start",
    Paused: "Pause",
    Resumed: "Resume",
    RateChanged: "Change rate",
    Stopped: "Stop",
    EndConfirmed: "Confirm end",
}
_STANDING = {
    _P.PROGRAMMED: "has not been started",
    _P.INFUSING: "is running",
    _P.PAUSED: "is paused",
    _P.END_DUE: "is at its planned end",
    _P.COMPLETE: "is complete",
    _P.STOPPED: "was stopped",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """An event that does not fit; the state stays. `reason` is one plain sentence."""

    reason: str


def plan_from(card: DoseCard) -> InfusionPlan:
    """The plan of a dose card, at the pump's rounded rate; a refused card is not planned."""
    if card.is_refused:
        raise ValueError("a card with a broken hard limit is never planned")
    return InfusionPlan(
        ordered_mg=card.dose_mg,
        concentration_mg_per_ml=card.concentration_mg_per_ml,
        container_ml=card.total_volume_ml,
        rate_ml_per_h=card.pump.rate_ml_per_h,
        duration_s=int(round_half_up(card.order.minutes * S_PER_MIN, Decimal(1))),
        weight_kg=card.order.weight_kg,
        basis_weight_kg=card.basis_weight_kg,
        basis=card.order.basis.value,
        dose_mg_per_kg=card.order.dose_mg_per_kg,
    )


def begin(plan: InfusionPlan) -> InfusionState:
    """A programmed infusion; the plan's numbers must be above 0."""
    numbers = (
        plan.ordered_mg,
        plan.concentration_mg_per_ml,
        plan.container_ml,
        plan.rate_ml_per_h,
        plan.basis_weight_kg,
    )
    if any(not number.is_finite() or number <= 0 for number in numbers):
        raise ValueError("every number of an infusion plan is finite and above 0")
    return InfusionState(plan=plan)


def step(state: InfusionState, event: InfusionEvent) -> InfusionState | Refused:
    """Take one event; see the table at the head of this file."""
    if isinstance(event, EndReached):
        return _reach_end(state, event)
    refusal = _misfit(state, event) or _mistimed(state, event)
    if refusal is not None:
        return refusal
    match event:
        case Started():
            return _took(state, event, _P.INFUSING)
        case Paused():
            paused = _took(state, event, _P.PAUSED)
            return replace(paused, end_before_pause=planned_end(state))
        case Resumed():
            return _resume(state, event)
        case RateChanged():
            return _change_rate(state, event)
        case Stopped():
            return _took(state, event, _P.STOPPED)
        case EndConfirmed():
            return _confirm_end(state, event)
        case _:
            assert_never(event)


def rate_change_checks(state: InfusionState, rate_ml_per_h: Decimal) -> tuple[GuardCheck, ...]:
    """The pump rate and the mg/kg/h it would give, against soft and hard limits.

    A rate outside 0.2 to 5 times the present one is soft here: what a person did set at the
    pump must be recordable, but it has to be entered again.
    """
    plan = state.plan
    before = declared_rate_ml_per_h(state)
    slips = check_tenfold("rate_ml_per_h", "Pump rate", "mL/h", rate_ml_per_h, before)
    dose_rate = rate_ml_per_h * plan.concentration_mg_per_ml / plan.basis_weight_kg
    return (
        *check_field(MOOD, "rate_ml_per_h", rate_ml_per_h),
        *check_field(MOOD, "dose_rate_mg_per_kg_per_h", dose_rate),
        *(replace(slip, level=Level.SOFT) for slip in slips),
    )


def _reach_end(state: InfusionState, event: EndReached) -> InfusionState | Refused:
    end = next_deadline(state)
    if end is None:
        return Refused(f"No end is due: the infusion {_STANDING[state.phase]}.")
    if event.at.is_before(end):
        return Refused("The planned end has not come yet.")
    return replace(state, phase=_P.END_DUE, events=(*state.events, event))


def _resume(state: InfusionState, event: Resumed) -> InfusionState | Refused:
    kept_end = None
    if event.end is ResumeEnd.KEEP:
        kept_end = state.end_before_pause
        if kept_end is None or not event.effective.is_before(kept_end):
            return Refused(
                "Resume cannot keep the end: it has passed. Resume with a later end, or stop."
            )
    resumed = _took(state, event, _P.INFUSING)
    return replace(resumed, kept_end=kept_end, end_before_pause=None)


def _change_rate(state: InfusionState, event: RateChanged) -> InfusionState | Refused:
    if not event.rate_ml_per_h.is_finite() or event.rate_ml_per_h <= 0:
        return Refused("The new rate must be above 0 mL/h; to halt the pump press Pause.")
    for check in rate_change_checks(state, event.rate_ml_per_h):
        if check.level is Level.HARD:
            return Refused(check.message)
    end = planned_end(state)
    if end is not None and not event.effective.is_before(end):
        return Refused("Change rate comes after the planned end: confirm the end, pause or stop.")
    phase = _P.PAUSED if state.phase is _P.PAUSED else _P.INFUSING
    return _took(state, event, phase)


def _confirm_end(state: InfusionState, event: EndConfirmed) -> InfusionState | Refused:
    end = planned_end(state)
    if end is not None and event.effective.is_before(end):
        return Refused(
            "Confirm end lies before the planned end: if the pump ended earlier, press Stop."
        )
    return _took(state, event, _P.COMPLETE)


def _took(state: InfusionState, event: PumpAct, phase: InfusionPhase) -> InfusionState:
    return replace(state, phase=phase, events=(*state.events, event))


def _misfit(state: InfusionState, event: PumpAct) -> Refused | None:
    if state.phase in _FITS[type(event)]:
        return None
    return Refused(f"{_WORDS[type(event)]} does not fit: the infusion {_STANDING[state.phase]}.")


def _mistimed(state: InfusionState, event: PumpAct) -> Refused | None:
    back_s = event.at.seconds_since(event.effective)
    if back_s < 0:
        return Refused(f"{_WORDS[type(event)]} cannot lie in the future.")
    is_bound = not isinstance(event, EndConfirmed)  # `_confirm_end` holds it to the planned end
    if is_bound and back_s > LONGEST_BACK_DATING_S:
        return Refused(
            f"{_WORDS[type(event)]} can be set back by at most "
            f"{LONGEST_BACK_DATING_S // S_PER_MIN} min."
        )
    acts = pump_acts(state)
    if acts and event.effective.is_before(acts[-1].effective):
        before = _WORDS[type(acts[-1])]
        return Refused(f"{_WORDS[type(event)]} cannot lie before the {before} that preceded it.")
    return None
