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
    """How soon somebody must act; low is seen, and heard only as a reminder."""

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
    REMINDED = "reminded"
    ENDED = "ended"


class Condition(StrEnum):
    """The names of the alarm conditions, as the log and the command line give them."""

    SPO2_LOW = "spo2_low"
    SPO2_HIGH = "spo2_high"
    SPO2_FALLING = "spo2_falling"
    PULSE_LOW = "pulse_low"
    PULSE_HIGH = "pulse_high"
    NIBP_SYSTOLIC_LOW = "nibp_systolic_low"
    NIBP_SYSTOLIC_HIGH = "nibp_systolic_high"
    NIBP_DIASTOLIC_LOW = "nibp_diastolic_low"
    NIBP_DIASTOLIC_HIGH = "nibp_diastolic_high"
    NIBP_MEAN_LOW = "nibp_mean_low"
    NIBP_MEAN_HIGH = "nibp_mean_high"
    RESPIRATORY_RATE_LOW = "respiratory_rate_low"
    RESPIRATORY_RATE_HIGH = "respiratory_rate_high"
    APNOEA = "apnoea"
    ETCO2_LOW = "etco2_low"
    ETCO2_HIGH = "etco2_high"
    SEDATION_DEEP = "sedation_deep"
    SEVERAL_LESSER = "several_lesser"
    NO_DATA = "no_data"
    SENSOR_OFF = "sensor_off"
    SEARCHING = "searching"
    IMPLAUSIBLE = "implausible"
    LINK_LOST = "link_lost"
    DEVICE_CLOCK = "device_clock"
    NIBP_OVERDUE = "nibp_overdue"
    NIBP_FAILED = "nibp_failed"
    NIBP_CYCLE_SLOW = "nibp_cycle_slow"
    OBSERVATION_DUE = "observation_due"
    PUMP_NOT_CONFIRMED = "pump_not_confirmed"
    PUMP_VOLUME_DIFFERS = "pump_volume_differs"
    PAUSED_TOO_LONG = "paused_too_long"
    END_DUE = "end_due"
    STORE_FAILING = "store_failing"
    DISK_LOW = "disk_low"
    SOUND_FAILED = "sound_failed"
    SCREEN_SILENT = "screen_silent"
    CLOCK_JUMPED = "clock_jumped"
    PROGRAM_AWAY = "program_away"
    ENGINE_FAULT = "engine_fault"
    SUPERVISOR_LOST = "supervisor_lost"
    MAINS_LOST = "mains_lost"
    BATTERY_LOW = "battery_low"
    SLEEP_NOT_HELD_OFF = "sleep_not_held_off"
    AUDIO_PAUSED = "audio_paused"
    AUDIO_OFF = "audio_off"
    ALARM_OFF = "alarm_off"

    @property
    def is_high(self) -> bool:
        """Whether it is about a value that is too high."""
        return self.value.endswith("_high")

    @property
    def is_inactivation(self) -> bool:
        """Whether it is no alarm: somebody has silenced sound or alarms, which is logged alike."""
        return self in (Condition.AUDIO_PAUSED, Condition.AUDIO_OFF, Condition.ALARM_OFF)


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
