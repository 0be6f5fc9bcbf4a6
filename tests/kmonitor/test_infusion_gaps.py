"""What was given is a range where the program was away: a pause in the gap told nobody."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmonitor.clock import Instant
from kmonitor.events import (
    InfusionPaused,
    InfusionResumed,
    InfusionStopped,
    SessionResumed,
)
from kmonitor.infusion import (
    EndConfirmed,
    EndReached,
    Paused,
    Refused,
    ResumeEnd,
    Started,
    Stopped,
    begin,
    delivered_mg,
    given_range_mg,
    planned_end,
    step,
)
from kmonitor.session_state import Interruption
from kmonitor.store.infusion_summary import infusion_at, infusion_summary
from tests import builders
from tests.builders import NURSE, PLAN
from tests.lived_session import Bedside

DAWN = builders.clock().now()
MG_PER_S = PLAN.rate_ml_per_h * PLAN.concentration_mg_per_ml / 3600


def _running(*acts):
    state = begin(PLAN)
    for act in (Started(at=DAWN, effective=DAWN), *acts):
        after = step(state, act)
        assert not isinstance(after, Refused), after
        state = after
    return state


def _gap(since_s: float, until_s: float) -> Interruption:
    return Interruption(since=DAWN.plus(since_s), until=DAWN.plus(until_s))


def test_without_a_gap_the_range_is_one_number():
    now = DAWN.plus(600)
    assert given_range_mg(_running(), now, ()) == (delivered_mg(_running(), now),) * 2


def test_the_lower_end_leaves_out_what_the_gap_would_have_given():
    low, high = given_range_mg(_running(), DAWN.plus(600), [_gap(100, 130), _gap(300, 310)])
    assert high == delivered_mg(_running(), DAWN.plus(600))
    assert float(high - low) == pytest.approx(float(40 * MG_PER_S))


def test_a_gap_in_a_declared_pause_costs_nothing():
    at = DAWN.plus(100)
    state = _running(Paused(at=at, effective=at))
    assert len(set(given_range_mg(state, DAWN.plus(600), [_gap(200, 500)]))) == 1


def test_a_pause_that_is_told_afterwards_narrows_the_range():
    paused = Paused(at=DAWN.plus(400), effective=DAWN.plus(250))
    low, high = given_range_mg(_running(paused), DAWN.plus(600), [_gap(200, 300)])
    assert float(high - low) == pytest.approx(float(50 * MG_PER_S))


def test_a_gap_of_unknown_length_in_a_declared_pause_costs_nothing():
    at = DAWN.plus(100)
    back = Instant(at.plus(50).mono_ns, DAWN.at_utc - timedelta(days=1))
    gap = Interruption(since=at.plus(50), until=back, is_same_boot=False)
    paused = _running(Paused(at=at, effective=at))
    assert len(set(given_range_mg(paused, DAWN.plus(600), [gap]))) == 1
    _, high = given_range_mg(_running(), DAWN.plus(600), [gap])
    assert high == PLAN.ordered_mg


def test_a_seen_end_leaves_no_doubt_and_a_stop_does():
    end = planned_end(_running())
    assert end is not None
    ended = _running(EndReached(at=end), EndConfirmed(at=end, effective=end))
    assert given_range_mg(ended, end, [_gap(200, 300)]) == (PLAN.ordered_mg, PLAN.ordered_mg)
    at = DAWN.plus(400)
    low, high = given_range_mg(_running(Stopped(at=at, effective=at)), end, [_gap(200, 300)])
    assert low < high == delivered_mg(_running(), at)


def test_the_order_bounds_both_ends():
    late = DAWN.plus(20_000)
    low, high = given_range_mg(_running(), late, [_gap(100, 200)])
    assert (low, high) == (PLAN.ordered_mg, PLAN.ordered_mg)
    low, high = given_range_mg(_running(), late, [_gap(100, 19_990)])
    assert float(low) == pytest.approx(float(110 * MG_PER_S))
    assert high == PLAN.ordered_mg


@given(
    st.lists(st.integers(1, 500), min_size=2, max_size=6),
    st.integers(0, 2000),
    st.floats(0, 1),
)
def test_the_range_holds_the_truth_of_any_pause_in_the_gap(steps, wait_s, where):
    """The pump may have stood still for any part of the gap; the truth lies between."""
    begins_s, gap_s = steps[0], steps[1]
    now = DAWN.plus(begins_s + gap_s + wait_s)
    low, high = given_range_mg(_running(), now, [_gap(begins_s, begins_s + gap_s)])
    ran_s = begins_s + wait_s + gap_s * where
    truth = min(PLAN.ordered_mg, Decimal(ran_s) * MG_PER_S)
    slack = Decimal("1e-9")
    assert low - slack <= truth <= high + slack


def _events(*acts):
    return [builders.opened(DAWN), builders.started(DAWN.plus(1)), *acts]


def _resumed(since: Instant, at: Instant) -> SessionResumed:
    return SessionResumed(at=at, author=NURSE, since=since, cause="killed")


def test_show_tells_the_range_and_counts_the_gap_as_assumed():
    away = _resumed(DAWN.plus(101), DAWN.plus(131))
    pause = InfusionPaused(at=DAWN.plus(301), author=NURSE, effective=DAWN.plus(301))
    events, end = _events(away, pause), DAWN.plus(400)
    told = infusion_summary(infusion_at(PLAN, events, end), events, end)
    assert told is not None
    assert told["delivered_mg"] == told["delivered_high_mg"]
    gap_mg = float(30 * MG_PER_S)
    assert told["delivered_high_mg"] - told["delivered_low_mg"] == pytest.approx(gap_mg)
    assert told["assumed_mg"] == pytest.approx(gap_mg)


def test_a_gap_behind_the_last_act_is_assumed_once():
    away = _resumed(DAWN.plus(101), DAWN.plus(131))
    events, end = _events(away), DAWN.plus(401)
    told = infusion_summary(infusion_at(PLAN, events, end), events, end)
    assert told is not None
    assert told["assumed_mg"] == told["delivered_mg"]


def test_after_a_stop_the_gap_stays_assumed():
    away = _resumed(DAWN.plus(101), DAWN.plus(131))
    pause = InfusionPaused(at=DAWN.plus(301), author=NURSE, effective=DAWN.plus(301))
    again = InfusionResumed(
        at=DAWN.plus(401), author=NURSE, effective=DAWN.plus(401), end=ResumeEnd.EXTEND
    )
    stop = InfusionStopped(at=DAWN.plus(501), author=NURSE, effective=DAWN.plus(501))
    events, end = _events(away, pause, again, stop), DAWN.plus(900)
    told = infusion_summary(infusion_at(PLAN, events, end), events, end)
    assert told is not None
    assert told["assumed_mg"] == pytest.approx(float(30 * MG_PER_S))


def test_a_session_tells_its_range():
    bedside = Bedside()
    assert bedside.session.given_range_mg(bedside.now) == (Decimal(0), Decimal(0))
