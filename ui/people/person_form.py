"""A name, a role, a PIN twice: for the first person, for others, and for a new PIN."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kmonitor.people import Role as Job
from kmonitor.pins import shortest_for
from ui.controls.choice_row import ChoiceRow
from ui.controls.number_pad import NumberPad
from ui.controls.text_field import TextField
from ui.controls.themed import Words
from ui.people.pin_entry import PinEntry
from ui.people.words import form_problem
from ui.theme import Role, Theme


class PersonForm(QWidget):
    """`changed` after each letter and digit; the PIN comes out by `take` only, twice."""

    changed = Signal()
    submitted = Signal()

    def __init__(self, theme: Theme, jobs: Sequence[Job], *, name: str | None = None) -> None:
        """`jobs` that can be chosen; a `name` that is given is not asked for."""
        super().__init__()
        self._theme = theme
        self._jobs = tuple(jobs)
        self._given = name
        self._field = TextField(theme, name="person_name", accessible="Name")
        self._row = ChoiceRow(theme, [job.capitalize() for job in jobs], name="role")
        self.pin = PinEntry(theme, name="new_pin", accessible="PIN")
        self.again = PinEntry(theme, name="new_pin_again", accessible="The same PIN again")
        self._pad = NumberPad(theme, has_point=False)
        self._typed_in = self.pin
        self._lay_out()
        self._connect()
        if len(jobs) == 1:
            self._row.choose(0)
        self._show()

    @property
    def name(self) -> str:
        """The name as it is typed."""
        return self._field.text().strip() if self._given is None else self._given

    @property
    def job(self) -> Job | None:
        """The role that was chosen."""
        return None if self._row.place is None else self._jobs[self._row.place]

    @property
    def has_roles(self) -> bool:
        """Whether the role can be chosen."""
        return len(self._jobs) > 1

    @property
    def problem(self) -> str:
        """What still lacks, in a sentence; empty: nothing."""
        return form_problem(
            self.name,
            role=self.job,
            digits=self.pin.count,
            again=self.again.count,
            is_same=self.pin.is_same(self.again),
        )

    def take(self) -> tuple[bytearray, bytearray]:
        """The PIN, twice, each to be wiped by whoever gets it."""
        return self.pin.take(), self.again.take()

    def wipe(self) -> None:
        """Forget the PINs; the name stays."""
        self.pin.wipe()
        self.again.wipe()

    def take_focus(self) -> None:
        """Type at once what is missing first."""
        first = self._field if self._given is None and not self.name else self.pin
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The pad types into the field that was chosen last."""
        if event.type() is QEvent.Type.FocusIn and isinstance(watched, PinEntry):
            self._typed_in = watched
        return False

    def _connect(self) -> None:
        self._field.textChanged.connect(lambda _text: self._show())
        self._field.returnPressed.connect(self._after_name)
        self._row.chosen.connect(lambda _place: self._show())
        self._pad.typed.connect(self._press)
        for entry in (self.pin, self.again):
            entry.installEventFilter(self)
            entry.changed.connect(self._show)
        self.pin.submitted.connect(lambda: self._go_to(self.again))
        self.again.submitted.connect(self.submitted)

    def _press(self, what: str) -> None:
        self._typed_in.press(what)
        self._go_to(self._typed_in)

    def _after_name(self) -> None:
        self._go_to(self.pin if len(self._jobs) == 1 else self._row.keys[self._row.place or 0])

    def _go_to(self, widget: QWidget) -> None:
        widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        shortest = shortest_for(self.job or self._jobs[0])
        for entry in (self.pin, self.again):
            if entry.shortest != shortest:
                entry.expect(shortest)
        self.changed.emit()

    def _lay_out(self) -> None:
        pad = self._theme.sizes.pad_px
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(3 * pad)
        left = QVBoxLayout()
        left.setSpacing(pad // 2)
        rows: list[tuple[str, QWidget]] = [("PIN", self.pin), ("The same PIN again", self.again)]
        if self.has_roles:
            rows.insert(0, ("Role", self._row))
        if self._given is None:
            rows.insert(0, ("Name", self._field))
        for title, widget in rows:
            left.addWidget(Words(self._theme, title, size="small", role=Role.TEXT_QUIET))
            left.addWidget(widget)
        for hidden in {self._field, self._row} - {widget for _, widget in rows}:
            hidden.setParent(self)
            hidden.hide()
        left.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self._pad)
        right.addStretch(1)
        both.addLayout(left, 3)
        both.addLayout(right, 2)
