"""The set-up page's words and numbers, without Qt."""

from dataclasses import replace
from decimal import Decimal

import pytest

from kmonitor.dosing.body_size import Sex, WeightBasis
from kmonitor.limit_sets import load_default
from kmonitor.ports import ProtocolFacts
from ui.setup.form import DEMONSTRATION, EMPTY, Field, Form
from ui.setup.monitors import MonitorEntry, Monitors, read_monitors
from ui.setup.notes import NoteKind
from ui.setup.view_model import SetupView, kilograms_of_pounds, view

PORTS = Monitors(("port:line",))
SET = load_default()
CATALOGUE = (
    ProtocolFacts(name="line", title="Line", gives_nibp=True, can_start_cuff=True),
    ProtocolFacts(name="contec-v7", title="Contec", gives_nibp=False, can_start_cuff=False),
)


def seen(form: Form = DEMONSTRATION, **texts: str) -> SetupView:
    changed = {Field(name): text for name, text in texts.items()}
    return view(replace(form, texts={**form.texts, **changed}), PORTS, "Chair 2", SET)


def kinds(shown: SetupView, field: Field) -> list[NoteKind]:
    return [note.kind for note in shown.notes[field]]


def test_the_demonstration_patient_reads_back_in_one_line() -> None:
    shown = seen()
    assert shown.read_back == (
        "CHAIR 2 · DEMO PATIENT 0417 · 82 kg · 0.5 mg/kg · 41 mg in 100 mL over 40 min at 150 mL/h"
        " · Limits: Adult ketamine v1"
    )
    assert shown.why_not == ""
    assert shown.patient is not None
    assert shown.plan is not None
    assert shown.plan.rate_ml_per_h == 150
    assert shown.weight_beside == "= 180.8 lb"


def test_the_card_says_every_step_with_its_unit_and_the_basis() -> None:
    card = seen().card
    assert card is not None
    assert (card.dose_mg, card.rate_ml_per_h, card.draw) == ("41", "150", "0.82 mL")
    assert card.dose_how == "0.5 mg/kg by 82 kg actual weight"
    assert card.draw_how == "of the 50 mg/mL vial"
    assert card.concentration == "0.41 mg/mL"
    assert (card.dose_rate, card.really) == ("0.75 mg/kg/h", "41 mg")


def test_a_rate_that_had_to_be_rounded_says_what_it_was_and_what_it_gives() -> None:
    card = seen(minutes="37").card
    assert card is not None
    assert card.rate_ml_per_h == "162.2"
    assert "162.16 mL/h before rounding" in card.rate_how
    assert card.really_how.startswith("in 37 min; bag empty after 37 min")


def test_nothing_is_chosen_and_nothing_dosed_before_something_is_typed() -> None:
    shown = view(EMPTY, Monitors((), "a monitor's port"), limits=SET)
    assert shown.card is None
    assert shown.why_not == (
        "Confirm waits for patient label, patient ID, weight, dose, duration, bag volume, "
        "vial strength and a monitor's port."
    )


@pytest.mark.parametrize("text", ["82,5", "-1", "0", "eighty", "1e9"])
def test_a_mistyped_weight_makes_no_card_and_no_plan(text: str) -> None:
    shown = seen(weight=text)
    assert kinds(shown, Field.WEIGHT) == [NoteKind.WRONG]
    assert (shown.card, shown.plan, shown.read_back) == (None, None, "")
    assert shown.why_not.startswith("Confirm is not possible. Weight")


def test_a_hard_limit_shows_no_dose_and_says_why() -> None:
    shown = seen(weight="1000000000")
    assert NoteKind.HARD in kinds(shown, Field.WEIGHT)
    assert (shown.card, shown.plan) == (None, None)
    assert "above the hard limit of 350 kg" in shown.why_not


def test_a_single_field_is_judged_before_there_is_a_card() -> None:
    shown = view(replace(EMPTY, texts={Field.WEIGHT: "400"}), PORTS, limits=SET)
    assert kinds(shown, Field.WEIGHT) == [NoteKind.HARD]


