"""The people of a record as `ports.Accounts`: every call is one transaction with its site event.

Rows are added, never changed: the newest row of a person and their newest verifier count. Each
call has a connection of its own, so any thread may make it while the store thread writes.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kmonitor import access
from kmonitor.access import Lockout, PermissionRefused, Right, Stamp
from kmonitor.clock import Clock, Instant
from kmonitor.people import LOCKED, PROGRAM, Person, Role
from kmonitor.pins import Pins, check_new, shortest_for, wiped
from kmonitor.ports import SignInRefused
from kmonitor.store.beside import Shape, shape_of
from kmonitor.store.connection import Connection, chain_key_of, open_record, plainly, reading
from kmonitor.store.keys import RecordKeys
from kmonitor.store.record_facts import write_facts
from kmonitor.store.scribe import Scribe, writing

BREAK_GLASS = "break-glass:"
LONGEST_NAME = 60
LONGEST_REASON = 400
_NOT_HERE = "There is no such person here."
_COUNTED = ("wrong_pin", "no_access")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Everybody as their newest row says, and the verifiers of those who have a PIN."""

    everybody: Mapping[str, Person]
    verifiers: Mapping[str, str]

    @classmethod
    def of(cls, connection: Connection) -> Roster:
        """Read it."""
        people = connection.execute(
            "SELECT person_id, name, role, is_active FROM person ORDER BY person"
        )
        verifiers = connection.execute(
            "SELECT person_id, verifier FROM credential ORDER BY credential"
        )
        return cls(
            everybody={
                person_id: Person(
                    person_id=person_id, name=name, role=Role(role), is_active=bool(is_active)
                )
                for person_id, name, role, is_active in people
            },
            verifiers=dict(verifiers.fetchall()),
        )

    @property
    def members(self) -> list[Person]:
        """Who has a PIN, in the order of their names."""
        found = [self.everybody[each] for each in self.verifiers if each in self.everybody]
        return sorted(found, key=lambda person: person.name.casefold())

    def member(self, person_id: str) -> Person:
        """The one of this id; PermissionRefused where there is none."""
        found = self.everybody.get(person_id)
        if found is None or person_id not in self.verifiers:
            raise PermissionRefused(_NOT_HERE)
        return found

    def require(self, by: Person, right: Right) -> None:
        """Raise PermissionRefused where `by`, as the record knows them, may not."""
        access.require(self.everybody.get(by.person_id, replace(by, role=Role.PROGRAM)), right)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """One open transaction: what it may read, and how it writes."""

    connection: Connection
    scribe: Scribe
    boot: int
    at: Instant
    roster: Roster

    @property
    def stamp(self) -> Stamp:
        return Stamp(boot=self.boot, at=self.at)

    def keep_person(self, person: Person) -> None:
        self.scribe.insert(
            "person",
            person_id=person.person_id,
            name=person.name,
            role=str(person.role),
            since_utc_ms=self.at.utc_ms,
            is_active=int(person.is_active),
        )

    def keep_verifier(self, person_id: str, verifier: str, author: Person) -> None:
        self.scribe.insert(
            "credential",
            person_id=person_id,
            since_utc_ms=self.at.utc_ms,
            verifier=verifier,
            author=author.person_id,
        )

    def tell(self, author: Person, kind: str, **said: object) -> None:
        """Write a site event; who did it is in the record then too."""
        if author.role is Role.PROGRAM and author.person_id not in self.roster.everybody:
            self.keep_person(author)
        session_id = said.get("session_id")
        number = self.connection.execute(
            "SELECT session FROM session WHERE session_id = ?", (session_id,)
        ).fetchone()
        self.scribe.insert(
            "site_event",
            boot=self.boot,
            utc_ms=self.at.utc_ms,
            mono_ns=self.at.mono_ns,
            kind=kind,
            author=author.person_id,
            session=number[0] if number else None,
            body=json.dumps(said, ensure_ascii=False, separators=(",", ":"), allow_nan=False),
        )


