from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from kmonitor.clock import Instant
from kmonitor.dosing.dose_card import DoseOrder, dose_card
from kmonitor.infusion import (
    EndConfirmed,
    EndReached,
    InfusionEvent,
    InfusionPhase,
    InfusionPlan,
    InfusionState,
    Paused,
    RateChanged,
    Refused,
    Resumed,
    ResumeEnd,
    Started,
    Stopped,
    assumed_mg_at_end,
    begin,
    current_rate_ml_per_h,
    delivered_mg,
    delivered_ml,
    next_deadline,
    paused_s,
    plan_from,
    planned_end,
    possible_mg,
    rate_change_checks,
    remaining_s,
    running_s,
    segments,
    step,
)
from kmonitor.units import Kg, MgPerKg, MgPerMl, Minutes, Ml

P = InfusionPhase
DAWN = Instant(7_000_000_000_123, datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
# 80 kg x 0.5 mg/kg = 40 mg in 100 mL over 40 min: 150 mL/h, 1 mg a minute.
CARD = dose_card(
    DoseOrder(
        weight_kg=Kg(Decimal(80)),
        dose_mg_per_kg=MgPerKg(Decimal("0.5")),
        minutes=Minutes(Decimal(40)),
        stock_mg_per_ml=MgPerMl(Decimal(50)),
        container_ml=Ml(Decimal(100)),
    )
)
PLAN = plan_from(CARD)


def minute(number: float | str) -> Instant:
    return DAWN.plus(Decimal(number) * 60)


def started(at: float, back: float = 0) -> Started:
    return Started(at=minute(at), effective=minute(at - back))


def paused(at: float, back: float = 0) -> Paused:
    return Paused(at=minute(at), effective=minute(at - back))


def resumed(at: float, end: ResumeEnd = ResumeEnd.EXTEND, back: float = 0) -> Resumed:
    return Resumed(at=minute(at), effective=minute(at - back), end=end)


def changed(at: float, rate_ml_per_h: int | str, back: float = 0) -> RateChanged:
    rate = Decimal(rate_ml_per_h)
    return RateChanged(at=minute(at), effective=minute(at - back), rate_ml_per_h=rate)


def stopped(at: float, back: float = 0) -> Stopped:
    return Stopped(at=minute(at), effective=minute(at - back))


def confirmed(at: float, back: float = 0) -> EndConfirmed:
    return EndConfirmed(at=minute(at), effective=minute(at - back))


def end_reached(at: float) -> EndReached:
    return EndReached(at=minute(at))


def after(*events: InfusionEvent, plan: InfusionPlan = PLAN) -> InfusionState:
    state = begin(plan)
    for event in events:
        stepped = step(state, event)
        assert not isinstance(stepped, Refused), stepped.reason
        state = stepped
    return state


def reason(state: InfusionState, event: InfusionEvent) -> str:
    refused = step(state, event)
    assert isinstance(refused, Refused)
    assert refused.reason.endswith(".")
    return refused.reason


BY_PHASE = {
    P.PROGRAMMED: after(),
    P.INFUSING: after(started(0)),
    P.PAUSED: after(started(0), paused(5)),
    P.END_DUE: after(started(0), end_reached(40)),
    P.COMPLETE: after(started(0), end_reached(40), confirmed(41)),
    P.STOPPED: after(started(0), stopped(5)),
}
FITTING = {
    (P.PROGRAMMED, Started): P.INFUSING,
    (P.INFUSING, Paused): P.PAUSED,
    (P.INFUSING, RateChanged): P.INFUSING,
    (P.INFUSING, Stopped): P.STOPPED,
    (P.INFUSING, EndReached): P.END_DUE,
    (P.PAUSED, Resumed): P.INFUSING,
    (P.PAUSED, RateChanged): P.PAUSED,
    (P.PAUSED, Stopped): P.STOPPED,
    (P.END_DUE, Paused): P.PAUSED,
    (P.END_DUE, Stopped): P.STOPPED,
    (P.END_DUE, EndConfirmed): P.COMPLETE,
}
EVENTS: list[InfusionEvent] = [
    started(45),
    paused(45),
    resumed(45),
    changed(45, 120),
    stopped(45),
    end_reached(45),
    confirmed(45),
]


@pytest.mark.parametrize("phase", P)
@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_phase_answers_every_event(phase: InfusionPhase, event: InfusionEvent) -> None:
    before = BY_PHASE[phase]
    assert before.phase is phase
    if phase is P.INFUSING and isinstance(event, RateChanged):
        event = changed(35, 120)  # before the planned end
    result = step(before, event)
    expected = FITTING.get((phase, type(event)))
    if expected is None:
        assert isinstance(result, Refused)
        assert result.reason.endswith(".")
    else:
        assert isinstance(result, InfusionState)
        assert result.phase is expected
        assert result.events == (*before.events, event)


def test_the_plan_of_a_card_has_the_pumps_rounded_rate() -> None:
    order = replace(CARD.order, minutes=Minutes(Decimal(45)))
    plan = plan_from(dose_card(order))
    assert plan.rate_ml_per_h == Decimal("133.3")
    assert plan.duration_s == 2700
    late_s = after(started(0), plan=plan)
    end = planned_end(late_s)
    assert end is not None
    assert end.seconds_since(DAWN) == pytest.approx(2700.675, abs=0.001)


def test_a_refused_card_gives_no_plan() -> None:
    order = replace(CARD.order, dose_mg_per_kg=MgPerKg(Decimal(5)))
    with pytest.raises(ValueError, match="hard limit"):
        plan_from(dose_card(order))


@pytest.mark.parametrize("number", ["0", "-1", "NaN", "Infinity"])
def test_a_senseless_plan_is_never_begun(number: str) -> None:
    with pytest.raises(ValueError, match="above 0"):
        begin(replace(PLAN, rate_ml_per_h=Decimal(number)))


def test_forty_minutes_give_the_order_and_end_exactly_then() -> None:
    state = after(started(0))
    assert planned_end(state) == next_deadline(state) == minute(40)
    assert delivered_mg(state, minute(10)) == 10
    assert delivered_mg(state, minute(40)) == delivered_mg(state, minute(90)) == 40
    assert delivered_ml(state, minute(90)) == 100
    assert remaining_s(state, minute(30)) == 600
    assert remaining_s(state, minute(50)) == 0


def test_the_end_does_not_come_before_its_time() -> None:
    assert "not come" in reason(after(started(0)), end_reached(39.999))


def test_the_clock_never_completes_an_infusion_by_itself() -> None:
    state = after(started(0), end_reached(40))
    assert state.phase is P.END_DUE
    assert next_deadline(state) is None
    assert planned_end(state) == minute(40)
    assert current_rate_ml_per_h(state) == 150


def test_nothing_is_given_in_a_pause_and_extending_moves_the_end_by_it() -> None:
    state = after(started(0), paused(10))
    assert delivered_mg(state, minute(10)) == delivered_mg(state, minute(25)) == 10
    assert planned_end(state) is None
    assert next_deadline(state) is None
    assert remaining_s(state, minute(25)) is None
    assert current_rate_ml_per_h(state) == 0
    state = after(started(0), paused(10), resumed(25))
    assert planned_end(state) == minute(55)
    assert assumed_mg_at_end(state) == 40
    assert running_s(state, minute(30)) == 15 * 60
    assert paused_s(state, minute(30)) == 15 * 60


def test_keeping_the_end_gives_less_and_says_how_much() -> None:
    state = after(started(0), paused(10), resumed(25, ResumeEnd.KEEP))
    assert planned_end(state) == minute(40)
    assert assumed_mg_at_end(state) == 25


def test_after_a_kept_end_the_clock_counts_on_until_someone_stops_the_pump() -> None:
    due = after(started(0), paused(10), resumed(25, ResumeEnd.KEEP), end_reached(40))
    assert delivered_mg(due, minute(42)) == 27
    complete = step(due, confirmed(45, back=4))
    assert isinstance(complete, InfusionState)
    assert delivered_mg(complete, minute(60)) == 26


def test_an_end_is_confirmed_where_it_was_however_long_end_due_has_stood() -> None:
    due = after(started(0), paused(10), resumed(25, ResumeEnd.KEEP), end_reached(40))
    for back, given_mg in ((20, 25), (12, 33), (0, 40)):
        complete = step(due, confirmed(60, back=back))
        assert isinstance(complete, InfusionState)
        assert delivered_mg(complete, minute(90)) == given_mg
    assert "before the planned end" in reason(due, confirmed(60, back=20.001))
    assert "future" in reason(due, confirmed(60, back=-1))
    assert "at most 10 min" in reason(due, stopped(60, back=11))
    assert "at most 10 min" in reason(due, paused(60, back=11))


def test_a_second_pause_after_a_kept_end_still_keeps_that_end() -> None:
    keep = ResumeEnd.KEEP
    events = started(0), paused(10), resumed(15, keep), paused(20), resumed(30, keep)
    assert planned_end(after(*events)) == minute(40)
    extended = after(*events[:-1], resumed(30))
    assert planned_end(extended) == minute(55)


def test_an_end_that_passed_during_the_pause_cannot_be_kept() -> None:
    state = after(started(0), paused(10))
    assert "cannot keep the end" in reason(state, resumed(40, ResumeEnd.KEEP))


def test_a_resume_set_back_before_the_kept_end_is_due_at_once() -> None:
    state = after(started(0), paused(30), resumed(42, ResumeEnd.KEEP, back=5))
    assert next_deadline(state) == minute(40)
    assert after(*state.events, end_reached(42)).phase is P.END_DUE


def test_a_new_rate_keeps_the_order_and_moves_the_end() -> None:
    state = after(started(0), changed(20, 75))
    assert planned_end(state) == minute(60)
    assert current_rate_ml_per_h(state) == 75
    assert delivered_mg(state, minute(30)) == 25
    assert assumed_mg_at_end(state) == 40


def test_a_faster_rate_after_a_kept_end_catches_up_and_never_passes_the_order() -> None:
    state = after(started(0), paused(10), resumed(20, ResumeEnd.KEEP), changed(20, 300))
    assert planned_end(state) == minute(35)
    slower = after(started(0), paused(10), resumed(20, ResumeEnd.KEEP), changed(30, 75))
    assert planned_end(slower) == minute(40)
    assert assumed_mg_at_end(slower) == 25


def test_a_rate_set_in_a_pause_is_the_rate_to_go_on_with() -> None:
    state = after(started(0), paused(10), changed(12, 75))
    assert current_rate_ml_per_h(state) == 0
    state = after(*state.events, resumed(20))
    assert current_rate_ml_per_h(state) == 75
    assert planned_end(state) == minute(80)


@pytest.mark.parametrize("rate", ["0", "-5", "NaN", "Infinity", "0.05", "999.1", "401"])
def test_a_rate_of_nothing_or_beyond_a_hard_limit_is_refused(rate: str) -> None:
    assert "mL/h" in reason(after(started(0)), changed(5, rate)) or rate == "401"


def test_a_rate_whose_dose_passes_the_hard_limit_is_refused() -> None:
    text = reason(after(started(0)), changed(5, 401))  # 2.005 mg/kg/h
    assert text == "Dose rate 2.005 mg/kg/h is above the hard limit of 2 mg/kg/h."
    assert [check.level for check in rate_change_checks(after(), Decimal(250))] == ["soft"]


def test_a_rate_five_times_away_must_be_entered_again_but_can_be_recorded() -> None:
    (check,) = rate_change_checks(after(started(0)), Decimal(29))
    assert (check.field, check.level) == ("rate_ml_per_h", "soft")
    assert after(started(0), changed(5, 29)).phase is P.INFUSING
    assert rate_change_checks(after(started(0)), Decimal(30)) == ()


def test_a_start_set_back_moves_the_planned_end() -> None:
    state = after(started(2, back=2))
    assert planned_end(state) == minute(40)
    assert delivered_mg(state, minute(2)) == 2


def test_no_act_lies_in_the_future_too_far_back_or_before_the_last() -> None:
    assert "future" in reason(after(), started(0, back=-1))
    assert "at most 10 min" in reason(after(), started(20, back=10.001))
    assert after(started(20, back=10)).phase is P.INFUSING
    state = after(started(0), changed(8, 120))
    assert "before the Change rate" in reason(state, paused(10, back=3))
    assert after(*state.events, paused(10, back=2)).phase is P.PAUSED


def test_a_pause_pressed_after_end_due_may_lie_before_the_end() -> None:
    state = after(started(0), end_reached(40), paused(43, back=5))
    assert state.phase is P.PAUSED
    assert delivered_mg(state, minute(43)) == 38
    state = after(*state.events, resumed(50))
    assert planned_end(state) == minute(52)
    assert after(*state.events, end_reached(52), confirmed(52)).phase is P.COMPLETE


def test_a_pause_at_end_due_is_taken_and_a_resume_is_due_at_once() -> None:
    state = after(started(0), end_reached(40), paused(42))
    assert delivered_mg(state, minute(42)) == 40
    state = after(*state.events, resumed(45))
    assert next_deadline(state) == minute(45)


def test_a_rate_change_after_end_due_must_lie_before_the_end() -> None:
    due = after(started(0), end_reached(40))
    assert "after the planned end" in reason(due, changed(42, 75))
    state = after(*due.events, changed(42, 75, back=4))
    assert state.phase is P.INFUSING
    assert planned_end(state) == minute(42)


def test_a_rate_raised_in_the_past_may_have_ended_the_infusion_already() -> None:
    state = after(started(0), changed(39, 300, back=9))
    assert next_deadline(state) == minute(35)
    assert after(*state.events, EndReached(at=minute(35))).phase is P.END_DUE


def test_a_stop_counts_from_when_it_was_done() -> None:
    state = after(started(0), stopped(20, back=5))
    assert delivered_mg(state, minute(60)) == 15
    assert delivered_mg(state, minute(10)) == 10
    due = after(started(0), end_reached(40), stopped(44, back=9))
    assert delivered_mg(due, minute(44)) == 35


def test_an_end_confirmed_lies_at_or_after_the_planned_end() -> None:
    due = after(started(0), end_reached(40))
    assert "press Stop" in reason(due, confirmed(41, back=2))
    complete = after(*due.events, confirmed(41, back=1))
    assert complete.phase is P.COMPLETE
    assert current_rate_ml_per_h(complete) == 0
    assert running_s(complete, minute(90)) == 2400


def test_a_container_too_small_for_the_order_ends_the_infusion() -> None:
    state = after(started(0), plan=replace(PLAN, container_ml=Decimal(50)))
    assert planned_end(state) == minute(20)
    assert delivered_mg(state, minute(40)) == 20


def test_what_a_fuller_container_may_give_beyond_the_order_is_told_apart() -> None:
    state = after(started(0), end_reached(40), plan=replace(PLAN, container_ml=Decimal(500)))
    assert delivered_mg(state, minute(50)) == 40
    assert possible_mg(state, minute(50)) == 50


def test_the_segments_show_every_declared_rate_and_stay_open_until_a_stop() -> None:
    state = after(started(0), paused(10), resumed(15), changed(20, 75))
    shown = [(s.since, s.until, int(s.rate_ml_per_h)) for s in segments(state, minute(30))]
    assert shown == [
        (minute(0), minute(10), 150),
        (minute(10), minute(15), 0),
        (minute(15), minute(20), 150),
        (minute(20), None, 75),
    ]
    closed = segments(after(*state.events, stopped(30)), minute(31))
    assert closed[-1].until == minute(30)
    assert segments(after(), minute(5)) == ()


def test_nothing_is_given_before_the_start() -> None:
    assert delivered_mg(after(), minute(5)) == 0
    assert delivered_mg(after(started(5)), minute(0)) == 0
