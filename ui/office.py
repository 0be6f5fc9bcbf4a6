"""What the window needs of this computer beside the session; the demonstration has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QWidget

from kmonitor.access import Right
from kmonitor.people import Person
from kmonitor.ports import Keeper
from kmonitor.record_house import RecordHouse
from kmonitor.resuming import ResumePoint
from kmonitor.this_computer import ComputerNote
from ui.sitting import Sitting
from ui.theme import Theme


class Unfinished(Protocol):
    """What can be done with a session that has no end; each call raises WorldError."""

    def stands(self, session_id: str) -> ResumePoint:
        """How it stood at its last row; any thread."""

    def resume(self, session_id: str, *, cause: str, author: Person) -> Sitting:
        """Go on with it."""

    def close(self, session_id: str, *, author: Person) -> None:
        """End it with what is known; any thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPage:
    """A page beside set-up and bedside; it has `set_theme`, and `closed` when it was left."""

    make: Callable[[Theme], QWidget]
    right: Right | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """`pages` are named by the words on their keys; `record_came` hears that it was unlocked.

    `computer` may take two seconds and is asked on a thread of its own; `sound` is asked at each
    frame and says how the alarm sound stands.
    """

    house: RecordHouse
    keeper: Keeper
    unfinished: Unfinished
    chair: Callable[[], str]
    backup_folder: Callable[[], Path | None]
    computer: Callable[[], Sequence[ComputerNote]]
    pages: Mapping[str, OtherPage] = field(default_factory=dict)
    record_came: Callable[[], None] = lambda: None
    sound: Callable[[], Sequence[ComputerNote]] = tuple
