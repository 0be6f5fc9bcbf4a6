"""Open conditions out of the log alone are those that the engine holds."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from kmonitor.alarms.conditions import AlarmTransition, Condition
from kmonitor.alarms.engine import AlarmState
from kmonitor.alarms.inputs import Measured
from kmonitor.alarms.limits import Judged
from kmonitor.alarms.rebuilding import rebuilt
from tests.engine_bench import Bench
from tests.happenings import LIMITS, Live, short_happenings


def _as_logged(occurrences):
    """What stays as its last row said; of a blood pressure the worst part may be another since."""
    return {
        each.number: (each.about, each.kind, each.state, each.acknowledged_by)
        for each in occurrences
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(short_happenings)
def test_the_log_of_any_session_tells_its_open_conditions(happened):
    live = Live()
    live.live(happened)
    rows = [row.row for row in live.rows if isinstance(row.row, AlarmTransition)]
    half = len(rows) // 2
    held = rebuilt((), rows[:half], LIMITS)
    for found in (rebuilt((), rows, LIMITS), rebuilt(held, rows[half:], LIMITS)):
        assert _as_logged(found) == _as_logged(live.session.alarms.occurrences)


def _same_as_held(bench: Bench) -> None:
    """The log alone gives what the engine holds; since a tell leaves no row, values may differ."""
    found = rebuilt((), bench.rows, bench.rules.limits)
    assert [replace(each, words="") for each in found] == [
        replace(each, words="") for each in bench.state.occurrences
    ]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_pending_an_active_and_a_latched_alarm_are_as_they_were(bench):
    bench.spo2(89)
    _same_as_held(bench)
    bench.spo2(84, seconds=5)
    _same_as_held(bench)
    bench.spo2(97)
    _same_as_held(bench)
    bench.take(Measured(at=bench.now, judged=Judged.SPO2, value=89))
    _same_as_held(bench)


def test_an_acknowledgement_and_its_reminder_are_as_they_were(bench):
    bench.cuff(190)
    bench.acknowledge()
    _same_as_held(bench)
    bench.pass_time(200)
    _same_as_held(bench)
    bench.cuff(205)
    _same_as_held(bench)


def test_an_acknowledged_delay_is_no_longer_acknowledged_when_it_comes_back(bench):
    bench.cuff(165)
    bench.acknowledge()
    bench.cuff(120)
    bench.cuff(165)
    _same_as_held(bench)


def test_what_silences_is_as_it_was_and_still_ends(bench):
    bench.cuff(165)
    bench.pause()
    bench.audio(is_off=True)
    bench.alarm(Condition.PULSE_LOW, is_off=True)
    _same_as_held(bench)
    bench.pass_time(400)
    _same_as_held(bench)


def test_a_pause_out_of_the_log_is_broken_by_nothing_that_it_silenced(bench):
    bench.cuff(165)
    bench.spo2(84, seconds=6)
    bench.pause()
    _same_as_held(bench)
    held = rebuilt((), bench.rows, bench.rules.limits)
    bench.state = AlarmState(occurrences=held, next_number=9)
    bench.spo2(84, seconds=3)
    assert bench.sound() is None
    bench.spo2(79)
    assert bench.sound() == "high"


def test_a_condition_that_changed_its_name_is_the_newest(bench):
    bench.cuff(165)
    bench.acknowledge()
    bench.cuff(166, 112)
    _same_as_held_but_parts(bench)


def _same_as_held_but_parts(bench: Bench) -> None:
    (found,) = rebuilt((), bench.rows, bench.rules.limits)
    (held,) = bench.state.occurrences
    assert (found.condition, found.priority, found.value, found.limit, found.words) == (
        held.condition, held.priority, held.value, held.limit, held.words,
    )  # fmt: skip
    assert found.parts == held.parts[:1]


def test_rows_go_on_from_what_was_held(bench):
    bench.cuff(165)
    held = rebuilt((), bench.rows, bench.rules.limits)
    rows = bench.acknowledge()
    assert rebuilt(held, rows, bench.rules.limits) == bench.state.occurrences


@pytest.mark.parametrize("missing", ["value", "limit"])
def test_a_row_that_lacks_its_numbers_gives_an_alarm_without_parts(bench, missing):
    bench.cuff(165)
    rows = [replace(row, **{missing: None}) for row in bench.rows]
    (found,) = rebuilt((), rows, bench.rules.limits)
    assert (found.condition, found.parts) == (Condition.NIBP_SYSTOLIC_HIGH, ())


def test_a_line_keeps_the_parts_that_were_held(bench):
    bench.cuff(165, 107)
    held = bench.state.occurrences
    bench.cuff(120)
    assert rebuilt(held, bench.rows[1:], bench.rules.limits) == bench.state.occurrences
