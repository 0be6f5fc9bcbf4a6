"""The pleth is made of the pulse: its beats, its shape, its height."""

from dataclasses import replace

import pytest

from devices.simulator.infusion_course import InfusionCourse
from devices.simulator.patient import Patient
from devices.simulator.pleth import LEVEL_WITHOUT_FINGER, Pleth
from devices.simulator.scenarios import SCENARIOS
from devices.source import Sensor, VitalSigns

RATE_HZ = 60


def a_patient() -> Patient:
    return Patient(seed=3, scenario=SCENARIOS["normal"], course=InfusionCourse())


def a_minute(vitals: VitalSigns | None = None) -> list[tuple[int, bool]]:
    of = a_patient()
    pleth = Pleth(of, rate_hz=RATE_HZ, start_s=0.0)
    samples = []
    for second in range(60):
        moments = [second + k / RATE_HZ for k in range(RATE_HZ)]
        samples += pleth.samples(vitals or of.vitals(second), moments)
    return samples


def test_a_minute_has_as_many_beats_as_the_pulse_says() -> None:
    of = a_patient()
    pulse = sum(of.pulse_rate_per_min(float(second)) for second in range(60)) / 60
    beeps = [is_beep for _, is_beep in a_minute()]
    beats = sum(now and not before for before, now in zip([False, *beeps], beeps, strict=False))
    assert beats == pytest.approx(pulse, abs=2)


def test_a_beat_rises_steeply_and_has_a_notch() -> None:
    samples = a_minute()
    starts = [n for n in range(1, len(samples)) if samples[n][1] and not samples[n - 1][1]]
    beat = [level for level, _ in samples[starts[10] : starts[11]]]
    top = beat.index(max(beat))
    assert top < len(beat) * 0.35
    falls = [b - a for a, b in zip(beat[top:], beat[top + 1 :], strict=False)]
    assert any(step >= 0 for step in falls[4 : len(falls) * 2 // 3]), "no dicrotic wave"


def test_it_stays_within_seven_bits_and_its_height_follows_the_perfusion() -> None:
    vitals = a_patient().vitals(0.0)
    heights = []
    for index in (0.1, 1.0, 6.0, 20.0):
        levels = [level for level, _ in a_minute(replace(vitals, perfusion_index_pct=index))]
        assert min(levels) >= 0
        assert max(levels) <= 127
        heights.append(max(levels) - min(levels))
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_without_a_finger_it_is_flat() -> None:
    levels = {level for level, _ in a_minute(VitalSigns(sensor=Sensor.OFF))}
    assert levels == {LEVEL_WITHOUT_FINGER}
