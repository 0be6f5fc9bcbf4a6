"""Small interfaces between the domain, the devices and the screen, handed in by constructor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from kmonitor.alarms.signals import AlarmSignal
from kmonitor.alarms.signals import SoundState as SoundState  # noqa: PLC0414  # a port too
from kmonitor.clock import Clock, Instant
from kmonitor.effects import DeviceVerb, PersistRow, PersistWave
from kmonitor.events import Event
from kmonitor.people import Person, Role
from kmonitor.session_state import Session
from kmonitor.vitals import Mode

Tap = Callable[[str, Instant, bytes], None]


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

    def link(self, address: str, *, clock: Clock, inbox: Inbox, tap: Tap | None = None) -> Link:
        """A closed link to `PORT[:PROTOCOL]`; raises LinkError in one sentence.

        `tap` is given each read on the port's thread: the link's name, the moment, the bytes.
        """

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

    def mark(self, session: Session) -> None:
        """The session as it stands, to resume from; never blocks. Once a minute is enough."""

    def unlock(self) -> None:
        """The house has its key now: write what waits. Never blocks."""

    def stop(self) -> None:
        """Write what waits, commit, close; returns when done."""


class AlarmVoice(Protocol):
    """The alarm sound; its own threads, so that no call waits for a device."""

    def present(self, signal: AlarmSignal) -> None:
        """Sound this from now on; returns at once."""

    def set_volume(self, volume_pct: int) -> None:
        """How loud, 0 to 100; the most urgent alarms stay above their floor."""

    def test(self) -> None:
        """One burst of each priority, the low one first; alarms go before."""

    def attend(self, tell: Callable[[SoundState], None] | None) -> None:
        """`tell` hears at once how the sound device stands, and each change; None: no longer.

        It is called on a thread of the voice and must return at once.
        """


class Captures(Protocol):
    """Keeps what the ports read, byte for byte, in a ring; itself the `tap` of the links."""

    def __call__(self, link: str, at: Instant, chunk: bytes) -> None:
        """Take over what a port read; never blocks, never raises."""

    def stop(self) -> None:
        """Write what waits and close; returns then, or after three seconds."""


class HouseState(StrEnum):
    """What can be done with this computer's record; `in_use` is another program's: review only."""

    READY = "ready"
    LOCKED = "locked"
    IN_USE = "in_use"
    UNUSABLE = "unusable"


class Protection(StrEnum):
    """How the record's key is kept; `none` is the open record that must be said everywhere."""

    KEY_STORE = "key_store"
    PASSPHRASE = "passphrase"  # noqa: S105  # the name of a way, not a secret
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupResult:
    """How the newest backup went; `words` is one sentence for people."""

    at: datetime
    path: Path
    is_good: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRefused:
    """Why nobody was signed in; `wait_s` counts down until the next try is looked at."""

    reason: str
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what; `session_id` None for what belongs to no session."""

    at: datetime
    author: str
    name: str
    what: str
    detail: str
    session_id: str | None = None


class Accounts(Protocol):
    """The people of this computer; every call writes what was done into the record.

    Calls take some 100 ms (argon2id) and raise StoreError. What a role may not do is a
    PermissionRefused of `kmonitor.access`.
    """

    def people(self, *, with_inactive: bool = False) -> Sequence[Person]:
        """Who may sign in, in the order of their names; empty on a first start."""

    def sign_in(self, person_id: str, pin: bytearray) -> Person | SignInRefused:
        """Check a PIN; `pin` is wiped in every case."""

    def sign_out(self, person: Person, cause: str) -> None:
        """Somebody left, or the screen locked itself (`cause`)."""

    def break_glass(self, name: str, reason: str) -> Person:
        """Emergency access without a PIN: a nurse for this session, logged loudly."""

    def add(self, by: Person | None, *, name: str, role: Role, pin: bytearray) -> Person:
        """A new person; `by` None only while there is nobody yet."""

    def change_pin(self, by: Person, person_id: str, pin: bytearray) -> None:
        """Everybody their own; a technician anybody's."""

    def change(self, by: Person, person_id: str, *, role: Role, is_active: bool) -> None:
        """Another role, or no access any more; never the last technician."""

    def note(self, by: Person | None, kind: str, **said: object) -> None:
        """Anything else that belongs into the audit trail, such as a changed setting."""


class Keeper(Protocol):
    """The supervising parent process, as the app sees it; all calls return at once."""

    @property
    def handed_over(self) -> Mapping[str, str]:
        """What the parent kept from before a death: `session`, `person`; empty on a plain start.

        After a death `cause` says in words why the app was started again.
        """

    @property
    def is_there(self) -> bool:
        """Whether the parent lives; False also where the app was started without one."""

    @property
    def asked_to_close(self) -> str | None:
        """Why the parent wants the app to close cleanly, such as a signal; None: it does not."""

    def attend(self, tell: Callable[[bool], None] | None) -> None:
        """`tell` hears at once whether the parent is there, and each change; None: no longer.

        Where the app was started without a parent, it hears nothing.
        """

    def beat(self, who: str) -> None:
        """`monitor` or `screen` is alive."""

    def watch(self, who: str, is_watched: bool) -> None:
        """Expect beats of `who` from now on, or no longer."""

    def remember(self, **said: str | None) -> None:
        """What to hand over after a death; None forgets. Kept in memory only."""

    def goodbye(self) -> None:
        """The next end of this process is meant."""
