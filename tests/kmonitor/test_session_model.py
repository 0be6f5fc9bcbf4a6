"""Whatever happens at a bedside, alarms and silences included: invariants of the whole session.

After every step: what is due next lies ahead; what is heard is what the alarms ask for; no pause
is two minutes old. At the end: replaying the stored events gives an equal session, a checkpoint
gives it too, and its rows are numbered without a gap.
"""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kmonitor.alarm_acts import (
    AlarmAnswer,
    AlarmAnswered,
    AlarmSwitched,
    AudioPauseAsked,
    AudioPauseEnded,
    AudioSwitched,
    CuffArmTold,
    LimitsChanged,
    SoundTested,
)
from kmonitor.alarms.conditions import Condition
from kmonitor.alarms.signals import SILENT, AlarmSignal
from kmonitor.alarms.suppression import pause_ends
from kmonitor.checkpoints import decode, encode
from kmonitor.effects import PresentAlarms
from kmonitor.events import (
    AlarmAcknowledged,
    DiskChanged,
    Event,
    InfusionPaused,
    InfusionStarted,
    InfusionStopped,
    LinkState,
    ObservationMade,
    PumpDone,
    PumpVolumeRead,
    ScreenChanged,
    SessionResumed,
    SoundChanged,
    StatusArrived,
    Tick,
)
from kmonitor.metrics import Metric
from kmonitor.session import next_deadline, replay, step
from kmonitor.vitals import DeviceStatus, Mode, Reason, StatusKind
from tests import builders
from tests.builders import CUFF, NURSE
from tests.engine_bench import LIMITS, moved_limits
from tests.lived_session import Bedside

SETS = (LIMITS, moved_limits(Condition.SPO2_LOW, 95, 92, 85, 80))
SWITCHED = (Condition.SPO2_LOW, Condition.NIBP_SYSTOLIC_HIGH, Condition.NO_DATA)


