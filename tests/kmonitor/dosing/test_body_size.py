from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmonitor.dosing.body_size import (
    Sex,
    WeightBasis,
    adjusted_weight,
    basis_weight,
    bmi,
    ibw_devine,
    lbm_boer,
    lbm_hume,
    lbm_james,
    lbw_janmahasatian,
)
from kmonitor.units import Cm, Inch, Kg, clean, inch_to_cm, rounded

MALE, FEMALE = Sex.MALE, Sex.FEMALE


def kg(text: Decimal | str | int) -> Kg:
    return Kg(Decimal(text))


def cm(text: Decimal | str | int) -> Cm:
    return Cm(Decimal(text))


def inches(text: int) -> Cm:
    return inch_to_cm(Inch(Decimal(text)))


@pytest.mark.parametrize(
    ("sex", "height_in", "expected"),
    [(MALE, 70, "73"), (FEMALE, 66, "59.3"), (MALE, 60, "50"), (FEMALE, 60, "45.5")],
)
def test_devine_agrees_with_the_published_calculator(
    sex: Sex, height_in: int, expected: str
) -> None:
    assert clean(ibw_devine(sex, inches(height_in))) == Decimal(expected)


def test_devine_is_extended_downward_under_60_in() -> None:
    assert clean(ibw_devine(FEMALE, inches(58))) == Decimal("40.9")


def test_james_agrees_with_the_test_of_stanpumpr() -> None:
    assert round(lbm_james(MALE, cm(171), kg(70)), 5) == Decimal("55.55067")


# Printed by an online calculator (super-calc, lean body mass) for three people.
@pytest.mark.parametrize(
    ("formula", "sex", "weight", "height", "expected"),
    [
        (lbm_boer, MALE, 80, 180, "61.4"),
        (lbm_james, MALE, 80, 180, "62.7"),
        (lbm_hume, MALE, 80, 180, "57.8"),
        (lbm_boer, FEMALE, 62, 165, "45.4"),
        (lbm_james, FEMALE, 62, 165, "45.4"),
        (lbm_hume, FEMALE, 62, 165, "44"),
        (lbm_boer, MALE, 110, 175, "72.3"),
        (lbm_james, MALE, 110, 175, "70.4"),
        (lbm_hume, MALE, 110, 175, "65.9"),
    ],
)
def test_lean_mass_agrees_with_published_examples(
    formula: Callable[[Sex, Cm, Kg], Kg], sex: Sex, weight: int, height: int, expected: str
) -> None:
    assert rounded(formula(sex, cm(height), kg(weight)), "kg") == Decimal(expected)


def test_hume_agrees_with_a_published_worked_example_to_the_last_digit() -> None:
    assert lbm_hume(MALE, cm(160), kg(60)) == Decimal("44.4388")


@given(
    weight=st.decimals(min_value=30, max_value=250, places=1),
    height=st.decimals(min_value=120, max_value=220, places=1),
)
def test_janmahasatian_agrees_with_its_equation_in_floats(weight: Decimal, height: Decimal) -> None:
    body_mass = float(weight) / (float(height) / 100) ** 2
    male = 9270 * float(weight) / (6680 + 216 * body_mass)
    female = 9270 * float(weight) / (8780 + 244 * body_mass)
    assert float(lbw_janmahasatian(MALE, cm(height), kg(weight))) == pytest.approx(male, rel=1e-12)
    assert float(lbw_janmahasatian(FEMALE, cm(height), kg(weight))) == pytest.approx(
        female, rel=1e-12
    )
    assert float(bmi(kg(weight), cm(height))) == pytest.approx(body_mass, rel=1e-12)


def test_james_falls_in_obesity_and_janmahasatian_does_not() -> None:
    assert lbm_james(MALE, cm(170), kg(180)) < lbm_james(MALE, cm(170), kg(130))
    assert lbw_janmahasatian(MALE, cm(170), kg(180)) > lbw_janmahasatian(MALE, cm(170), kg(130))


def test_adjusted_weight_adds_two_fifths_of_the_excess() -> None:
    assert clean(adjusted_weight(MALE, inches(70), kg(123))) == 73 + 20


@given(weight=st.decimals(min_value=30, max_value=73, places=2))
def test_adjusted_weight_is_the_actual_weight_up_to_the_ideal(weight: Decimal) -> None:
    assert adjusted_weight(MALE, inches(70), kg(weight)) == weight


def test_each_basis_names_its_weight() -> None:
    of = [basis_weight(basis, kg(120), inches(70), MALE) for basis in WeightBasis]
    assert [rounded(weight, "kg") for weight in of] == [
        Decimal(120),
        Decimal(73),
        Decimal("91.8"),
        rounded(lbw_janmahasatian(MALE, inches(70), kg(120)), "kg"),
    ]
