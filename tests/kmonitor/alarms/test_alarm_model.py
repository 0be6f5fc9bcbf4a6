"""Whatever happens to the alarm engine, it says what a plain model of it says.

The invariants, each with its precise meaning here; all are checked after every step:

a. A level passed by fresh numbers for at least its delay is visible: its condition is active,
   at least as urgent as that level, and presented. Nothing begins before, and a fresh number
   back inside has ended it. A cuff reading is its condition at once.
b. What is visible, medium or high, not acknowledged, and not under audio paused or audio off, is
   heard: `signal_of(state).sounding` is exactly the most urgent of these, else None.
c. What grows more urgent is unacknowledged, and its row says escalated.
d. No pause lives for 120 s of monotonic time, whatever the wall clock does; it is there as long
   as nothing new or worse is.
e. The first line presented is the most urgent of all that nobody acknowledged; what is active is
   presented, and what is latched as long as the same is not active and unacknowledged.
f. A missing number, and time without numbers, end no condition that is there.
g. The log alone gives number, state, urgency and acknowledgement of every occurrence, and no row
   says what was so already.
h. (An error of the engine is a HIGH technical alarm: `test_monitor_faults.py`.)
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kmonitor.alarms.conditions import AlarmKind, AlarmPhase, AlarmTransition, Condition, Priority
from kmonitor.alarms.engine import AlarmState, next_due, step
from kmonitor.alarms.inputs import (
    Acknowledge,
    AlarmEvent,
    AlarmOff,
    AudioOff,
    CuffMeasured,
    LimitsMoved,
    Measured,
    Missed,
    Passed,
    PauseAudio,
    ResumeAudio,
    Rules,
    Standing,
)
from kmonitor.alarms.limits import FastFall, Judged, LimitSet
from kmonitor.alarms.occurrences import Occurrence, OccurrenceState, presented
from kmonitor.alarms.suppression import pause_ends, signal_of
from kmonitor.clock import FakeClock, Instant
from tests.alarm_model import CUFF, Model
from tests.engine_bench import LIMITS, NURSE, moved_limits, technical

FALL = FastFall(points=4, within_s=30)
SETS = tuple(
    replace(each, fast_fall=FALL, several_lesser=2)
    for each in (
        LIMITS,
        moved_limits(Condition.SPO2_LOW, 95, 92, 88, 82),
        moved_limits(Condition.SPO2_LOW, 91, 86, 81, 78),
        moved_limits(Condition.PULSE_HIGH, 100, 120),
    )
)
NUMERIC = (Judged.SPO2, Judged.PULSE_RATE, Judged.RESPIRATORY_RATE, Judged.ETCO2, Judged.SEDATION)
NUMBERS = {
    Judged.SPO2: (99, 97, 93, 92.4, 92, 90, 89.5, 89, 88, 85, 84, 80, 79, 70),
    Judged.PULSE_RATE: (72, 50, 49, 41, 39, 120, 121, 130, 141),
    Judged.RESPIRATORY_RATE: (14, 8, 7, 1, 0, 31),
    Judged.ETCO2: (38, 24, 51, 61),
    Judged.SEDATION: (5, 4, 3, 2, 1),
}
PRESSURES = {
    Judged.NIBP_SYSTOLIC: (126, 160, 161, 165, 172, 181, 200, 90, 89, 79),
    Judged.NIBP_DIASTOLIC: (77, 95, 96, 105, 106, 111, 44, 39),
    Judged.NIBP_MEAN: (93, 55, 54),
}
ASKED = (Condition.SPO2_LOW, Condition.PULSE_HIGH, *(
    rule.condition for rule in LIMITS.rules if rule.judged in CUFF
), Condition.LINK_LOST)  # fmt: skip
FINDINGS = st.dictionaries(
    st.tuples(
        st.sampled_from([Condition.NO_DATA, Condition.LINK_LOST, Condition.DISK_LOW]),
        st.sampled_from(["", "b"]),
    ),
    st.sampled_from(list(Priority)),
    max_size=3,
)  # fmt: skip
_AFTER = {
    AlarmPhase.PENDING: "pending",
    AlarmPhase.ONSET: "active",
    AlarmPhase.ESCALATED: "active",
    AlarmPhase.LATCHED: "latched",
}


class Engine(RuleBasedStateMachine):
    """The real engine and the model side by side, told the same."""

    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.state = AlarmState()
        self.judged_by = Rules(limits=SETS[0])
        self.model = Model(SETS[0])
        self.logged: dict[int, tuple[str, bool]] = {}

    @property
    def s(self) -> float:
        return self.clock.now().mono_ns / 1e9

    def take(self, event: AlarmEvent) -> None:
        before = self.state
        self.state, rows = step(before, event, self.judged_by)
        if isinstance(event, PauseAudio):
            self.model.pause(self.s, before.occurrences)
        else:
            self.model.follow(self.s, before.occurrences, self.state.occurrences, rows)
        self._follow_the_log(rows)
        self._check_onsets(rows)
        self._check_escalations(before.occurrences, rows)
        if isinstance(event, Missed | Passed):
            assert _active(before) <= _active(self.state)

    def _follow_the_log(self, rows: tuple[AlarmTransition, ...]) -> None:
        for row in rows:
            known = self.logged.get(row.occurrence)
            if row.phase is AlarmPhase.ENDED:
                assert known is not None
                del self.logged[row.occurrence]
                continue
            is_told = row.phase in (AlarmPhase.ESCALATED, AlarmPhase.REMINDED)
            now = (_AFTER.get(row.phase, known[0] if known else ""), False)
            if row.phase is AlarmPhase.REMINDED:
                now = (known or now)[0], (known or now)[1]
            if row.phase is AlarmPhase.ACKNOWLEDGED:
                now = (now[0], True)
            assert is_told or now != known
            self.logged[row.occurrence] = now

    def _check_onsets(self, rows: tuple[AlarmTransition, ...]) -> None:
        """Nothing of a number begins before its delay has run out, by fresh numbers."""
        for row in rows:
            for each in self.model.numeric_rules():
                is_onset = row.phase in (AlarmPhase.ONSET, AlarmPhase.ESCALATED)
                if is_onset and each.condition is row.condition:
                    assert row.priority in self.model.reached(each, self.s)

    @staticmethod
    def _check_escalations(
        before: tuple[Occurrence, ...], rows: tuple[AlarmTransition, ...]
    ) -> None:
        for row in rows:
            if row.phase is AlarmPhase.ESCALATED:
                (was,) = [each for each in before if each.number == row.occurrence]
                assert was.state is OccurrenceState.ACTIVE
                assert row.priority.rank > was.priority.rank or was.is_acknowledged

    @rule(judged=st.sampled_from(NUMERIC), data=st.data())
    def number(self, judged: Judged, data: st.DataObject) -> None:
        self._number(judged, data.draw(st.sampled_from(NUMBERS[judged])))

    @rule(number=st.sampled_from(NUMBERS[Judged.SPO2]))
    def spo2(self, number: float) -> None:
        self._number(Judged.SPO2, number)

    @rule(number=st.sampled_from((92, 89, 84, 79)), seconds=st.integers(2, 35))
    def spo2_for_a_while(self, number: float, seconds: int) -> None:
        for _ in range(seconds):
            self._number(Judged.SPO2, number)
            self._pass(1.0)

    def _number(self, judged: Judged, number: float) -> None:
        self.model.measured(self.s, judged, number)
        self.take(Measured(at=self.clock.now(), judged=judged, value=number))

    @rule(judged=st.sampled_from(NUMERIC))
    def missing(self, judged: Judged) -> None:
        self.model.missed(judged)
        self.take(Missed(at=self.clock.now(), judged=judged))

    @rule(
        systolic=st.sampled_from(PRESSURES[Judged.NIBP_SYSTOLIC]),
        diastolic=st.sampled_from(PRESSURES[Judged.NIBP_DIASTOLIC]),
        mean=st.sampled_from((*PRESSURES[Judged.NIBP_MEAN], None)),
    )
    def cuff(self, systolic: int, diastolic: int, mean: int | None) -> None:
        told = dict(zip(CUFF, (systolic, diastolic, mean), strict=True))
        self.model.cuff_measured({j: p for j, p in told.items() if p is not None})
        self.take(CuffMeasured(at=self.clock.now(), pressures=tuple(told.items())))

    @rule(seconds=st.sampled_from((0.1, 1.0, 4.9, 5.0, 9.9, 10.0, 31.0, 61.0, 119.0, 200.0)))
    def time(self, seconds: float) -> None:
        self._pass(seconds)

    def _pass(self, seconds: float) -> None:
        until = self.clock.now().plus(seconds)
        while (due := next_due(self.state, self.judged_by)) is not None and not until.is_before(
            due
        ):
            if self.clock.now().is_before(due):
                self.clock.advance(s=due.seconds_since(self.clock.now()))
            self.take(Passed(at=self.clock.now()))
        self.clock.advance(s=until.seconds_since(self.clock.now()))
        self.take(Passed(at=self.clock.now()))

    @rule(hours=st.sampled_from((-24, -1, 1, 24)))
    def wall_clock_set(self, hours: int) -> None:
        now = self.clock.now()
        self.clock = FakeClock(Instant(now.mono_ns, now.at_utc + timedelta(hours=hours)))

    @rule(data=st.data())
    def acknowledge(self, data: st.DataObject) -> None:
        numbers = [each.number for each in self.state.occurrences]
        number = data.draw(st.sampled_from([*numbers, 0, 1, self.state.next_number]))
        self.take(Acknowledge(at=self.clock.now(), number=number, author=NURSE))

    @rule()
    def pause(self) -> None:
        self.take(PauseAudio(at=self.clock.now(), author=NURSE))

    @rule()
    def resume(self) -> None:
        self.model.paused_at = None
        self.take(ResumeAudio(at=self.clock.now(), author=NURSE))

    @rule(is_off=st.booleans())
    def audio(self, is_off: bool) -> None:
        self.model.is_audio_off = is_off
        self.take(AudioOff(at=self.clock.now(), author=NURSE, is_off=is_off))

    @rule(condition=st.sampled_from(ASKED), is_off=st.booleans())
    def alarm(self, condition: Condition, is_off: bool) -> None:
        if condition is not Condition.LINK_LOST:
            self.model.switched(condition, is_off=is_off)
        self.take(AlarmOff(at=self.clock.now(), author=NURSE, condition=condition, is_off=is_off))

    @rule(limits=st.sampled_from(SETS))
    def limits(self, limits: LimitSet) -> None:
        self.judged_by = Rules(limits=limits)
        self.model.limits_moved(self.s, limits)
        self.take(LimitsMoved(at=self.clock.now()))

    @rule(found=FINDINGS)
    def stands(self, found: dict[tuple[Condition, str], Priority]) -> None:
        self.model.standing = found
        findings = tuple(technical(name, how, about) for (name, about), how in found.items())
        self.take(Standing(at=self.clock.now(), findings=findings))

    @rule()
    def link_lost(self) -> None:
        """Nothing comes any more, and that is said: no alarm of the patient ends."""
        before = _active(self.state)
        for judged in NUMERIC:
            self.missing(judged)
        self.stands({(Condition.LINK_LOST, ""): Priority.MEDIUM})
        assert {
            each.number
            for each in self.state.occurrences
            if each.kind is AlarmKind.PHYSIOLOGICAL and each.state is OccurrenceState.ACTIVE
        } >= {number for number in before if number in _patients(self.state, before)}

    @invariant()
    def counted(self) -> None:
        type(self).steps += 1

    @invariant()
    def a_what_is_beyond_for_its_delay_is_visible_and_nothing_else(self) -> None:
        shown = presented(self.state.occurrences)
        for each in self.model.numeric_rules():
            there = self.state.running(each.condition)
            is_active = there is not None and there.state is OccurrenceState.ACTIVE
            reached = self.model.reached(each, self.s)
            if reached:
                assert there is not None
                assert is_active
                assert there in shown
                assert there.priority.rank >= max(priority.rank for priority in reached)
            metric = self.model.metrics.get(each.condition)
            if is_active and metric is not None and metric.is_fresh(self.s):
                assert there is not None
                beyond = zip(each.levels, metric.numbers[-1].beyond, strict=True)
                ranks = [level.priority.rank for level, is_beyond in beyond if is_beyond]
                assert max(ranks, default=-1) >= there.priority.rank
            if each.condition in self.model.off:
                assert all(o.condition is not each.condition for o in self.state.occurrences)

    @invariant()
    def a_a_cuff_reading_is_its_condition(self) -> None:
        cuffs = [
            each
            for each in self.state.occurrences
            if each.condition.value.startswith("nibp") and each.state is OccurrenceState.ACTIVE
        ]
        told = {part.condition: part.priority.rank for each in cuffs for part in each.parts}
        assert len(cuffs) == bool(self.model.cuff)
        assert told == self.model.cuff
        if cuffs:
            assert cuffs[0].priority.rank == max(self.model.cuff.values())

    @invariant()
    def a_what_stands_is_there_as_urgent(self) -> None:
        there = {
            (each.condition, each.about): each.priority
            for each in self.state.occurrences
            if each.kind is AlarmKind.TECHNICAL and not each.condition.is_inactivation
        }
        assert there == self.model.standing

    @invariant()
    def a_lesser_things_are_shown_as_such(self) -> None:
        assert (self.state.running(Condition.SPO2_FALLING) is not None) is self.model.falls()
        lesser = [
            each
            for each in self.state.occurrences
            if each.kind is AlarmKind.PHYSIOLOGICAL
            and each.condition is not Condition.SEVERAL_LESSER
            and (
                each.state is OccurrenceState.PENDING
                or (each.state is OccurrenceState.ACTIVE and each.priority is Priority.LOW)
            )
        ]
        several = self.state.running(Condition.SEVERAL_LESSER)
        assert (several is not None) is (len(lesser) >= 2)

    @invariant()
    def b_what_is_visible_and_not_silenced_is_heard(self) -> None:
        asking = [
            each.priority
            for each in presented(self.state.occurrences)
            if each.state is OccurrenceState.ACTIVE
            and each.priority is not Priority.LOW
            and not each.is_acknowledged
        ]
        loudest = max(asking, key=lambda priority: priority.rank, default=None)
        if self.model.is_audio_off or self.model.paused_at is not None:
            loudest = None
        assert signal_of(self.state).sounding is loudest

    @invariant()
    def d_no_pause_lives_for_two_minutes(self) -> None:
        pause = self.state.running(Condition.AUDIO_PAUSED)
        assert (pause is not None) is (self.model.paused_at is not None)
        if pause is not None and self.model.paused_at is not None:
            assert 0 <= round(self.s - self.model.paused_at, 6) < 120
            ends = pause_ends(self.state)
            assert ends is not None
            assert ends.mono_ns / 1e9 == pytest.approx(self.model.paused_at + 120, abs=1e-6)

    @invariant()
    def e_the_first_line_is_the_most_urgent(self) -> None:
        shown = presented(self.state.occurrences)
        active = [each for each in self.state.occurrences if _is_shown_active(each)]
        urgent = [each.priority.rank for each in active if not each.is_acknowledged]
        if urgent:
            assert (shown[0].priority.rank, shown[0].is_acknowledged) == (max(urgent), False)
        names = {(each.condition, each.about) for each in active if not each.is_acknowledged}
        assert {each.number for each in shown} == {
            each.number
            for each in self.state.occurrences
            if each in active
            or (each.state is OccurrenceState.LATCHED and (each.condition, each.about) not in names)
        }

    @invariant()
    def g_the_log_alone_tells_what_is_there(self) -> None:
        assert self.logged == {
            each.number: (each.state.value, each.is_acknowledged) for each in self.state.occurrences
        }

    @invariant()
    def nothing_is_due_in_the_past(self) -> None:
        due = next_due(self.state, self.judged_by)
        reminds = [each.quiet_since for each in self.state.occurrences if each.quiet_since]
        assert due is None or self.clock.now().is_before(due) or reminds


def _active(state: AlarmState) -> set[int]:
    return {each.number for each in state.occurrences if each.state is OccurrenceState.ACTIVE} - {
        each.number for each in state.occurrences if each.condition in _ENDING
    }


_ENDING = (Condition.AUDIO_PAUSED, Condition.SEVERAL_LESSER)


def _patients(state: AlarmState, numbers: set[int]) -> set[int]:
    return {
        each.number
        for each in state.occurrences
        if each.number in numbers and each.kind is AlarmKind.PHYSIOLOGICAL
    }


def _is_shown_active(occurrence: Occurrence) -> bool:
    return (
        occurrence.state is OccurrenceState.ACTIVE
        and occurrence.condition is not Condition.AUDIO_PAUSED
    )


def _run(*, examples: int, steps: int) -> int:
    class Counted(Engine):
        steps = 0

    run_state_machine_as_test(
        Counted,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
            derandomize=True, phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    return Counted.steps


def test_the_engine_says_what_the_model_says():
    assert _run(examples=36, steps=60) >= 2_000


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_engine_says_what_the_model_says_for_long():
    assert _run(examples=1_400, steps=80) >= 100_000
