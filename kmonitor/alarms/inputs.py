"""What the engine is told, and what it judges by; all time comes with the events."""

from __future__ import annotations

from dataclasses import dataclass

from kmonitor.alarms.conditions import Condition
from kmonitor.alarms.lifecycle import Finding
from kmonitor.alarms.limits import Judged, LimitSet
from kmonitor.clock import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What to judge by: the limit set, and the baseline of each judged thing where known."""

    limits: LimitSet
    baseline: tuple[tuple[Judged, float], ...] = ()

    def baseline_of(self, judged: Judged) -> float | None:
        """The session's baseline of `judged`, None while unknown."""
        return dict(self.baseline).get(judged)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A valid number of a continuous metric."""

    at: Instant
    judged: Judged
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """The metric was there and has no value now."""

    at: Instant
    judged: Judged


@dataclass(frozen=True, slots=True, kw_only=True)
class CuffMeasured:
    """One proven cuff reading in mmHg; None where the monitor gave none."""

    at: Instant
    pressures: tuple[tuple[Judged, int | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All technical conditions that are there now; those not named are over."""

    at: Instant
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """Somebody acknowledged one occurrence."""

    at: Instant
    number: int
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseAudio:
    """Somebody wants silence for a while."""

    at: Instant
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeAudio:
    """The sound shall come back before the pause is over; `author` None: by the program."""

    at: Instant
    author: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioOff:
    """The sound is switched off until further notice, or on again."""

    at: Instant
    author: str
    is_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmOff:
    """One alarm is switched off until further notice, or on again."""

    at: Instant
    author: str
    condition: Condition
    is_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsMoved:
    """The rules are others than before; what is watched is judged by the new ones at once."""

    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """Time went on; a delay may have run out."""

    at: Instant


AlarmEvent = (
    Measured
    | Missed
    | CuffMeasured
    | Standing
    | Acknowledge
    | PauseAudio
    | ResumeAudio
    | AudioOff
    | AlarmOff
    | LimitsMoved
    | Passed
)
