"""Small interfaces between the domain, the devices and the screen, handed in by constructor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from kmonitor.clock import Clock
from kmonitor.effects import DeviceVerb, PersistRow, PersistWave
from kmonitor.events import Event
from kmonitor.vitals import Mode


class Inbox(Protocol):
    """Where every thread puts what happened."""

    def put(self, event: Event) -> None:
        """Hand over `event`; never blocks."""


class Link(Protocol):
    """One open or reopening port with its own thread; created closed."""

    @property
    def name(self) -> str:
        """The address as it was given, unique in the session."""

    @property
    def mode(self) -> Mode:
        """Real, simulated or replayed, known before the first byte."""

    def start(self) -> None:
        """Begin to open and read; returns at once, news come by the inbox."""

    def send(self, verb: DeviceVerb) -> None:
        """Ask the device for something; never blocks."""

    def stop(self) -> None:
        """Close the port and end the thread; returns when it has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolFacts:
    """One row of the catalogue of protocols."""

    name: str
    title: str
    gives_nibp: bool
    can_start_cuff: bool


class Simulator(Protocol):
    """A simulated patient on simulated monitors, in a process of its own."""

    @property
    def addresses(self) -> Sequence[str]:
        """One `PORT:PROTOCOL` text for each simulated monitor."""

    def infuse(self, dose_rate_mg_per_kg_per_h: Decimal) -> None:
        """Tell the simulated patient what the pump gives from now on; 0 is nothing."""

    def stop(self) -> None:
        """End the process; returns when it has ended."""


class Devices(Protocol):
    """What the screen needs of the devices; built by `main.py`."""

    def protocols(self) -> Sequence[ProtocolFacts]:
        """The catalogue."""

    def scenarios(self) -> Sequence[str]:
        """What can happen to a simulated patient."""

    def link(self, address: str, *, clock: Clock, inbox: Inbox) -> Link:
        """A closed link to `PORT[:PROTOCOL]`; raises LinkError in one sentence."""

    def simulate(
        self,
        protocols: Sequence[str],
        *,
        scenario: str,
        seed: int,
        speed: float,
        patient_kg: Decimal,
    ) -> Simulator:
        """Start a simulator process; raises LinkError when it does not come up."""


class Record(Protocol):
    """Where rows go; its own thread, one transaction a second and one for each act."""

    def keep(self, row: PersistRow | PersistWave) -> None:
        """Take over a row; never blocks. News come to the inbox as commits."""

    def stop(self) -> None:
        """Write what waits, commit, close; returns when done."""
