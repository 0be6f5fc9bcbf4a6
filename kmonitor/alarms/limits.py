"""Limit sets: the last acceptable number, how long it may be passed, how urgent that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kmonitor.alarms.conditions import Condition, Priority


class Judged(StrEnum):
    """What a rule looks at: a numeric metric or one component of a cuff reading."""

    SPO2 = "spo2"
    PULSE_RATE = "pulse_rate"
    RESPIRATORY_RATE = "respiratory_rate"
    ETCO2 = "etco2"
    SEDATION = "sedation"
    NIBP_SYSTOLIC = "nibp_systolic"
    NIBP_DIASTOLIC = "nibp_diastolic"
    NIBP_MEAN = "nibp_mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One limit of a rule, in the judged metric's unit; strictly beyond it for `delay_s` alarms.

    With `rise`, the value must also lie more than that above (for high rules) the session's
    baseline. With `fraction_of_baseline` the limit is that part of the baseline wherever the
    baseline lies below `while_baseline_below`.
    """

    priority: Priority
    limit: float | None
    delay_s: float
    rise: float | None = None
    fraction_of_baseline: float | None = None
    while_baseline_below: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRule:
    """One condition with its levels, the least severe first."""

    condition: Condition
    judged: Judged
    is_high: bool
    levels: tuple[Level, ...]

    @property
    def shown_limit(self) -> float | None:
        """The limit that stands beside the number: the medium one, else the high one."""
        for priority in (Priority.MEDIUM, Priority.HIGH):
            for level in self.levels:
                if level.priority is priority and level.limit is not None and level.rise is None:
                    return level.limit
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FastFall:
    """Shown, never heard: SpO2 fell by more than `points` % within `within_s` seconds."""

    points: float
    within_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSet:
    """A named, dated set of rules; `sha256` is that of the file it came from.

    `fast_fall`, and how many conditions that are only seen make `several_lesser`: None is off.
    `observation_every_s` is how often an observation is due while infusing; None: never.
    """

    name: str
    title: str
    version: int
    author: str
    dated: date
    sha256: str
    rules: tuple[LimitRule, ...]
    fast_fall: FastFall | None = None
    several_lesser: int | None = None
    observation_every_s: float | None = None

    @property
    def full_title(self) -> str:
        """Title and version as they stand on the screen: "Adult ketamine v1"."""
        return f"{self.title} v{self.version}"

    def rules_for(self, judged: Judged) -> tuple[LimitRule, ...]:
        """The rules that look at `judged`."""
        return tuple(rule for rule in self.rules if rule.judged is judged)

    def shown(self, judged: Judged) -> tuple[float | None, float | None]:
        """The low and the high limit that stand beside the number; None where there is none.

        Where two rules look at one number, the limit that is passed first.
        """
        lows, highs = (
            [
                rule.shown_limit
                for rule in self.rules_for(judged)
                if rule.is_high is is_high and rule.shown_limit is not None
            ]
            for is_high in (False, True)
        )
        return max(lows, default=None), min(highs, default=None)
