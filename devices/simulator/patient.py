"""The simulated patient: a function of seed, scenario, time and infusion; no noise of the moment.

The blood pressure follows the infusion as published courses do: it rises by 5 to 20 mmHg
systolic, is highest about the end of 40 minutes and is back 1 to 1.5 hours later.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.simulator.chance import Wander, spread, stream
from devices.simulator.infusion_course import InfusionCourse
from devices.simulator.scenarios import Dip, Scenario
from devices.source import BloodPressure, Sensor, VitalSigns, half_up, second_of

SEARCH_S = 9.0
_SLOT_S = 600.0  # at most one chance dip of SpO2 in each


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What one patient brings along; pressures at rest, rises at the end of a usual infusion."""

    systolic_mmhg: float
    diastolic_mmhg: float
    systolic_rise_mmhg: float
    highest_rise_mmhg: float
    pulse_rate_per_min: float
    pulse_rise_per_min: float
    spo2_pct: float
    respiratory_rate_per_min: float
    etco2_mmhg: float
    perfusion_index_pct: float


class Patient:
    """A `Source` from the model; tell it with `infuse` what the pump gives."""

    gives = frozenset(
        {
            "spo2_pct",
            "pulse_rate_per_min",
            "perfusion_index_pct",
            "respiratory_rate_per_min",
            "etco2_mmhg",
        }
    )

    def __init__(
        self, *, seed: int, scenario: Scenario, course: InfusionCourse, patient_kg: float = 80.0
    ) -> None:
        """Draw the patient; an empty `course` is a patient at rest until told otherwise."""
        self.traits = draw_traits(seed, scenario, patient_kg)
        self.course = course
        self._seed = seed
        self._scenario = scenario
        self._shown: dict[int, VitalSigns] = {}
        self._chance_dips: dict[int, Dip | None] = {}
        chance = stream(seed, "wander")
        self._pressure = Wander(chance, reach=2.0, period_s=300)
        self._pulse = Wander(chance, reach=3.0, period_s=60)
        self._saturation = Wander(chance, reach=0.7, period_s=90)
        self._breath = Wander(chance, reach=1.4, period_s=80)
        self._perfusion = Wander(chance, reach=0.25, period_s=120)

    def infuse(self, at_s: float, mg_per_kg_per_h: float) -> None:
        """The pump gives this from `at_s` on."""
        self.course = self.course.changed(at_s, mg_per_kg_per_h)

    def begin(self, at_s: float) -> None:
        """A patient lives on whether or not somebody listens."""

    def has_ended(self, at_s: float) -> bool:
        """A patient has no end."""
        return False

    def vitals(self, at_s: float) -> VitalSigns:
        """What a monitor shows during the second of `at_s`."""
        second = second_of(at_s)
        if second not in self._shown:
            self._shown = {second: self._vitals(float(second))}
        return self._shown[second]

    def _vitals(self, at_s: float) -> VitalSigns:
        effect = self.course.effect(at_s)
        sensor = self._sensor(at_s)
        traits = self.traits
        breath = self._breath.at(at_s)
        respiration = half_up(traits.respiratory_rate_per_min + breath)
        etco2 = half_up(traits.etco2_mmhg - breath + 0.8 * effect)
        if sensor is not Sensor.ON:
            return VitalSigns(sensor=sensor, respiratory_rate_per_min=respiration, etco2_mmhg=etco2)
        perfusion = traits.perfusion_index_pct * (1 - 0.15 * effect + self._perfusion.at(at_s))
        return VitalSigns(
            sensor=sensor,
            spo2_pct=min(100, half_up(self._spo2(at_s, effect))),
            pulse_rate_per_min=half_up(self.pulse_rate_per_min(at_s)),
            perfusion_index_pct=round(perfusion, 2),
            respiratory_rate_per_min=respiration,
            etco2_mmhg=etco2,
        )

    def pulse_rate_per_min(self, at_s: float) -> float:
        """The heart's rate: at rest, a little more under the drug and while SpO2 is low."""
        traits = self.traits
        low = sum(dip.share(self._since_start(at_s)) for dip in self._scenario.dips)
        rise = traits.pulse_rise_per_min * self.course.effect(at_s)
        return traits.pulse_rate_per_min + rise + 12 * low + self._pulse.at(at_s)

    def blood_pressure(self, at_s: float) -> BloodPressure:
        """The pressure in the arm at `at_s`."""
        traits = self.traits
        drawn = traits.systolic_rise_mmhg * self.course.effect(at_s)
        rise = min(drawn, traits.highest_rise_mmhg)
        wander = self._pressure.at(at_s)
        systolic = traits.systolic_mmhg + rise + wander
        diastolic = traits.diastolic_mmhg + rise * self._scenario.diastolic_share + 0.6 * wander
        return BloodPressure(
            systolic_mmhg=systolic,
            diastolic_mmhg=diastolic,
            mean_mmhg=diastolic + (systolic - diastolic) * 0.36,
        )

    def failing_cuff(self, number: int | None) -> bool | None:
        """By the scenario, else by chance where it leaves room for that."""
        if number in self._scenario.failing_cuffs:
            return True
        return None if self._scenario.has_chance_failures else False

    @property
    def started_s(self) -> float | None:
        """When the infusion started, which is what scenario times count from."""
        return self.course.started_s

    def _since_start(self, at_s: float) -> float:
        started_s = self.course.started_s
        return -1.0 if started_s is None else at_s - started_s

    def _sensor(self, at_s: float) -> Sensor:
        since_s = self._since_start(at_s)
        for off_s, on_s in self._scenario.probe_off:
            if off_s <= since_s < on_s:
                return Sensor.OFF
            if on_s <= since_s < on_s + SEARCH_S:
                return Sensor.SEARCHING
        return Sensor.ON

    def _spo2(self, at_s: float, effect: float) -> float:
        level = self.traits.spo2_pct - 0.3 * effect + self._saturation.at(at_s)
        chance_dip = self._chance_dip(int(at_s // _SLOT_S))
        if chance_dip:
            level -= (level - chance_dip.lowest_pct) * chance_dip.share(at_s)
        since_s = self._since_start(at_s)
        for dip in self._scenario.dips:
            level -= (level - dip.lowest_pct) * dip.share(since_s)
        return level

    def _chance_dip(self, slot: int) -> Dip | None:
        if slot not in self._chance_dips:
            self._chance_dips[slot] = _draw_dip(self._seed, slot)
        return self._chance_dips[slot]


def draw_traits(seed: int, scenario: Scenario, patient_kg: float) -> Traits:
    """Draw one patient, within what makes the scenario come true."""
    chance = stream(seed, "traits")
    heavier = min(max((patient_kg - 80) * 0.08, -4.0), 4.0)
    systolic = spread(chance, 126 + heavier, 5, 112, 133)
    diastolic = spread(chance, 75 + 0.25 * (systolic - 126), 2, 68, 78)
    rise = spread(chance, 13, 4, 5.5, 19)
    has_severe_rise = chance.random() < 0.015 and scenario.has_tail
    highest = 20.0
    if has_severe_rise:
        rise, highest = chance.uniform(58, 75), 80.0
    if scenario.peak_mmhg is not None:
        systolic = max(systolic, 128)
        rise = scenario.peak_mmhg - systolic
        highest = rise + 2
    return Traits(
        systolic_mmhg=systolic,
        diastolic_mmhg=diastolic,
        systolic_rise_mmhg=rise,
        highest_rise_mmhg=highest,
        pulse_rate_per_min=spread(chance, 72, 5, 62, 82),
        pulse_rise_per_min=chance.uniform(1, 6),
        spo2_pct=spread(chance, 98.1, 0.2, 97.7, 98.5),
        respiratory_rate_per_min=spread(chance, 14, 1, 12.5, 16),
        etco2_mmhg=spread(chance, 37, 1.5, 34, 41),
        perfusion_index_pct=chance.uniform(2.2, 5.5),
    )


def _draw_dip(seed: int, slot: int) -> Dip | None:
    """A rare shallow dip, which stays at 93 or above: shown, never alarmed."""
    chance = stream(seed, "dip", slot)
    if chance.random() > 0.3:
        return None
    return Dip(
        at_s=slot * _SLOT_S + chance.uniform(0, _SLOT_S - 120),
        lowest_pct=chance.uniform(93.6, 95.4),
        fall_s=chance.uniform(12, 25),
        hold_s=chance.uniform(5, 20),
        rise_s=chance.uniform(15, 30),
    )
