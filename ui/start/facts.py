"""What the start page is told of this computer and its record, gathered away from the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kmonitor.ports import BackupResult, HouseState, Protection
from kmonitor.session_state import SessionPhase
from kmonitor.store.reader import StoredSession


class ComputerFact(Protocol):
    """One sentence about this computer; a loud one asks for something to be done."""

    @property
    def words(self) -> str:
        """The sentence."""

    @property
    def is_loud(self) -> bool:
        """Whether somebody must do something."""


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


GatherFacts = Callable[[], RecordFacts]
GatherComputerFacts = Callable[[], Sequence[ComputerFact]]
