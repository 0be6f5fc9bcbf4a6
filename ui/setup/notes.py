"""What is said at each field: what is mistyped, and which limits are broken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kmonitor.dosing.dose_card import DoseCard
from kmonitor.dosing.guards import MOOD, GuardCheck, Level, check_field
from ui.setup.form import FACTS, NUMBER_FIELDS, Field, Form
from ui.typed import Typed, read_number, read_words

_FIELD_OF_CHECK = {
    "weight_kg": Field.WEIGHT,
    "bmi_kg_per_m2": Field.HEIGHT,
    "height_cm": Field.HEIGHT,
    "dose_mg_per_kg": Field.DOSE,
    "dose_mg": Field.DOSE,
    "dose_rate_mg_per_kg_per_h": Field.MINUTES,
    "minutes": Field.MINUTES,
    "stock_mg_per_ml": Field.STOCK,
    "draw_ml": Field.STOCK,
    "concentration_mg_per_ml": Field.VOLUME,
    "rate_ml_per_h": Field.VOLUME,
    "basis_weight_kg": Field.BASIS,
}
_ALONE = {Field.WEIGHT: "weight_kg", Field.DOSE: "dose_mg_per_kg", Field.MINUTES: "minutes"}
_ENTERED = (*_ALONE.values(), "stock_mg_per_ml")
_LEAST_HEIGHT_CM, _MOST_HEIGHT_CM = 50, 275  # the shortest and the tallest adult known


class NoteKind(StrEnum):
    """How a sentence at a field stands in the way of Confirm."""

    WRONG = "wrong"
    HARD = "hard"
    SOFT = "soft"
    USED_ANYWAY = "used_anyway"


@dataclass(frozen=True, slots=True)
class FieldNote:
    """One sentence at a field."""

    kind: NoteKind
    words: str


Notes = Mapping[Field, tuple[FieldNote, ...]]


def read_numbers(form: Form) -> Mapping[Field, Typed]:
    """Every number field as read; a height that nobody has is as good as none."""
    typed = {
        field: read_number(form.text(field), FACTS[field].name, FACTS[field].example)
        for field in NUMBER_FIELDS
    }
    height = typed[Field.HEIGHT].number
    if height is not None and not _LEAST_HEIGHT_CM <= height <= _MOST_HEIGHT_CM:
        typed[Field.HEIGHT] = Typed(
            wrong=f"Height {form.text(Field.HEIGHT)} cm is nobody's: type it in cm, "
            f"for example {FACTS[Field.HEIGHT].example}."
        )
    return typed


def find_notes(form: Form, typed: Mapping[Field, Typed], card: DoseCard | None) -> Notes:
    """The sentences at each field, from the texts and from the card's checks."""
    notes: dict[Field, list[FieldNote]] = {field: [] for field in Field}
    for field in (Field.LABEL, Field.IDENTIFIER):
        if wrong := read_words(form.text(field), FACTS[field].name):
            notes[field].append(FieldNote(NoteKind.WRONG, wrong))
    for field, read in typed.items():
        if read.wrong:
            notes[field].append(FieldNote(NoteKind.WRONG, read.wrong))
    for check in _alone(typed) if card is None else _blaming_no_one_else(card.checks):
        field = _FIELD_OF_CHECK.get(check.field, Field.DOSE)
        notes[field].append(_note(check, form.used_anyway))
    return {field: tuple(found) for field, found in notes.items()}


def first_of(notes: Notes, kinds: Iterable[NoteKind]) -> tuple[Field, FieldNote] | None:
    """The first sentence of the first kind that there is, and where it stands."""
    for kind in kinds:
        for field, found in notes.items():
            for note in found:
                if note.kind is kind:
                    return field, note
    return None


def is_far_off(typed: Mapping[Field, Typed], field: Field) -> bool:
    """Whether the number entered there is past its own hard limit."""
    number = typed[field].number
    return number is not None and any(
        check.level is Level.HARD for check in check_field(MOOD, _ALONE[field], number)
    )


def _blaming_no_one_else(checks: tuple[GuardCheck, ...]) -> tuple[GuardCheck, ...]:
    """While an entered number is impossible, nothing is said of what was reckoned from it."""
    entered = tuple(check for check in checks if check.field in _ENTERED)
    return entered if any(check.level is Level.HARD for check in entered) else checks


def _alone(typed: Mapping[Field, Typed]) -> tuple[GuardCheck, ...]:
    """What can be said of single fields before there is a card."""
    checks: list[GuardCheck] = []
    for field, name in _ALONE.items():
        number: Decimal | None = typed[field].number
        if number is not None:
            checks += check_field(MOOD, name, number)
    return tuple(checks)


def _note(check: GuardCheck, used_anyway: frozenset[str]) -> FieldNote:
    if check.level is Level.HARD:
        return FieldNote(NoteKind.HARD, check.message)
    is_used = check.message in used_anyway
    return FieldNote(NoteKind.USED_ANYWAY if is_used else NoteKind.SOFT, check.message)
