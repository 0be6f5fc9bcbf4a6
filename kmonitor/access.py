"""Who may do what, how often a PIN may be guessed, when the screen locks itself. No I/O.

`ALWAYS` needs no sign-in and works while the screen is locked; such an act carries the author
"locked". Everything else needs a person whose role has the right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from kmonitor.clock import Instant
from kmonitor.errors import WorldError
from kmonitor.people import Person, Role


class Right(StrEnum):
    """What can be done, in words that go after "may"."""

    SEE_VITALS = "see vitals, dose, infusion clock and alarms"
    PAUSE_INFUSION = "note the pump as paused"
    STOP_INFUSION = "note the pump as stopped"
    CONFIRM_PUMP = "confirm what was done at the pump"
    ACKNOWLEDGE = "acknowledge an alarm"
    PAUSE_AUDIO = "pause the alarm sound"
    EMERGENCY = "press Emergency"
    BREAK_GLASS = "enter without a PIN in an emergency"
    RUN_SESSION = "set up, run and end a session"
    SWITCH_ALARMS = "switch alarm sound and single alarms off"
    SIMULATE = "use the device simulator and replay"
    SIGN_OFF = "sign orders, limits, protocols and sessions"
    REVIEW = "look at past sessions and print reports"
    EXPORT = "export sessions and bundles"
    IMPORT = "import bundles"
    SEE_AUDIT = "see and export the audit trail"
    CONSENT_TO_REMOVAL = "consent to the removal of a session"
    REMOVE_SESSION = "remove a session with a clinician's consent"
    CHANGE_SETTINGS = "change settings"
    SET_UP_PORTS = "set up ports and monitors"
    MANAGE_PEOPLE = "add people and change their role, access and PIN"
    BACK_UP = "make and check backups"
    RESTORE = "restore a backup"
    CHANGE_KEY = "encrypt the record and change its passphrase"
    CHANGE_OWN_PIN = "change the own PIN"


ALWAYS = frozenset(
    {
        *(Right.SEE_VITALS, Right.PAUSE_INFUSION, Right.STOP_INFUSION, Right.CONFIRM_PUMP),
        *(Right.ACKNOWLEDGE, Right.PAUSE_AUDIO, Right.EMERGENCY, Right.BREAK_GLASS),
    }
)
_BEDSIDE = frozenset({Right.RUN_SESSION, Right.SIMULATE, Right.REVIEW, Right.CHANGE_OWN_PIN})
RIGHTS: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.NURSE: _BEDSIDE,
        Role.CLINICIAN: _BEDSIDE
        | {
            *(Right.SIGN_OFF, Right.EXPORT, Right.IMPORT, Right.SEE_AUDIT),
            *(Right.CONSENT_TO_REMOVAL, Right.SWITCH_ALARMS),
        },
        Role.TECHNICIAN: frozenset(
            {
                *(Right.SIMULATE, Right.IMPORT, Right.SEE_AUDIT, Right.REMOVE_SESSION),
                *(Right.CHANGE_SETTINGS, Right.SET_UP_PORTS, Right.MANAGE_PEOPLE),
                *(Right.BACK_UP, Right.RESTORE, Right.CHANGE_KEY, Right.CHANGE_OWN_PIN),
            }
        ),
    }
)
FREE_GUESSES = 3
FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 15 * 60.0
# The brake on all: wrong PINs of anybody, so that trying one person after another gains little.
BRAKE_AFTER = 10
BRAKE_WINDOW_S = 15 * 60.0
BRAKE_WAIT_S = 30.0


class PermissionRefused(WorldError):  # noqa: N818  # the word of ports.Accounts
    """A role has no right to what was asked; one sentence that names who has it."""


def may(person: Person | None, right: Right) -> bool:
    """Whether `person` may; None is a locked screen."""
    if right in ALWAYS:
        return True
    return person is not None and person.is_active and right in RIGHTS.get(person.role, ())


def require(person: Person | None, right: Right) -> None:
    """Raise PermissionRefused where `person` may not."""
    if may(person, right):
        return
    roles = " or ".join(f"a {role}" for role, rights in RIGHTS.items() if right in rights)
    if person is None or person.role not in RIGHTS:
        raise PermissionRefused(f"To {right}, sign in first as {roles}.")
    if not person.is_active:
        raise PermissionRefused("This person has no access any more.")
    raise PermissionRefused(f"A {person.role} may not {right}; that is for {roles}.")


def role_table() -> str:
    """The rights of all roles as Markdown, as `ARCHITECTURE.md` shows them."""
    lines = [
        "| may | locked, nobody | " + " | ".join(RIGHTS) + " |",
        "|---|" + ":-:|" * (len(RIGHTS) + 1),
    ]
    for right in Right:
        is_always = right in ALWAYS
        marks = ["x" if is_always else ""]
        marks += ["x" if is_always or right in rights else "" for rights in RIGHTS.values()]
        lines.append(f"| {right} | " + " | ".join(marks) + " |")
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A moment with the boot it belongs to, so that a set clock shortens no wait."""

    boot: int
    at: Instant

    def seconds_since(self, earlier: Stamp) -> float:
        """Within a boot by the monotonic clock, else by UTC.

        A moment of another boot that lies in the future tells of a wrong clock only: long ago.
        """
        if self.boot == earlier.boot:
            return self.at.seconds_since(earlier.at)
        passed_s = (self.at.at_utc - earlier.at.at_utc).total_seconds()
        return passed_s if passed_s >= 0 else float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongGuesses:
    """Wrong PINs of one person since the last right one."""

    count: int
    last: Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockout:
    """What the wrong PINs so far mean for the next one; folded from the record's rows."""

    wrong: Mapping[str, WrongGuesses] = field(default_factory=dict)
    newest: tuple[Stamp, ...] = ()  # of anybody, the oldest first

    def after_wrong(self, person_id: str, when: Stamp) -> Lockout:
        """One more wrong PIN."""
        before = self.wrong.get(person_id)
        count = 1 if before is None else before.count + 1
        guesses = {**self.wrong, person_id: WrongGuesses(count=count, last=when)}
        return replace(self, wrong=guesses, newest=(*self.newest, when)[-BRAKE_AFTER - 1 :])

    def after_right(self, person_id: str) -> Lockout:
        """A right PIN, or a new one, ends the wait of this person; the brake on all stays."""
        return replace(self, wrong={k: v for k, v in self.wrong.items() if k != person_id})

    def wait_s(self, person_id: str, now: Stamp) -> float:
        """Seconds until a PIN of this person is looked at again; 0 is at once."""
        waits = [self._brake_s(now)]
        if (guesses := self.wrong.get(person_id)) is not None:
            waits.append(wait_after_s(guesses.count) - now.seconds_since(guesses.last))
        return max(0.0, *waits)

    def _brake_s(self, now: Stamp) -> float:
        recent = [w for w in self.newest if now.seconds_since(w) < BRAKE_WINDOW_S]
        if len(recent) <= BRAKE_AFTER:
            return 0.0
        return BRAKE_WAIT_S - now.seconds_since(recent[-1])


def wait_after_s(wrong: int) -> float:
    """How long nothing is looked at after so many wrong PINs in a row."""
    doublings = wrong - FREE_GUESSES - 1
    if doublings < 0:
        return 0.0
    return min(FIRST_WAIT_S * 2.0 ** min(doublings, 10), LONGEST_WAIT_S)


def is_lock_due(last_input_s: float, now_s: float, after_s: float) -> bool:
    """Whether nobody touched anything for so long that the screen locks itself; 0 is never."""
    return after_s > 0 and now_s - last_input_s >= after_s
