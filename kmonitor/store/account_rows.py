"""People, their verifiers and what they did, as rows of the record and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kmonitor import access
from kmonitor.access import Lockout, PermissionRefused, Right, Stamp
from kmonitor.clock import Instant
from kmonitor.people import Person, Role
from kmonitor.store.connection import Connection
from kmonitor.store.scribe import Scribe

BREAK_GLASS = "break-glass:"
NOT_HERE = "There is no such person here."
COUNTED = ("wrong_pin", "no_access")


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
            raise PermissionRefused(NOT_HERE)
        return found

    def require(self, by: Person, right: Right) -> None:
        """Raise PermissionRefused where `by`, as the record knows them, may not."""
        access.require(self.everybody.get(by.person_id, replace(by, role=Role.PROGRAM)), right)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the audit trail, before it is a row."""

    author: Person
    kind: str
    at: Instant
    said: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One open transaction: what it may read, and how it writes; no scribe, no writing."""

    connection: Connection
    scribe: Scribe | None
    boot: int
    at: Instant
    roster: Roster

    @property
    def stamp(self) -> Stamp:
        """This moment."""
        return Stamp(boot=self.boot, at=self.at)

    def keep_person(self, person: Person) -> None:
        """Their newest row from now on."""
        if self.scribe is not None:
            self.scribe.insert(
                "person",
                person_id=person.person_id,
                name=person.name,
                role=str(person.role),
                since_utc_ms=self.at.utc_ms,
                is_active=int(person.is_active),
            )

    def keep_verifier(self, person_id: str, verifier: str, author: Person) -> None:
        """The only one that counts from now on."""
        if self.scribe is not None:
            self.scribe.insert(
                "credential",
                person_id=person_id,
                since_utc_ms=self.at.utc_ms,
                verifier=verifier,
                author=author.person_id,
            )

    def write(self, scribe: Scribe, line: Line) -> None:
        """Write a site event; the name of who did it is in the record then too."""
        author = line.author
        has_no_pin = author.role is Role.PROGRAM or author.person_id.startswith(BREAK_GLASS)
        if has_no_pin and not self._knows(author):
            self.keep_person(author)
        session = self.connection.execute(
            "SELECT session FROM session WHERE session_id = ?", (line.said.get("session_id"),)
        ).fetchone()
        scribe.insert(
            "site_event",
            boot=self.boot,
            utc_ms=line.at.utc_ms,
            mono_ns=line.at.mono_ns,
            kind=line.kind,
            author=author.person_id,
            session=session[0] if session else None,
            body=json.dumps(
                dict(line.said), ensure_ascii=False, separators=(",", ":"), allow_nan=False
            ),
        )

    def _knows(self, person: Person) -> bool:
        known = self.connection.execute(
            "SELECT 1 FROM person WHERE person_id = ?", (person.person_id,)
        ).fetchone()
        return known is not None


def count_guesses(connection: Connection, seen: int, lockout: Lockout) -> tuple[int, Lockout]:
    """The wrong PINs up to the newest row; rows up to `seen` are counted already."""
    rows = connection.execute(
        "SELECT number, boot, utc_ms, mono_ns, kind, author, body FROM site_event"
        " WHERE number > ? AND kind IN ('signed_in', 'sign_in_refused', 'pin_changed')"
        " ORDER BY number",
        (seen,),
    )
    for number, boot, utc_ms, mono_ns, kind, author, body in rows:
        seen = number
        when = Stamp(boot=boot, at=Instant.from_stored(mono_ns, utc_ms))
        lockout = _count(lockout, kind, author, json.loads(body), when)
    return seen, lockout


def count_lines(lines: Iterable[Line], boot: int, lockout: Lockout) -> Lockout:
    """The same with lines that are not rows yet."""
    for line in lines:
        when = Stamp(boot=boot, at=line.at)
        lockout = _count(lockout, line.kind, line.author.person_id, line.said, when)
    return lockout


def _count(
    lockout: Lockout, kind: str, author: str, said: Mapping[str, object], when: Stamp
) -> Lockout:
    if kind == "signed_in":
        return lockout.after_right(author)
    if kind == "pin_changed":
        return lockout.after_right(str(said["person"]))
    if kind == "sign_in_refused" and said["reason"] in COUNTED:
        return lockout.after_wrong(str(said["person"]), when)
    return lockout