class StoredAccounts:
    """`ports.Accounts` on the record at `path`; `pins` with other parameters is for tests."""

    def __init__(
        self, path: Path, keys: RecordKeys | None, clock: Clock, *, pins: Pins | None = None
    ) -> None:
        self._path = path
        self._keys = keys
        self._clock = clock
        self._pins = pins or Pins()
        self._boot: int | None = None
        # Replaced as one, so that calls of two threads count no row twice.
        self._counted: tuple[int, Lockout] = (0, Lockout())
        self._ignored: dict[str, int] = {}

    def people(self, *, with_inactive: bool = False) -> Sequence[Person]:
        """Who may sign in, in the order of their names; empty on a first start."""
        if shape_of(self._path) is Shape.NONE:
            return ()
        with reading(self._path, self._keys) as connection:
            members = Roster.of(connection).members
        return tuple(each for each in members if each.is_active or with_inactive)

    def sign_in(self, person_id: str, pin: bytearray) -> Person | SignInRefused:
        """Check a PIN; `pin` is wiped in every case.

        It is checked inside the transaction that counts it, so that guesses made at the same
        time by several programs are counted one after the other.
        """
        with wiped(pin):
            if self._boot is not None and (wait_s := self._wait_s(person_id, self._boot)):
                return self._look_away(person_id, wait_s)
            with self._acting() as desk:
                self._counted = self._count(desk.connection)
                wait_s = self._counted[1].wait_s(person_id, desk.stamp)
                if wait_s:
                    return self._look_away(person_id, wait_s)
                return self._check(desk, person_id, pin)

    def sign_out(self, person: Person, cause: str) -> None:
        """Somebody left, or the screen locked itself (`cause`)."""
        with self._acting() as desk:
            desk.tell(person, "signed_out", cause=cause)

    def break_glass(self, name: str, reason: str) -> Person:
        """Emergency access without a PIN: a nurse for this session, logged loudly."""
        named = _clean(name)
        person = Person(person_id=f"{BREAK_GLASS}{named}", name=named, role=Role.NURSE)
        with self._acting() as desk:
            if person.person_id not in desk.roster.everybody:
                desk.keep_person(person)
            desk.tell(person, "break_glass", name=named, reason=reason.strip()[:LONGEST_REASON])
        return person

    def add(self, by: Person | None, *, name: str, role: Role, pin: bytearray) -> Person:
        """A new person; `by` None only while there is nobody yet."""
        with wiped(pin):
            if role not in access.RIGHTS:
                raise PermissionRefused("A person is a nurse, a clinician or a technician.")
            person = Person(person_id=str(uuid.uuid4()), name=_clean(name), role=role)
            check_new(pin, role)
            verifier = self._pins.verifier(pin)
        with self._acting() as desk:
            _check_adding(desk.roster, by, person)
            desk.keep_person(person)
            desk.keep_verifier(person.person_id, verifier, by or person)
            said = {"person": person.person_id, "name": person.name, "role": str(role)}
            desk.tell(by or person, "person_added", **said)
        return person

    def change_pin(self, by: Person, person_id: str, pin: bytearray) -> None:
        """Everybody their own; a technician anybody's."""
        with wiped(pin):
            with reading(self._path, self._keys) as connection:
                check_new(pin, Roster.of(connection).member(person_id).role)
            verifier = self._pins.verifier(pin)
        is_own = by.person_id == person_id
        with self._acting() as desk:
            desk.roster.member(person_id)
            desk.roster.require(by, Right.CHANGE_OWN_PIN if is_own else Right.MANAGE_PEOPLE)
            desk.keep_verifier(person_id, verifier, by)
            desk.tell(by, "pin_changed", person=person_id)

    def change(self, by: Person, person_id: str, *, role: Role, is_active: bool) -> None:
        """Another role, or no access any more; never the last technician."""
        if role not in access.RIGHTS:
            raise PermissionRefused("A person is a nurse, a clinician or a technician.")
        with self._acting() as desk:
            desk.roster.require(by, Right.MANAGE_PEOPLE)
            before = desk.roster.member(person_id)
            after = replace(before, role=role, is_active=is_active)
            if after == before:
                return
            _check_technician_left(desk.roster, after)
            desk.keep_person(after)
            desk.tell(
                by,
                "person_changed",
                person=person_id,
                role=str(role),
                old_role=str(before.role),
                is_active=is_active,
                was_active=before.is_active,
            )

    def note(self, by: Person | None, kind: str, **said: object) -> None:
        """Anything else that belongs into the audit trail; `by` None is the program itself.

        A `session_id` among what is said ties the note to that session.
        """
        with self._acting() as desk:
            desk.tell(by or PROGRAM, kind, **said)

    def _check(self, desk: _Desk, person_id: str, pin: bytearray) -> Person | SignInRefused:
        person = desk.roster.everybody.get(person_id)
        verifier = desk.roster.verifiers.get(person_id, "")
        if person is None or not person.is_active or not verifier:
            return self._count_wrong(desk, person_id, "no_access", _NOT_HERE)
        if not self._pins.is_right(verifier, pin):
            return self._count_wrong(desk, person_id, "wrong_pin", "This PIN is not right")
        if len(pin) < shortest_for(person.role):
            desk.tell(LOCKED, "sign_in_refused", person=person_id, reason="short_pin")
            return SignInRefused(
                reason=f"This PIN is too short for a {person.role}; another technician sets a new"
                f" one of {shortest_for(person.role)} digits or more."
            )
        if self._pins.is_outdated(verifier):
            desk.keep_verifier(person_id, self._pins.verifier(pin), PROGRAM)
        desk.tell(person, "signed_in")
        self._ignored.pop(person_id, None)
        return person

    def _count_wrong(self, desk: _Desk, person_id: str, why: str, sentence: str) -> SignInRefused:
        """Who tried is not known, so the author is "locked"; what was typed is never kept."""
        ignored = self._ignored.pop(person_id, 0)
        desk.tell(LOCKED, "sign_in_refused", person=person_id, reason=why, not_looked_at=ignored)
        _, lockout = self._count(desk.connection)
        wait_s = lockout.wait_s(person_id, desk.stamp)
        if wait_s:
            desk.tell(LOCKED, "locked_out", person=person_id, wait_s=round(wait_s))
        return _refused(sentence, wait_s)

    def _look_away(self, person_id: str, wait_s: float) -> SignInRefused:
        """A guess during the wait costs nothing and says nothing; the next row tells how many."""
        self._ignored[person_id] = self._ignored.get(person_id, 0) + 1
        return _refused("No PIN is looked at now", wait_s)

    def _wait_s(self, person_id: str, boot: int) -> float:
        """As the record says now, without writing."""
        with reading(self._path, self._keys) as connection:
            self._counted = self._count(connection)
        return self._counted[1].wait_s(person_id, Stamp(boot=boot, at=self._clock.now()))

    def _count(self, connection: Connection) -> tuple[int, Lockout]:
        """The wrong PINs up to the newest row; rows counted before are not read again."""
        seen, lockout = self._counted
        rows = connection.execute(
            "SELECT number, boot, utc_ms, mono_ns, kind, author, body FROM site_event"
            " WHERE number > ? AND kind IN ('signed_in', 'sign_in_refused', 'pin_changed')"
            " ORDER BY number",
            (seen,),
        )
        for number, boot, utc_ms, mono_ns, kind, author, body in rows:
            seen = number
            said = json.loads(body)
            if kind == "signed_in":
                lockout = lockout.after_right(author)
            elif kind == "pin_changed":
                lockout = lockout.after_right(said["person"])
            elif said["reason"] in _COUNTED:
                when = Stamp(boot=boot, at=Instant.from_stored(mono_ns, utc_ms))
                lockout = lockout.after_wrong(said["person"], when)
        return seen, lockout

    @contextmanager
    def _acting(self) -> Iterator[_Desk]:
        """One transaction; the connection ends with it."""
        with (
            plainly(self._path, self._keys),
            closing(open_record(self._path, self._keys)) as connection,
        ):
            chain_key = chain_key_of(connection, self._keys)
            if self._boot is None:
                self._boot = write_facts(connection, self._clock, chain_key)
            with writing(connection, chain_key, self._clock) as scribe:
                yield _Desk(
                    connection=connection,
                    scribe=scribe,
                    boot=self._boot,
                    at=self._clock.now(),
                    roster=Roster.of(connection),
                )


