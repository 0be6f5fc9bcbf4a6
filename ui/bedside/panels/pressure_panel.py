"""Enter a blood pressure that was measured by hand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from kmonitor.clock import Instant
from kmonitor.session_state import Session
from ui.bedside.panels.panel import Panel
from ui.bedside.panels.pressure_entry import read_pressures
from ui.bedside.panels.time_back import TimeChoice, time_choices
from ui.bedside.panels.time_row import TimeRow
from ui.controls.key import Key
from ui.controls.number_pad import NumberPad, after_key
from ui.controls.text_field import TextField
from ui.controls.themed import Words
from ui.theme import Role, Theme

_FIELDS = (
    ("systolic", "Systolic", "mmHg"),
    ("diastolic", "Diastolic", "mmHg"),
    ("mean", "Mean", "if measured"),
    ("pulse", "Pulse", "if measured"),
)
_FULL = 3


class PressurePanel(Panel):
    """`entered` gives the pressures and the seconds before the press."""

    entered = Signal(object, int)

    def __init__(self, theme: Theme, choices: Sequence[TimeChoice]) -> None:
        super().__init__(theme, "Enter blood pressure")
        self._fields = {
            name: TextField(theme, name=name, accessible=f"{title}, {hint}", number=True)
            for name, title, hint in _FIELDS
        }
        self._in_focus = self._fields["systolic"]
        self._trouble = Words(theme)
        self._trouble.setObjectName("trouble")
        self._when = TimeRow(theme, "Measured", choices)
        self._confirm = Key(theme, "Enter BP", name="panel_confirm", strong=True)
        self.foot.addWidget(self._confirm, 2)
        self._lay_out()
        for field in self._fields.values():
            field.textChanged.connect(lambda _text: self._show())
            field.returnPressed.connect(self._go_on)
            field.installEventFilter(self)
        self._fields["systolic"].textEdited.connect(self._split)
        self._confirm.clicked.connect(self._enter)
        self._show()

    def refresh(self, session: Session, now: Instant) -> None:
        """The clock of each choice moves on, and what lay before the session becomes possible."""
        self._when.show_choices(time_choices(now, session.zone, session.opened))

    def take_focus(self) -> None:
        """Type the systolic pressure at once."""
        self._fields["systolic"].setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The pad types into the field that was last used."""
        if event.type() is QEvent.Type.FocusIn and isinstance(watched, TextField):
            self._in_focus = watched
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        theme = self.theme
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.sizes.gap_px)
        grid.setVerticalSpacing(2)
        for place, (name, title, hint) in enumerate(_FIELDS):
            row, column = divmod(place, 2)
            head = Words(theme, f"{title}, {hint}", role=Role.TEXT_QUIET)
            grid.addWidget(head, 2 * row, column)
            grid.addWidget(self._fields[name], 2 * row + 1, column)
        grid.addWidget(self._trouble, 4, 0, 1, 2)
        grid.setRowStretch(4, 1)
        pad = NumberPad(theme, has_point=False)
        pad.typed.connect(self._type)
        across = QHBoxLayout()
        across.setSpacing(2 * theme.sizes.pad_px)
        across.addLayout(grid, 3)
        across.addWidget(pad, 2)
        self.body.addLayout(across)
        self.body.addWidget(self._when)

    def _type(self, what: str) -> None:
        field = self._in_focus
        field.setText(after_key(field.text(), what))
        is_full = len(field.text()) == _FULL
        if is_full and field is self._fields["systolic"]:
            self._fields["diastolic"].setFocus(Qt.FocusReason.OtherFocusReason)

    def _split(self, text: str) -> None:
        """A pressure said as 120/80: the stroke goes on to the diastolic pressure."""
        systolic, stroke, rest = text.partition("/")
        if not stroke:
            return
        diastolic = self._fields["diastolic"]
        self._fields["systolic"].setText(systolic.strip())
        if rest.strip():
            diastolic.setText(rest.strip())
        diastolic.setFocus(Qt.FocusReason.OtherFocusReason)
        if not rest.strip():
            diastolic.selectAll()

    def _go_on(self) -> None:
        """Enter goes on to what is missing, then confirms."""
        for name in ("systolic", "diastolic"):
            if not self._fields[name].text():
                self._fields[name].setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self._confirm.click()

    def _show(self) -> None:
        entry = read_pressures(*(field.text() for field in self._fields.values()))
        self._trouble.say(entry.trouble)
        for name, field in self._fields.items():
            field.mark(is_wrong=name in entry.wrong)
        self._confirm.setEnabled(entry.pressures is not None)

    def _enter(self) -> None:
        entry = read_pressures(*(field.text() for field in self._fields.values()))
        if entry.pressures is not None:
            self.entered.emit(entry.pressures, self._when.back_s)
