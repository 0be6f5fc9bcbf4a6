"""What a simulated monitor reads from: a patient model or a recording."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Sensor(StrEnum):
    """How the oximeter's sensor sits."""

    ON = "on"
    OFF = "off"
    SEARCHING = "searching"


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalSigns:
    """What stands on a monitor during one second; None: the monitor has no value."""

    sensor: Sensor
    spo2_pct: int | None = None
    pulse_rate_per_min: int | None = None
    perfusion_index_pct: float | None = None
    respiratory_rate_per_min: int | None = None
    etco2_mmhg: int | None = None
    temperature_degc: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BloodPressure:
    """The pressures in an arm."""

    systolic_mmhg: float
    diastolic_mmhg: float
    mean_mmhg: float


class Source(Protocol):
    """Times are patient seconds since the simulator started; each second has one set of vitals."""

    @property
    def gives(self) -> frozenset[str]:
        """The fields of `VitalSigns` that this source can have at all."""

    def begin(self, at_s: float) -> None:
        """Somebody listens from `at_s` on; a recording begins at the first such moment."""

    def has_ended(self, at_s: float) -> bool:
        """Whether a recording has no more to give."""

    def vitals(self, at_s: float) -> VitalSigns:
        """What the monitor shows during the second of `at_s`."""

    def pulse_rate_per_min(self, at_s: float) -> float:
        """The heart's own rate, for the beats of the pleth, also where none is shown."""


class Arm(Protocol):
    """What a cuff is put on."""

    @property
    def started_s(self) -> float | None:
        """When the infusion started; None before that."""

    def pulse_rate_per_min(self, at_s: float) -> float:
        """The heart's own rate."""

    def blood_pressure(self, at_s: float) -> BloodPressure:
        """The true pressure at `at_s`."""

    def failing_cuff(self, number: int | None) -> bool | None:
        """Whether the cuff must fail; None: by chance.

        `number` counts determinations since the infusion started, from 1; None before that.
        """


def second_of(at_s: float) -> int:
    """The whole second `at_s` lies in, safe against the last bit of a float."""
    return math.floor(at_s + 1e-6)


def half_up(number: float) -> int:
    """Round as a device does: 97.5 is 98."""
    return math.floor(number + 0.5)