def test_a_soft_limit_waits_until_it_is_passed_on_purpose_and_is_noted() -> None:
    shown = seen(minutes="30")
    assert kinds(shown, Field.MINUTES) == [NoteKind.SOFT]
    assert shown.card is not None
    assert "Use anyway" in shown.why_not
    words = shown.notes[Field.MINUTES][0].words
    passed = seen(replace(DEMONSTRATION, used_anyway=frozenset({words})), minutes="30")
    assert passed.why_not == ""
    assert passed.used_anyway == (words,)


def test_a_changed_value_asks_again() -> None:
    words = seen(minutes="30").notes[Field.MINUTES][0].words
    other = seen(replace(DEMONSTRATION, used_anyway=frozenset({words})), minutes="31")
    assert kinds(other, Field.MINUTES) == [NoteKind.SOFT]


def test_another_basis_needs_height_and_sex_and_is_read_back() -> None:
    ideal = replace(DEMONSTRATION, basis=WeightBasis.IDEAL)
    assert seen(ideal).why_not == "Confirm waits for sex."
    shown = seen(replace(ideal, sex=Sex.MALE))
    assert "dosed by ideal weight" in shown.read_back


def test_a_height_that_no_weight_follows_from_is_said() -> None:
    ideal = replace(DEMONSTRATION, basis=WeightBasis.IDEAL, sex=Sex.FEMALE)
    shown = seen(ideal, height="60")
    assert shown.plan is None
    assert "Height is too small" in shown.why_not


@pytest.mark.parametrize("text", ["0.5", "1.76", "5.9", "820"])
def test_a_height_that_nobody_has_is_said_at_the_height_alone(text: str) -> None:
    shown = seen(height=text)
    assert [field for field in Field if shown.notes[field]] == [Field.HEIGHT]
    assert f"Height {text} cm is nobody's" in shown.why_not
    assert shown.in_the_way is Field.HEIGHT


def test_one_impossible_weight_blames_no_other_field() -> None:
    shown = seen(weight="820")
    assert [field for field in Field if shown.notes[field]] == [Field.WEIGHT]
    assert shown.weight_beside == ""


def test_what_stands_in_the_way_is_named_in_the_order_of_the_page() -> None:
    assert view(EMPTY, PORTS, limits=SET).in_the_way is Field.LABEL
    assert seen(minutes="30").in_the_way is Field.MINUTES
    assert seen().in_the_way is None
    assert view(DEMONSTRATION, Monitors((), "a monitor's port"), limits=SET).in_the_way is None


def test_pounds_are_shown_as_kilograms_to_a_tenth() -> None:
    assert kilograms_of_pounds("181") == ("82.1", "")
    assert kilograms_of_pounds("x")[0] == ""


def test_a_stock_outside_the_list_cannot_be_chosen() -> None:
    shown = view(replace(DEMONSTRATION, stock_mg_per_ml=Decimal(20)), PORTS, limits=SET)
    assert NoteKind.HARD in kinds(shown, Field.STOCK)


def test_monitors_are_ports_with_protocols_and_no_port_is_used_twice() -> None:
    assert read_monitors([MonitorEntry("", "line")]).why_not == "a monitor's port"
    two = [MonitorEntry(" com3 ", "line"), MonitorEntry("com4", "contec-v7")]
    assert read_monitors(two).addresses == ("com3:line", "com4:contec-v7")
    assert read_monitors([two[0], two[0]]).why_not == "two different ports"


def test_without_a_limit_set_nothing_can_be_confirmed() -> None:
    shown = view(DEMONSTRATION, PORTS, "Chair 2")
    assert shown.why_not == "Confirm waits for alarm limits that can be used."
    assert shown.patient is None
    assert shown.plan is None


@pytest.mark.parametrize(
    ("entries", "is_told"),
    [
        ([MonitorEntry("a", "line")], True),
        ([MonitorEntry("a", "contec-v7"), MonitorEntry("b", "line")], True),
        ([MonitorEntry("a", "contec-v7"), MonitorEntry("", "line")], False),
        ([MonitorEntry("a", "not-in-the-catalogue")], False),
    ],
)
def test_only_a_chosen_monitor_that_answers_for_its_cuff_tells_of_it(
    entries: list[MonitorEntry], is_told: bool
) -> None:
    assert read_monitors(entries, CATALOGUE).tells_cuff is is_told
