"""The gate of a real computer: sign-in at the key that needs it, fast switch, automatic lock."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from kmonitor.access import RIGHTS, PermissionRefused, Right, is_lock_due, may, require
from kmonitor.clock import monotonic_s
from kmonitor.errors import WorldError
from kmonitor.people import LOCKED, Person, Role
from kmonitor.ports import Accounts, SignInRefused
from ui.errands import Errands
from ui.people.gate import Gate
from ui.people.held import HeldPins
from ui.people.idle_watch import IdleWatch
from ui.people.panel import Place, SignInPanel
from ui.people.words import NO_RECORD, purpose_words, refusal_words
from ui.theme import Theme

log = logging.getLogger(__name__)

_TICK_MS = 250
# A panel that nobody touches goes, and with it what was asked for: nobody else's sign-in does it.
_PANEL_WAITS_S = 60.0


class SignInGate(Gate):
    """`first_person_asked`: nobody has been added yet, and somebody wants to.

    `accounts` gives None while the record cannot be reached; then emergency access alone is
    possible, and is written down by `record_came`.
    """

    first_person_asked = Signal()

    def __init__(
        self,
        *,
        accounts: Callable[[], Accounts | None],
        theme: Callable[[], Theme],
        where: Callable[[], Place],
        lock_after_min: float,
        is_asking: bool = True,
        person: Person | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._accounts = accounts
        self._theme = theme
        self._where = where
        self._lock_after_s = lock_after_min * 60
        self._is_asking = is_asking
        self._person = person
        self._last_id = "" if person is None else person.person_id
        self._asked: tuple[Right, Callable[[], None]] | None = None
        self._held = HeldPins()
        self._unwritten: tuple[str, str] | None = None
        self._errands = Errands(self)
        self._idle = IdleWatch(self)
        self.panel: SignInPanel | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)
        if person is not None:
            self._begin_watch()

    def person(self) -> Person:
        """Who is signed in."""
        return self._person or LOCKED

    @property
    def is_locked(self) -> bool:
        """Whether nobody is signed in."""
        return self._person is None

    def set_lock_after(self, minutes: float) -> None:
        """From now on; 0 is never."""
        self._lock_after_s = minutes * 60

    def set_asking(self, *, is_asking: bool) -> None:
        """Without asking, what a nurse may do needs nobody, and is noted as done by "locked"."""
        self._is_asking = is_asking

    def admit(self, person: Person) -> None:
        """Somebody whose PIN was just checked elsewhere is signed in."""
        self._become(person)

    def ask(self, right: Right, then: Callable[[], None]) -> None:
        """At once where that is allowed, after the sign-in, or a sentence."""
        is_free = not self._is_asking and right in RIGHTS[Role.NURSE]
        if may(self._person, right) or (is_free and self._person is None):
            then()
        elif self._person is None:
            self._asked = (right, then)
            self._open(purpose_words(right))
        else:
            self._refuse(right)

    def give_up(self, then: Callable[[], None]) -> None:
        """What was asked for is not wanted any more; the panel goes."""
        if self._asked is not None and self._asked[1] == then:
            self._close_panel()

    def switch(self) -> None:
        """Somebody else, out, or in."""
        self._asked = None
        self._open("")

    def sign_out(self, cause: str) -> None:
        """Nobody from now on."""
        person, self._person = self._person, None
        self._idle_or_panel()
        if person is None:
            return
        self._write_out(person, cause)
        self.person_changed.emit()

    def record_came(self) -> None:
        """The record can be reached: what was done without it is written down."""
        accounts = self._accounts()
        if accounts is None or self._unwritten is None:
            return
        name, reason = self._unwritten
        self._unwritten = None
        is_here = self._person is not None
        then = self._become if is_here else partial(self._write_out, cause="locked meanwhile")
        self._errands.run(partial(accounts.break_glass, name, reason), then, self._say_failed)

    def finish(self) -> None:
        """The program ends: who is signed in is signed out in the record."""
        self._timer.stop()
        self._idle.rest()
        self._close_panel()
        self._errands.finish()
        person, self._person = self._person, None
        accounts = self._accounts()
        if person is None or accounts is None or person.person_id == LOCKED.person_id:
            return
        try:
            accounts.sign_out(person, "the program was closed")
        except WorldError as error:
            log.warning("sign-out not recorded: %s", error)

    def tick(self) -> None:
        """Four times a second while somebody is there: lock, count down, close."""
        now_s = monotonic_s()
        if self._person is not None and is_lock_due(self._idle.last_s, now_s, self._lock_after_s):
            self.sign_out(f"not touched for {self._lock_after_s / 60:g} min")
        if self.panel is None:
            return
        self._count_down(now_s)
        if now_s - self._idle.last_s >= _PANEL_WAITS_S and not self._errands.is_busy:
            self._close_panel()

    def _open(self, purpose: str) -> None:
        accounts = self._accounts()
        if accounts is None:
            self._show_panel([], NO_RECORD, is_reachable=False)
            return
        asked = self._asked

        def show(people: Sequence[Person]) -> None:
            if self._asked == asked:  # else it was given up meanwhile
                self._show_panel(people, purpose)

        self._errands.run(accounts.people, show, self._say_failed)

    def _show_panel(
        self, people: Sequence[Person], purpose: str, *, is_reachable: bool = True
    ) -> None:
        self._close_panel(forget=False)
        panel = self.panel = SignInPanel(self._theme(), self._where)
        panel.closed.connect(self._close_panel)
        panel.choice.out_asked.connect(self._sign_out_asked)
        panel.choice.first_asked.connect(self._first_asked)
        panel.pin.given.connect(self._check)
        panel.choice.chosen.connect(lambda _person: self._count_down(monotonic_s()))
        panel.glass.broken.connect(self._break_glass)
        panel.offer(people, self._person, purpose)
        if not is_reachable:
            panel.choice.head("Sign in", purpose)
            panel.choice.first.hide()
            panel.choice.glass.setFocus()
        self._begin_watch()
        last = [each for each in people if each.person_id == self._last_id or len(people) == 1]
        if self._person is None and last:
            panel.ask_pin(last[0])
            self._count_down(monotonic_s())

    def _check(self) -> None:
        panel, accounts = self.panel, self._accounts()
        if panel is None or panel.pin.person is None or accounts is None:
            return
        person = panel.pin.person
        pin = panel.pin.entry.take()
        panel.pin.hold(is_held=True)
        panel.pin.complain("Checking")
        self._errands.run(
            partial(accounts.sign_in, person.person_id, pin),
            partial(self._checked, person.person_id),
            self._failed,
        )

    def _checked(self, person_id: str, found: Person | SignInRefused) -> None:
        if isinstance(found, Person):
            self._held.let_go(person_id)
            self._become(found)
            return
        self._held.take(person_id, found, monotonic_s())
        panel = self.panel
        if panel is not None and panel.pin.person and panel.pin.person.person_id == person_id:
            panel.pin.hold(is_held=found.wait_s > 0)
            panel.pin.complain(refusal_words(found, found.wait_s))
            panel.pin.take_focus()
            self._count_down(monotonic_s())

    def _count_down(self, now_s: float) -> None:
        """While no PIN of this person is looked at, say for how long."""
        panel = self.panel
        if panel is None or panel.pin.person is None or not panel.pin.isVisible():
            return
        person_id = panel.pin.person.person_id
        held = self._held.left(person_id, now_s)
        if held is None:
            return
        panel.pin.complain(refusal_words(*held))
        if held[1] <= 0:
            self._held.let_go(person_id)
            panel.pin.hold(is_held=False)
            panel.pin.take_focus()
        elif panel.pin.entry.isEnabled():
            panel.pin.hold(is_held=True)

    def _break_glass(self, name: str, reason: str) -> None:
        accounts = self._accounts()
        if accounts is None:
            self._unwritten = (name, reason)
            self._become(Person(person_id=LOCKED.person_id, name=name, role=Role.NURSE))
            return
        if self.panel is not None:
            self.panel.glass.hold(is_held=True)
        self._errands.run(partial(accounts.break_glass, name, reason), self._become, self._failed)

    def _become(self, person: Person) -> None:
        before, self._person = self._person, person
        asked, self._asked = self._asked, None
        self._last_id = person.person_id
        self._close_panel()
        self._begin_watch()
        if before is not None and before.person_id not in (person.person_id, LOCKED.person_id):
            self._write_out(before, "somebody else signed in")
        self.person_changed.emit()
        if asked is None:
            return
        right, then = asked
        if may(person, right):
            then()
        else:
            self._refuse(right)

    def _refuse(self, right: Right) -> None:
        try:
            require(self._person, right)
        except PermissionRefused as refused:
            self.refused.emit(str(refused))

    def _failed(self, error: WorldError) -> None:
        """Said where the PIN or the name was typed."""
        panel = self.panel
        if panel is None:
            self._say_failed(error)
            return
        panel.pin.hold(is_held=False)
        panel.pin.complain(str(error))
        panel.glass.hold(is_held=False)
        panel.glass.complain(str(error))

    def _say_failed(self, error: WorldError) -> None:
        self.refused.emit(str(error))

    def _write_out(self, person: Person, cause: str) -> None:
        accounts = self._accounts()
        if accounts is not None and person.person_id != LOCKED.person_id:
            self._errands.run(
                partial(accounts.sign_out, person, cause), lambda _: None, self._say_failed
            )

    def _sign_out_asked(self) -> None:
        self._close_panel()
        self.sign_out("signed out")

    def _first_asked(self) -> None:
        self._close_panel()
        self.first_person_asked.emit()

    def _close_panel(self, *, forget: bool = True) -> None:
        panel, self.panel = self.panel, None
        if forget:
            self._asked = None
        if panel is not None:
            panel.go()
        self._idle_or_panel()

    def _begin_watch(self) -> None:
        self._idle.begin()
        self._timer.start()

    def _idle_or_panel(self) -> None:
        """Nothing ticks and nothing listens while nobody is there and nothing is asked."""
        if self._person is None and self.panel is None:
            self._timer.stop()
            self._idle.rest()
