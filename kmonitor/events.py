"""Everything that happens; each enters by the one inbox and crosses threads frozen.

`Stored` events make the session and are kept in the record, so that replaying them gives an
equal session. `Passing` events (ticks, waves, commits, signs of life) are not part of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kmonitor.alarm_acts import AlarmAct
from kmonitor.alarms.limits import LimitSet
from kmonitor.clock import Instant
from kmonitor.infusion import InfusionPlan, ResumeEnd
from kmonitor.people import Patient
from kmonitor.vitals import (
    DeviceIdentity,
    DeviceStatus,
    FrameFault,
    Mode,
    NibpReading,
    NumericReading,
    WaveBlock,
)


class LinkState(StrEnum):
    """How a link stands; `silent` is an open port from which nothing comes."""

    CONNECTING = "connecting"
    LIVE = "live"
    SILENT = "silent"
    LOST = "lost"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingArrived:
    """A number, or its absence, came by `link`."""

    at: Instant
    link: str
    reading: NumericReading


@dataclass(frozen=True, slots=True, kw_only=True)
class NibpArrived:
    """A new cuff determination came by `link`."""

    at: Instant
    link: str
    nibp: NibpReading


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusArrived:
    """A device said something of itself."""

    at: Instant
    link: str
    status: DeviceStatus | DeviceIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameFaulted:
    """Bytes on `link` could not be read; links merge long runs into one a second."""

    at: Instant
    link: str
    fault: FrameFault


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChanged:
    """`link` is in a new state; `can_start_cuff` tells what its protocol allows."""

    at: Instant
    link: str
    protocol: str
    state: LinkState
    mode: Mode
    detail: str = ""
    can_start_cuff: bool = False
    gives_nibp: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockJumped:
    """The wall clock moved against the monotonic one by `by_s`, or the program stood still.

    `since` is the last moment before it stood still; None where the wall clock was set.
    """

    at: Instant
    by_s: float
    cause: str
    since: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened:
    """A session begins, real or simulated from here on; `watch` has no patient and no plan.

    `protocol` names the drug library that the plan was checked by. `limits` is the whole set
    that `limit_set` names, so that a resumed session is judged by exactly its own; None only
    before `open_session`, and in records that are older than this field.
    """

    at: Instant
    author: str
    session_id: str
    mode: Mode
    chair: str
    zone: str
    limit_set: str
    patient: Patient | None = None
    plan: InfusionPlan | None = None
    protocol: str | None = None
    limits: LimitSet | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionStarted:
    """A person says that the pump was started at `effective`."""

    at: Instant
    author: str
    effective: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionPaused:
    """A person says that the pump was paused at `effective`."""

    at: Instant
    author: str
    effective: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionResumed:
    """A person says that the pump goes on since `effective`; `end` says what the pause costs."""

    at: Instant
    author: str
    effective: Instant
    end: ResumeEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionRateChanged:
    """A person says that the pump was set to a new rate at `effective`."""

    at: Instant
    author: str
    effective: Instant
    rate_ml_per_h: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionStopped:
    """A person says that the pump was stopped for good at `effective`."""

    at: Instant
    author: str
    effective: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionEndConfirmed:
    """A person says that the pump finished at `effective`, after END DUE."""

    at: Instant
    author: str
    effective: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpDone:
    """A person did at the pump what prompt number `prompt` asked for."""

    at: Instant
    author: str
    prompt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NibpEntered:
    """A person measured and typed a blood pressure; `measured` may lie up to 10 min back."""

    at: Instant
    author: str
    measured: Instant
    systolic_mmhg: int
    diastolic_mmhg: int
    mean_mmhg: int | None = None
    pulse_rate_per_min: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CuffAsked:
    """A person asked the monitor on `link` for one cuff reading."""

    at: Instant
    author: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWritten:
    """A person wrote a note for the record."""

    at: Instant
    author: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmAcknowledged:
    """A person acknowledged one occurrence of an alarm condition."""

    at: Instant
    author: str
    occurrence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationMade:
    """A person looked at the patient; `sedation` by MOAA/S, 5 awake to 0 no response."""

    at: Instant
    author: str
    sedation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpVolumeRead:
    """A person read off the pump how many mL it has given in this infusion."""

    at: Instant
    author: str
    volume_ml: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded:
    """A person, or the end of `watch`, ends the session."""

    at: Instant
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionResumed:
    """The session goes on at `at` after the program was away since `since`.

    What the pump did meanwhile nobody saw. `is_same_boot` False: the machine was started anew
    between, so `since` was carried over by UTC and is uncertain. `shift_ns` was then added to
    all monotonic times of the session, which come from now on from another clock.
    """

    at: Instant
    author: str
    since: Instant
    cause: str
    is_same_boot: bool = True
    shift_ns: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramClosing:
    """The program ends in the midst of a session and knows why: window, logout or signal."""

    at: Instant
    author: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerChanged:
    """What feeds this computer; None where it does not tell. Sent only when it matters."""

    at: Instant
    is_on_mains: bool | None
    battery_pct: int | None = None
    battery_left_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SleepHeldOff:
    """Whether system sleep, blanking and screen lock are held off; `detail` says why not."""

    at: Instant
    is_held: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorChanged:
    """Whether the parent process that restarts this one is there."""

    at: Instant
    is_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundChanged:
    """Whether alarms can be heard by a sound device; None is what the system does not tell."""

    at: Instant
    is_there: bool
    device: str = ""
    is_silenced: bool | None = None
    volume_pct: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskChanged:
    """How much room is left where the record lies. Sent only when it matters."""

    at: Instant
    free_mb: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenChanged:
    """Whether the screen's event loop gives signs of life."""

    at: Instant
    is_alive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """The next deadline may be due."""

    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveArrived:
    """Samples came by `link`; passed on, never kept in the session."""

    at: Instant
    link: str
    block: WaveBlock


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """All rows up to the session-wide sequence `seq` are on disk."""

    at: Instant
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitFailed:
    """The record could not be written; rows wait. Only the first of a row of failures is kept."""

    at: Instant
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHealed:
    """Rows that waited are on disk again, after a `CommitFailed`."""

    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An act or reading that did not fit and changed nothing; `event` is its class's name."""

    at: Instant
    author: str | None
    event: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UiAlive:
    """The screen's event loop runs."""

    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFaulted:
    """We failed on the monitor thread; a high-priority technical condition."""

    at: Instant
    what: str


Act = (
    SessionOpened
    | InfusionStarted
    | InfusionPaused
    | InfusionResumed
    | InfusionRateChanged
    | InfusionStopped
    | InfusionEndConfirmed
    | PumpDone
    | NibpEntered
    | CuffAsked
    | NoteWritten
    | AlarmAcknowledged
    | AlarmAct
    | ObservationMade
    | PumpVolumeRead
    | SessionEnded
)
InfusionAct = (
    InfusionStarted
    | InfusionPaused
    | InfusionResumed
    | InfusionRateChanged
    | InfusionStopped
    | InfusionEndConfirmed
)
Stored = (
    ReadingArrived
    | NibpArrived
    | StatusArrived
    | FrameFaulted
    | LinkChanged
    | ClockJumped
    | EngineFaulted
    | CommitFailed
    | RecordHealed
    | SessionResumed
    | ProgramClosing
    | PowerChanged
    | SleepHeldOff
    | SupervisorChanged
    | SoundChanged
    | DiskChanged
    | ScreenChanged
    | Refusal
    | Act
)
Passing = Tick | WaveArrived | Committed | UiAlive
Event = Stored | Passing
