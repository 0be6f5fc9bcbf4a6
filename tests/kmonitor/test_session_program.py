"""What the program tells of itself and its computer: conditions that begin, change and end."""

import pytest

from kmonitor.events import (
    AlarmAcknowledged,
    ClockJumped,
    PowerChanged,
    ProgramClosing,
    SessionEnded,
    SessionResumed,
    SleepHeldOff,
    SupervisorChanged,
    Tick,
)
from kmonitor.metrics import Metric
from kmonitor.session import next_deadline, step
from tests import builders
from tests.builders import NURSE
from tests.lived_session import Bedside


@pytest.fixture
def bedside() -> Bedside:
    return Bedside(plan=None)


def shown(bedside):
    return {
        each.condition.value: (each.priority.value, each.words)
        for each in bedside.session.presented_alarms
    }


def power(bedside, on_mains, pct=None, left_s=None):
    at = bedside.clock.advance(s=1)
    bedside.take(PowerChanged(at=at, is_on_mains=on_mains, battery_pct=pct, battery_left_s=left_s))
    return shown(bedside)


def test_lost_mains_is_medium_until_it_comes_back(bedside):
    assert power(bedside, False, 80) == {
        "mains_lost": ("medium", "COMPUTER ON BATTERY 80 %: plug it in")
    }
    assert power(bedside, True, 80) == {}


def test_half_an_hour_of_battery_is_medium_also_where_the_mains_are_unknown(bedside):
    assert power(bedside, None, 50, 1801) == {}
    told = power(bedside, None, 50, 1799)
    assert told["mains_lost"] == ("medium", "COMPUTER ON BATTERY 50 %, 29 min: plug it in")
    assert power(bedside, None, 50, None) == {}


@pytest.mark.parametrize(("pct", "left_s"), [(9, None), (40, 599), (9, 3000), (None, 10)])
def test_a_battery_at_its_end_is_high(bedside, pct, left_s):
    told = power(bedside, False, pct, left_s)
    assert told["battery_low"][0] == "high"
    assert told["battery_low"][1].startswith("COMPUTER BATTERY LOW")
    assert told["mains_lost"][0] == "medium"
    assert power(bedside, False, 40, 3000).keys() == {"mains_lost"}
    assert power(bedside, True, 9, None) == {}


def test_a_full_battery_or_none_is_no_condition(bedside):
    assert power(bedside, True, 5, 60) == {}
    assert power(bedside, None) == {}
    assert power(bedside, None, 10, 1800) == {}


def test_sleep_that_cannot_be_held_off_is_low_until_it_can(bedside):
    bedside.take(SleepHeldOff(at=bedside.now, is_held=False, detail="no such service"))
    assert shown(bedside) == {"sleep_not_held_off": ("low", "COMPUTER MAY SLEEP: keep it awake")}
    bedside.take(SleepHeldOff(at=bedside.clock.advance(s=1), is_held=True))
    assert shown(bedside) == {}


def test_a_lost_guard_is_medium_until_there_is_one(bedside):
    bedside.take(SupervisorChanged(at=bedside.now, is_there=False))
    assert shown(bedside)["supervisor_lost"][0] == "medium"
    bedside.take(SupervisorChanged(at=bedside.clock.advance(s=1), is_there=True))
    assert shown(bedside) == {}


def test_a_resumed_program_has_a_guard_of_its_own(bedside):
    bedside.take(SupervisorChanged(at=bedside.now, is_there=False))
    since, at = bedside.now, bedside.clock.advance(s=3)
    bedside.take(SessionResumed(at=at, author=NURSE, since=since, cause="killed"))
    assert shown(bedside).keys() == {"program_away"}


def test_what_the_computer_told_outlives_a_restart_of_the_program(bedside):
    power(bedside, False, 80)
    since, at = bedside.now, bedside.clock.advance(s=3)
    bedside.take(SessionResumed(at=at, author=NURSE, since=since, cause="killed"))
    assert shown(bedside).keys() == {"program_away", "mains_lost"}


def test_the_program_that_closes_says_why_in_the_lane(bedside):
    bedside.take(ProgramClosing(at=bedside.now, author=NURSE, cause="the window was closed"))
    act = bedside.session.acts[-1]
    assert (act.words, act.author) == ("program closed: the window was closed", NURSE)
    assert bedside.rows[-1].is_act


def test_several_interruptions_are_one_line_until_they_are_acknowledged(bedside):
    for away_s in (4, 3700):
        since = bedside.clock.advance(s=10)
        at = bedside.clock.advance(s=away_s)
        bedside.take(SessionResumed(at=at, author=NURSE, since=since, cause="killed"))
    assert shown(bedside)["program_away"] == (
        "low", "PROGRAM WAS AWAY for 1:01:40, 2 interruptions",
    )  # fmt: skip
    (alarm,) = bedside.session.presented_alarms
    bedside.take(AlarmAcknowledged(at=bedside.now, author=NURSE, occurrence=alarm.number))
    assert shown(bedside) == {}
    since, at = bedside.now, bedside.clock.advance(s=5)
    bedside.take(SessionResumed(at=at, author=NURSE, since=since, cause="killed"))
    assert shown(bedside)["program_away"][1] == "PROGRAM WAS AWAY for 0:05"


def test_a_session_that_has_ended_is_not_resumed(bedside):
    bedside.take(SessionEnded(at=bedside.now, author=NURSE))
    before = bedside.session
    at = bedside.clock.advance(s=5)
    resumed = SessionResumed(
        at=at, author=NURSE, since=before.now, cause="killed", shift_ns=7, is_same_boot=False
    )
    assert bedside.take(resumed) == ()
    assert bedside.session == before


@pytest.mark.parametrize("by_s", [3600.0, -3600.0, 86_400.0, -86_400.0])
def test_after_a_set_wall_clock_alarms_have_its_time_and_no_duration_has_changed(by_s):
    """Summer time changes no UTC; a person who sets the clock does."""
    bedside = Bedside()
    bedside.take(builders.link(bedside.now))
    bedside.wait(5)
    now = bedside.now
    bedside.clock = builders.clock_at(now, ahead_s=by_s)
    at = bedside.clock.advance(s=1)
    bedside.take(ClockJumped(at=at, by_s=by_s, cause="the wall clock was set"))
    assert shown(bedside).keys() == {"clock_jumped"}
    bedside.take(Tick(at=bedside.clock.advance(s=60)))
    (onset,) = [row.row for row in bedside.rows if getattr(row.row, "condition", "") == "no_data"]
    assert onset.at.seconds_since(now) == pytest.approx(30, abs=1)
    assert (onset.at.at_utc - now.at_utc).total_seconds() == pytest.approx(30 + by_s, abs=1)
    assert [row.seq for row in bedside.rows] == list(range(1, len(bedside.rows) + 1))
    assert next_deadline(bedside.session).seconds_since(bedside.now) <= 1


def test_a_stall_is_no_time_in_which_somebody_judged(bedside):
    bedside.wait(5)
    since = bedside.now
    at = bedside.clock.advance(s=600)
    jumped = ClockJumped(at=at, by_s=600.0, cause="the program stood still", since=since)
    session, effects = step(bedside.session, jumped)
    assert {each.row.at for each in effects if hasattr(each, "row")} == {at}
    assert session.numerics[Metric.SPO2].is_stale(session.now)
    assert not session.clock_jump
    assert session.acts[-1].words == "program stood still for 10:00"
