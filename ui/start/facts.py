"""What the start page is told of the record, gathered away from the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kmonitor.errors import WorldError
from kmonitor.ports import BackupResult, HouseState, Protection
from kmonitor.record_house import RecordHouse
from kmonitor.resuming import ResumePoint
from kmonitor.session_state import SessionPhase
from kmonitor.store.reader import StoredSession
from ui.local_time import zone_of

_MOST_A_DAY = 200


class Stands(Protocol):
    """How a session that has no end stood at its last row; raises WorldError."""

    def __call__(self, session_id: str) -> ResumePoint:
        """Any thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """The session that has no end: as it was when its last row was written.

    `phase` is None where that cannot be told: it can be closed but not resumed.
    """

    stored: StoredSession
    phase: SessionPhase | None
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """The record as it stands; everything but its state is empty while it is locked."""

    state: HouseState
    protection: Protection
    notes: tuple[str, ...] = ()
    unfinished: Unfinished | None = None
    today: tuple[StoredSession, ...] = ()
    backup: BackupResult | None = None
    trouble: str = ""


def gather(
    house: RecordHouse,
    stands: Stands,
    now: Callable[[], datetime],
    zone: str,
    known: Unfinished | None = None,
) -> RecordFacts:
    """Ask the house; takes up to seconds where a session must be replayed, any thread.

    What is `known` of an unfinished session is not asked again while it has no new rows.
    """
    state, protection, notes = house.state, house.protection, tuple(house.notes)
    nothing = RecordFacts(state=state, protection=protection, notes=notes)
    if state in (HouseState.LOCKED, HouseState.UNUSABLE):
        return nothing
    try:
        unfinished = house.unfinished() if state is HouseState.READY else None
        return RecordFacts(
            state=state,
            protection=protection,
            notes=notes,
            unfinished=None if unfinished is None else _unfinished(unfinished, stands, known),
            today=_today(house, now(), zone),
            backup=house.last_backup(),
        )
    except WorldError as error:
        return RecordFacts(state=state, protection=protection, notes=notes, trouble=str(error))


def _today(house: RecordHouse, now: datetime, zone: str) -> tuple[StoredSession, ...]:
    where = zone_of(zone)
    today = now.astimezone(where).date()
    newest = house.reader().sessions(limit=_MOST_A_DAY)
    return tuple(each for each in newest if each.started.astimezone(where).date() == today)


def _unfinished(stored: StoredSession, stands: Stands, known: Unfinished | None) -> Unfinished:
    if known is not None and known.phase is not None and known.stored == stored:
        return known
    try:
        point = stands(stored.session_id)
    except WorldError:
        return Unfinished(stored=stored, phase=None, last=stored.started)
    return Unfinished(stored=stored, phase=point.session.phase, last=point.last.at_utc)
