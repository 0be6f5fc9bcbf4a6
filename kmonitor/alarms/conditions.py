"""What an alarm condition is: its name, kind, priority and the log of its phases."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kmonitor.clock import Instant


class AlarmKind(StrEnum):
    """Whether the patient or the equipment is the cause."""

    PHYSIOLOGICAL = "physiological"
    TECHNICAL = "technical"


class Priority(StrEnum):
    """How soon somebody must act; low is seen and never heard."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """0 for low, 1 for medium, 2 for high."""
        return ("low", "medium", "high").index(self.value)


class AlarmPhase(StrEnum):
    """A step in the life of one occurrence."""

    PENDING = "pending"
    ONSET = "onset"
    ESCALATED = "escalated"
    ACKNOWLEDGED = "acknowledged"
    LATCHED = "latched"
    ENDED = "ended"


class Condition(StrEnum):
    """The names of the alarm conditions, as the log and the command line give them."""

    SPO2_LOW = "spo2_low"
    PULSE_LOW = "pulse_low"
    PULSE_HIGH = "pulse_high"
    NIBP_SYSTOLIC_LOW = "nibp_systolic_low"
    NIBP_SYSTOLIC_HIGH = "nibp_systolic_high"
    NIBP_DIASTOLIC_LOW = "nibp_diastolic_low"
    NIBP_DIASTOLIC_HIGH = "nibp_diastolic_high"
    NIBP_MEAN_LOW = "nibp_mean_low"
    NO_DATA = "no_data"
    LINK_LOST = "link_lost"
    NIBP_OVERDUE = "nibp_overdue"
    NIBP_FAILED = "nibp_failed"
    PUMP_NOT_CONFIRMED = "pump_not_confirmed"
    END_DUE = "end_due"
    STORE_FAILING = "store_failing"
    CLOCK_JUMPED = "clock_jumped"
    PROGRAM_AWAY = "program_away"
    ENGINE_FAULT = "engine_fault"
    SUPERVISOR_LOST = "supervisor_lost"
    MAINS_LOST = "mains_lost"
    BATTERY_LOW = "battery_low"
    SLEEP_NOT_HELD_OFF = "sleep_not_held_off"

    @property
    def is_high(self) -> bool:
        """Whether it is about a value that is too high."""
        return self.value.endswith("_high")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmTransition:
    """One row of the alarm log; `value` and `limit` in the unit of what is judged.

    `about` is the metric or link meant, empty where there is only one.
    """

    at: Instant
    occurrence: int
    condition: Condition
    kind: AlarmKind
    priority: Priority
    phase: AlarmPhase
    value: float | None
    limit: float | None
    about: str = ""
    words: str = ""
    author: str | None = None
