"""What the program knows of one session at one moment; frozen, so that any thread may read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from kmonitor.alarm_log import AlarmLog
from kmonitor.alarms.engine import AlarmState
from kmonitor.alarms.limits import LimitSet
from kmonitor.alarms.numeric import STALE_S
from kmonitor.alarms.occurrences import Occurrence, presented
from kmonitor.alarms.signals import SILENT, AlarmSignal
from kmonitor.alarms.suppression import signal_of
from kmonitor.clock import Instant
from kmonitor.device_clocks import DeviceClock
from kmonitor.events import DiskChanged, LinkState, PowerChanged, SleepHeldOff, SoundChanged
from kmonitor.infusion import InfusionState, given_range_mg
from kmonitor.metrics import Metric
from kmonitor.people import Patient
from kmonitor.vitals import Mode, NumericReading, Reason, Validity

LONGEST_INFLATION_S = 180.0


class SessionPhase(StrEnum):
    """What the session is about now; `monitoring` is a session without a plan (`watch`)."""

    MONITORING = "monitoring"
    READY = "ready"
    INFUSING = "infusing"
    PAUSED = "paused"
    END_DUE = "end_due"
    RECOVERY = "recovery"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestNumeric:
    """The newest reading of a metric, and the newest one that had a value."""

    link: str
    latest: NumericReading
    with_value: NumericReading | None

    def is_stale(self, now: Instant, after_s: float = STALE_S) -> bool:
        """Whether no value came for `after_s` seconds."""
        return self.with_value is None or now.seconds_since(self.with_value.received) >= after_s


@dataclass(frozen=True, slots=True, kw_only=True)
class NibpRecord:
    """One cuff reading of the session, from a monitor or entered by `author`.

    `measured` None means that its time is unknown: shown grey, judges nothing. `is_failed`
    readings have no pressures.
    """

    at: Instant
    measured: Instant | None
    systolic_mmhg: int | None
    diastolic_mmhg: int | None
    mean_mmhg: int | None
    pulse_rate_per_min: int | None
    validity: Validity
    reason: Reason | None
    mode: Mode
    link: str | None
    author: str | None

    @property
    def is_failed(self) -> bool:
        """Whether the cuff gave no pressures."""
        return self.systolic_mmhg is None

    @property
    def is_judged(self) -> bool:
        """Whether it may begin or end an alarm, be a baseline, and end "overdue"."""
        return self.measured is not None and not self.is_failed and self.validity is Validity.VALID


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What relative limits refer to: the mean of the last two cuff readings before the start."""

    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    pulse_rate_per_min: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CuffState:
    """The cuff: inflating since when, its pressure, and the last start of any reading."""

    inflating_since: Instant | None = None
    pressure_mmhg: int | None = None
    link: str | None = None
    last_start: Instant | None = None

    def is_inflating(self, at: Instant) -> bool:
        """Whether a reading is on its way; one that told nothing for long has been lost."""
        since = self.inflating_since
        return since is not None and at.seconds_since(since) < LONGEST_INFLATION_S


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStatus:
    """How one link stands since `since`; `not_live_since` is reset by nothing but LIVE."""

    link: str
    protocol: str
    state: LinkState
    mode: Mode
    since: Instant
    detail: str
    can_start_cuff: bool
    gives_nibp: bool
    not_live_since: Instant | None = None
    has_lived: bool = False


