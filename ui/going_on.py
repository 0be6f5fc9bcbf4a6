"""After a death the parent hands over what this program forgot: the session, and the key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import SignalInstance

from kmonitor.errors import WorldError
from kmonitor.people import PROGRAM
from kmonitor.ports import Keeper
from ui.shell import Shell
from ui.sitting import Sitting, Sittings

SESSION, KEYS, CAUSE = "session", "keys", "cause"


class HasKeys(Protocol):
    """What of the record's house is handed over."""

    def keys_text(self) -> str | None:
        """The keys, once it is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneOn:
    """What became of the session that ran; both empty where none did."""

    sitting: Sitting | None = None
    trouble: str = ""

    def show_on(self, shell: Shell) -> None:
        """Put it on the screen, or say in one sentence what prevented it."""
        if self.sitting is not None:
            shell.show_sitting(self.sitting)
        elif self.trouble:
            shell.say(self.trouble)


def go_on(sittings: Sittings, keeper: Keeper) -> GoneOn:
    """Resume the session that ran, without a question and before there is a window."""
    session_id = keeper.handed_over.get(SESSION)
    if session_id is None:
        return GoneOn()
    cause = f"kmonitor was lost: {keeper.handed_over.get(CAUSE, 'nobody knows why')}."
    try:
        return GoneOn(sitting=sittings.resume(session_id, cause=cause, author=PROGRAM))
    except WorldError as error:
        return GoneOn(trouble=str(error))


class KeyHandOver:
    """Tells the parent the key of the record, so that a restart needs nobody to type."""

    def __init__(self, house: HasKeys, keeper: Keeper) -> None:
        self._house = house
        self._keeper = keeper
        self._told: str | None = None

    def look(self) -> None:
        """With each frame."""
        keys = self._house.keys_text()
        if keys != self._told:
            self._told = keys
            self._keeper.remember(keys=keys)


def hand_keys_over(framed: SignalInstance, house: HasKeys, keeper: Keeper) -> None:
    """Look with each frame, for as long as there are frames."""
    handing = KeyHandOver(house, keeper)
    framed.connect(lambda: handing.look())  # noqa: PLW0108  # Qt would hold its method only weakly
