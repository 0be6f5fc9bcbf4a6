"""What stands in the rows for a session, its links, its patient and the people who act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kmonitor.clock import Instant
from kmonitor.events import SessionOpened
from kmonitor.people import DEMONSTRATION_NURSE, WATCHER, Patient
from kmonitor.store.codec import to_text
from kmonitor.store.connection import Connection

_PEOPLE = {person.person_id: person for person in (DEMONSTRATION_NURSE, WATCHER)}


def insertion(table: str, columns: Sequence[str]) -> str:
    """The statement that adds a row."""
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  # our names


@dataclass(slots=True)
class Numbers:
    """The numbers in use; a copy goes back when a transaction does."""

    connection: Connection
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

    def source(self, link: str) -> int:
        """The number of a link in this session."""
        number = self.sources.get(link)
        if number is None:
            number = self._add("source", session=self.session, link=link)
            self.sources[link] = number
        return number

    def open_session(self, opened: SessionOpened) -> None:
        """Add the session; what follows belongs to it."""
        patient = opened.patient
        height_cm = None if patient is None else patient.height_cm
        self.opened = self._add(
            "session",
            session_id=opened.session_id,
            opened_utc_ms=opened.at.utc_ms,
            mode=opened.mode,
            chair=opened.chair,
            zone=opened.zone,
            limit_set=opened.limit_set,
            protocol=opened.protocol,
            patient=None if patient is None else self._patient(patient),
            weight_kg=None if patient is None else str(patient.weight_kg),
            height_cm=None if height_cm is None else str(height_cm),
            plan=None if opened.plan is None else to_text(opened.plan),
        )
        self.sources, self.blocks = {}, 0

    def _patient(self, patient: Patient) -> int:
        who = (patient.label, patient.identifier, patient.sex)
        known = self.connection.execute(
            "SELECT patient FROM patient WHERE label = ? AND identifier = ? AND sex IS ?", who
        ).fetchone()
        if known:
            number: int = known[0]
            return number
        return self._add("patient", label=who[0], identifier=who[1], sex=who[2])

    def know(self, author: str | None, at: Instant) -> None:
        """Keep once who an author is, where the program knows it."""
        person = _PEOPLE.get(author or "")
        if person is None or person.person_id in self.people:
            return
        who = (person.person_id, person.name, person.role)
        if not self.connection.execute(
            "SELECT 1 FROM person WHERE (person_id, name, role) = (?, ?, ?)", who
        ).fetchone():
            self._add("person", person_id=who[0], name=who[1], role=who[2], since_utc_ms=at.utc_ms)
        self.people |= {person.person_id}

    def _add(self, table: str, **columns: object) -> int:
        statement = f"{insertion(table, tuple(columns))} RETURNING rowid"
        (number,) = self.connection.execute(statement, tuple(columns.values())).fetchone()
        return int(number)
