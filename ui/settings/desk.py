"""What the keys of the settings page do: ask who may, do it elsewhere, note it, say it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from kmonitor import settings as stored
from kmonitor.access import Right
from kmonitor.errors import WorldError
from kmonitor.people import Person
from kmonitor.ports import BackupResult, HouseState
from kmonitor.record_house import RecordHouse
from kmonitor.settings import Settings
from ui.errands import Errands
from ui.people.gate import Gate

T = TypeVar("T")
NO_RECORD = "The record cannot be reached now, so this cannot be noted and is not done."


class SettingsDesk(QObject):
    """`changed` carries the settings as they are now saved; `said` one sentence for the page."""

    changed = Signal(object)
    said = Signal(str)
    record_changed = Signal()

    def __init__(
        self,
        *,
        house: RecordHouse,
        gate: Gate,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.house = house
        self.gate = gate
        self.settings = settings
        self.errands = Errands(self)
        self._waiting: Callable[[], None] | None = None

    def ask(self, right: Right, then: Callable[[], None]) -> None:
        """Do `then` for whoever may, at once or after the sign-in."""

        def begin() -> None:
            self._waiting = None
            then()

        self._waiting = begin
        self.gate.ask(right, begin)

    def give_up(self) -> None:
        """The page was left: what waits for a sign-in is not done."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.gate.give_up(waiting)

    def change(self, words: str, **fields: object) -> None:
        """Set `fields`, save and note them; `words` tell afterwards what holds now."""
        new = replace(self.settings, **fields)  # type: ignore[arg-type]  # names of Settings
        if new == self.settings:
            return

        def save(by: Person) -> Settings:
            where = self.settings.site_folder
            stored.change(new, by=by, accounts=self.house.accounts, in_folder=where)
            return new

        def saved(now: Settings) -> None:
            self.settings = now
            self.changed.emit(now)
            self.said.emit(words)

        self.work(Right.CHANGE_SETTINGS, save, saved)

    def back_up(self, folder: Path, then: Callable[[BackupResult | None], None]) -> None:
        """Make a backup now; `then` gets how it went, None where it was not begun."""

        def failed(error: WorldError) -> None:
            self.said.emit(str(error))
            then(None)

        self.work(Right.BACK_UP, lambda _by: self.house.back_up(folder), then, failed)

    def protect(self, passphrase: str | None, then: Callable[[str], None]) -> None:
        """Encrypt, or change the passphrase; `then` gets the recovery code."""

        self._change_key(lambda by: self.house.protect(passphrase, by=by), then)

    def renew_code(self, then: Callable[[str], None]) -> None:
        """Another recovery code; the old one opens nothing any more."""
        self._change_key(lambda by: self.house.new_recovery_code(by=by), then)

    def _change_key(self, change: Callable[[Person], str], then: Callable[[str], None]) -> None:
        def done(code: str) -> None:
            then(code)
            self.record_changed.emit()

        self.work(Right.CHANGE_KEY, change, done)

    def work(
        self,
        right: Right,
        work: Callable[[Person], T],
        then: Callable[[T], None],
        failed: Callable[[WorldError], None] | None = None,
    ) -> None:
        """Do `work` for whoever may, on another thread; at once, or after the sign-in."""

        def begin() -> None:
            if self.house.state is not HouseState.READY:
                self.said.emit(NO_RECORD)
                return
            self.said.emit("")
            self.errands.run(partial(work, self.gate.person()), then, failed or self._failed)

        self.ask(right, begin)

    def _failed(self, error: WorldError) -> None:
        self.said.emit(str(error))
