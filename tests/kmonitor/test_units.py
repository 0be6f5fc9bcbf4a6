from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmonitor import units
from kmonitor.units import clean, display, round_half_up, rounded

Convert = Callable[[Any], Any]
NUMBERS = st.decimals(min_value="0.001", max_value="100000", places=6)
PAIRS: list[tuple[Convert, Convert]] = [
    (units.lb_to_kg, units.kg_to_lb),
    (units.inch_to_cm, units.cm_to_inch),
    (units.mg_to_mcg, units.mcg_to_mg),
    (units.min_to_h, units.h_to_min),
    (units.mcg_per_kg_per_min_to_mg_per_kg_per_h, units.mg_per_kg_per_h_to_mcg_per_kg_per_min),
]


@pytest.mark.parametrize(("there", "back"), PAIRS)
@given(number=NUMBERS)
def test_a_conversion_and_its_pair_lead_back_to_the_same_number(
    there: Convert, back: Convert, number: Decimal
) -> None:
    assert clean(back(there(number))) == number
    assert clean(there(back(number))) == number


def test_a_pound_and_an_inch_are_exact() -> None:
    assert units.lb_to_kg(units.Lb(Decimal(1))) == Decimal("0.45359237")
    assert units.inch_to_cm(units.Inch(Decimal(70))) == Decimal("177.80")


def test_one_mcg_per_kg_per_min_is_0_06_mg_per_kg_per_h() -> None:
    one = units.McgPerKgPerMin(Decimal(1))
    assert units.mcg_per_kg_per_min_to_mg_per_kg_per_h(one) == Decimal("0.06")


@pytest.mark.parametrize(
    ("number", "shown"), [("2.25", "2.3"), ("3.25", "3.3"), ("11.25", "11.3"), ("35.625", "35.6")]
)
def test_a_pump_rate_is_rounded_half_up_as_on_the_printed_sheet(number: str, shown: str) -> None:
    assert display(Decimal(number), "mL/h") == f"{shown} mL/h"


def test_the_dust_of_a_division_does_not_turn_a_half_down() -> None:
    third = Decimal(80) / 60
    dusty = Decimal(47) / third
    assert dusty != Decimal("35.25")
    assert round_half_up(dusty, Decimal("0.1")) == Decimal("35.3")


@pytest.mark.parametrize(
    ("number", "unit", "shown"),
    [
        ("5.00", "mg", "5 mg"),
        (".5", "mg", "0.5 mg"),
        ("9.994", "mg", "9.99 mg"),
        ("9.996", "mg", "10 mg"),
        ("10.04", "mg", "10 mg"),
        ("10.05", "mg", "10.1 mg"),
        ("1250", "mL/h", "1,250 mL/h"),
        ("28500", "mcg/h", "28,500 mcg/h"),
        ("0.845", "mL", "0.85 mL"),
        ("0.996", "mL", "1 mL"),
        ("1", "mL", "1 mL"),
        ("2.14", "mL", "2.1 mL"),
        ("41.5", "gtt/min", "42 gtt/min"),
        ("0", "mg", "0 mg"),
        ("0.004", "mg", "less than 0.01 mg"),
        ("0.4", "gtt/min", "less than 1 gtt/min"),
        ("12.5", "mcg/kg/min", "12.5 mcg/kg/min"),
    ],
)
def test_a_number_is_shown_by_the_rule_of_its_unit(number: str, unit: str, shown: str) -> None:
    assert display(Decimal(number), unit) == shown


@given(number=st.decimals(min_value=0, max_value=100_000, places=8))
def test_rounding_is_half_up_reckoned_in_fractions(number: Decimal) -> None:
    tenths = Fraction(number) * 10
    whole = tenths.numerator // tenths.denominator
    expected = whole + (1 if tenths - whole >= Fraction(1, 2) else 0)
    assert rounded(number, "mL/h") == Decimal(expected) / 10


@given(number=st.decimals(min_value=0, max_value=1_000_000, places=6))
def test_no_shown_number_has_a_trailing_zero_or_lacks_its_leading_zero(number: Decimal) -> None:
    text = units.display_number(number, "mg")
    assert text[0].isdigit()
    assert "." not in text or text[-1] != "0"
    assert "E" not in text
