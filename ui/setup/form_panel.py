"""The fields of the set-up page, in the order in which they are filled; Enter goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kmonitor.dosing.body_size import Sex, WeightBasis
from kmonitor.dosing.guards import MOOD
from ui.controls.choice_row import ChoiceRow
from ui.controls.text_field import TextField
from ui.controls.themed import Words
from ui.setup.form import FACTS, Field, Form
from ui.setup.note_lines import NoteLines
from ui.setup.pounds import PoundsHelper
from ui.setup.view_model import FieldNote, NoteKind, SetupView
from ui.theme import Role, Theme

_SEXES: tuple[Sex | None, ...] = (None, Sex.MALE, Sex.FEMALE)
_BASES = tuple(WeightBasis)
_ROWS = (
    (Field.LABEL, Field.IDENTIFIER),
    (Field.WEIGHT, Field.HEIGHT, Field.SEX),
    (Field.DOSE, Field.MINUTES, Field.VOLUME),
    (Field.STOCK, Field.BASIS),
)


class FormPanel(QWidget):
    """Holds what is typed; `changed` after every letter."""

    changed = Signal()

    def __init__(self, theme: Theme, form: Form) -> None:
        super().__init__()
        self._theme = theme
        self._used_anyway = form.used_anyway
        self.fields: dict[Field, TextField] = {}
        self._notes: dict[tuple[Field, ...], NoteLines] = {}
        self._sex = self._choices("sex", ("Not given", "Male", "Female"))
        self._stock = self._choices("stock", [f"{each:f}" for each in MOOD.stock_mg_per_ml])
        self._basis = self._choices("basis", [basis.value.capitalize() for basis in _BASES])
        self._beside = Words(theme, role=Role.TEXT_QUIET)
        self._beside.setWordWrap(False)
        self._pounds = PoundsHelper(theme)
        self._lay_out()
        self._order_tabs()
        self._pounds.kilograms.connect(self.fields[Field.WEIGHT].setText)
        self._fill(form)

    @property
    def form(self) -> Form:
        """What stands in the fields now."""
        sex, stock, basis = self._sex.place, self._stock.place, self._basis.place
        return Form(
            texts={field: box.text() for field, box in self.fields.items()},
            sex=None if sex is None else _SEXES[sex],
            stock_mg_per_ml=None if stock is None else MOOD.stock_mg_per_ml[stock],
            basis=WeightBasis.ACTUAL if basis is None else _BASES[basis],
            used_anyway=self._used_anyway,
        )

    def show_view(self, view: SetupView) -> None:
        """Say what is wrong under each row."""
        self._beside.say(view.weight_beside)
        for row, lines in self._notes.items():
            lines.show_notes(tuple(note for field in row for note in view.notes[field]))
        for field, box in self.fields.items():
            box.mark(is_wrong=_stands_in_the_way(view.notes[field]))

    def use_anyway(self, words: str) -> None:
        """Pass one soft limit on purpose; it is noted in the record."""
        self._used_anyway = self._used_anyway | {words}
        self.changed.emit()

    def _fill(self, form: Form) -> None:
        for field, text in form.texts.items():
            self.fields[field].setText(text)
        self._sex.choose(_SEXES.index(form.sex))
        self._basis.choose(_BASES.index(form.basis))
        listed = dict(zip(MOOD.stock_mg_per_ml, range(len(MOOD.stock_mg_per_ml)), strict=True))
        chosen: Decimal | None = form.stock_mg_per_ml
        self._stock.choose(None if chosen is None else listed[chosen])

    def _choices(self, name: str, titles: list[str] | tuple[str, ...]) -> ChoiceRow:
        row = ChoiceRow(self._theme, titles, name=name)
        row.chosen.connect(self.changed)
        return row

    def _lay_out(self) -> None:
        makers: Mapping[Field, Callable[[], QWidget]] = {
            Field.SEX: lambda: self._titled(Field.SEX, self._sex),
            Field.STOCK: lambda: self._titled(Field.STOCK, self._stock),
            Field.BASIS: lambda: self._titled(Field.BASIS, self._basis),
        }
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(self._theme.sizes.pad_px)
        for fields in _ROWS:
            row = QHBoxLayout()
            row.setSpacing(2 * self._theme.sizes.pad_px)
            for field in fields:
                row.addWidget(makers[field]() if field in makers else self._box(field), 1)
            layout.addLayout(row)
            if Field.WEIGHT in fields:
                layout.addWidget(self._pounds)
            lines = NoteLines(self._theme, self._last_of(fields))
            lines.use_anyway.connect(self.use_anyway)
            self._notes[fields] = lines
            layout.addWidget(lines)
            layout.addStretch(1)

    def _last_of(self, fields: tuple[Field, ...]) -> QWidget:
        rows = {Field.SEX: self._sex, Field.BASIS: self._basis}
        last = fields[-1]
        return rows[last].keys[-1] if last in rows else self.fields[last]

    def _box(self, field: Field) -> QWidget:
        facts = FACTS[field]
        is_number = bool(facts.example)
        name = f"{facts.name}, {facts.unit}" if facts.unit else facts.name
        box = TextField(self._theme, name=field.value, accessible=name, number=is_number)
        box.textChanged.connect(lambda _text: self.changed.emit())
        box.returnPressed.connect(lambda: self._go_on(field))
        self.fields[field] = box
        return self._titled(field, box)

    def _go_on(self, field: Field) -> None:
        """Enter goes to what must be filled next; Tab also reaches what is optional."""
        texts = list(self.fields.values())
        place = texts.index(self.fields[field]) + 1
        following = texts[place] if place < len(texts) else self._stock.keys[self._stock.place or 0]
        following.setFocus(Qt.FocusReason.TabFocusReason)

    def _order_tabs(self) -> None:
        """Through the page as it is read."""
        texts = dict(self.fields)
        after_weight = (texts[Field.WEIGHT], self._pounds.opener, *self._pounds.stops)
        stops: list[QWidget] = [texts[Field.LABEL], texts[Field.IDENTIFIER], *after_weight]
        stops += [texts[Field.HEIGHT], *self._sex.keys]
        stops += [texts[Field.DOSE], texts[Field.MINUTES], texts[Field.VOLUME]]
        stops += [*self._stock.keys, *self._basis.keys]
        for one, other in pairwise(stops):
            QWidget.setTabOrder(one, other)

    def _titled(self, field: Field, inner: QWidget) -> QWidget:
        facts = FACTS[field]
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.addStrut(self._pounds.opener.sizeHint().height())
        title = Words(self._theme, facts.name)
        title.setWordWrap(False)
        head.addWidget(title)
        if facts.unit:
            unit = Words(self._theme, facts.unit, role=Role.TEXT_QUIET)
            unit.setWordWrap(False)
            head.addWidget(unit)
        head.addStretch(1)
        if field is Field.WEIGHT:
            head.addWidget(self._beside)
            head.addWidget(self._pounds.opener)
        column.addLayout(head)
        column.addWidget(inner)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
        return cell


def _stands_in_the_way(notes: tuple[FieldNote, ...]) -> bool:
    return any(note.kind in (NoteKind.WRONG, NoteKind.HARD) for note in notes)
