"""The people of a record as `ports.Accounts`: every call is one transaction with its site event.

Rows are added, never changed: the newest row of a person and their newest verifier count. Each
call has a connection of its own, so any thread may make it while the store thread writes.

A full disk keeps nobody from a patient: who comes and goes is then let in and out all the same,
and the lines of the trail wait in memory for the next call that can write them.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from kmonitor import access
from kmonitor.access import Lockout, PermissionRefused, Right, Stamp
from kmonitor.clock import Clock
from kmonitor.errors import StoreError
from kmonitor.people import LOCKED, PROGRAM, Person, Role
from kmonitor.pins import Pins, check_new, shortest_for, wiped
from kmonitor.ports import SignInRefused
from kmonitor.store.account_rows import (
    BREAK_GLASS,
    NOT_HERE,
    Desk,
    Line,
    Roster,
    count_guesses,
    count_lines,
)
from kmonitor.store.beside import Shape, shape_of
from kmonitor.store.connection import chain_key_of, open_record, plainly, reading
from kmonitor.store.keys import RecordKeys
from kmonitor.store.record_facts import write_facts
from kmonitor.store.scribe import writing

log = logging.getLogger(__name__)

LONGEST_NAME = 60
LONGEST_REASON = 400
_MOST_UNWRITTEN = 1_000


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
        self._unwritten: tuple[Line, ...] = ()

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
            try:
                with self._acting() as desk:
                    return self._look_at(desk, person_id, pin)
            except StoreError as error:
                log.info("a sign-in goes on without the record: %s", type(error).__name__)
                with self._looking() as desk:
                    return self._look_at(desk, person_id, pin)

    def sign_out(self, person: Person, cause: str) -> None:
        """Somebody left, or the screen locked itself (`cause`)."""
        self._tell_at_last(person, "signed_out", cause=cause)

    def break_glass(self, name: str, reason: str) -> Person:
        """Emergency access without a PIN: a nurse for this session, logged loudly."""
        named = _clean(name)
        person = Person(person_id=f"{BREAK_GLASS}{named}", name=named, role=Role.NURSE)
        self._tell_at_last(
            person, "break_glass", name=named, reason=reason.strip()[:LONGEST_REASON]
        )
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
            self._tell(desk, by or person, "person_added", **said)
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
            self._tell(desk, by, "pin_changed", person=person_id)

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
            self._tell(
                desk,
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
            self._tell(desk, by or PROGRAM, kind, **said)

    def _look_at(self, desk: Desk, person_id: str, pin: bytearray) -> Person | SignInRefused:
        wait_s = self._lockout(desk).wait_s(person_id, desk.stamp)
        return self._look_away(person_id, wait_s) if wait_s else self._check(desk, person_id, pin)

    def _check(self, desk: Desk, person_id: str, pin: bytearray) -> Person | SignInRefused:
        person = desk.roster.everybody.get(person_id)
        verifier = desk.roster.verifiers.get(person_id, "")
        if person is None or not person.is_active or not verifier:
            return self._count_wrong(desk, person_id, "no_access", NOT_HERE)
        if not self._pins.is_right(verifier, pin):
            return self._count_wrong(desk, person_id, "wrong_pin", "This PIN is not right")
        if len(pin) < shortest_for(person.role):
            self._tell(desk, LOCKED, "sign_in_refused", person=person_id, reason="short_pin")
            return SignInRefused(
                reason=f"This PIN is too short for a {person.role}; another technician sets a new"
                f" one of {shortest_for(person.role)} digits or more."
            )
        if self._pins.is_outdated(verifier):
            desk.keep_verifier(person_id, self._pins.verifier(pin), PROGRAM)
        self._tell(desk, person, "signed_in")
        self._ignored.pop(person_id, None)
        return person

    def _count_wrong(self, desk: Desk, person_id: str, why: str, sentence: str) -> SignInRefused:
        """Who tried is not known, so the author is "locked"; what was typed is never kept."""
        ignored = self._ignored.pop(person_id, 0)
        self._tell(
            desk, LOCKED, "sign_in_refused", person=person_id, reason=why, not_looked_at=ignored
        )
        wait_s = self._lockout(desk).wait_s(person_id, desk.stamp)
        if wait_s:
            self._tell(desk, LOCKED, "locked_out", person=person_id, wait_s=round(wait_s))
        return _refused(sentence, wait_s)

    def _look_away(self, person_id: str, wait_s: float) -> SignInRefused:
        """A guess during the wait costs nothing and says nothing; the next row tells how many."""
        self._ignored[person_id] = self._ignored.get(person_id, 0) + 1
        return _refused("No PIN is looked at now", wait_s)

    def _wait_s(self, person_id: str, boot: int) -> float:
        """As the record says now, without writing."""
        with reading(self._path, self._keys) as connection:
            self._counted = count_guesses(connection, *self._counted)
        now = Stamp(boot=boot, at=self._clock.now())
        return count_lines(self._unwritten, boot, self._counted[1]).wait_s(person_id, now)

    def _lockout(self, desk: Desk) -> Lockout:
        """With the rows of this transaction, or with the lines that could not be rows."""
        _, lockout = count_guesses(desk.connection, *self._counted)
        return count_lines(self._unwritten, desk.boot, lockout)

    def _tell(self, desk: Desk, author: Person, kind: str, **said: object) -> None:
        line = Line(author=author, kind=kind, at=desk.at, said=said)
        if desk.scribe is None:
            self._unwritten = (*self._unwritten, line)[-_MOST_UNWRITTEN:]
        else:
            desk.write(desk.scribe, line)

    def _tell_at_last(self, author: Person, kind: str, **said: object) -> None:
        """Now, or where the record cannot be written with the next call that can."""
        at = self._clock.now()
        try:
            with self._acting() as desk:
                self._tell(desk, author, kind, **said)
        except StoreError as error:
            log.info("a line of the audit trail waits: %s", type(error).__name__)
            line = Line(author=author, kind=kind, at=at, said=said)
            self._unwritten = (*self._unwritten, line)[-_MOST_UNWRITTEN:]

    @contextmanager
    def _looking(self) -> Iterator[Desk]:
        """What can be read, where nothing can be written."""
        with reading(self._path, self._keys) as connection:
            self._counted = count_guesses(connection, *self._counted)
            yield Desk(
                connection=connection,
                scribe=None,
                boot=self._boot or 0,
                at=self._clock.now(),
                roster=Roster.of(connection),
            )

    @contextmanager
    def _acting(self) -> Iterator[Desk]:
        """One transaction; the connection ends with it."""
        with (
            plainly(self._path, self._keys),
            closing(open_record(self._path, self._keys)) as connection,
        ):
            chain_key = chain_key_of(connection, self._keys)
            if self._boot is None:
                self._boot = write_facts(connection, self._clock, chain_key)
            waiting, self._unwritten = self._unwritten, ()
            try:
                with writing(connection, chain_key, self._clock) as scribe:
                    desk = Desk(
                        connection=connection,
                        scribe=scribe,
                        boot=self._boot,
                        at=self._clock.now(),
                        roster=Roster.of(connection),
                    )
                    self._counted = count_guesses(connection, *self._counted)
                    for line in waiting:  # not counted before they are on the disk
                        desk.write(scribe, line)
                    yield desk
            except BaseException:
                self._unwritten = (*waiting, *self._unwritten)
                raise


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