def _refused(sentence: str, wait_s: float) -> SignInRefused:
    if not wait_s:
        return SignInRefused(reason=f"{sentence.rstrip('.')}.")
    words = f"{round(wait_s)} s" if wait_s < 120 else f"{-(-wait_s // 60):.0f} min"
    return SignInRefused(reason=f"{sentence.rstrip('.')}; wait {words}.", wait_s=wait_s)


def _check_adding(roster: Roster, by: Person | None, person: Person) -> None:
    if by is not None:
        roster.require(by, Right.MANAGE_PEOPLE)
    elif roster.members:
        raise PermissionRefused("Sign in as a technician to add people.")
    elif person.role is not Role.TECHNICIAN:
        raise PermissionRefused(
            "The first person is a technician, who can then add the others and themselves again"
            " as a nurse or clinician."
        )
    taken = {each.name.casefold() for each in (*roster.members, PROGRAM, LOCKED)}
    if person.name.casefold() in taken:
        raise PermissionRefused("This name is taken already; add an initial or a number.")


def _check_technician_left(roster: Roster, after: Person) -> None:
    others = [each for each in roster.members if each.person_id != after.person_id]
    if not any(each.is_active and each.role is Role.TECHNICIAN for each in (*others, after)):
        raise PermissionRefused("This is the last technician; make another person one first.")


def _clean(name: str) -> str:
    """A name on one line with single spaces; PermissionRefused where it is none."""
    named = " ".join(name.split())
    if not named or not named.isprintable():
        raise PermissionRefused("A name has at least one letter.")
    if len(named) > LONGEST_NAME:
        raise PermissionRefused(f"A name has at most {LONGEST_NAME} characters.")
    return named
