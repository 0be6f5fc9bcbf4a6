"""The NIBP cuff as a board drives it: inflates over the systolic, deflates, gives a result."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from devices.simulator.chance import spread, stream
from devices.source import Arm, BloodPressure, half_up

FIRST_AFTER_S = 8.0
BUSY = "busy"
NO_HEARTBEAT = "no-heartbeat"
FAILURE_SHARE = 0.03
_INFLATE_S = 6.0
_SHOWN_PER_S = 4


class CuffFailure(StrEnum):
    """Why a determination gave nothing, in the words of the line protocol."""

    MOTION = "motion"
    WEAK = "weak"
    TIME = "time"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class CuffStarted:
    """Determination `number` begins."""

    at_s: float
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CuffPressure:
    """What the cuff holds while it works."""

    at_s: float
    number: int
    pressure_mmhg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CuffResult:
    """The end of deflation: pressures, or why there are none."""

    at_s: float
    number: int
    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    mean_mmhg: int | None = None
    pulse_rate_per_min: int | None = None
    failure: CuffFailure | None = None


CuffEvent = CuffStarted | CuffPressure | CuffResult


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    number: int
    start_s: float
    end_s: float
    top_mmhg: float
    bottom_mmhg: float
    failure: CuffFailure | None

    def pressure_mmhg(self, at_s: float) -> int:
        into_s = at_s - self.start_s
        if into_s < _INFLATE_S:
            return half_up(self.top_mmhg * into_s / _INFLATE_S)
        share = (into_s - _INFLATE_S) / (self.end_s - self.start_s - _INFLATE_S)
        return half_up(self.top_mmhg + (self.bottom_mmhg - self.top_mmhg) * min(share, 1.0))


class Cuff:
    """Advance it with `until`; times are patient seconds."""

    def __init__(self, arm: Arm, *, seed: int, interval_s: float) -> None:
        """An idle cuff; `interval_s` 0 means that it measures only when asked."""
        self._arm = arm
        self._seed = seed
        self._interval_s = interval_s
        self._due_s: float | None = None
        self._run: _Run | None = None
        self._shown_s = 0.0
        self._started_s = -math.inf
        self._number = 0
        self._since_infusion = 0
        self._has_failed = False

    def begin_cycle(self, at_s: float) -> None:
        """Measure soon, but not sooner than an interval after the last, and then at every one."""
        if self._interval_s and self._due_s is None:
            self._due_s = max(at_s + FIRST_AFTER_S, self._started_s + self._interval_s)

    def end_cycle(self) -> None:
        """No more automatic determinations; one that runs comes to its end."""
        self._due_s = None

    def start(self, at_s: float) -> tuple[str, list[CuffEvent]]:
        """Begin at a person's wish: `ok` and what happens, or the reason for not beginning."""
        if self._run:
            return BUSY, []
        return "ok", [self._inflate(at_s)]

    def stop(self, at_s: float) -> list[CuffEvent]:
        """Let the air out."""
        if not self._run:
            return []
        number, self._run = self._run.number, None
        return [CuffResult(at_s=at_s, number=number, failure=CuffFailure.STOPPED)]

    def until(self, at_s: float) -> list[CuffEvent]:
        """What the cuff did up to `at_s`, in the order of time."""
        events: list[CuffEvent] = []
        if self._due_s is not None and self._due_s <= at_s:
            due_s = self._due_s
            self._due_s += self._interval_s * (1 + (at_s - due_s) // self._interval_s)
            if not self._run:
                events.append(self._inflate(due_s))
        if self._run:
            events += self._progress(self._run, at_s)
        return events

    def _inflate(self, at_s: float) -> CuffStarted:
        self._number += 1
        chance = stream(self._seed, "cuff", self._number)
        pressure = self._arm.blood_pressure(at_s)
        top = pressure.systolic_mmhg + chance.uniform(22, 32)
        bottom = pressure.diastolic_mmhg - chance.uniform(8, 14)
        run = _Run(
            number=self._number,
            start_s=at_s,
            end_s=at_s + chance.uniform(27, 38),
            top_mmhg=top,
            bottom_mmhg=bottom,
            failure=self._draw_failure(at_s),
        )
        self._run, self._shown_s, self._started_s = run, at_s, at_s
        self._has_failed = run.failure is not None
        return CuffStarted(at_s=at_s, number=run.number)

    def _draw_failure(self, at_s: float) -> CuffFailure | None:
        started_s = self._arm.started_s
        if started_s is not None and started_s <= at_s:
            self._since_infusion += 1
        must_fail = self._arm.failing_cuff(self._since_infusion or None)
        if must_fail is not None:
            return CuffFailure.MOTION if must_fail else None
        chance = stream(self._seed, "cuff failure", self._number)
        if self._has_failed or chance.random() >= FAILURE_SHARE:
            return None
        return chance.choice((CuffFailure.MOTION, CuffFailure.WEAK, CuffFailure.TIME))

    def _progress(self, run: _Run, at_s: float) -> list[CuffEvent]:
        events: list[CuffEvent] = []
        while self._shown_s + 1 / _SHOWN_PER_S <= min(at_s, run.end_s):
            self._shown_s += 1 / _SHOWN_PER_S
            pressure_mmhg = run.pressure_mmhg(self._shown_s)
            events.append(
                CuffPressure(at_s=self._shown_s, number=run.number, pressure_mmhg=pressure_mmhg)
            )
        if at_s >= run.end_s:
            self._run = None
            events.append(self._result(run))
        return events

    def _result(self, run: _Run) -> CuffResult:
        if run.failure:
            return CuffResult(at_s=run.end_s, number=run.number, failure=run.failure)
        pressure = self._arm.blood_pressure(run.end_s)
        return _measured(pressure, self._arm.pulse_rate_per_min(run.end_s), run, self._seed)


def _measured(pressure: BloodPressure, pulse_per_min: float, run: _Run, seed: int) -> CuffResult:
    """The result of `run`: the true pressure with the cuff's small error."""
    chance = stream(seed, "cuff error", run.number)
    systolic = half_up(pressure.systolic_mmhg + spread(chance, 0, 1, -2, 2))
    diastolic = half_up(pressure.diastolic_mmhg + spread(chance, 0, 1, -2, 2))
    return CuffResult(
        at_s=run.end_s,
        number=run.number,
        systolic_mmhg=systolic,
        diastolic_mmhg=diastolic,
        mean_mmhg=half_up(diastolic + (systolic - diastolic) * 0.36),
        pulse_rate_per_min=half_up(pulse_per_min),
    )
