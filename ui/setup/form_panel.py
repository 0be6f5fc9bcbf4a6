"""The fields of the set-up page, in the order in which they are filled; Enter goes on."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kmonitor.dosing.body_size import Sex, WeightBasis
from kmonitor.dosing.guards import MOOD
from ui.controls.choice_row import ChoiceRow
from ui.controls.text_field import TextField
from ui.controls.themed import Words
from ui.setup.form import FACTS, Field, Form
from ui.setup.note_line import NoteLine
from ui.setup.notes import FieldNote, NoteKind
from ui.setup.pounds import PoundsHelper
from ui.setup.view_model import SetupView
from ui.theme import Role, Theme

_SEXES: tuple[Sex | None, ...] = (None, Sex.MALE, Sex.FEMALE)
_BASES = tuple(WeightBasis)
_COLUMN_SHARES = (191, 80, 49, 222)
_ROWS: tuple[Mapping[Field, tuple[int, int]], ...] = (  # first column, and over how many
    {Field.LABEL: (0, 2), Field.IDENTIFIER: (2, 2)},
    {Field.WEIGHT: (0, 1), Field.HEIGHT: (1, 2), Field.SEX: (3, 1)},
    {Field.DOSE: (0, 1), Field.MINUTES: (1, 2), Field.VOLUME: (3, 1)},
    {Field.STOCK: (0, 2), Field.BASIS: (2, 2)},
)


class FormPanel(QWidget):
    """Holds what is typed; `changed` after every letter."""

    changed = Signal()

    def __init__(self, theme: Theme, form: Form) -> None:
        super().__init__()
        self._theme = theme
        self._used_anyway = form.used_anyway
        self.fields: dict[Field, TextField] = {}
        self._notes: dict[tuple[Field, ...], NoteLine] = {}
        self._sex = self._choices("sex", ("Not given", "Male", "Female"))
        self._stock = self._choices("stock", [f"{each:f}" for each in MOOD.stock_mg_per_ml])
        self._basis = self._choices("basis", [basis.value.capitalize() for basis in _BASES])
        self._beside = Words(theme, role=Role.TEXT_QUIET)
        self._beside.setObjectName("weight_beside")
        self._beside.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._beside.setWordWrap(False)
        self._beside.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._pounds = PoundsHelper(theme)
        self._lay_out()
        self._order_tabs()
        self._pounds.kilograms.connect(self._take_kilograms)
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
        for row, line in self._notes.items():
            found = [(field, note) for field in row for note in view.notes[field]]
            if line.key.hasFocus() and not any(note.kind is NoteKind.SOFT for _, note in found):
                self.go_to(row[0] if not found else found[0][0])  # a key that goes takes no one on
            line.show_notes(tuple(note for _, note in found))
        for field, box in self.fields.items():
            box.mark(is_wrong=_stands_in_the_way(view.notes[field]))

    def use_anyway(self, words: str) -> None:
        """Pass one soft limit on purpose; it is noted in the record."""
        self._used_anyway = self._used_anyway | {words}
        self.changed.emit()

    def go_to(self, field: Field) -> None:
        """Put the focus there; what is typed in it is neither selected nor changed."""
        rows = {Field.SEX: self._sex, Field.STOCK: self._stock, Field.BASIS: self._basis}
        row = rows.get(field)
        target = self.fields[field] if row is None else row.keys[row.place or 0]
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_kilograms(self, text: str) -> None:
        self.fields[Field.WEIGHT].setText(text)
        self.go_to(Field.WEIGHT)

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
        """A grid that no word can move: fixed columns, and under each row a place for its notes."""
        pad = self._theme.sizes.pad_px
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * pad)
        grid.setVerticalSpacing(2)
        for column, share in enumerate(_COLUMN_SHARES):
            grid.setColumnStretch(column, share)
        made: Mapping[Field, QWidget] = {
            Field.SEX: self._sex,
            Field.STOCK: self._stock,
            Field.BASIS: self._basis,
        }
        for number, fields in enumerate(_ROWS):
            for field, (column, columns) in fields.items():
                cell = self._titled(field, made[field] if field in made else self._box(field))
                grid.addWidget(cell, 3 * number, column, 1, columns)
            line = NoteLine(self._theme, has_key=number > 0)
            line.used.connect(self.use_anyway)
            self._notes[tuple(fields)] = line
            grid.addWidget(line, 3 * number + 1, 0, 1, len(_COLUMN_SHARES))
            if Field.WEIGHT in fields:
                line.lend_place(self._pounds)
                self._pounds.opened.connect(line.give_way)
            grid.setRowStretch(3 * number + 2, 1)

    def _box(self, field: Field) -> TextField:
        facts = FACTS[field]
        is_number = bool(facts.example)
        name = f"{facts.name}, {facts.unit}" if facts.unit else facts.name
        box = TextField(self._theme, name=field.value, accessible=name, number=is_number)
        box.textChanged.connect(lambda _text: self.changed.emit())
        box.returnPressed.connect(lambda: self._go_on(field))
        self.fields[field] = box
        return box

    def _go_on(self, field: Field) -> None:
        """Enter goes to what must be filled next; Tab also reaches what is optional."""
        texts = list(self.fields.values())
        place = texts.index(self.fields[field]) + 1
        following = texts[place] if place < len(texts) else self._stock.keys[self._stock.place or 0]
        following.setFocus(Qt.FocusReason.TabFocusReason)

    def _order_tabs(self) -> None:
        """Through the page as it is read; after a row comes what can be pressed under it."""
        texts = self.fields
        _, sizes, doses, vials = (line.key for line in self._notes.values())
        stops: list[QWidget] = [texts[Field.LABEL], texts[Field.IDENTIFIER]]
        stops += [texts[Field.WEIGHT], self._pounds.opener, *self._pounds.stops]
        stops += [texts[Field.HEIGHT], *self._sex.keys, sizes]
        stops += [texts[Field.DOSE], texts[Field.MINUTES], texts[Field.VOLUME], doses]
        stops += [*self._stock.keys, *self._basis.keys, vials]
        for one, other in pairwise(stops):
            QWidget.setTabOrder(one, other)

    def _titled(self, field: Field, inner: QWidget) -> QWidget:
        facts = FACTS[field]
        cell = QWidget()
        cell.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(self._theme.sizes.pad_px // 2)
        title = Words(self._theme, facts.name)
        title.setWordWrap(False)
        head.addWidget(title)
        if facts.unit:
            unit = Words(self._theme, facts.unit, role=Role.TEXT_QUIET)
            unit.setWordWrap(False)
            head.addWidget(unit)
        line = QHBoxLayout()
        line.setSpacing(self._theme.sizes.gap_px // 2)
        line.addWidget(inner, 1)
        if field is Field.WEIGHT:
            head.addWidget(self._beside, 1)
            line.addWidget(self._pounds.opener)
        else:
            head.addStretch(1)
        column.addLayout(head)
        column.addLayout(line)
        return cell


def _stands_in_the_way(notes: tuple[FieldNote, ...]) -> bool:
    return any(note.kind in (NoteKind.WRONG, NoteKind.HARD) for note in notes)