class Lived(RuleBasedStateMachine):
    """One session; what its voice was told last stands beside it."""

    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.bed = Bedside()
        self.told: AlarmSignal = SILENT
        for event in (builders.link(self.bed.now), builders.link(self.bed.now, name=CUFF)):
            self.take(event)

    @property
    def now(self):
        return self.bed.now

    def take(self, event: Event) -> None:
        for effect in self.bed.take(event):
            if isinstance(effect, PresentAlarms):
                assert effect.signal != self.told
                self.told = effect.signal

    @rule(
        metric=st.sampled_from([Metric.SPO2, Metric.PULSE_RATE, Metric.RESPIRATORY_RATE]),
        number=st.sampled_from([97, 91, 89, 84, 79, 45, 130, 150, 14, 6, 0, float("nan"), None]),
        reason=st.sampled_from([Reason.SENSOR_OFF, Reason.SEARCHING, Reason.OUT_OF_RANGE]),
    )
    def number(self, metric: Metric, number: float | None, reason: Reason) -> None:
        told = reason if number is None else None
        self.take(builders.reading(self.now, metric, number, reason=told))

    @rule(number=st.sampled_from([97, 91, 89, 84]), seconds=st.integers(2, 20))
    def spo2_for_a_while(self, number: float, seconds: int) -> None:
        for _ in range(seconds):
            self.bed.clock.advance(s=1)
            self.take(builders.reading(self.now, Metric.SPO2, number))

    @rule(systolic=st.sampled_from([126, 165, 185, 75, None]), diastolic=st.sampled_from([70, 107]))
    def cuff(self, systolic: int | None, diastolic: int) -> None:
        self.take(builders.nibp(self.now, systolic, diastolic if systolic else None, None))

    @rule(seconds=st.sampled_from([0.0, 0.1, 1.0, 7.5, 59.0, 121.0, 200.0]))
    def time(self, seconds: float) -> None:
        self.take(Tick(at=self.bed.clock.advance(s=seconds)))

    @rule(
        what=st.sampled_from([StatusKind.CUFF_STARTED, StatusKind.CUFF_ENDED]),
        is_same_arm=st.booleans(),
    )
    def cuff_state(self, what: StatusKind, is_same_arm: bool) -> None:
        self.take(CuffArmTold(at=self.now, author=NURSE, is_same_arm=is_same_arm))
        status = DeviceStatus(received=self.now, what=what, mode=Mode.SIMULATED)
        self.take(StatusArrived(at=self.now, link=CUFF, status=status))

    @rule(state=st.sampled_from([LinkState.LIVE, LinkState.LOST]))
    def link(self, state: LinkState) -> None:
        self.take(builders.link(self.now, state))

    @rule(number=st.integers(1, 12), answer=st.sampled_from([None, *AlarmAnswer]))
    def answer(self, number: int, answer: AlarmAnswer | None) -> None:
        if answer is None:
            self.take(AlarmAcknowledged(at=self.now, author=NURSE, occurrence=number))
        else:
            self.take(
                AlarmAnswered(
                    at=self.now, author=NURSE, occurrence=number, answer=answer, text="so"
                )
            )

    @rule(is_asked=st.booleans())
    def pause(self, is_asked: bool) -> None:
        act = AudioPauseAsked if is_asked else AudioPauseEnded
        self.take(act(at=self.now, author=NURSE))

    @rule(is_on=st.booleans())
    def audio(self, is_on: bool) -> None:
        self.take(AudioSwitched(at=self.now, author=NURSE, is_on=is_on))

    @rule(condition=st.sampled_from(SWITCHED), is_on=st.booleans())
    def alarm(self, condition: Condition, is_on: bool) -> None:
        self.take(AlarmSwitched(at=self.now, author=NURSE, condition=condition, is_on=is_on))

    @rule(limits=st.sampled_from(SETS))
    def limits(self, limits) -> None:
        self.take(LimitsChanged(at=self.now, author=NURSE, limits=limits, words="to others"))

    @rule(
        kind=st.sampled_from([InfusionStarted, InfusionPaused, InfusionStopped]),
    )
    def infusion(self, kind) -> None:
        self.take(kind(at=self.now, author=NURSE, effective=self.now))
        self.take(PumpDone(at=self.now, author=NURSE, prompt=self.bed.session.prompts_shown))

    @rule(sedation=st.integers(0, 6), volume_ml=st.sampled_from(["0", "5", "40", "-1"]))
    def seen(self, sedation: int, volume_ml: str) -> None:
        self.take(ObservationMade(at=self.now, author=NURSE, sedation=sedation))
        volume = Decimal(volume_ml)
        self.take(PumpVolumeRead(at=self.now, author=NURSE, volume_ml=volume))

    @rule(is_well=st.booleans(), free_mb=st.sampled_from([5000, 500, 50]))
    def computer(self, is_well: bool, free_mb: int) -> None:
        self.take(SoundChanged(at=self.now, is_there=is_well, is_silenced=None))
        self.take(SoundTested(at=self.now, author=NURSE, is_heard=is_well))
        self.take(DiskChanged(at=self.now, free_mb=free_mb))
        self.take(ScreenChanged(at=self.now, is_alive=is_well))

    @rule(away_s=st.sampled_from([1.0, 130.0]))
    def resumed(self, away_s: float) -> None:
        since = self.now
        at = self.bed.clock.advance(s=away_s)
        self.take(SessionResumed(at=at, author=NURSE, since=since, cause="it was killed"))
        assert pause_ends(self.bed.session.alarms) is None

    @invariant()
    def counted(self) -> None:
        type(self).steps += 1

    @invariant()
    def what_is_due_lies_ahead(self) -> None:
        assert self.bed.session.now.is_before(next_deadline(self.bed.session))

    @invariant()
    def the_voice_was_told_what_is_to_be_heard(self) -> None:
        assert self.told == self.bed.session.signal

    @invariant()
    def no_pause_is_two_minutes_old(self) -> None:
        ends = pause_ends(self.bed.session.alarms)
        assert ends is None or self.bed.session.now.is_before(ends)

    def teardown(self) -> None:
        last = Tick(at=self.bed.clock.advance(s=1))
        self.bed.take(last)
        again, _ = step(replay(self.bed.stored, LIMITS), last)
        assert again == self.bed.session
        assert decode(encode(self.bed.session)) == self.bed.session
        seqs = [row.seq for row in self.bed.rows]
        assert seqs == list(range(1, len(seqs) + 1))


def _run(*, examples: int, steps: int) -> int:
    class Counted(Lived):
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


def test_a_session_with_all_its_alarms_and_silences_replays_to_an_equal_one():
    assert _run(examples=8, steps=30) >= 200


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_session_with_all_its_alarms_and_silences_replays_for_long():
    assert _run(examples=400, steps=60) >= 20_000
