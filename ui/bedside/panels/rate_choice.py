"""A new pump rate before it is confirmed: what it would give, until when, and its limits; pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kmonitor.clock import Instant
from kmonitor.dosing.guards import Level
from kmonitor.infusion import (
    InfusionState,
    RateChanged,
    Refused,
    assumed_mg_at_end,
    declared_rate_ml_per_h,
    planned_end,
    rate_change_checks,
    remaining_s,
    step,
)
from kmonitor.units import S_PER_MIN, display, round_half_up
from ui.bedside.view_models.words import clock_words
from ui.typed import read_number

STEPS_ML_PER_H = (Decimal(-10), Decimal(-1), Decimal(1), Decimal(10))
_PUMP_STEP = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChoice:
    """`rate_ml_per_h` None: it cannot be confirmed, `trouble` says why; `is_wrong`: as typed."""

    rate_ml_per_h: Decimal | None
    dose_rate: str
    end: str
    trouble: str
    confirm: str
    is_wrong: bool


def rate_choice(
    infusion: InfusionState, text: str, now: Instant, back_s: int, zone: str
) -> RateChoice:
    """What the typed rate leads to."""
    typed = read_number(text, "Rate", "120")
    if typed.number is None:
        return _none(typed.wrong or "Type the new rate in mL/h.", is_wrong=bool(typed.wrong))
    rate = typed.number
    if rate != round_half_up(rate, _PUMP_STEP):
        return _none("Rate: the pump takes one digit after the point.")
    if rate == declared_rate_ml_per_h(infusion):
        return _none(f"{display(rate, 'mL/h')} is the rate that is set now.", is_wrong=False)
    after = step(
        infusion,
        RateChanged(at=now, effective=now.plus(-back_s), rate_ml_per_h=rate),
    )
    if isinstance(after, Refused):
        return _none(after.reason)
    soft = next((c for c in rate_change_checks(infusion, rate) if c.level is Level.SOFT), None)
    return RateChoice(
        rate_ml_per_h=rate,
        dose_rate=_dose_rate(infusion, rate),
        end=_end(after, now, zone),
        trouble="" if soft is None else soft.message,
        confirm=f"Set {display(rate, 'mL/h')}" + ("" if soft is None else " anyway"),
        is_wrong=False,
    )


def stepped(text: str, by_ml_per_h: Decimal) -> str:
    """The text after one press of a step key; never below 0.1."""
    typed = read_number(text, "Rate", "120")
    rate = max((typed.number or Decimal(0)) + by_ml_per_h, _PUMP_STEP)
    return f"{rate.normalize():f}"


def _none(trouble: str, *, is_wrong: bool = True) -> RateChoice:
    return RateChoice(
        rate_ml_per_h=None,
        dose_rate="",
        end="",
        trouble=trouble,
        confirm="Set rate",
        is_wrong=is_wrong,
    )


def _dose_rate(infusion: InfusionState, rate: Decimal) -> str:
    plan = infusion.plan
    dose_rate = rate * plan.concentration_mg_per_ml / plan.basis_weight_kg
    return display(dose_rate, "mg/kg/h")


def _end(after: InfusionState, now: Instant, zone: str) -> str:
    end, left_s, given = planned_end(after), remaining_s(after, now), assumed_mg_at_end(after)
    if end is None or left_s is None or given is None:
        return "paused: the end comes with Resume"
    minutes = round(left_s / S_PER_MIN)
    return f"end {clock_words(end, zone)}, in {minutes} min, {display(given, 'mg')} given"
