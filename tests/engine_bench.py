"""An alarm engine on a fake clock, fed by a test; keeps the whole log."""

from dataclasses import replace
from typing import Any

from kmonitor.alarms.conditions import AlarmTransition, Condition, Priority
from kmonitor.alarms.engine import AlarmState, next_due, step
from kmonitor.alarms.inputs import (
    Acknowledge,
    AlarmEvent,
    AlarmOff,
    AudioOff,
    CuffMeasured,
    Measured,
    Missed,
    Passed,
    PauseAudio,
    ResumeAudio,
    Rules,
    Standing,
)
from kmonitor.alarms.lifecycle import Finding
from kmonitor.alarms.limits import Judged, LimitSet
from kmonitor.alarms.suppression import signal_of
from kmonitor.clock import FakeClock
from kmonitor.limit_sets import load_default

LIMITS = load_default()
NURSE = "N1"


def moved_limits(condition: Condition, *limits: float | None) -> LimitSet:
    """The default set with other numbers for the levels of one condition."""
    rules = tuple(
        replace(
            rule,
            levels=tuple(
                replace(level, limit=limit)
                for level, limit in zip(rule.levels, limits, strict=True)
            ),
        )
        if rule.condition is condition
        else rule
        for rule in LIMITS.rules
    )
    return replace(LIMITS, rules=rules)


def technical(
    condition: Condition = Condition.NO_DATA, priority: Priority = Priority.MEDIUM, about: str = ""
) -> Finding:
    return Finding(condition=condition, priority=priority, words=condition.value, about=about)


class Bench:
    """An engine that is fed second by second; keeps the log as (second, condition, phase)."""

    def __init__(self, *baseline: tuple[Judged, float], limits: LimitSet = LIMITS) -> None:
        self.state = AlarmState()
        self.rules = Rules(limits=limits, baseline=baseline)
        self.clock = FakeClock()
        self.start = self.clock.now()
        self.rows: list[AlarmTransition] = []

    def take(self, event: AlarmEvent) -> tuple[AlarmTransition, ...]:
        self.state, rows = step(self.state, event, self.rules)
        self.rows.extend(rows)
        return rows

    def spo2(self, value: float | None, *, seconds: int = 1, judged: Judged = Judged.SPO2) -> None:
        for _ in range(seconds):
            now = self.clock.now()
            missed = Missed(at=now, judged=judged)
            self.take(missed if value is None else Measured(at=now, judged=judged, value=value))
            self.clock.advance(s=1)
            self.take(Passed(at=self.clock.now()))

    def cuff(self, systolic: int, diastolic: int = 80, mean: int | None = None) -> None:
        pressures = (
            (Judged.NIBP_SYSTOLIC, systolic),
            (Judged.NIBP_DIASTOLIC, diastolic),
            (Judged.NIBP_MEAN, mean),
        )
        self.take(CuffMeasured(at=self.clock.now(), pressures=pressures))
        self.clock.advance(s=600)

    def log(self) -> list[tuple[float, str, str, str]]:
        return [
            (r.at.seconds_since(self.start), r.condition.value, r.phase.value, r.priority.value)
            for r in self.rows
        ]

    def onsets(self) -> list[tuple[float, str, str]]:
        return [(s, c, p) for s, c, phase, p in self.log() if phase == "onset"]

    @property
    def now(self):
        return self.clock.now()

    def pass_time(self, seconds: float) -> None:
        """As a session does: every deadline on the way, then the moment itself."""
        until = self.now.plus(seconds)
        while True:
            due = next_due(self.state, self.rules)
            if due is None or until.is_before(due):
                break
            self.take(Passed(at=due if self.now.is_before(due) else self.now))
        self.clock.advance(s=seconds)
        self.take(Passed(at=self.now))

    def sound(self) -> str | None:
        sounding = signal_of(self.state).sounding
        return None if sounding is None else sounding.value

    def pause(self) -> tuple[AlarmTransition, ...]:
        return self.take(PauseAudio(at=self.now, author=NURSE))

    def resume(self) -> tuple[AlarmTransition, ...]:
        return self.take(ResumeAudio(at=self.now, author=NURSE))

    def audio(self, *, is_off: bool) -> tuple[AlarmTransition, ...]:
        return self.take(AudioOff(at=self.now, author=NURSE, is_off=is_off))

    def alarm(self, condition: Condition, *, is_off: bool) -> tuple[AlarmTransition, ...]:
        return self.take(AlarmOff(at=self.now, author=NURSE, condition=condition, is_off=is_off))

    def acknowledge(self, number: int = 1) -> tuple[AlarmTransition, ...]:
        return self.take(Acknowledge(at=self.now, number=number, author=NURSE))

    def stand(self, *findings: Finding) -> tuple[AlarmTransition, ...]:
        return self.take(Standing(at=self.now, findings=findings))

    def find(self, condition: Condition) -> Any:
        return self.state.running(condition)

    def phases(self, condition: Condition) -> list[str]:
        return [row.phase.value for row in self.rows if row.condition is condition]
