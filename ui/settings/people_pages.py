"""What the people's section turns to: the list, one person, and a form with its keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kmonitor.access import RIGHTS
from kmonitor.people import Person
from ui.controls.choice_row import ChoiceRow
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.people.person_form import PersonForm
from ui.settings.words import roles_words
from ui.theme import Role, Theme

JOBS = tuple(RIGHTS)
_ACCESS = (True, False)
_COLUMNS = 2


class PeopleList(QWidget):
    """A key for each person, with role and whether they may sign in."""

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._keys: list[Key] = []
        self.add = Key(theme, "Add somebody", name="add_person", strong=True)
        self.own = Key(theme, "Change my PIN", name="own_pin")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.sizes.gap_px)
        keys = QHBoxLayout()
        keys.setSpacing(theme.sizes.gap_px)
        keys.addWidget(self.add, 1)
        keys.addWidget(self.own, 1)
        column.addLayout(keys)
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.sizes.gap_px)
        column.addLayout(self._grid)
        column.addStretch(1)

    def set_theme(self, theme: Theme) -> None:
        """For the keys that are made from now on."""
        self._theme = theme

    def show_people(self, people: Sequence[Person]) -> None:
        """Everybody, those without access last."""
        for key in self._keys:
            self._grid.removeWidget(key)
            key.hide()
            key.deleteLater()
        self._keys = []
        for place, person in enumerate(sorted(people, key=lambda each: not each.is_active)):
            key = Key(self._theme, "", name=f"edit_{person.person_id}")
            key.say(person.name, person.role if person.is_active else f"{person.role} · no access")
            key.clicked.connect(lambda _=False, person=person: self.chosen.emit(person))
            self._grid.addWidget(key, *divmod(place, _COLUMNS))
            self._keys.append(key)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)


class OnePerson(QWidget):
    """`changed` gives role and access as they were asked for."""

    changed = Signal(object, bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.person: Person | None = None
        self._name = Words(theme, size="huge")
        self._roles = ChoiceRow(theme, [job.capitalize() for job in JOBS], name="person_role")
        self._access = ChoiceRow(theme, ("May sign in", "No access"), name="person_access")
        self.pin = Key(theme, "New PIN", name="person_pin")
        self.done = Key(theme, "All people", name="people_all")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.sizes.pad_px)
        column.addWidget(self._name)
        for title, widget in (("Role", self._roles), ("Access", self._access)):
            column.addWidget(Words(theme, title, size="small", role=Role.TEXT_QUIET))
            column.addWidget(widget)
        column.addWidget(Words(theme, roles_words(), role=Role.TEXT_QUIET))
        column.addSpacing(theme.sizes.pad_px)
        keys = QHBoxLayout()
        keys.setSpacing(theme.sizes.gap_px)
        keys.addWidget(self.done, 1)
        keys.addWidget(self.pin, 1)
        column.addLayout(keys)
        column.addStretch(1)
        self._roles.chosen.connect(lambda _place: self._ask())
        self._access.chosen.connect(lambda _place: self._ask())

    def show_person(self, person: Person) -> None:
        """As the record knows them."""
        self.person = person
        self._name.say(person.name)
        self._roles.choose(JOBS.index(person.role))
        self._access.choose(_ACCESS.index(person.is_active))

    def take_focus(self) -> None:
        """On the way back; nothing is changed in passing."""
        self.done.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask(self) -> None:
        role, access = self._roles.place, self._access.place
        if role is not None and access is not None:
            self.changed.emit(JOBS[role], _ACCESS[access])


class FormPage(QWidget):
    """A person's form with its keys; `kept` when nothing lacks and Keep was pressed."""

    kept = Signal()

    def __init__(self, theme: Theme, title: str, form: PersonForm) -> None:
        super().__init__()
        self.form = form
        self._says = Words(theme)
        self._says.setObjectName("form_says")
        self.leave = Key(theme, "Not now", name="form_not")
        self.keep = Key(theme, "Keep", name="form_keep", strong=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.sizes.pad_px)
        column.addWidget(Words(theme, title, size="large"))
        if form.has_roles:
            column.addWidget(Words(theme, roles_words(), role=Role.TEXT_QUIET))
        column.addWidget(form)
        column.addWidget(self._says)
        keys = QHBoxLayout()
        keys.setSpacing(theme.sizes.gap_px)
        keys.addWidget(self.leave, 1)
        keys.addWidget(self.keep, 2)
        column.addLayout(keys)
        column.addStretch(1)
        form.changed.connect(self._show)
        form.submitted.connect(self.keep.click)
        self.keep.clicked.connect(self.kept)
        self._show()

    def _show(self) -> None:
        self._says.say(self.form.problem)
        self.keep.setEnabled(not self.form.problem)
