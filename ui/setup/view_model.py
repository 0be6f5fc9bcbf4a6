"""From the form to everything the set-up page shows: sentences, dose card, read-back, Confirm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kmonitor.dosing.body_size import WeightBasis
from kmonitor.dosing.dose_card import DoseCard, DoseOrder, OrderError, dose_card
from kmonitor.dosing.guards import MOOD, GuardCheck, Level, check_field
from kmonitor.infusion import InfusionPlan, plan_from
from kmonitor.people import Patient
from kmonitor.units import Cm, Kg, Lb, MgPerKg, MgPerMl, Minutes, Ml, display, kg_to_lb, lb_to_kg
from ui.setup.card_words import CardWords, card_words, read_back
from ui.setup.form import FACTS, NUMBER_FIELDS, Field, Form
from ui.setup.monitors import Monitors
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
_MUST = (Field.WEIGHT, Field.DOSE, Field.MINUTES, Field.VOLUME)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupView:
    """What the page shows; Confirm works when `why_not` is empty."""

    notes: Mapping[Field, tuple[FieldNote, ...]]
    weight_beside: str
    card: CardWords | None
    card_waits: str
    read_back: str
    why_not: str
    patient: Patient | None
    plan: InfusionPlan | None

    @property
    def used_anyway(self) -> tuple[str, ...]:
        """The soft limits passed on purpose, for the record."""
        every = (note for notes in self.notes.values() for note in notes)
        return tuple(note.words for note in every if note.kind is NoteKind.USED_ANYWAY)


def view(form: Form, monitors: Monitors) -> SetupView:
    """Work the whole page out."""
    typed = {field: _read(form, field) for field in NUMBER_FIELDS}
    missing = _missing(form) + ([monitors.why_not] if monitors.why_not else [])
    card, trouble = _card(form, typed)
    usable = None if card is None or card.is_refused else card
    notes = _notes(form, typed, card)
    why_not = _why_not(notes, missing, trouble)
    weight = typed[Field.WEIGHT].number
    return SetupView(
        notes=notes,
        weight_beside="" if weight is None else f"= {display(kg_to_lb(Kg(weight)), 'lb')}",
        card=None if usable is None else card_words(usable),
        card_waits=_card_waits(card, trouble),
        read_back="" if usable is None else read_back(usable),
        why_not=why_not,
        patient=None if why_not else _patient(form, typed),
        plan=None if why_not or card is None else plan_from(card),
    )


def _card_waits(card: DoseCard | None, trouble: str) -> str:
    """What stands in place of the card: a refused dose is never shown large."""
    if card is not None:
        return next((c.message for c in card.checks if c.level is Level.HARD), "")
    return trouble or "It comes with weight, dose, duration, vial strength and bag volume."


def kilograms_of_pounds(text: str) -> tuple[str, str]:
    """The kilograms to put into the field, to 0.1, and the sentence when that cannot be."""
    typed = read_number(text, "Pounds", "181")
    if typed.number is None:
        return "", typed.wrong
    return display(lb_to_kg(Lb(typed.number)), "kg").removesuffix(" kg").replace(",", ""), ""


def _read(form: Form, field: Field) -> Typed:
    return read_number(form.text(field), FACTS[field].name, FACTS[field].example)


def _missing(form: Form) -> list[str]:
    fields = (Field.LABEL, Field.IDENTIFIER, *_MUST)
    names = [FACTS[field].name.lower() for field in fields if not form.text(field)]
    if form.stock_mg_per_ml is None:
        names.append(FACTS[Field.STOCK].name.lower())
    if form.basis is not WeightBasis.ACTUAL:
        if not form.text(Field.HEIGHT):
            names.append("height")
        if form.sex is None:
            names.append("sex")
    return [name.replace(" id", " ID") for name in names]


def _card(form: Form, typed: Mapping[Field, Typed]) -> tuple[DoseCard | None, str]:
    numbers = [typed[field].number for field in _MUST]
    weight, dose, minutes, volume = numbers
    if weight is None or dose is None or minutes is None or volume is None:
        return None, ""
    height = typed[Field.HEIGHT].number
    needs_size = form.basis is not WeightBasis.ACTUAL
    if form.stock_mg_per_ml is None or (needs_size and (height is None or form.sex is None)):
        return None, ""
    try:
        order = DoseOrder(
            weight_kg=Kg(weight),
            dose_mg_per_kg=MgPerKg(dose),
            minutes=Minutes(minutes),
            stock_mg_per_ml=MgPerMl(form.stock_mg_per_ml),
            container_ml=Ml(volume),
            height_cm=None if height is None else Cm(height),
            sex=form.sex,
            basis=form.basis,
        )
        return dose_card(order), ""
    except OrderError as error:
        return None, str(error)


def _notes(
    form: Form, typed: Mapping[Field, Typed], card: DoseCard | None
) -> Mapping[Field, tuple[FieldNote, ...]]:
    notes: dict[Field, list[FieldNote]] = {field: [] for field in Field}
    for field in (Field.LABEL, Field.IDENTIFIER):
        if wrong := read_words(form.text(field), FACTS[field].name):
            notes[field].append(FieldNote(NoteKind.WRONG, wrong))
    for field, read in typed.items():
        if read.wrong:
            notes[field].append(FieldNote(NoteKind.WRONG, read.wrong))
    checks = _alone(typed) if card is None else card.checks
    for check in checks:
        field = _FIELD_OF_CHECK.get(check.field, Field.DOSE)
        notes[field].append(_note(check, form.used_anyway))
    return {field: tuple(found) for field, found in notes.items()}


def _alone(typed: Mapping[Field, Typed]) -> list[GuardCheck]:
    """What can be said of single fields before there is a card."""
    checks: list[GuardCheck] = []
    for field, name in _ALONE.items():
        number: Decimal | None = typed[field].number
        if number is not None:
            checks += check_field(MOOD, name, number)
    return checks


def _note(check: GuardCheck, used_anyway: frozenset[str]) -> FieldNote:
    if check.level is Level.HARD:
        return FieldNote(NoteKind.HARD, check.message)
    is_used = check.message in used_anyway
    return FieldNote(NoteKind.USED_ANYWAY if is_used else NoteKind.SOFT, check.message)


def _why_not(notes: Mapping[Field, tuple[FieldNote, ...]], missing: list[str], trouble: str) -> str:
    every = [note for found in notes.values() for note in found]
    for kind in (NoteKind.HARD, NoteKind.WRONG):
        for note in every:
            if note.kind is kind:
                return f"Confirm is not possible. {note.words}"
    if trouble:
        return f"Confirm is not possible. {trouble}"
    if missing:
        return f"Confirm waits for {_and(missing)}."
    if any(note.kind is NoteKind.SOFT for note in every):
        return "Confirm waits: change what passes a soft limit, or press Use anyway beside it."
    return ""


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _patient(form: Form, typed: Mapping[Field, Typed]) -> Patient | None:
    weight = typed[Field.WEIGHT].number
    if weight is None:
        return None
    return Patient(
        label=form.text(Field.LABEL),
        identifier=form.text(Field.IDENTIFIER),
        weight_kg=weight,
        height_cm=typed[Field.HEIGHT].number,
        sex=None if form.sex is None else form.sex.value,
    )
