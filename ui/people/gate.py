"""The gate that every act goes through: who acts, and whether they may."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from kmonitor.access import Right
from kmonitor.people import LOCKED, Person


class Gate(QObject):
    """`person_changed` when somebody came, left, or the screen locked itself.

    `refused` gives one sentence: why a key did nothing. No value and no alarm depends on it.
    """

    person_changed = Signal()
    refused = Signal(str)

    def person(self) -> Person:
        """Who is signed in; `LOCKED` where nobody is."""
        raise NotImplementedError

    @property
    def is_locked(self) -> bool:
        """Whether nobody is signed in: a padlock and LOCKED in the strip."""
        return self.person().person_id == LOCKED.person_id

    @property
    def has_people(self) -> bool:
        """Whether there is anything to sign in or out: the chip in the strip can be touched."""
        return True

    def ask(self, right: Right, then: Callable[[], None]) -> None:
        """Do `then` at once if `right` is given, else after sign-in, else say why not."""
        raise NotImplementedError

    def give_up(self, then: Callable[[], None]) -> None:
        """Whoever asked for `then` is gone: it is not done, and nobody is asked for it."""

    def switch(self) -> None:
        """Somebody touched the chip: another person, sign out, or sign in."""

    def sign_out(self, cause: str) -> None:
        """Nobody is signed in from now on; what runs goes on."""


class OpenGate(Gate):
    """One person for all acts and nothing to sign in: the demonstration, and tests."""

    def __init__(self, person: Person, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._person = person

    def person(self) -> Person:
        """Always the same."""
        return self._person

    @property
    def has_people(self) -> bool:
        """Nobody else can come."""
        return False

    def ask(self, right: Right, then: Callable[[], None]) -> None:
        """At once."""
        then()
