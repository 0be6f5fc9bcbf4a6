"""The people of this computer: who there is, somebody new, roles, access and PINs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtWidgets import QStackedWidget

from kmonitor.access import Right
from kmonitor.errors import WorldError
from kmonitor.people import Person
from kmonitor.people import Role as Job
from kmonitor.ports import HouseState
from ui.people.person_form import PersonForm
from ui.settings.desk import SettingsDesk
from ui.settings.people_pages import JOBS, FormPage, OnePerson, PeopleList
from ui.settings.section import Section
from ui.theme import Theme

T = TypeVar("T")


class PeopleSection(Section):
    """A list; one person's role and access; a form for somebody new or a new PIN."""

    def __init__(self, theme: Theme, desk: SettingsDesk) -> None:
        super().__init__(theme)
        self._desk = desk
        self.people: Sequence[Person] = ()
        self.list = PeopleList(theme)
        self.one = OnePerson(theme)
        self.form: FormPage | None = None
        self._pages = QStackedWidget()
        self._pages.addWidget(self.list)
        self._pages.addWidget(self.one)
        self.column.addWidget(self._pages, 1)
        self.list.chosen.connect(self._open)
        self.list.add.clicked.connect(self._ask_add)
        self.list.own.clicked.connect(self._ask_own)
        self.one.done.clicked.connect(self._turn_to_list)
        self.one.changed.connect(self._change)
        self.one.pin.clicked.connect(self._ask_pin)
        desk.gate.person_changed.connect(self._show_keys)
        self._show_keys()

    def show_now(self) -> None:
        """Read who there is."""
        self._show_keys()
        if self._desk.house.state is HouseState.READY:
            accounts = self._desk.house.accounts
            self._desk.errands.run(
                lambda: accounts.people(with_inactive=True), self._show, self._failed
            )

    def leave(self) -> None:
        """What was typed goes."""
        self._turn_to_list()

    def _show(self, people: Sequence[Person]) -> None:
        self.people = people
        self.list.show_people(people)
        self._show_keys()
        shown = self.one.person
        for person in people:
            if shown is not None and person.person_id == shown.person_id:
                self.one.show_person(person)

    def _show_keys(self) -> None:
        is_ready = self._desk.house.state is HouseState.READY
        self.list.add.setEnabled(is_ready)
        self.list.own.setVisible(self._own() is not None)

    def _own(self) -> Person | None:
        here = self._desk.gate.person()
        return next((each for each in self.people if each.person_id == here.person_id), None)

    def _open(self, person: Person) -> None:
        def begin() -> None:
            self.one.show_person(person)
            self._pages.setCurrentWidget(self.one)
            self.one.take_focus()

        self._desk.ask(Right.MANAGE_PEOPLE, begin)

    def _change(self, role: Job, is_active: bool) -> None:
        person = self.one.person
        if person is None:
            return
        self.one.show_person(person)
        self._do(
            Right.MANAGE_PEOPLE,
            lambda by: self._desk.house.accounts.change(
                by, person.person_id, role=role, is_active=is_active
            ),
            f"{person.name}: {role}, {'may sign in' if is_active else 'no access any more'}.",
        )

    def _ask_add(self) -> None:
        def keep(form: PersonForm) -> None:
            pin, again = form.take()
            again[:] = bytes(len(again))
            name, job = form.name, form.job
            if job is not None:
                self._do(
                    Right.MANAGE_PEOPLE,
                    lambda by: self._desk.house.accounts.add(by, name=name, role=job, pin=pin),
                    f"{name} has been added.",
                )

        self._desk.ask(
            Right.MANAGE_PEOPLE,
            lambda: self._turn_to_form("Somebody new", PersonForm(self.theme, JOBS), keep),
        )

    def _ask_pin(self) -> None:
        if self.one.person is not None:
            self._open_pin(self.one.person, Right.MANAGE_PEOPLE)

    def _ask_own(self) -> None:
        own = self._own()
        if own is not None:
            self._open_pin(own, Right.CHANGE_OWN_PIN)

    def _open_pin(self, person: Person, right: Right) -> None:
        def keep(form: PersonForm) -> None:
            pin, again = form.take()
            again[:] = bytes(len(again))
            self._do(
                right,
                lambda by: self._desk.house.accounts.change_pin(by, person.person_id, pin),
                f"{person.name} has a new PIN.",
            )

        def begin() -> None:
            form = PersonForm(self.theme, [person.role], name=person.name)
            self._turn_to_form(f"New PIN of {person.name}", form, keep)

        self._desk.ask(right, begin)

    def _do(self, right: Right, work: Callable[[Person], T], words: str) -> None:
        def done(_result: T) -> None:
            self._desk.said.emit(words)
            self._turn_to_list()
            self.show_now()

        self._desk.work(right, work, done, self._failed)

    def _failed(self, error: WorldError) -> None:
        self._desk.said.emit(str(error))
        if self.form is not None:
            self.form.form.take_focus()

    def _turn_to_form(
        self, title: str, form: PersonForm, keep: Callable[[PersonForm], None]
    ) -> None:
        self._drop_form()
        self.form = FormPage(self.theme, title, form)
        self.form.leave.clicked.connect(self._turn_to_list)
        self.form.kept.connect(lambda: keep(form))
        self._pages.addWidget(self.form)
        self._pages.setCurrentWidget(self.form)
        form.take_focus()

    def _turn_to_list(self) -> None:
        self._pages.setCurrentWidget(self.list)
        self._drop_form()
        self.one.person = None

    def _drop_form(self) -> None:
        old, self.form = self.form, None
        if old is not None:
            old.form.wipe()
            self._pages.removeWidget(old)
            old.hide()
            old.deleteLater()
