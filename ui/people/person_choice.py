"""Who is there: one large key for each person."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from kmonitor.people import Person
from ui.controls.key import Key
from ui.controls.scrolled import Scrolled
from ui.people.sheet_page import SheetPage
from ui.people.words import NO_PEOPLE
from ui.theme import Theme

_COLUMNS = 2


class PersonChoice(SheetPage):
    """`chosen` gives the person; the other signals are the other ways."""

    chosen = Signal(object)
    glass_asked = Signal()
    out_asked = Signal()
    first_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._theme = theme
        self._keys: list[Key] = []
        self._area = Scrolled(theme, QWidget())
        self.body.addWidget(self._area, 1)
        self.first = Key(theme, "Add the first person", name="add_first", strong=True)
        self.first.clicked.connect(self.first_asked)
        self.body.addWidget(self.first)
        self.out = Key(theme, "Sign out", name="sign_out")
        self.out.clicked.connect(self.out_asked)
        self.glass = Key(theme, "Emergency access", name="emergency_access")
        self.glass.clicked.connect(self.glass_asked)
        self.foot.addWidget(self.out, 1)
        self.foot.addWidget(self.glass, 1)

    def show_people(self, people: Sequence[Person], signed_in: Person | None, purpose: str) -> None:
        """Everybody who may sign in; `signed_in` is marked and may leave."""
        says = purpose if people else NO_PEOPLE
        if signed_in is not None:
            says = f"{signed_in.name} is signed in. Monitoring goes on."
        self.head("Who is there?" if people else "Sign in", says)
        self.out.setVisible(signed_in is not None)
        self.first.setVisible(not people)
        self._area.setVisible(bool(people))
        inner = QWidget()
        grid = QGridLayout(inner)
        sizes = self._theme.sizes
        grid.setContentsMargins(0, 0, sizes.pad_px, 0)
        grid.setSpacing(sizes.gap_px)
        self._keys = []
        for place, person in enumerate(people):
            key = self._key(person, is_here=person == signed_in)
            grid.addWidget(key, *divmod(place, _COLUMNS))
        grid.setRowStretch(len(people), 1)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
        self._area.hold(inner)
        before: QWidget = self._area
        for after in (*self._keys, self.first, self.back, self.out, self.glass):
            QWidget.setTabOrder(before, after)
            before = after

    def take_focus(self) -> None:
        """On the first person; Enter goes on to the PIN."""
        first = self._keys[0] if self._keys else self.first
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _key(self, person: Person, *, is_here: bool) -> Key:
        key = Key(self._theme, "", name=f"person_{person.person_id}")
        key.say(person.name, f"{person.role} · signed in" if is_here else person.role)
        key.clicked.connect(lambda: self.chosen.emit(person))
        self._keys.append(key)
        return key
