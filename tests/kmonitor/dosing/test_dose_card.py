from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmonitor.dosing.body_size import Sex, WeightBasis
from kmonitor.dosing.dose_card import DoseCard, DoseOrder, OrderError, dose_card
from kmonitor.dosing.guards import Level
from kmonitor.units import Cm, GttPerMl, Kg, MgPerKg, MgPerMl, Minutes, Ml, clean, rounded

REFERENCE = DoseOrder(
    weight_kg=Kg(Decimal(80)),
    dose_mg_per_kg=MgPerKg(Decimal("0.5")),
    minutes=Minutes(Decimal(40)),
    stock_mg_per_ml=MgPerMl(Decimal(50)),
    container_ml=Ml(Decimal(100)),
    height_cm=Cm(Decimal(178)),
    sex=Sex.MALE,
)


def with_numbers(changes: dict[str, str]) -> DoseOrder:
    numbers: dict[str, Any] = {name: Decimal(number) for name, number in changes.items()}
    return replace(REFERENCE, **numbers)


def fields_at(card: DoseCard, level: Level) -> list[str]:
    return [check.field for check in card.checks if check.level is level]


def test_the_reference_dose_is_0_75_mg_per_kg_per_h_and_12_5_mcg_per_kg_per_min() -> None:
    card = dose_card(REFERENCE)
    assert (float(card.dose_mg), float(card.draw_ml)) == (40, 0.8)
    assert (float(card.concentration_mg_per_ml), float(card.rate_ml_per_h)) == (0.4, 150)
    assert card.dose_rate_mg_per_kg_per_h == Decimal("0.75")
    assert card.dose_rate_mcg_per_kg_per_min == Decimal("12.5")
    assert card.drops_per_min == 50
    assert card.checks == ()
    assert not card.is_refused


def test_the_two_volume_rules_differ_as_in_the_example() -> None:
    order = replace(REFERENCE, weight_kg=Kg(Decimal("82.4")))
    nominal = dose_card(order)
    counted = dose_card(replace(order, count_drug_volume=True))
    assert rounded(nominal.concentration_mg_per_ml, "mg/mL") == Decimal("0.412")
    assert round(counted.concentration_mg_per_ml, 4) == Decimal("0.4086")
    assert counted.total_volume_ml == Decimal("100.824")
    assert counted.pump.vtbi_ml == Decimal("100.8")
    assert clean(counted.dose_rate_mg_per_kg_per_h) == Decimal("0.75")
    assert counted.back_check.is_agreeing


@pytest.mark.parametrize(
    ("basis", "weight_kg"),
    [("actual", "120"), ("ideal", "73.2"), ("adjusted", "91.9"), ("lean", "74.9")],
)
def test_the_basis_decides_the_milligrams(basis: str, weight_kg: str) -> None:
    order = replace(REFERENCE, weight_kg=Kg(Decimal(120)), basis=WeightBasis(basis))
    card = dose_card(order)
    assert rounded(card.basis_weight_kg, "kg") == Decimal(weight_kg)
    assert card.dose_mg == card.basis_weight_kg / 2


def test_an_ideal_weight_above_the_actual_one_is_said() -> None:
    order = replace(REFERENCE, weight_kg=Kg(Decimal(60)), basis=WeightBasis.IDEAL)
    assert fields_at(dose_card(order), Level.SOFT) == ["basis_weight_kg"]


def test_a_height_under_60_in_is_said_where_devine_is_used() -> None:
    short = replace(REFERENCE, height_cm=Cm(Decimal(150)), weight_kg=Kg(Decimal(60)))
    assert fields_at(dose_card(short), Level.SOFT) == []
    assert fields_at(dose_card(replace(short, basis=WeightBasis.IDEAL)), Level.SOFT) == [
        "height_cm"
    ]


@pytest.mark.parametrize("basis", ["ideal", "adjusted"])
def test_a_height_without_ideal_weight_makes_no_card(basis: str) -> None:
    order = replace(REFERENCE, height_cm=Cm(Decimal(90)), basis=WeightBasis(basis))
    with pytest.raises(OrderError, match="Height is too small"):
        dose_card(order)


def test_a_computed_weight_needs_height_and_sex() -> None:
    with pytest.raises(OrderError, match="lean weight needs height and sex"):
        replace(REFERENCE, basis=WeightBasis.LEAN, sex=None)


@pytest.mark.parametrize(
    "name", ["weight_kg", "dose_mg_per_kg", "minutes", "stock_mg_per_ml", "container_ml"]
)
@pytest.mark.parametrize("number", ["0", "-1", "NaN", "Infinity"])
def test_no_order_holds_a_senseless_number(name: str, number: str) -> None:
    with pytest.raises(OrderError, match="must be a number above 0"):
        with_numbers({name: number})


