"""What happens to the patient, by name; times are seconds after the start of the infusion."""

from __future__ import annotations

from dataclasses import dataclass

MIN = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dip:
    """SpO2 falls to `lowest_pct`, stays there and comes back."""

    at_s: float
    lowest_pct: float
    fall_s: float
    hold_s: float
    rise_s: float

    def share(self, at_s: float) -> float:
        """How much of the fall is there, from 0 to 1."""
        falling = (at_s - self.at_s) / self.fall_s
        rising = (self.at_s + self.fall_s + self.hold_s + self.rise_s - at_s) / self.rise_s
        return min(max(min(falling, rising), 0.0), 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One course of events; `told` is for people.

    `peak_mmhg` fixes the systolic pressure at the end of a usual infusion (40 minutes at
    0.75 mg/kg/h); without it the rise is drawn. `has_tail` lets 1 to 2 of 100 patients
    go to severe hypertension. `failing_cuffs` counts determinations since the start.
    """

    name: str
    told: str
    peak_mmhg: float | None = None
    diastolic_share: float = 2 / 3
    has_tail: bool = False
    dips: tuple[Dip, ...] = ()
    probe_off: tuple[tuple[float, float], ...] = ()
    failing_cuffs: tuple[int, ...] = ()
    has_chance_failures: bool = True


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario(name="normal", told="An uneventful infusion."),
        Scenario(
            name="hypertension",
            told="Systolic pressure over 160 from about minute 20, back after the end.",
            peak_mmhg=171,
            diastolic_share=0.52,
            has_chance_failures=False,
        ),
        Scenario(
            name="desaturation",
            told="SpO2 falls to 84 for a minute, later to 88.",
            dips=(
                Dip(at_s=18 * MIN, lowest_pct=83.7, fall_s=45, hold_s=60, rise_s=50),
                Dip(at_s=31 * MIN, lowest_pct=88.0, fall_s=40, hold_s=30, rise_s=40),
            ),
        ),
        Scenario(
            name="probe_off",
            told="The finger sensor is off for some minutes, twice.",
            probe_off=((12 * MIN, 14.5 * MIN), (28 * MIN, 29.5 * MIN)),
        ),
        Scenario(
            name="cuff_fail",
            told="The cuff fails twice, then measures.",
            failing_cuffs=(2, 3),
            has_chance_failures=False,
        ),
        Scenario(
            name="unselected",
            told="A patient as they come: 1 to 2 of 100 go to severe hypertension.",
            has_tail=True,
        ),
    )
}
