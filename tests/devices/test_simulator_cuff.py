"""The simulated cuff: times, pressures, failures, and when it measures by itself."""

from itertools import pairwise

import pytest

from devices.simulator.cuff import (
    BUSY,
    Cuff,
    CuffEvent,
    CuffFailure,
    CuffPressure,
    CuffResult,
    CuffStarted,
)
from devices.simulator.infusion_course import InfusionCourse
from devices.simulator.patient import Patient
from devices.simulator.scenarios import SCENARIOS

INTERVAL_S = 300.0


def a_patient(scenario: str = "normal", seed: int = 3) -> Patient:
    return Patient(seed=seed, scenario=SCENARIOS[scenario], course=InfusionCourse.scripted(300))


def measure(cuff: Cuff, until_s: float, step_s: float = 0.7) -> list[CuffEvent]:
    events: list[CuffEvent] = []
    for step in range(int(until_s / step_s) + 1):
        events += cuff.until(step * step_s)
    return events


def results(events: list[CuffEvent]) -> list[CuffResult]:
    return [event for event in events if isinstance(event, CuffResult)]


@pytest.mark.parametrize("seed", range(12))
def test_a_determination_takes_25_to_40_s_and_shows_the_pressure_four_times_a_second(
    seed: int,
) -> None:
    of = a_patient("cuff_fail", seed)
    cuff = Cuff(of, seed=seed, interval_s=0)
    answer, events = cuff.start(10.0)
    assert answer == "ok"
    events += cuff.until(200.0)
    shown = [event for event in events if isinstance(event, CuffPressure)]
    (result,) = results(events)
    assert 25 <= result.at_s - 10 <= 40
    assert all(b.at_s - a.at_s == pytest.approx(0.25) for a, b in pairwise(shown))
    highest = max(event.pressure_mmhg for event in shown)
    truth = of.blood_pressure(result.at_s)
    assert highest > truth.systolic_mmhg + 15
    assert shown[-1].pressure_mmhg < truth.diastolic_mmhg
    assert result.systolic_mmhg == pytest.approx(truth.systolic_mmhg, abs=2.6)
    assert result.diastolic_mmhg == pytest.approx(truth.diastolic_mmhg, abs=2.6)
    assert (result.diastolic_mmhg or 0) < (result.mean_mmhg or 0) < (result.systolic_mmhg or 0)
    assert result.pulse_rate_per_min


def test_how_time_is_cut_changes_nothing() -> None:
    fine, coarse = (
        measure(Cuff(a_patient(), seed=1, interval_s=INTERVAL_S), 2000, step_s)
        for step_s in (0.1, 13.0)
    )
    assert fine[: len(coarse)] == coarse


def test_a_running_cuff_is_busy_and_can_be_stopped() -> None:
    cuff = Cuff(a_patient(), seed=1, interval_s=0)
    cuff.start(0.0)
    assert cuff.start(5.0) == (BUSY, [])
    (stopped,) = results(cuff.stop(6.0))
    assert stopped.failure is CuffFailure.STOPPED
    assert cuff.stop(7.0) == []
    assert cuff.start(8.0)[0] == "ok"


def test_the_cycle_begins_soon_and_keeps_its_interval_until_it_is_ended() -> None:
    cuff = Cuff(a_patient(), seed=1, interval_s=INTERVAL_S)
    assert cuff.until(100.0) == []
    cuff.begin_cycle(100.0)
    events = [event for at in range(100, 1100) for event in cuff.until(float(at))]
    started = [event.at_s for event in events if isinstance(event, CuffStarted)]
    assert started == [108.0, 408.0, 708.0, 1008.0]
    cuff.end_cycle()
    later = [event for at in range(1100, 2000) for event in cuff.until(float(at))]
    assert not any(isinstance(event, CuffStarted) for event in later)
    cuff.begin_cycle(2000.0)
    assert isinstance(cuff.until(2008.0)[0], CuffStarted)


def test_a_cycle_that_begins_again_does_not_measure_at_once() -> None:
    cuff = Cuff(a_patient(), seed=1, interval_s=INTERVAL_S)
    cuff.start(0.0)
    cuff.until(60.0)
    cuff.end_cycle()
    cuff.begin_cycle(70.0)
    assert cuff.until(299.0) == []
    assert isinstance(cuff.until(300.0)[0], CuffStarted)


def test_a_few_of_a_hundred_fail_by_chance_and_never_two_in_a_row() -> None:
    failures = []
    for seed in range(15):
        cuff = Cuff(a_patient(seed=seed), seed=seed, interval_s=60)
        cuff.begin_cycle(0.0)
        events = [event for at in range(0, 6000, 20) for event in cuff.until(float(at))]
        failed = [result.failure is not None for result in results(events)]
        assert not any(a and b for a, b in pairwise(failed))
        failures += failed
    assert 0.01 <= sum(failures) / len(failures) <= 0.06


def test_in_cuff_fail_two_readings_after_the_start_fail_by_motion() -> None:
    cuff = Cuff(a_patient("cuff_fail"), seed=1, interval_s=INTERVAL_S)
    cuff.begin_cycle(0.0)
    events = [event for at in range(0, 3000, 5) for event in cuff.until(float(at))]
    failures = [result.failure for result in results(events)]
    assert failures[:6] == [None, None, CuffFailure.MOTION, CuffFailure.MOTION, None, None]
    failed = next(result for result in results(events) if result.failure)
    assert failed.systolic_mmhg is None
