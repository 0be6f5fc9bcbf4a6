"""Properties over generated histories, against a brute-force simulation and `calc`."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmonitor.clock import Instant
from kmonitor.dosing.delivery import DeliverySegment
from kmonitor.dosing.delivery import delivered_mg as calc_delivered_mg
from kmonitor.infusion import (
    EndReached,
    InfusionEvent,
    InfusionPlan,
    InfusionState,
    Paused,
    RateChanged,
    Refused,
    Resumed,
    ResumeEnd,
    Started,
    Stopped,
    begin,
    delivered_mg,
    next_deadline,
    paused_s,
    planned_end,
    possible_mg,
    running_s,
    segments,
    step,
)
from kmonitor.units import MgPerMl, Minutes, Ml, MlPerH, clean

DAWN = Instant(3_600_000_000_000, datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
PLAN = InfusionPlan(
    ordered_mg=Decimal(40),
    concentration_mg_per_ml=Decimal("0.4"),
    container_ml=Decimal(100),
    rate_ml_per_h=Decimal(150),
    duration_s=2400,
    weight_kg=Decimal(80),
    basis_weight_kg=Decimal(80),
    basis="actual",
    dose_mg_per_kg=Decimal("0.5"),
)
ACTS = st.tuples(
    st.sampled_from(["start", "pause", "extend", "keep", "rate", "stop"]),
    st.integers(min_value=0, max_value=900),  # seconds since the last press
    st.integers(min_value=0, max_value=600),  # seconds set back
    st.integers(min_value=10, max_value=3990),  # tenths of mL/h
)
HISTORIES = st.lists(ACTS, max_size=12)
SECONDS = st.integers(min_value=0, max_value=12_000)
CONTAINERS = st.sampled_from(["30", "100", "133.3", "500"])


def act_of(kind: str, at: Instant, effective: Instant, tenths: int) -> InfusionEvent:
    match kind:
        case "start":
            return Started(at=at, effective=effective)
        case "pause":
            return Paused(at=at, effective=effective)
        case "extend" | "keep":
            return Resumed(at=at, effective=effective, end=ResumeEnd(kind))
        case "rate":
            return RateChanged(at=at, effective=effective, rate_ml_per_h=Decimal(tenths) / 10)
        case _:
            return Stopped(at=at, effective=effective)


def lived(history: list[tuple[str, int, int, int]], container_ml: str) -> InfusionState:
    """Press as the history says, deadlines fired in between, refusals passed over."""
    state, at = begin(replace(PLAN, container_ml=Decimal(container_ml))), DAWN
    for kind, pause_s, back_s, tenths in [("start", 0, 0, 0), *history]:
        at = at.plus(pause_s)
        due = next_deadline(state)
        if due is not None and not at.is_before(due):
            fired = step(state, EndReached(at=due))
            assert isinstance(fired, InfusionState)
            state = fired
        stepped = step(state, act_of(kind, at, at.plus(-back_s), tenths))
        if isinstance(stepped, Refused):
            assert stepped.reason.endswith(".")
        else:
            state = stepped
    return state


@given(history=HISTORIES, container_ml=CONTAINERS, seconds=st.tuples(SECONDS, SECONDS))
def test_what_is_delivered_never_falls_and_never_passes_order_or_container(
    history: list[tuple[str, int, int, int]], container_ml: str, seconds: tuple[int, int]
) -> None:
    state = lived(history, container_ml)
    early, late = (DAWN.plus(s) for s in sorted(seconds))
    content_mg = Decimal(container_ml) * PLAN.concentration_mg_per_ml
    assert 0 <= delivered_mg(state, early) <= delivered_mg(state, late)
    assert delivered_mg(state, late) <= min(PLAN.ordered_mg, content_mg)
    assert delivered_mg(state, late) <= possible_mg(state, late) <= content_mg


def rate_by_second(state: InfusionState, second: int) -> float:
    """The rate in one second, read off the events in order, in floats: not the code's way."""
    set_rate, is_running = float(state.plan.rate_ml_per_h), False
    for event in state.events:
        if isinstance(event, EndReached):
            continue
        if event.effective.seconds_since(DAWN) > second:
            break
        if isinstance(event, RateChanged):
            set_rate = float(event.rate_ml_per_h)
        else:
            is_running = isinstance(event, Started | Resumed)
    return set_rate if is_running else 0.0


@given(history=HISTORIES, container_ml=CONTAINERS, until_s=st.integers(0, 6000))
def test_what_is_delivered_equals_a_simulation_second_by_second(
    history: list[tuple[str, int, int, int]], container_ml: str, until_s: int
) -> None:
    state = lived(history, container_ml)
    given_ml = 0.0
    for second in range(until_s):
        given_ml += rate_by_second(state, second) / 3600
    simulated_mg = min(given_ml, float(container_ml)) * 0.4
    expected = min(simulated_mg, 40.0)
    assert float(delivered_mg(state, DAWN.plus(until_s))) == pytest.approx(expected, abs=1e-6)
    runs_s = sum(rate_by_second(state, second) > 0 for second in range(until_s))
    assert running_s(state, DAWN.plus(until_s)) == pytest.approx(runs_s, abs=1e-6)


@given(history=HISTORIES, container_ml=CONTAINERS, until_s=SECONDS)
def test_what_is_delivered_equals_the_formula_of_calc_on_the_same_segments(
    history: list[tuple[str, int, int, int]], container_ml: str, until_s: int
) -> None:
    state, now = lived(history, container_ml), DAWN.plus(until_s)
    parts = [
        DeliverySegment(
            since_min=minutes(part.since),
            until_min=minutes(now if part.until is None else part.until),
            rate_ml_per_h=MlPerH(part.rate_ml_per_h),
        )
        for part in segments(state, now)
    ]
    by_calc = calc_delivered_mg(
        parts,
        MgPerMl(PLAN.concentration_mg_per_ml),
        container=Ml(Decimal(container_ml)),
    )
    assert possible_mg(state, now) == pytest.approx(clean(by_calc), abs=Decimal("1e-15"))


def minutes(moment: Instant) -> Minutes:
    return Minutes(Decimal(moment.mono_ns - DAWN.mono_ns) / 60_000_000_000)


@given(history=HISTORIES, container_ml=CONTAINERS)
def test_the_planned_end_is_when_the_order_the_container_or_the_kept_time_is_used_up(
    history: list[tuple[str, int, int, int]], container_ml: str
) -> None:
    state = lived(history, container_ml)
    end = planned_end(state)
    if end is None or end == state.kept_end:
        return
    most = min(PLAN.ordered_mg, Decimal(container_ml) * PLAN.concentration_mg_per_ml)
    assert delivered_mg(state, end) == most
    assert delivered_mg(state, end.plus(-1)) < most or end.plus(-1).is_before(last_act(state))


def last_act(state: InfusionState) -> Instant:
    return max(
        (event.effective for event in state.events if not isinstance(event, EndReached)),
        key=lambda moment: moment.mono_ns,
    )


@given(history=HISTORIES, until_s=SECONDS)
def test_running_and_paused_time_fill_the_time_since_the_start(
    history: list[tuple[str, int, int, int]], until_s: int
) -> None:
    state, now = lived(history, "100"), DAWN.plus(until_s)
    whole = segments(state, now)
    until = now if not whole or whole[-1].until is None else whole[-1].until
    assert running_s(state, now) + paused_s(state, now) == pytest.approx(until.seconds_since(DAWN))
