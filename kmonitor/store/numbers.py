"""What stands in the rows for a session, its links, its patient and the people who act."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace

from kmonitor.alarms.limits import LimitSet
from kmonitor.clock import Instant
from kmonitor.errors import StoreError
from kmonitor.events import SessionOpened
from kmonitor.people import DEMONSTRATION_NURSE, LOCKED, PROGRAM, WATCHER, Patient
from kmonitor.store.codec import to_text
from kmonitor.store.scribe import Scribe

_PEOPLE = {person.person_id: person for person in (DEMONSTRATION_NURSE, WATCHER, PROGRAM, LOCKED)}
# A number is never given twice, also when what had it was removed.
_NEXT_SESSION = (
    "SELECT 1 + max((SELECT coalesce(max(session), 0) FROM session),"
    " (SELECT coalesce(max(session), 0) FROM removal))"
)
_NEXT_PATIENT = (
    "SELECT 1 + max((SELECT coalesce(max(patient), 0) FROM patient),"
    " (SELECT coalesce(max(patient), 0) FROM removal))"
)
_LAST_WAVE = (
    "SELECT max((SELECT coalesce(max(block), 0) FROM wave_live WHERE session = ?1),"
    " (SELECT coalesce(max(last_wave), 0) FROM seal WHERE session = ?1))"
)


@dataclass(slots=True)
class Numbers:
    """The numbers in use; a copy goes back when a transaction does."""

    opened: int | None = None
    blocks: int = 0
    sources: dict[str, int] = field(default_factory=dict)
    people: frozenset[str] = frozenset()

    def copy(self) -> Numbers:
        """The same, to be kept."""
        return replace(self, sources=dict(self.sources))

    @property
    def session(self) -> int:
        """The session that is being written."""
        if self.opened is None:
            raise ValueError("it came before its session was opened")
        return self.opened

    def next_block(self) -> int:
        """The place of one more stored second of waves."""
        self.blocks += 1
        return self.blocks

    def source(self, scribe: Scribe, link: str) -> int:
        """The number of a link in this session."""
        number = self.sources.get(link)
        if number is None:
            number = scribe.insert("source", session=self.session, link=link)
            self.sources[link] = number
        return number

    def go_on(self, connection: sqlite3.Connection, session_id: str) -> None:
        """Take up the numbers of a session that is in the record."""
        found = connection.execute(
            "SELECT session FROM session WHERE session_id = ?", (session_id,)
        ).fetchone()
        if found is None:
            raise StoreError(f"There is no session {session_id!r} in the record.")
        (self.opened,) = found
        (self.blocks,) = connection.execute(_LAST_WAVE, found).fetchone()
        self.sources = dict(
            connection.execute("SELECT link, source FROM source WHERE session = ?", found)
        )

    def open_session(self, scribe: Scribe, opened: SessionOpened) -> None:
        """Add the session; what follows belongs to it."""
        patient = opened.patient
        height_cm = None if patient is None else patient.height_cm
        self.opened = scribe.insert(
            "session",
            session=_next(scribe, _NEXT_SESSION),
            session_id=opened.session_id,
            opened_utc_ms=opened.at.utc_ms,
            mode=opened.mode.value,
            chair=opened.chair,
            zone=opened.zone,
            limit_set=opened.limit_set,
            protocol=opened.protocol,
            patient=None if patient is None else _patient(scribe, patient),
            weight_kg=None if patient is None else str(patient.weight_kg),
            height_cm=None if height_cm is None else str(height_cm),
            plan=None if opened.plan is None else to_text(opened.plan),
            limits=None if opened.limits is None else _limits(scribe, opened.limits),
        )
        self.sources, self.blocks = {}, 0

    def know(self, scribe: Scribe, author: str | None, at: Instant) -> None:
        """Keep once who an author is, where the program knows it."""
        person = _PEOPLE.get(author or "")
        if person is None or person.person_id in self.people:
            return
        who = (person.person_id, person.name, person.role.value)
        if not scribe.connection.execute(
            "SELECT 1 FROM person WHERE (person_id, name, role) = (?, ?, ?)", who
        ).fetchone():
            scribe.insert(
                "person",
                person_id=who[0],
                name=who[1],
                role=who[2],
                since_utc_ms=at.utc_ms,
                is_active=1,
            )
        self.people |= {person.person_id}


def _patient(scribe: Scribe, patient: Patient) -> int:
    who = (patient.label, patient.identifier, patient.sex)
    known = scribe.connection.execute(
        "SELECT patient FROM patient WHERE label = ? AND identifier = ? AND sex IS ?", who
    ).fetchone()
    if known:
        number: int = known[0]
        return number
    number = _next(scribe, _NEXT_PATIENT)
    return scribe.insert("patient", patient=number, label=who[0], identifier=who[1], sex=who[2])


def _limits(scribe: Scribe, limits: LimitSet) -> int:
    body = to_text(limits)
    known = scribe.connection.execute(
        "SELECT limit_set FROM limit_set WHERE sha256 = ? AND body = ?", (limits.sha256, body)
    ).fetchone()
    if known:
        number: int = known[0]
        return number
    return scribe.insert(
        "limit_set",
        name=limits.name,
        version=limits.version,
        author=limits.author,
        sha256=limits.sha256,
        body=body,
    )


def _next(scribe: Scribe, query: str) -> int:
    number: int = scribe.connection.execute(query).fetchone()[0]
    return number
