"""One session with its thread, its links and its record: from Confirm to the last commit."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kmonitor.alarms.limits import LimitSet
from kmonitor.clock import Clock
from kmonitor.dosing.guards import MOOD
from kmonitor.errors import LinkError
from kmonitor.events import Event, NoteWritten, SessionOpened, SupervisorChanged
from kmonitor.metrics import Metric
from kmonitor.monitor import Monitor, Observer
from kmonitor.people import DEMONSTRATION_NURSE, Person
from kmonitor.ports import Devices, Inbox, Keeper, Link, Record
from kmonitor.vitals import Mode
from ui.local_time import zone_here
from ui.setup.page import Confirmed

History = Mapping[Metric, Sequence[tuple[float, float | None]]]


class RecordMaker(Protocol):
    """What of a `RecordHouse` a new session needs."""

    def writer(self, *, inbox: Inbox, clock: Clock, continues: str | None = None) -> Record:
        """A record whose news come to `inbox`; raises StoreError."""


class Around(Protocol):
    """What this computer does while a session runs."""

    def start(self) -> None:
        """Begin; returns at once."""

    def stop(self) -> None:
        """Let go again."""


class Sittings:
    """Begins one session after the other with the same devices, clock, limits and record."""

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
        around: Callable[[Inbox, Clock], Around] | None = None,
    ) -> None:
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

    def begin(self, confirmed: Confirmed) -> Sitting:
        """Open links and record and begin; raises WorldError, and then nothing is left running."""
        monitor = self._monitor()
        links = [
            self._hub.link(address, clock=self._clock, inbox=monitor)
            for address in confirmed.addresses
        ]
        mode = one_mode(links)
        record = self._house.writer(inbox=monitor, clock=self._clock)
        monitor.keep_in(record)
        for link in links:
            monitor.attach(link)
        opened = SessionOpened(
            at=self._clock.now(),
            author=self._who().person_id,
            session_id=str(uuid.uuid4()),
            mode=mode,
            chair=self.chair,
            zone=zone_here(),
            limit_set=self._limits.name,
            protocol=MOOD.name,
            patient=confirmed.patient,
            plan=confirmed.plan,
        )
        monitor.start(opened)
        for words in confirmed.used_anyway:
            monitor.put(
                NoteWritten(
                    at=self._clock.now(), author=opened.author, text=f"Used anyway: {words}"
                )
            )
        return self._sit(opened.session_id, monitor, record)

    def _monitor(self) -> Monitor:
        return Monitor(
            clock=self._clock,
            limits=self._limits,
            observers=self._observers,
            beat=lambda: self._keeper.beat("monitor"),
        )

    def _sit(
        self, session_id: str, monitor: Monitor, record: Record, history: History | None = None
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

        return Sitting(
            session_id=session_id,
            put=monitor.put,
            stop=stop,
            unlock=record.unlock,
            history=history or {},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A session that runs; it is the inbox of the screen.

    `stop` ends links, thread and record: all is on disk when it returns. `history` is what the
    record holds of a session that goes on, in seconds since its opening.
    """

    session_id: str
    put: Callable[[Event], None]
    stop: Callable[[], None]
    unlock: Callable[[], None] = lambda: None
    history: History = field(default_factory=dict)


def one_mode(links: Sequence[Link]) -> Mode:
    """The mode of all links; raises LinkError where real and simulated would be mixed."""
    modes = {link.mode for link in links}
    if len(modes) != 1:
        raise LinkError("Real and simulated monitors cannot be used in one session.")
    return modes.pop()
