"""From the form to everything the set-up page shows: sentences, dose card, read-back, Confirm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kmonitor.alarms.limits import LimitSet
from kmonitor.dosing.body_size import WeightBasis
from kmonitor.dosing.dose_card import DoseCard, DoseOrder, OrderError, dose_card
from kmonitor.dosing.guards import Level
from kmonitor.infusion import InfusionPlan, plan_from
from kmonitor.people import Patient
from kmonitor.units import Cm, Kg, Lb, MgPerKg, MgPerMl, Minutes, Ml, display, kg_to_lb, lb_to_kg
from ui.setup.card_words import CardWords, card_words, read_back
from ui.setup.form import FACTS, Field, Form
from ui.setup.monitors import Monitors
from ui.setup.notes import NoteKind, Notes, find_notes, first_of, is_far_off, read_numbers
from ui.typed import Typed, read_number

_MUST = (Field.WEIGHT, Field.DOSE, Field.MINUTES, Field.VOLUME)
_WHO = (Field.LABEL, Field.IDENTIFIER)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupView:
    """What the page shows; Confirm works when `why_not` is empty.

    `in_the_way` is the field that `why_not` speaks of first; None: the monitors, or nothing.
    """

    notes: Notes
    weight_beside: str
    card: CardWords | None
    card_waits: str
    read_back: str
    why_not: str
    in_the_way: Field | None
    patient: Patient | None
    plan: InfusionPlan | None

    @property
    def used_anyway(self) -> tuple[str, ...]:
        """The soft limits passed on purpose, for the record."""
        every = (note for notes in self.notes.values() for note in notes)
        return tuple(note.words for note in every if note.kind is NoteKind.USED_ANYWAY)


def view(
    form: Form, monitors: Monitors, chair: str = "", limits: LimitSet | None = None
) -> SetupView:
    """Work the whole page out; without a limit set nothing can be confirmed."""
    typed = read_numbers(form)
    missing = _missing(form)
    card, trouble = _card(form, typed)
    usable = None if card is None or card.is_refused else card
    notes = find_notes(form, typed, card)
    also = [monitors.why_not] if monitors.why_not else []
    also += ["alarm limits that can be used"] if limits is None else []
    why_not, in_the_way = _why_not(notes, missing, trouble, also)
    named = "" if limits is None else limits.full_title
    return SetupView(
        notes=notes,
        weight_beside=_pounds_beside(typed),
        card=None if usable is None else card_words(usable),
        card_waits=_card_waits(card, trouble),
        read_back=""
        if usable is None
        else read_back(usable, chair=chair, patient=_who(form), limits=named),
        why_not=why_not,
        in_the_way=in_the_way,
        patient=None if why_not else _patient(form, typed),
        plan=None if why_not or card is None else plan_from(card),
    )


def kilograms_of_pounds(text: str) -> tuple[str, str]:
    """The kilograms to put into the field, to 0.1, and the sentence when that cannot be."""
    typed = read_number(text, "Pounds", "181")
    if typed.number is None:
        return "", typed.wrong
    return display(lb_to_kg(Lb(typed.number)), "kg").removesuffix(" kg").replace(",", ""), ""


def _pounds_beside(typed: Mapping[Field, Typed]) -> str:
    weight = typed[Field.WEIGHT].number
    if weight is None or is_far_off(typed, Field.WEIGHT):
        return ""
    return f"= {display(kg_to_lb(Kg(weight)), 'lb')}"


def _card_waits(card: DoseCard | None, trouble: str) -> str:
    """What stands in place of the card: a refused dose is never shown large."""
    if card is not None:
        return next((c.message for c in card.checks if c.level is Level.HARD), "")
    return trouble or "It comes with weight, dose, duration, vial strength and bag volume."


def _who(form: Form) -> str:
    return " ".join(form.text(field) for field in _WHO if form.text(field))


def _missing(form: Form) -> list[Field]:
    """What is still to be filled, in the order of the sentence."""
    missing = [field for field in (*_WHO, *_MUST) if not form.text(field)]
    if form.stock_mg_per_ml is None:
        missing.append(Field.STOCK)
    if form.basis is not WeightBasis.ACTUAL:
        if not form.text(Field.HEIGHT):
            missing.append(Field.HEIGHT)
        if form.sex is None:
            missing.append(Field.SEX)
    return missing


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


def _why_not(
    notes: Notes, missing: list[Field], trouble: str, also: list[str]
) -> tuple[str, Field | None]:
    """The sentence, and the field that it sends the person to."""
    if found := first_of(notes, (NoteKind.HARD, NoteKind.WRONG)):
        return f"Confirm is not possible. {found[1].words}", found[0]
    if trouble:
        return f"Confirm is not possible. {trouble}", Field.HEIGHT
    if missing or also:
        names = [FACTS[field].name.lower().replace(" id", " ID") for field in missing]
        names += also
        in_page_order = sorted(missing, key=list(Field).index)
        return f"Confirm waits for {_and(names)}.", in_page_order[0] if missing else None
    if found := first_of(notes, (NoteKind.SOFT,)):
        words = "Confirm waits: change what passes a soft limit, or press Use anyway beside it."
        return words, found[0]
    return "", None


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
