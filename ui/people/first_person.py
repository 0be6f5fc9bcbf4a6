"""The first start: who looks after this computer. It can be put off; monitoring needs nobody."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kmonitor.errors import WorldError
from kmonitor.people import Person
from kmonitor.people import Role as Job
from kmonitor.pins import wiped
from kmonitor.ports import Accounts, SignInRefused
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.errands import Errands
from ui.people.person_form import PersonForm
from ui.theme import Role, Theme

_SAYS = (
    "The first person is a technician: adds the others, sets up monitors, key and backups. "
    "A technician does not run sessions; whoever does both is added twice."
)
_LATER = "Later: monitoring works, by emergency access, and every key that needs a person asks."


class FirstPersonPage(QWidget):
    """`added` gives the person, signed in; `put_off` when somebody pressed Later."""

    added = Signal(object)
    put_off = Signal()

    def __init__(self, theme: Theme, accounts: Accounts) -> None:
        super().__init__()
        self._accounts = accounts
        self._errands = Errands(self)
        self.form = PersonForm(theme, [Job.TECHNICIAN])
        self._says = Words(theme, size="large")
        self._says.setObjectName("first_says")
        self.later = Key(theme, "Later", name="later")
        self.keep = Key(theme, "Add and sign in", name="add", strong=True)
        self._lay_out(theme)
        self.later.clicked.connect(self.put_off)
        self.keep.clicked.connect(self._add)
        self.form.submitted.connect(self.keep.click)
        self.form.changed.connect(self._show)
        self._show()

    def take_focus(self) -> None:
        """Type the name at once."""
        self.form.take_focus()

    def finish(self) -> None:
        """The page goes: wait for what is under way."""
        self.form.wipe()
        self._errands.finish()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc puts it off."""
        if event.key() == Qt.Key.Key_Escape:
            self.put_off.emit()
        else:
            super().keyPressEvent(event)

    def _show(self) -> None:
        problem = self.form.problem
        self.keep.setEnabled(not problem and not self._errands.is_busy)
        is_begun = bool(self.form.name or self.form.pin.count)
        self._says.say(problem if is_begun else "")

    def _add(self) -> None:
        if self.form.problem or self._errands.is_busy:
            return
        pin, again = self.form.take()
        work = partial(_add_and_sign_in, self._accounts, self.form.name, pin, again)
        self._errands.run(work, self._added, self._failed)
        self.keep.setEnabled(False)
        self._says.say("Adding")

    def _added(self, found: Person | SignInRefused) -> None:
        if isinstance(found, Person):
            self.added.emit(found)
        else:
            self._complain(found.reason)

    def _failed(self, error: WorldError) -> None:
        self._complain(str(error))

    def _complain(self, sentence: str) -> None:
        self.form.take_focus()
        self._show()
        self._says.say(sentence)

    def _lay_out(self, theme: Theme) -> None:
        sizes = theme.sizes
        outer = QVBoxLayout(self)
        outer.setContentsMargins(*(3 * sizes.pad_px,) * 4)
        outer.setSpacing(sizes.pad_px)
        outer.addWidget(Words(theme, "Who looks after this computer?", size="huge"))
        outer.addWidget(Words(theme, _SAYS))
        outer.addSpacing(2 * sizes.pad_px)
        outer.addWidget(self.form)
        outer.addWidget(self._says)
        outer.addStretch(1)
        outer.addWidget(Words(theme, _LATER, role=Role.TEXT_QUIET))
        foot = QHBoxLayout()
        foot.setSpacing(sizes.gap_px)
        foot.addWidget(self.later, 1)
        foot.addWidget(self.keep, 2)
        outer.addLayout(foot)
        line = Words(theme, " ", size="large").sizeHint().height()
        self._says.setMinimumHeight(line)
        self._says.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)


def _add_and_sign_in(
    accounts: Accounts, name: str, pin: bytearray, again: bytearray
) -> Person | SignInRefused:
    with wiped(again):
        person = accounts.add(None, name=name, role=Job.TECHNICIAN, pin=pin)
        return accounts.sign_in(person.person_id, again)
