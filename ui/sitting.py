"""One session with its thread, its links and its record: begun, resumed, or closed unseen."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from math import isnan
from typing import Protocol

from kmonitor.alarm_acts import CuffArmTold
from kmonitor.alarms.limits import LimitSet
from kmonitor.clock import NS_PER_S, Clock, boot_of
from kmonitor.dosing.guards import MOOD
from kmonitor.errors import LinkError, StoreError
from kmonitor.events import (
    Event,
    InfusionStopped,
    NoteWritten,
    SessionEnded,
    SessionOpened,
    SupervisorChanged,
)
from kmonitor.metrics import Metric
from kmonitor.monitor import Monitor, Observer
from kmonitor.people import DEMONSTRATION_NURSE, PROGRAM, Person
from kmonitor.ports import AlarmVoice, Captures, Devices, Inbox, Keeper, Link, Record
from kmonitor.resuming import ResumePoint, resume_from
from kmonitor.session_state import Session, SessionPhase
from kmonitor.store.reader import RecordReader
from kmonitor.vitals import Mode
from ui.local_time import zone_here
from ui.setup.page import Confirmed

CLOSED = "closed without going on"
NOT_CLOSED = "The session is not closed: the record could not be written."
_BEGUN = (SessionPhase.INFUSING, SessionPhase.PAUSED, SessionPhase.END_DUE)
SHOWN = (Metric.SPO2, Metric.PULSE_RATE)
History = Mapping[Metric, Sequence[tuple[float, float | None]]]


class RecordMaker(Protocol):
    """What of a `RecordHouse` a session needs."""

    def reader(self) -> RecordReader:
        """For looking; raises StoreError."""

    def writer(self, *, inbox: Inbox, clock: Clock, continues: str | None = None) -> Record:
        """A record whose news come to `inbox`; raises StoreError."""


class Surrounded(Protocol):
    """What this computer does while a session runs."""

    def start(self) -> None:
        """Begin; returns at once."""

    def stop(self) -> None:
        """Let go again."""


class Sittings:
    """Begins one session after the other with the same devices, clock and record.

    Each begins with the limits that were confirmed; `limits` stand in for a session of an older
    record, which lacks its own.
    """

    def __init__(
        self,
        *,
        hub: Devices,
        clock: Clock,
        limits: LimitSet,
        house: RecordMaker,
        keeper: Keeper,
        chair: str,
        observers: Sequence[Observer],
        who: Callable[[], Person] = lambda: DEMONSTRATION_NURSE,
        around: Callable[[Inbox, Clock], Surrounded] | None = None,
        capture: Callable[[str], Captures] | None = None,
        voice: AlarmVoice | None = None,
    ) -> None:
        """`voice` None: no session is heard, as where there is no display."""
        self.chair = chair
        self.session_ids: list[str] = []
        self._hub = hub
        self._clock = clock
        self._limits = limits
        self._house = house
        self._keeper = keeper
        self._observers = tuple(observers)
        self._who = who
        self._around = around
        self._capture = capture
        self._voice = voice

    def begin(self, confirmed: Confirmed) -> Sitting:
        """Open links and record and begin; raises WorldError, and then nothing is left running."""
        monitor, session_id = self._monitor(confirmed.limits), str(uuid.uuid4())
        with ExitStack() as undo:
            captures = self._captures(session_id, undo)
            links = [
                self._hub.link(address, clock=self._clock, inbox=monitor, tap=captures)
                for address in confirmed.addresses
            ]
            mode = one_mode(links)
            record = self._house.writer(inbox=monitor, clock=self._clock)
            undo.pop_all()
        monitor.keep_in(record)
        for link in links:
            monitor.attach(link)
        opened = SessionOpened(
            at=self._clock.now(),
            author=self._who().person_id,
            session_id=session_id,
            mode=mode,
            chair=self.chair,
            zone=zone_here(),
            limit_set=confirmed.limits.name,
            protocol=MOOD.name,
            patient=confirmed.patient,
            plan=confirmed.plan,
            limits=confirmed.limits,
        )
        monitor.start(opened)
        for words in confirmed.used_anyway:
            monitor.put(
                NoteWritten(
                    at=self._clock.now(), author=opened.author, text=f"Used anyway: {words}"
                )
            )
        if confirmed.is_same_arm:
            at = self._clock.now()
            monitor.put(CuffArmTold(at=at, author=opened.author, is_same_arm=True))
        return self._sit(session_id, monitor, captures, began_with=confirmed.limits)

    def stands(self, session_id: str) -> ResumePoint:
        """How a session that has no end stood at its last row; any thread. Raises WorldError."""
        return resume_from(
            self._house.reader(),
            session_id,
            self._limits,
            here=self._clock.now(),
            boot_id=boot_of(self._clock),
        )

    def resume(self, session_id: str, *, cause: str, author: Person) -> Sitting:
        """Go on with a session that has no end, on its own links; raises WorldError."""
        point = self.stands(session_id)
        history = history_of(self._house.reader(), session_id, point.session)
        monitor = self._monitor()
        monitor.keep_in(self._house.writer(inbox=monitor, clock=self._clock, continues=session_id))
        captures = None if self._capture is None else self._capture(session_id)
        gone = []
        for status in point.session.links.values():
            try:
                link = self._hub.link(status.link, clock=self._clock, inbox=monitor, tap=captures)
            except LinkError:
                gone.append(status.link)
                continue
            monitor.attach(link)
        at = self._clock.now()
        monitor.resume(point, point.resumed(at, author=author.person_id, cause=cause))
        for name in gone:
            words = f"The monitor on {name} cannot be opened any more."
            monitor.put(NoteWritten(at=self._clock.now(), author=PROGRAM.person_id, text=words))
        return self._sit(
            session_id, monitor, captures, history, self._house.reader().limits(session_id)
        )

    def close(self, session_id: str, *, author: Person) -> None:
        """End a session that has no end with what is known; any thread. Raises WorldError.

        An infusion that had begun is noted as stopped now: what the pump did meanwhile nobody saw.
        """
        point = self.stands(session_id)
        monitor = Monitor(clock=self._clock, limits=self._limits)
        monitor.keep_in(self._house.writer(inbox=monitor, clock=self._clock, continues=session_id))
        at = self._clock.now()
        monitor.resume(point, point.resumed(at, author=author.person_id, cause=CLOSED))
        if point.session.phase in _BEGUN:
            at = self._clock.now()
            monitor.put(InfusionStopped(at=at, author=author.person_id, effective=at))
        monitor.put(SessionEnded(at=self._clock.now(), author=author.person_id))
        monitor.stop()
        if self._house.reader().session(session_id).ended is None:
            raise StoreError(NOT_CLOSED)

    def _monitor(self, limits: LimitSet | None = None) -> Monitor:
        return Monitor(
            clock=self._clock,
            limits=limits or self._limits,
            observers=self._observers,
            beat=lambda: self._keeper.beat("monitor"),
            voice=self._voice,
        )

    def _captures(self, session_id: str, undo: ExitStack) -> Captures | None:
        """Keeps what the ports read; ended again by `undo` where the session does not begin."""
        if self._capture is None:
            return None
        captures = self._capture(session_id)
        undo.callback(captures.stop)
        return captures

    def _sit(
        self,
        session_id: str,
        monitor: Monitor,
        captures: Captures | None,
        history: History | None = None,
        began_with: LimitSet | None = None,
    ) -> Sitting:
        """From here on the parent process expects signs of life, and knows what to go on with."""
        around = None if self._around is None else self._around(monitor, self._clock)
        if around is not None:
            around.start()
        self.session_ids.append(session_id)
        self._keeper.remember(session=session_id)
        self._keeper.watch("monitor", True)
        self._keeper.attend(
            lambda is_there: monitor.put(SupervisorChanged(at=self._clock.now(), is_there=is_there))
        )

        def stop() -> None:
            self._keeper.watch("monitor", False)
            self._keeper.attend(None)
            self._keeper.remember(session=None)
            if around is not None:
                around.stop()
            monitor.stop()
            if captures is not None:
                captures.stop()

        return Sitting(
            session_id=session_id,
            put=monitor.put,
            stop=stop,
            history=history or {},
            began_with=began_with,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A session that runs; it is the inbox of the screen.

    `stop` ends links, thread and record: all is on disk when it returns. `history` is what the
    record holds of a session that goes on, in seconds since its opening. `began_with` are the
    limits of its set, whatever was changed since; None where an older record lacks them.
    """

    session_id: str
    put: Callable[[Event], None]
    stop: Callable[[], None]
    history: History = field(default_factory=dict)
    began_with: LimitSet | None = None


def history_of(reader: RecordReader, session_id: str, session: Session) -> History:
    """The trend of a session so far, out of the record, in seconds since its opening."""
    if all(each.is_same_boot for each in session.interruptions):
        opened_ns = session.opened.mono_ns
        return {
            metric: [
                ((at_ns - opened_ns) / NS_PER_S, None if isnan(shown) else shown)
                for at_ns, shown in zip(moments, values, strict=True)
            ]
            for metric, (moments, values) in reader.numeric_arrays(session_id, SHOWN).items()
        }
    opened = reader.session(session_id).started  # across boots only the wall clock compares
    return {
        metric: [
            ((each.received.at_utc - opened).total_seconds(), each.value)
            for each in reader.numeric_series(session_id, metric)
        ]
        for metric in SHOWN
    }


def one_mode(links: Sequence[Link]) -> Mode:
    """The mode of all links; raises LinkError where real and simulated would be mixed."""
    modes = {link.mode for link in links}
    if len(modes) != 1:
        raise LinkError("Real and simulated monitors cannot be used in one session.")
    return modes.pop()
