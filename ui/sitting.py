"""One session with its thread, its links and its record: from Confirm to the last commit."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from kmonitor.alarms.limits import LimitSet
from kmonitor.clock import Clock
from kmonitor.dosing.guards import MOOD
from kmonitor.errors import LinkError
from kmonitor.events import Event, NoteWritten, SessionOpened
from kmonitor.monitor import Monitor, Observer
from kmonitor.people import DEMONSTRATION_NURSE
from kmonitor.ports import Devices, Inbox, Link, Record
from kmonitor.vitals import Mode
from ui.local_time import zone_here
from ui.setup.page import Confirmed


class OpenRecord(Protocol):
    """How the record at `path` is opened for writing; raises StoreError."""

    def __call__(self, path: Path, *, inbox: Inbox, clock: Clock) -> Record:
        """A record whose news come to `inbox`."""


class Sittings:
    """Begins one session after the other with the same devices, clock, limits and record."""

    def __init__(
        self,
        *,
        hub: Devices,
        clock: Clock,
        limits: LimitSet,
        open_record: OpenRecord,
        path: Path,
        chair: str,
        observers: Sequence[Observer],
    ) -> None:
        self.path = path
        self.chair = chair
        self.session_ids: list[str] = []
        self._hub = hub
        self._clock = clock
        self._limits = limits
        self._open_record = open_record
        self._observers = tuple(observers)

    def begin(self, confirmed: Confirmed) -> Sitting:
        """Open links and record and begin; raises WorldError, and then nothing is left running."""
        monitor = Monitor(clock=self._clock, limits=self._limits, observers=self._observers)
        links = [
            self._hub.link(address, clock=self._clock, inbox=monitor)
            for address in confirmed.addresses
        ]
        mode = one_mode(links)
        monitor.keep_in(self._open_record(self.path, inbox=monitor, clock=self._clock))
        for link in links:
            monitor.attach(link)
        opened = SessionOpened(
            at=self._clock.now(),
            author=DEMONSTRATION_NURSE.person_id,
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
        self.session_ids.append(opened.session_id)
        return Sitting(monitor.put, monitor.stop)


class Sitting:
    """A session that runs; it is the inbox of the screen."""

    def __init__(self, put: Callable[[Event], None], stop: Callable[[], None]) -> None:
        self._put = put
        self._stop = stop

    def put(self, event: Event) -> None:
        """Hand over an event; never blocks."""
        self._put(event)

    def end(self) -> None:
        """Stop links, thread and record; all is on disk when this returns."""
        self._stop()


def one_mode(links: Sequence[Link]) -> Mode:
    """The mode of all links; raises LinkError where real and simulated would be mixed."""
    modes = {link.mode for link in links}
    if len(modes) != 1:
        raise LinkError("Real and simulated monitors cannot be used in one session.")
    return modes.pop()
