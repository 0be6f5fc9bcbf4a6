"""The simulated patient against published courses and the default limits."""

import statistics

import pytest

from devices.simulator.infusion_course import InfusionCourse
from devices.simulator.patient import SEARCH_S, Patient, draw_traits
from devices.simulator.scenarios import MIN, SCENARIOS
from devices.source import Sensor

START_S = 300.0
CUFF_ERROR_MMHG = 2


def patient(seed: int, scenario: str = "normal", course: InfusionCourse | None = None) -> Patient:
    usual = InfusionCourse.scripted(START_S)
    return Patient(
        seed=seed, scenario=SCENARIOS[scenario], course=usual if course is None else course
    )


def systolic(of: Patient, minute: float) -> float:
    return of.blood_pressure(START_S + minute * MIN).systolic_mmhg


def at_rest(of: Patient) -> float:
    return statistics.mean(systolic(of, minute) for minute in (-5, -4, -3, -2, -1))


def test_the_same_seed_is_the_same_patient_and_another_seed_another() -> None:
    moments = [second * 37.0 for second in range(100)]
    first, same, other = (
        [(of.vitals(at), of.blood_pressure(at)) for at in moments]
        for of in (patient(4), patient(4), patient(5))
    )
    assert first == same
    assert first != other


def test_the_order_of_asking_changes_nothing() -> None:
    asked_backwards = patient(4)
    backwards = [asked_backwards.vitals(at) for at in (900.0, 300.0)]
    straight = patient(4)
    assert [straight.vitals(at) for at in (300.0, 900.0)] == backwards[::-1]


def test_the_pressure_rises_and_falls_as_published() -> None:
    rises, diastolic_rises, peaks, left = [], [], [], []
    for seed in range(200):
        of = patient(seed)
        course = {minute: systolic(of, minute) for minute in range(130)}
        rises.append(course[40] - at_rest(of))
        now, before = (of.blood_pressure(START_S + at).diastolic_mmhg for at in (40 * MIN, -150))
        diastolic_rises.append(now - before)
        peaks.append(max(course, key=lambda minute: course[minute]))
        left.append(course[129] - at_rest(of))
    assert 10 <= statistics.mean(rises) <= 17
    assert statistics.stdev(rises) >= 2.5
    assert min(rises) >= 3
    assert max(rises) <= 24
    assert 0.55 <= statistics.mean(diastolic_rises) / statistics.mean(rises) <= 0.75
    assert 36 <= statistics.median(peaks) <= 45
    assert statistics.mean(left) < 2
    assert max(left) < 6


def test_one_or_two_of_a_hundred_unselected_patients_go_to_severe_hypertension() -> None:
    traits = [draw_traits(seed, SCENARIOS["unselected"], 80) for seed in range(4000)]
    severe = sum(t.systolic_mmhg + t.systolic_rise_mmhg > 180 for t in traits)
    assert 0.005 <= severe / len(traits) <= 0.025


@pytest.mark.parametrize("seed", range(40))
def test_a_normal_patient_comes_beyond_no_default_limit(seed: int) -> None:
    of = patient(seed)
    for at_s in range(0, 7500, 5):
        vitals = of.vitals(at_s)
        assert vitals.sensor is Sensor.ON
        assert vitals.spo2_pct is not None
        assert vitals.spo2_pct >= 93
        assert 50 <= (vitals.pulse_rate_per_min or 0) <= 120
        assert 8 <= (vitals.respiratory_rate_per_min or 0) <= 30
        assert 25 <= (vitals.etco2_mmhg or 0) <= 50
    base = of.blood_pressure(60)
    for at_s in range(0, 7500, 30):
        pressure = of.blood_pressure(at_s)
        assert 90 <= pressure.systolic_mmhg <= 160 - CUFF_ERROR_MMHG
        assert 45 <= pressure.diastolic_mmhg <= 95 - CUFF_ERROR_MMHG
        assert pressure.systolic_mmhg - base.systolic_mmhg <= 30 - 2 * CUFF_ERROR_MMHG


@pytest.mark.parametrize("factor", [0.0, 2.0, 4.0])
def test_a_normal_patient_stays_within_limits_at_other_doses(factor: float) -> None:
    for seed in range(20):
        of = patient(seed, course=InfusionCourse(((START_S, 0.75 * factor),)))
        assert max(systolic(of, minute) for minute in range(0, 120, 4)) <= 158


@pytest.mark.parametrize("seed", range(30))
def test_hypertension_crosses_160_in_time_and_never_180(seed: int) -> None:
    of = patient(seed, "hypertension")
    course = {minute / 2: systolic(of, minute / 2) for minute in range(-8, 220)}
    over = [minute for minute, level in course.items() if level > 160]
    assert 17 <= over[0] <= 25
    assert 168 <= max(course.values()) <= 180 - CUFF_ERROR_MMHG
    assert 45 <= over[-1] <= 70
    assert min(of.vitals(float(at)).spo2_pct or 0 for at in range(0, 6000, 20)) >= 93


def test_desaturation_falls_to_84_for_about_a_minute_and_then_less_deep() -> None:
    of = patient(2, "desaturation")
    course = [of.vitals(START_S + second).spo2_pct or 0 for second in range(3000)]
    assert 83 <= min(course) <= 84
    assert 60 <= sum(level <= 84 for level in course[900:1500]) <= 80
    assert 87 <= min(course[1700:]) <= 89
    assert min(course[:1000]) >= 93
    assert of.pulse_rate_per_min(START_S + 1180) > of.pulse_rate_per_min(START_S + 1000) + 4


def test_the_probe_is_off_for_minutes_and_searches_when_it_is_back() -> None:
    of = patient(2, "probe_off")
    sensors = [of.vitals(START_S + second).sensor for second in range(2400)]
    assert sensors.count(Sensor.OFF) == 150 + 90
    assert sensors.count(Sensor.SEARCHING) == 2 * SEARCH_S
    assert of.vitals(START_S + 13 * MIN).spo2_pct is None
    assert of.vitals(START_S + 13 * MIN).respiratory_rate_per_min is not None


def test_a_scenario_waits_for_the_infusion_that_is_told() -> None:
    of = patient(2, "desaturation", InfusionCourse())
    assert min(of.vitals(float(at)).spo2_pct or 0 for at in range(0, 4000, 10)) >= 93
    of.infuse(5000.0, 0.75)
    assert (of.vitals(5000.0 + 19 * MIN).spo2_pct or 0) <= 85


def test_a_pause_lets_the_pressure_fall_and_a_resumed_infusion_lets_it_rise() -> None:
    of = patient(2, "hypertension", InfusionCourse(((START_S, 0.75),)))
    on_drug = systolic(of, 20)
    of.infuse(START_S + 20 * MIN, 0.0)
    paused = systolic(of, 45)
    of.infuse(START_S + 45 * MIN, 0.75)
    assert paused < on_drug - 5
    assert systolic(of, 70) > paused + 5