class PumpTask(StrEnum):
    """What a person must do at the pump."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    SET_RATE = "set_rate"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpPrompt:
    """What stands large on the screen until "done at the pump".

    `tasks` are all that are not confirmed yet, in the order to do them; `since` is when the
    oldest of them was asked for.
    """

    number: int
    tasks: tuple[PumpTask, ...]
    rate_ml_per_h: Decimal | None
    since: Instant

    @property
    def task(self) -> PumpTask:
        """What to do first."""
        return self.tasks[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedAct:
    """An act or event for the lane under the trend; `seq` is its place in the record."""

    seq: int
    at: Instant
    effective: Instant
    kind: str
    words: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRefusal:
    """The last press that did not fit, and why."""

    at: Instant
    event: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a person saw; `sedation` by MOAA/S, 5 awake to 0 no response."""

    at: Instant
    author: str
    sedation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpReading:
    """What the pump says it has given, and what the clock reckoned at that moment."""

    at: Instant
    author: str
    volume_ml: Decimal
    by_clock_ml: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordState:
    """What of the session is on disk."""

    committed_seq: int = 0
    committed_at: Instant | None = None
    failing_since: Instant | None = None
    failing_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """The program was away: nobody read, judged or kept anything, and the pump may have run.

    `is_same_boot` False: `since` was carried over a restart of the computer by the wall clock.
    `has_stood_still`: the program was there and did not run, as while the computer slept.
    """

    since: Instant
    until: Instant
    is_same_boot: bool = True
    has_stood_still: bool = False

    @property
    def seconds(self) -> float:
        """How long, never negative."""
        return max(0.0, self.until.seconds_since(self.since))

    @property
    def is_length_known(self) -> bool:
        """False after a restart of the computer behind which its wall clock had gone back."""
        return self.is_same_boot or self.since.at_utc <= self.until.at_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session as it stands at `now`.

    `interruptions_seen` is how many of the interruptions somebody has acknowledged,
    `is_slow_cuff_seen` whether somebody has that a monitor measures less often than planned.
    `is_sound_heard` is the answer to the sound test, None before it. `alarm_log` has every alarm
    of the session, those too that are gone from `alarms`.
    `record` and `screen_alive` are outside the equality of a replayed session.
    """

    session_id: str
    mode: Mode
    chair: str
    zone: str
    opened: Instant
    now: Instant
    seq: int
    limits: LimitSet
    alarms: AlarmState
    alarm_log: AlarmLog = ()
    patient: Patient | None = None
    phase: SessionPhase = SessionPhase.MONITORING
    phase_since: Instant
    infusion: InfusionState | None = None
    numerics: Mapping[Metric, LatestNumeric] = field(default_factory=dict)
    nibp: tuple[NibpRecord, ...] = ()
    baseline: Baseline | None = None
    cuff: CuffState = CuffState()
    links: Mapping[str, LinkStatus] = field(default_factory=dict)
    pump_prompt: PumpPrompt | None = None
    prompts_shown: int = 0
    acts: tuple[LoggedAct, ...] = ()
    refusal: ShownRefusal | None = None
    told_refusals: frozenset[tuple[str, str]] = frozenset()
    clock_jump: str = ""
    engine_fault: str = ""
    interruptions: tuple[Interruption, ...] = ()
    interruptions_seen: int = 0
    power: PowerChanged | None = None
    sleep_held_off: SleepHeldOff | None = None
    is_supervisor_lost: bool = False
    sound: SoundChanged | None = None
    is_sound_heard: bool | None = None
    disk: DiskChanged | None = None
    is_screen_silent: bool = False
    are_limits_changed: bool = False
    spo2_waits_for_cuff: bool = False
    observations: tuple[Observation, ...] = ()
    pump_reading: PumpReading | None = None
    device_clocks: Mapping[str, DeviceClock] = field(default_factory=dict)
    is_slow_cuff_seen: bool = False
    record: RecordState = field(default=RecordState(), compare=False)
    screen_alive: Instant | None = field(default=None, compare=False)

    @property
    def presented_alarms(self) -> tuple[Occurrence, ...]:
        """What the banner shows, the most urgent first."""
        return presented(self.alarms.occurrences)

    @property
    def signal(self) -> AlarmSignal:
        """What is to be heard; nothing after the session's end."""
        return SILENT if self.phase is SessionPhase.ENDED else signal_of(self.alarms)

    @property
    def is_judged_as_infusing(self) -> bool:
        """Whether missing data are as urgent as during an infusion; `watch` judges so too."""
        return self.phase in _AS_INFUSING

    def given_range_mg(self, at: Instant) -> tuple[Decimal, Decimal] | None:
        """The least and the most mg given by `at`; alike where the program was never away."""
        if self.infusion is None:
            return None
        return given_range_mg(self.infusion, at, self.interruptions)

    @property
    def last_nibp(self) -> NibpRecord | None:
        """The newest cuff reading with pressures, by the time of measuring where it is known."""
        return _newest(each for each in self.nibp if not each.is_failed)

    @property
    def last_judged_nibp(self) -> NibpRecord | None:
        """The newest of those that may begin or end an alarm."""
        return _newest(each for each in self.nibp if each.is_judged)

    @property
    def is_saved(self) -> bool:
        """Whether everything up to now is on disk."""
        return self.record.committed_seq >= self.seq


def _newest(readings: Iterable[NibpRecord]) -> NibpRecord | None:
    """Of those of the same moment the one that came last."""
    latest_first = reversed(tuple(readings))
    return max(latest_first, key=lambda each: (each.measured or each.at).mono_ns, default=None)


_AS_INFUSING = (
    SessionPhase.MONITORING,
    SessionPhase.INFUSING,
    SessionPhase.PAUSED,
    SessionPhase.END_DUE,
)
