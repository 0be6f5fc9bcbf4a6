"""The infusion bar: phase, the one big clock in words, milligrams by clock, the rate."""

from __future__ import annotations

from dataclasses import dataclass

from kmonitor.clock import Instant
from kmonitor.infusion import (
    InfusionPhase,
    InfusionState,
    current_rate_ml_per_h,
    declared_rate_ml_per_h,
    delivered_mg,
    delivered_ml,
    given_range_mg,
    paused_s,
    planned_end,
    remaining_s,
    running_s,
)
from kmonitor.session_state import Session, SessionPhase
from kmonitor.units import S_PER_H, display, display_number
from ui.bedside.view_models.words import clock_words, gone_words, left_words, watch_words


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionBar:
    """The bar as it is drawn; `share` of the ordered drug is None where nothing is ordered."""

    phase: str
    is_urgent: bool
    is_running: bool
    big: str
    detail: str
    given: str
    planned: str
    share: float | None
    order: str
    volume: str
    rate: str
    dose_rate: str
    spoken: str


_PHASES = {
    SessionPhase.MONITORING: "MONITORING",
    SessionPhase.READY: "READY",
    SessionPhase.INFUSING: "INFUSING",
    SessionPhase.PAUSED: "PAUSED",
    SessionPhase.END_DUE: "END DUE",
    SessionPhase.RECOVERY: "RECOVERY",
    SessionPhase.ENDED: "ENDED",
}


def infusion_bar(session: Session, now: Instant) -> InfusionBar:
    """The bar at `now`."""
    infusion = session.infusion
    if infusion is None:
        since = gone_words(now.seconds_since(session.opened))
        return _bar(session, big=f"{since} watched", detail="no infusion planned")
    big, detail = _clock(session, infusion, now)
    plan = infusion.plan
    given = delivered_mg(infusion, now)
    return _bar(
        session,
        big=big,
        detail=detail,
        given=_given_words(session, infusion, now),
        planned=f"by clock, of {display(plan.ordered_mg, 'mg')}",
        share=min(1.0, float(given / plan.ordered_mg)),
        order=f"{plan.dose_mg_per_kg.normalize():f} mg/kg in {plan.duration_s / 60:.0f} min"
        f" · {plan.basis} weight",
        volume=f"{display_number(delivered_ml(infusion, now), 'mL')}"
        f" of {display(plan.container_ml, 'mL')}",
        rate=_rate(infusion),
        dose_rate=_dose_rate(infusion),
    )


def _given_words(session: Session, infusion: InfusionState, now: Instant) -> str:
    """A range where nobody can tell whether the pump ran while the program was away."""
    low, high = given_range_mg(infusion, now, session.interruptions)
    most = display(high, "mg")
    least = display(low, "mg")
    if least == most:
        return most
    return f"{display_number(low, 'mg')}\N{EN DASH}{most}"


def _bar(
    session: Session, *, big: str, detail: str, given: str = "", planned: str = "",
    share: float | None = None, order: str = "", volume: str = "", rate: str = "",
    dose_rate: str = "",
) -> InfusionBar:  # fmt: skip
    phase = _PHASES[session.phase]
    spoken = ", ".join(
        part for part in (phase, big, detail, f"{given} {planned}".strip(), rate) if part
    )
    return InfusionBar(
        phase=phase, is_urgent=session.phase is SessionPhase.END_DUE,
        is_running=session.phase in (SessionPhase.INFUSING, SessionPhase.END_DUE),
        big=big, detail=detail, given=given, planned=planned, share=share, order=order,
        volume=volume, rate=rate, dose_rate=dose_rate, spoken=spoken,
    )  # fmt: skip


def _clock(session: Session, infusion: InfusionState, now: Instant) -> tuple[str, str]:
    match infusion.phase:
        case InfusionPhase.PROGRAMMED:
            minutes = infusion.plan.duration_s / 60
            return (
                "Not started",
                f"{minutes:.0f} min planned · opened {_at(session.opened, session)}",
            )
        case InfusionPhase.INFUSING:
            left_s = remaining_s(infusion, now) or 0.0
            return f"{left_words(left_s)} left", _running_detail(session, infusion, now)
        case InfusionPhase.PAUSED:
            since = now.seconds_since(session.phase_since)
            left = left_words(_left_if_resumed_s(infusion, now))
            return (
                f"Paused {watch_words(since)}",
                f"{gone_words(running_s(infusion, now))} gone · {left} left when resumed",
            )
        case InfusionPhase.END_DUE:
            end = planned_end(infusion) or session.phase_since
            return (
                f"End due {watch_words(now.seconds_since(end))} ago",
                "Look at the pump. Has it finished? Then Confirm end",
            )
        case _:
            return _after(session, infusion, now)


def _running_detail(session: Session, infusion: InfusionState, now: Instant) -> str:
    stood_s = paused_s(infusion, now)
    paused = f"paused {watch_words(stood_s)}" if stood_s > 0 else "not paused"
    end = planned_end(infusion)
    parts = [f"{gone_words(running_s(infusion, now))} gone", paused]
    if end is not None:
        parts.append(f"planned end {_at(end, session)}")
    return " · ".join(parts)


def _after(session: Session, infusion: InfusionState, now: Instant) -> tuple[str, str]:
    since = now.seconds_since(session.phase_since)
    how = "stopped" if infusion.phase is InfusionPhase.STOPPED else "ended"
    if session.phase is SessionPhase.ENDED:
        return "Session ended", f"infusion {how}"
    return (
        f"{gone_words(since)} since the end",
        f"{how} {_at(session.phase_since, session)} · ran {gone_words(running_s(infusion, now))}",
    )


def _left_if_resumed_s(infusion: InfusionState, now: Instant) -> float:
    plan = infusion.plan
    left_mg = plan.ordered_mg - delivered_mg(infusion, now)
    mg_per_h = declared_rate_ml_per_h(infusion) * plan.concentration_mg_per_ml
    return float(left_mg * S_PER_H / mg_per_h) if mg_per_h else 0.0


def _rate(infusion: InfusionState) -> str:
    return display(current_rate_ml_per_h(infusion), "mL/h")


def _dose_rate(infusion: InfusionState) -> str:
    plan = infusion.plan
    concentration = f"{display_number(plan.concentration_mg_per_ml, 'mg/mL')} mg/mL"
    rate = declared_rate_ml_per_h(infusion)
    dose_rate = rate * plan.concentration_mg_per_ml / plan.basis_weight_kg
    per_kg = f"{display_number(dose_rate, 'mg/kg/h')} mg/kg/h"
    match infusion.phase:
        case InfusionPhase.PROGRAMMED:
            return f"planned {display(rate, 'mL/h')} · {per_kg}"
        case InfusionPhase.PAUSED:
            return f"goes on at {display(rate, 'mL/h')} · {per_kg}"
        case InfusionPhase.COMPLETE | InfusionPhase.STOPPED:
            return concentration
        case _:
            return f"{per_kg} · {concentration}"


def _at(at: Instant, session: Session) -> str:
    return clock_words(at, session.zone)
