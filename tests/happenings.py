"""Whatever may happen to a session, for Hypothesis; and a session that lives it through."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from kmonitor.alarms.conditions import AlarmTransition
from kmonitor.clock import Instant
from kmonitor.effects import PersistRow
from kmonitor.events import (
    AlarmAcknowledged,
    ClockJumped,
    CommitFailed,
    Committed,
    CuffAsked,
    EngineFaulted,
    Event,
    InfusionEndConfirmed,
    InfusionPaused,
    InfusionRateChanged,
    InfusionResumed,
    InfusionStarted,
    InfusionStopped,
    LinkState,
    NibpEntered,
    NoteWritten,
    PowerChanged,
    ProgramClosing,
    PumpDone,
    SessionEnded,
    SessionResumed,
    SleepHeldOff,
    StatusArrived,
    Stored,
    SupervisorChanged,
    UiAlive,
)
from kmonitor.infusion import ResumeEnd
from kmonitor.limit_sets import load_default
from kmonitor.metrics import Metric
from kmonitor.session import Session, open_session, step
from kmonitor.vitals import DeviceStatus, Mode, StatusKind
from tests import builders
from tests.builders import CUFF, NURSE, OXIMETER

LIMITS = load_default()
back_s = st.sampled_from([0, 0, 30, 300, 700])


_kinds = st.one_of(
    st.tuples(st.just("spo2"), st.sampled_from([97, 92, 89, 84, 78, None])),
    st.tuples(st.just("pulse"), st.sampled_from([72, 45, 130, 150, None])),
    st.tuples(st.just("nibp"), st.sampled_from([126, 165, 176, 190, 75, None])),
    st.tuples(st.just("unknown nibp"), st.just(170)),
    st.tuples(st.just("link"), st.sampled_from(list(LinkState))),
    st.tuples(st.just("status"), st.sampled_from(list(StatusKind))),
    st.tuples(
        st.just("act"),
        st.sampled_from(
            [
                InfusionStarted, InfusionPaused, InfusionStopped, InfusionEndConfirmed,
            ]
        ),
    ),
    st.tuples(st.just("resume"), st.sampled_from(list(ResumeEnd))),
    st.tuples(st.just("rate"), st.sampled_from([0, 120, 150, 5000])),
    st.tuples(st.just("plain"), st.integers(0, 9)),
    st.tuples(st.just("strange"), st.sampled_from(["spo2", "nibp", "old spo2", "link"])),
    st.tuples(st.just("committed"), st.just(0)),
    st.tuples(st.just("power"), st.sampled_from([None, 5, 25, 80])),
    st.tuples(st.just("sleep"), st.booleans()),
    st.tuples(st.just("supervisor"), st.booleans()),
    st.tuples(st.just("closing"), st.just("window")),
    st.tuples(st.just("resumed"), st.booleans()),
    st.tuples(st.just("stall"), st.sampled_from([4.0, 650.0])),
)  # fmt: skip
Happening = tuple[float, tuple[str, Any], float]
happenings = st.lists(
    st.tuples(st.sampled_from([0.0, 0.3, 1.0, 7.5, 61.0, 700.0]), _kinds, back_s),
    min_size=1,
    max_size=40,
)

short_happenings = st.lists(
    st.tuples(st.sampled_from([0.0, 0.3, 1.0, 7.5, 61.0]), _kinds, back_s), min_size=1, max_size=25
)


def event_of(at: Instant, happening: tuple[str, Any], back: float) -> Event:
    kind, detail = happening
    if kind == "plain":
        return _plain(at, detail, back)
    if kind == "strange":
        return _strange(at, detail)
    pump: dict[str, Any] = {"at": at, "author": NURSE, "effective": at.plus(-back)}
    told: dict[str, Callable[[], Event]] = {
        "spo2": lambda: builders.reading(at, Metric.SPO2, detail),
        "pulse": lambda: builders.reading(at, Metric.PULSE_RATE, detail),
        "nibp": lambda: builders.nibp(at, detail, 40 if detail else None, None),
        "unknown nibp": lambda: builders.nibp(at, detail, 90, None, measured=None),
        "link": lambda: builders.link(at, detail, CUFF),
        "status": lambda: StatusArrived(
            at=at,
            link=CUFF,
            status=DeviceStatus(received=at, what=detail, mode=Mode.SIMULATED),
        ),
        "committed": lambda: Committed(at=at, seq=1),
        "power": lambda: PowerChanged(at=at, is_on_mains=detail is None, battery_pct=detail),
        "sleep": lambda: SleepHeldOff(at=at, is_held=detail, detail="" if detail else "no way"),
        "supervisor": lambda: SupervisorChanged(at=at, is_there=detail),
        "stall": lambda: ClockJumped(
            at=at, by_s=detail, cause="the program stood still", since=at.plus(-detail)
        ),
        "closing": lambda: ProgramClosing(at=at, author=NURSE, cause=detail),
        "resumed": lambda: SessionResumed(
            at=at, author=NURSE, since=at.plus(-back), cause="it was killed", is_same_boot=detail
        ),
        "resume": lambda: InfusionResumed(**pump, end=detail),
        "rate": lambda: InfusionRateChanged(**pump, rate_ml_per_h=Decimal(detail)),
        "act": lambda: detail(**pump),
    }
    return told[kind]()


def _strange(at: Instant, what: str) -> Event:
    """What a simulated session refuses."""
    if what == "old spo2":
        return builders.reading(at, received=at.plus(-1e6))
    if what == "spo2":
        return builders.reading(at, mode=Mode.REAL)
    if what == "link":
        return replace(builders.link(at), mode=Mode.REAL)
    arrived = builders.nibp(at)
    return replace(arrived, nibp=replace(arrived.nibp, mode=Mode.REAL))


def _plain(at: Instant, which: int, back: float) -> Event:
    return (
        NoteWritten(at=at, author=NURSE, text="note"),
        PumpDone(at=at, author=NURSE, prompt=1),
        AlarmAcknowledged(at=at, author=NURSE, occurrence=1 + which),
        CuffAsked(at=at, author=NURSE, link=CUFF),
        CuffAsked(at=at, author=NURSE, link=OXIMETER),
        NibpEntered(
            at=at, author=NURSE, measured=at.plus(-back), systolic_mmhg=150, diastolic_mmhg=85
        ),
        SessionEnded(at=at, author=NURSE),
        ClockJumped(at=at, by_s=3600, cause="the wall clock was set"),
        EngineFaulted(at=at, what="ValueError"),
        CommitFailed(at=at, reason="the disk is full"),
    )[which]


class Live:
    """A session lived through, with its commits and ticks, and the rows that it kept."""

    def __init__(self) -> None:
        self.clock = builders.clock()
        self.rows: list[PersistRow] = []
        self.taken: list[tuple[Event, Session, int]] = []  # with the session and rows before it
        self.session: Session
        self.session, effects = open_session(builders.opened(self.clock.now()), LIMITS)
        self._keep(effects)

    @property
    def stored(self) -> list[Stored]:
        return [row.row for row in self.rows if not isinstance(row.row, AlarmTransition)]

    def take(self, event: Event) -> None:
        self.taken.append((event, self.session, len(self.rows)))
        self.session, effects = step(self.session, event)
        self._keep(effects)

    def live(self, happened: Iterable[Happening]) -> None:
        for i, (after_s, happening, back) in enumerate(happened):
            self.take(event_of(self.clock.advance(s=after_s), happening, back))
            self.take(UiAlive(at=self.clock.now()))
            if i % 5 == 4:
                self.take(Committed(at=self.clock.now(), seq=self.session.seq))

    def _keep(self, effects) -> None:
        self.rows += [each for each in effects if isinstance(each, PersistRow)]
