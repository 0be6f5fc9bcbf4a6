"""Everything around a session: start page, other pages, the record's key, the backup after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, SignalInstance
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from kmonitor.access import Right
from kmonitor.clock import Clock, monotonic_s
from kmonitor.errors import WorldError
from kmonitor.people import LOCKED, Person
from kmonitor.ports import BackupResult, HouseState, Protection
from kmonitor.this_computer import ComputerNote
from ui.bedside.panels.menu_panel import MenuPanel
from ui.bedside.panels.unlock_panel import UnlockPanel
from ui.bedside.view_models.identity import Around, Touch
from ui.controls.passphrase_row import PassphraseRow
from ui.errands import Errands
from ui.local_time import zone_here
from ui.office import Office
from ui.shell import Shell
from ui.sitting import Sitting
from ui.start.facts import RecordFacts, gather
from ui.start.page import StartPage
from ui.start.reading import SessionReading
from ui.start.view_model import start_view
from ui.theme import Theme

UNLOCK = "Unlock record"
LIMITS = "Alarm limits"
RESUMED = "resumed at the start page"
_LOOKS_EVERY_S = 20.0


class FrontDesk(QObject):
    """Joins shell and office; belongs to the Qt thread, what takes long is an errand."""

    def __init__(self, shell: Shell, office: Office, clock: Clock) -> None:
        super().__init__(shell)
        self.page: StartPage | None = None
        self._shell = shell
        self._office = office
        self._clock = clock
        self._gate = shell.gate
        self._zone = zone_here()
        self._facts: RecordFacts | None = None
        self._computer: Sequence[ComputerNote] | None = None
        self._sound: Sequence[ComputerNote] = ()
        self._looked_s = 0.0
        self._backed_up: set[str] = set()
        self._other: QWidget | None = None
        self._protection: Protection | None = None
        self._errands = Errands(self)
        self._slow_errands = Errands(self)
        shell.ask_to_begin = self._ask_to_run
        shell.opened.connect(self._session_opened)
        shell.left.connect(self.open)
        shell.framed.connect(self._tick)
        self._gate.person_changed.connect(self._show_person)

    def around(self) -> Around:
        """What the strip of the bedside says of this computer; asked ten times a second."""
        state = self._office.house.state
        is_open = self._protection is Protection.NONE and state is HouseState.READY
        return Around(
            person=self._gate.person(),
            is_record_locked=state is HouseState.LOCKED,
            is_record_open=is_open,
            has_people=self._gate.has_people,
            has_menu=True,
        )

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        return not (self._errands.is_busy or self._slow_errands.is_busy)

    def begin(self, sitting: Sitting | None = None, trouble: str = "") -> None:
        """Show the session that goes on after a death, else the start page and what went wrong."""
        if sitting is not None:
            self._shell.show_sitting(sitting)
            return
        self.open()
        if trouble:
            self._shell.say(trouble)

    def open(self) -> None:
        """Show a fresh start page."""
        old, office = self.page, self._office
        self.page = page = StartPage(
            self._shell.theme, chair=office.chair(), pages=tuple(office.pages)
        )
        page.new_asked.connect(lambda: self._ask_to_run(self._set_up))
        page.page_asked.connect(self._show_other)
        page.session_chosen.connect(self._read)
        page.person_asked.connect(self._gate.switch)
        page.passphrase.given.connect(lambda typed: self._unlock(typed, page.passphrase))
        page.unfinished.resume_asked.connect(self._ask_to_resume)
        page.unfinished.close_asked.connect(self._ask_to_close)
        self._show_person()
        self._shell.pages.show_page(page)
        self._shell.pages.remove(old)
        self.refresh()
        self._slow_errands.run(office.computer, self._take_computer, self._say)

    def refresh(self) -> None:
        """Look at the record anew."""
        self._looked_s = monotonic_s()
        house, stands = self._office.house, self._office.unfinished.stands
        known = None if self._facts is None else self._facts.unfinished

        def work() -> RecordFacts:
            return gather(house, stands, lambda: self._clock.now().at_utc, self._zone, known)

        self._errands.run(work, self._take_facts, self._say)

    def finish(self) -> None:
        """The program ends: wait for what is under way."""
        self._errands.finish()
        self._slow_errands.finish()

    def _take_facts(self, facts: RecordFacts) -> None:
        self._facts = facts
        self._protection = facts.protection
        self._show()

    def _take_computer(self, notes: Sequence[ComputerNote]) -> None:
        self._computer = notes
        self._show()

    def _show(self) -> None:
        if self.page is not None and self._facts is not None:
            now = self._clock.now().at_utc
            self._sound = self._office.sound()
            computer = None if self._computer is None else (*self._sound, *self._computer)
            self.page.show_view(start_view(self._facts, computer, now, self._zone))

    def _show_person(self) -> None:
        person = self._gate.person()
        is_there = person.person_id != LOCKED.person_id
        self._office.keeper.remember(person=person.person_id if is_there else None)
        if self.page is not None:
            has_people = self._gate.has_people
            has_people &= self._office.house.state is HouseState.READY
            words = person.name if is_there else "Nobody signed in"
            self.page.show_person(words, is_touchable=has_people)

    def _say(self, error: WorldError) -> None:
        self._shell.say(str(error))

    def _tick(self) -> None:
        real_s = monotonic_s()
        page, visit = self.page, self._shell.visit
        if page is not None:
            page.tick(real_s)
            if page.isVisible() and real_s - self._looked_s >= _LOOKS_EVERY_S:
                self.refresh()
            if self._office.sound() != self._sound:
                self._show()
        if visit is not None and visit.is_over_and_saved:
            self._back_up(visit.sitting.session_id)

    # A session is begun, resumed or closed.

    def _ask_to_run(self, then: Callable[[], None]) -> None:
        """Where the record is closed nobody can sign in, and monitoring must not wait for that."""
        if self._office.house.state in (HouseState.LOCKED, HouseState.UNUSABLE):
            then()
        else:
            self._gate.ask(Right.RUN_SESSION, then)

    def _set_up(self) -> None:
        setup = self._shell.show_setup()
        setup.left.connect(self.open)

    def _ask_to_resume(self, session_id: str) -> None:
        self._gate.ask(
            Right.RUN_SESSION,
            lambda: self._resume(session_id, RESUMED, self._gate.person()),
        )

    def _resume(self, session_id: str, cause: str, author: Person) -> None:
        """Without a mark of this program's version hours are replayed: no silence of a lost one."""
        self._office.keeper.watch("screen", False)
        try:
            sitting = self._office.unfinished.resume(session_id, cause=cause, author=author)
        except WorldError as error:
            if self.page is not None:
                self.page.unfinished.say(str(error))
            self._say(error)
            return
        finally:
            self._office.keeper.watch("screen", True)
        self._shell.show_sitting(sitting)

    def _ask_to_close(self, session_id: str) -> None:
        self._gate.ask(Right.RUN_SESSION, lambda: self._close(session_id))

    def _close(self, session_id: str) -> None:
        author = self._gate.person()
        box = None if self.page is None else self.page.unfinished
        if box is not None:
            box.hold(is_held=True)
            box.say("It is being closed.")
        work = partial(self._office.unfinished.close, session_id, author=author)
        self._errands.run(work, lambda _: self._closed(session_id), self._not_closed)

    def _closed(self, session_id: str) -> None:
        self._shell.say("The session was closed with what is known.")
        if self.page is not None:
            self.page.unfinished.hold(is_held=False)
        self.refresh()
        self._back_up(session_id)

    def _not_closed(self, error: WorldError) -> None:
        if self.page is not None:
            self.page.unfinished.hold(is_held=False)
            self.page.unfinished.say(str(error))

    def _session_opened(self) -> None:
        visit, page = self._shell.visit, self.page
        self.page = None
        self._shell.pages.remove(page)
        if visit is not None:
            visit.page.touched.connect(self._touched)
        self._look_at_protection()

    def _look_at_protection(self) -> None:
        """It stands in files: asked for elsewhere, and only when it may have changed."""
        house = self._office.house
        self._errands.run(lambda: house.protection, self._take_protection, self._say)

    def _take_protection(self, protection: Protection) -> None:
        self._protection = protection

    # The other pages.

    def _touched(self, touch: Touch) -> None:
        match touch:
            case Touch.PERSON:
                self._gate.switch()
            case Touch.UNLOCK:
                self._open_unlock()
            case Touch.MENU:
                self._open_menu()
            case _:
                pass  # of the session itself

    def _open_menu(self) -> None:
        visit = self._shell.visit
        if visit is None:
            return
        titles = [LIMITS, *self._office.pages]
        if self._office.house.state is HouseState.LOCKED:
            titles.insert(0, UNLOCK)
        panel = MenuPanel(self._shell.theme, titles)
        panel.chosen.connect(self._menu_chosen)
        visit.desk.open_aside(panel)

    def _menu_chosen(self, title: str) -> None:
        if title == UNLOCK:
            self._open_unlock()
            return
        self._close_panel()
        if title == LIMITS:
            self._shell.show_limits()
        else:
            self._show_other(title)

    def _close_panel(self) -> None:
        if self._shell.visit is not None:
            self._shell.visit.desk.host.close()

    def _show_other(self, title: str) -> None:
        wanted = self._office.pages[title]
        if wanted.right is None:
            self._make_other(wanted.make)
        else:
            self._gate.ask(wanted.right, lambda: self._make_other(wanted.make))

    def _read(self, session_id: str) -> None:
        found = () if self._facts is None else self._facts.today
        stored = next((each for each in found if each.session_id == session_id), None)
        if stored is not None:
            make = partial(SessionReading, stored=stored)
            self._gate.ask(Right.REVIEW, lambda: self._make_other(make))

    def _make_other(self, make: Callable[[Theme], QWidget]) -> None:
        old = self._other
        self._other = page = make(self._shell.theme)
        closed = getattr(page, "closed", None)
        if closed is not None:
            closed.connect(self._leave_other)
        self._shell.pages.show_page(page)
        self._shell.pages.remove(old)
        take_focus = getattr(page, "take_focus", page.setFocus)
        take_focus()

    def show_until(self, page: QWidget, *ends: SignalInstance) -> None:
        """A page that is left by any of these signals."""
        for end in ends:
            end.connect(self._leave_other)
        self._make_other(lambda _theme: page)

    def _leave_other(self) -> None:
        page, self._other = self._other, None
        if self._shell.visit is not None:
            self._shell.pages.go_home()
            self._look_at_protection()
        else:
            self.open()
        self._shell.pages.remove(page)

    # The record's key and its copies.

    def _open_unlock(self) -> None:
        visit = self._shell.visit
        if visit is None:
            return
        panel = UnlockPanel(self._shell.theme)
        panel.given.connect(lambda typed: self._unlock(typed, panel.passphrase))
        visit.desk.open_aside(panel)

    def _unlock(self, typed: str, row: PassphraseRow) -> None:
        self._errands.run(
            partial(self._office.house.unlock, typed),
            lambda _: self._unlocked(row),
            lambda error: self._not_unlocked(row, error),
        )

    def _not_unlocked(self, row: PassphraseRow, error: WorldError) -> None:
        if isValid(row):
            row.refuse(str(error))
        else:
            self._say(error)  # whoever typed has left the panel meanwhile

    def _unlocked(self, row: PassphraseRow) -> None:
        if isValid(row):
            row.hold(is_held=False)
            row.say("")
        self._office.record_came()
        self._show_person()
        if self._shell.visit is not None:
            self._close_panel()
            self._shell.say("The record is open; what waited is being written.")
        else:
            self.refresh()

    def _back_up(self, session_id: str) -> None:
        folder = self._office.backup_folder()
        if session_id in self._backed_up or folder is None:
            return
        self._backed_up.add(session_id)
        work = partial(self._office.house.back_up, folder)
        self._slow_errands.run(work, self._backup_made, self._say)

    def _backup_made(self, result: BackupResult) -> None:
        self._shell.say(f"Backup: {result.words}")
        if self.page is not None:
            self.refresh()
