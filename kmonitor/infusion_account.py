"""What an infusion has given and when it will end, reckoned anew from its events each time.

"By clock": what has left the container if the pump did what people declared. Nothing here
reads a clock or counts along; the moment asked about is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import Protocol

from kmonitor.clock import NS_PER_S, Instant
from kmonitor.units import S_PER_H, clean

_NS_PER_H = S_PER_H * NS_PER_S
_ONE_NS = Decimal("1e-9")
_ZERO = Decimal(0)


class InfusionPhase(StrEnum):
    """Where an infusion stands; END_DUE lasts until a person confirms the end."""

    PROGRAMMED = "programmed"
    INFUSING = "infusing"
    PAUSED = "paused"
    END_DUE = "end_due"
    COMPLETE = "complete"
    STOPPED = "stopped"


class ResumeEnd(StrEnum):
    """What a pause costs: a later end, or less drug by the end that stood before."""

    EXTEND = "extend"
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionPlan:
    """The order as the pump gets it; `rate_ml_per_h` is the rounded pump rate.

    `duration_s` is the ordered time; the planned end is reckoned from the milligrams and
    the pump rate, and lies seconds beside it where the rate had to be rounded.
    """

    ordered_mg: Decimal
    concentration_mg_per_ml: Decimal
    container_ml: Decimal
    rate_ml_per_h: Decimal
    duration_s: int
    weight_kg: Decimal
    basis_weight_kg: Decimal
    basis: str
    dose_mg_per_kg: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The pump was started; pressed `at`, done `effective`, as in every act below."""

    at: Instant
    effective: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """The pump was paused."""

    at: Instant
    effective: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """The pump goes on; `end` says what becomes of the time lost."""

    at: Instant
    effective: Instant
    end: ResumeEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChanged:
    """The pump was set to another rate; in a pause: to the rate it will go on with."""

    at: Instant
    effective: Instant
    rate_ml_per_h: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The pump was stopped for good before a confirmed end."""

    at: Instant
    effective: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class EndReached:
    """The planned end has come by the clock; the session's deadline, not a person."""

    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class EndConfirmed:
    """A person saw at the pump that it has finished."""

    at: Instant
    effective: Instant


PumpAct = Started | Paused | Resumed | RateChanged | Stopped | EndConfirmed
InfusionEvent = PumpAct | EndReached


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionState:
    """The plan, the phase and every accepted event in order; the rest is reckoned from these.

    `kept_end` stands after a resume that keeps the end; `end_before_pause` while paused.
    """

    plan: InfusionPlan
    phase: InfusionPhase = InfusionPhase.PROGRAMMED
    events: tuple[InfusionEvent, ...] = ()
    kept_end: Instant | None = None
    end_before_pause: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionSegment:
    """A stretch of one declared rate, 0 in a pause; `until` is None while it lasts."""

    since: Instant
    until: Instant | None
    rate_ml_per_h: Decimal


class Gap(Protocol):
    """A stretch in which nobody could declare anything."""

    @property
    def since(self) -> Instant:
        """Its beginning."""

    @property
    def until(self) -> Instant:
        """Its end."""

    @property
    def is_length_known(self) -> bool:
        """Whether it was as long as it seems; else it may have been of any length."""


def pump_acts(state: InfusionState) -> tuple[PumpAct, ...]:
    """What people declared, in order of `effective`; END DUE itself changes no pump."""
    return tuple(event for event in state.events if not isinstance(event, EndReached))


def declared_rate_ml_per_h(state: InfusionState) -> Decimal:
    """The rate last set, also while paused or ended."""
    for event in reversed(state.events):
        if isinstance(event, RateChanged):
            return event.rate_ml_per_h
    return state.plan.rate_ml_per_h


def current_rate_ml_per_h(state: InfusionState) -> Decimal:
    """The rate that the pump was declared to run at now; 0 unless infusing or END DUE."""
    if state.phase in (InfusionPhase.INFUSING, InfusionPhase.END_DUE):
        return declared_rate_ml_per_h(state)
    return _ZERO


def segments(state: InfusionState, now: Instant) -> tuple[InfusionSegment, ...]:
    """The declared rates from start to stop as known at `now`; a later one is left out.

    Back-dated acts stand where they were effective. The last is open until a stop or a
    confirmed end, also in END DUE: nobody has declared that the pump stands still.
    """
    stretches: list[InfusionSegment] = []
    set_rate, running = state.plan.rate_ml_per_h, False
    acts = [act for act in pump_acts(state) if not now.is_before(act.effective)]
    for act, following in zip(acts, [*acts, None][1:], strict=True):
        if isinstance(act, RateChanged):
            set_rate = act.rate_ml_per_h
        elif isinstance(act, Stopped | EndConfirmed):
            break
        else:
            running = isinstance(act, Started | Resumed)
        stretches.append(
            InfusionSegment(
                since=act.effective,
                until=None if following is None else following.effective,
                rate_ml_per_h=set_rate if running else _ZERO,
            )
        )
    return tuple(stretches)


def possible_ml(state: InfusionState, now: Instant) -> Decimal:
    """mL if the pump ran at the declared rates until declared otherwise; at most the container."""
    return min(_pumped_ml(state, now), state.plan.container_ml)