def test_one_mg_per_kg_in_40_min_is_soft_by_its_hourly_rate() -> None:
    card = dose_card(replace(REFERENCE, dose_mg_per_kg=MgPerKg(Decimal(1))))
    assert [(check.field, check.level, int(check.limit)) for check in card.checks] == [
        ("dose_rate_mg_per_kg_per_h", Level.SOFT, 1)
    ]
    assert not card.is_refused


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weight_kg": "400"}, "weight_kg"),
        ({"weight_kg": "20"}, "weight_kg"),
        ({"weight_kg": "270"}, "bmi_kg_per_m2"),
        ({"dose_mg_per_kg": "5"}, "dose_mg_per_kg"),
        ({"dose_mg_per_kg": "0.049"}, "dose_mg_per_kg"),
        ({"minutes": "9"}, "minutes"),
        ({"minutes": "14"}, "dose_rate_mg_per_kg_per_h"),
        ({"minutes": "241"}, "minutes"),
        ({"container_ml": "1000"}, "concentration_mg_per_ml"),
        ({"container_ml": "700"}, "rate_ml_per_h"),
        ({"container_ml": "3"}, "concentration_mg_per_ml"),
        ({"stock_mg_per_ml": "500"}, "stock_mg_per_ml"),
        ({"weight_kg": "150", "dose_mg_per_kg": "1.4"}, "dose_mg"),
    ],
)
def test_a_hard_limit_refuses_the_card(changes: dict[str, str], field: str) -> None:
    card = dose_card(with_numbers(changes))
    assert card.is_refused
    assert field in fields_at(card, Level.HARD)


@pytest.mark.parametrize(
    ("weight_kg", "stock", "is_said"),
    [("79", "100", False), ("40", "100", False), ("39.8", "100", True), ("104", "50", True)],
)
def test_a_draw_that_is_hard_to_measure_is_said(weight_kg: str, stock: str, is_said: bool) -> None:
    order = replace(
        REFERENCE,
        height_cm=None,
        weight_kg=Kg(Decimal(weight_kg)),
        stock_mg_per_ml=MgPerMl(Decimal(stock)),
    )
    assert ("draw_ml" in fields_at(dose_card(order), Level.SOFT)) is is_said


def test_what_the_rounded_rate_gives_is_reckoned_anew() -> None:
    card = dose_card(replace(REFERENCE, minutes=Minutes(Decimal(45))))
    assert card.pump.rate_ml_per_h == Decimal("133.3")
    given_back = card.dose_of_rounded_rate
    assert clean(given_back.given_mg) == Decimal("39.99")
    assert clean(given_back.dose_rate_mg_per_kg_per_h) == Decimal("0.6665")
    assert round(given_back.minutes_to_end, 4) == Decimal("45.0113")


def test_a_rate_rounded_up_gives_no_more_than_the_container_holds() -> None:
    card = dose_card(replace(REFERENCE, minutes=Minutes(Decimal(90))))
    assert card.pump.rate_ml_per_h == Decimal("66.7")
    assert card.dose_of_rounded_rate.given_mg == 40
    assert card.dose_of_rounded_rate.minutes_to_end < 90


def test_a_rate_that_rounds_to_nothing_makes_no_card() -> None:
    with pytest.raises(OrderError, match="round to 0 mL/h"):
        dose_card(with_numbers({"container_ml": "0.02"}))


ORDERS = st.builds(
    DoseOrder,
    weight_kg=st.decimals("25", "350", places=1),
    dose_mg_per_kg=st.decimals("0.05", "2", places=3),
    minutes=st.integers(10, 240).map(Decimal),
    stock_mg_per_ml=st.sampled_from([Decimal(10), Decimal(50), Decimal(100)]),
    container_ml=st.decimals("20", "1000", places=1),
    height_cm=st.decimals("155", "210", places=1),
    sex=st.sampled_from(Sex),
    basis=st.sampled_from(WeightBasis),
    count_drug_volume=st.booleans(),
    drop_factor_gtt_per_ml=st.just(GttPerMl(Decimal(60))),
)


@given(order=ORDERS)
def test_both_ways_of_the_back_check_agree_for_every_order(order: DoseOrder) -> None:
    card = dose_card(order)
    assert card.back_check.is_agreeing
    assert clean(card.back_check.dose_mg_per_kg) == pytest.approx(order.dose_mg_per_kg)
    mg_per_min = Fraction(card.rate_ml_per_h) / 60 * Fraction(card.concentration_mg_per_ml)
    whole_mg = mg_per_min * Fraction(order.minutes)
    ordered = Fraction(order.dose_mg_per_kg) * Fraction(card.basis_weight_kg)
    assert abs(whole_mg / ordered - 1) < Fraction(1, 10**20)


@given(order=ORDERS)
def test_the_pumps_rate_is_within_half_a_step_and_drops_at_60_equal_ml_per_h(
    order: DoseOrder,
) -> None:
    card = dose_card(order)
    assert abs(card.pump.rate_ml_per_h - card.rate_ml_per_h) <= Decimal("0.05")
    assert clean(card.drops_per_min) == clean(card.rate_ml_per_h)