def _pumped_ml(state: InfusionState, now: Instant) -> Decimal:
    return sum(
        (
            stretch.rate_ml_per_h * _stretch_ns(stretch, now) / _NS_PER_H
            for stretch in segments(state, now)
        ),
        start=_ZERO,
    )


def possible_mg(state: InfusionState, now: Instant) -> Decimal:
    """mg as `possible_ml`: more than `delivered_mg` only where the container held more."""
    return clean(possible_ml(state, now) * state.plan.concentration_mg_per_ml)


def delivered_mg(state: InfusionState, now: Instant) -> Decimal:
    """mg given by clock: declared rates over their times, at most the order and the container.

    In END DUE nobody has said whether the pump stands still. After an end with all ordered
    drug given the sum rests at the order, because the pump's own volume limit or the empty
    container ends it. After a kept end drug is left, and the pump runs until someone stops
    it: the sum goes on until a stop or end is declared. `possible_mg` leaves out the order.
    """
    return min(possible_mg(state, now), state.plan.ordered_mg)


def given_range_mg(
    state: InfusionState, now: Instant, gaps: Iterable[Gap]
) -> tuple[Decimal, Decimal]:
    """The least and the most mg given, where nobody could tell in `gaps` whether the pump ran.

    A confirmed end was seen at the pump, and nothing is in doubt any more. A running pump may
    have given all of the order in a gap of unknown length.
    """
    high = delivered_mg(state, now)
    if state.phase is InfusionPhase.COMPLETE:
        return high, high
    plan, in_gaps_ml = state.plan, _ZERO
    for gap in gaps:
        for stretch in segments(state, now):
            in_gaps_ml += stretch.rate_ml_per_h * _overlap_ns(stretch, gap, now) / _NS_PER_H
        if not gap.is_length_known and _ran_at(state, gap.since, now):
            high = min(plan.ordered_mg, plan.container_ml * plan.concentration_mg_per_ml)
    low_ml = min(_pumped_ml(state, now) - in_gaps_ml, plan.container_ml)
    return min(clean(low_ml * plan.concentration_mg_per_ml), high), high


def _ran_at(state: InfusionState, at: Instant, now: Instant) -> bool:
    """Whether the pump was declared running when `at` came; as known at `now`."""
    return any(
        stretch.rate_ml_per_h > 0
        and not at.is_before(stretch.since)
        and (stretch.until is None or at.is_before(stretch.until))
        for stretch in segments(state, now)
    )


def _overlap_ns(stretch: InfusionSegment, gap: Gap, now: Instant) -> int:
    until = now if stretch.until is None else stretch.until
    begin_ns = max(stretch.since.mono_ns, gap.since.mono_ns)
    return max(0, min(until.mono_ns, gap.until.mono_ns, now.mono_ns) - begin_ns)


def delivered_ml(state: InfusionState, now: Instant) -> Decimal:
    """mL that hold `delivered_mg`."""
    return min(possible_ml(state, now), state.plan.ordered_mg / state.plan.concentration_mg_per_ml)


def planned_end(state: InfusionState) -> Instant | None:
    """When the order (or the container) is given at the current rate, or the kept end if earlier.

    None before the start, while paused and after the end. In END DUE it is the end that came.
    """
    if state.phase not in (InfusionPhase.INFUSING, InfusionPhase.END_DUE):
        return None
    latest = pump_acts(state)[-1].effective
    plan = state.plan
    left_mg = min(plan.ordered_mg, plan.container_ml * plan.concentration_mg_per_ml)
    left_mg -= delivered_mg(state, latest)
    left_s = left_mg * S_PER_H / (declared_rate_ml_per_h(state) * plan.concentration_mg_per_ml)
    end = latest.plus(clean(left_s).quantize(_ONE_NS, rounding=ROUND_CEILING))
    if state.kept_end is not None and state.kept_end.is_before(end):
        return state.kept_end
    return end


def assumed_mg_at_end(state: InfusionState) -> Decimal | None:
    """mg by clock at the planned end if nothing changes; None where there is no planned end."""
    end = planned_end(state)
    return None if end is None else delivered_mg(state, end)


def next_deadline(state: InfusionState) -> Instant | None:
    """When `EndReached` is due: the planned end while infusing; may lie in the past."""
    return planned_end(state) if state.phase is InfusionPhase.INFUSING else None


def remaining_s(state: InfusionState, now: Instant) -> float | None:
    """Seconds to the planned end, never negative; None where there is no planned end."""
    end = planned_end(state)
    return None if end is None else max(0.0, end.seconds_since(now))


def running_s(state: InfusionState, now: Instant) -> float:
    """Seconds in which the pump was declared running, to `now`."""
    return _time_s(state, now, is_running=True)


def paused_s(state: InfusionState, now: Instant) -> float:
    """Seconds in which the pump was declared paused, to `now`."""
    return _time_s(state, now, is_running=False)


def _time_s(state: InfusionState, now: Instant, *, is_running: bool) -> float:
    wanted = (
        _stretch_ns(stretch, now)
        for stretch in segments(state, now)
        if (stretch.rate_ml_per_h > 0) is is_running
    )
    return sum(wanted) / NS_PER_S


def _stretch_ns(stretch: InfusionSegment, now: Instant) -> int:
    until = now if stretch.until is None else stretch.until
    return until.mono_ns - stretch.since.mono_ns
