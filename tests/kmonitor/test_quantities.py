from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmonitor.quantities import QuantityError, read_number, read_one_of, read_quantity
from kmonitor.units import clean


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("80kg", "kg", "80"),
        ("176lb", "kg", "79.83225712"),
        ("176 LBS", "kg", "79.83225712"),
        ("178cm", "cm", "178"),
        ("1.78m", "cm", "178"),
        ("70in", "cm", "177.8"),
        ("0.5mg/kg", "mg/kg", "0.5"),
        (".5 Mg / KG", "mg/kg", "0.5"),
        ("500mcg/kg", "mg/kg", "0.5"),
        ("200mg/250mL", "mg/mL", "0.8"),
        ("50mg/mL", "mg/mL", "50"),
        ("0.1g/100ml", "mg/mL", "1"),
        ("40min", "min", "40"),
        ("1.5h", "min", "90"),
        ("90s", "min", "1.5"),
        ("10mL/h", "mL/h", "10"),
        ("0.5ml/min", "mL/h", "30"),
        ("125gtt/min", "gtt/min", "125"),
        ("20gtt/mL", "gtt/mL", "20"),
        ("1e2mg", "mg", "100"),
        ("5mcg/kg/min", "mg/kg/h", "0.3"),
        ("5mcg/min/kg", "mg/kg/h", "0.3"),
    ],
)
def test_a_quantity_is_read_exactly_in_the_unit_asked_for(
    text: str, unit: str, number: str
) -> None:
    assert read_quantity("x", text, unit) == Decimal(number)


@pytest.mark.parametrize("prefix", ["mcg", "ug", "UG", "MCG", "\u00b5g", "\u03bcg"])
def test_all_spellings_of_microgram_are_the_same(prefix: str) -> None:
    assert read_quantity("drug", f"5{prefix}", "mg") == Decimal("0.005")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "80",
        "0kg",
        "-80kg",
        "nankg",
        "NaN",
        "infkg",
        "inf",
        "1e999kg",
        "1e9kg",
        "1e99999999999kg",
        "1e-999kg",
        "80,5kg",
        "80mg",
        "80 stone",
        "80kg/",
        "/kg",
        "80kg/0h",
        "80kg/2h",
        "kg",
        "8 0kg",
        "80kg\nrm",
        "eighty",
        "\u0668\u0660kg",
        "8" * 100 + "kg",
    ],
)
def test_what_is_no_sensible_weight_is_refused_in_one_sentence_naming_it(text: str) -> None:
    with pytest.raises(QuantityError, match=r"\Aweight.*\.\Z") as caught:
        read_quantity("weight", text, "kg")
    assert "\n" not in str(caught.value)


def test_zero_passes_only_where_it_makes_sense() -> None:
    assert read_quantity("given", "0mg", "mg", is_zero_allowed=True) == 0
    with pytest.raises(QuantityError, match="drug must be above 0"):
        read_quantity("drug", "0mg", "mg")


def test_a_number_below_the_line_belongs_to_a_concentration_only() -> None:
    with pytest.raises(QuantityError, match="below the line"):
        read_quantity("rate", "10mL/2h", "mL/h")
    with pytest.raises(QuantityError, match="must be above 0"):
        read_quantity("concentration", "200mg/0mL", "mg/mL")


def test_the_unit_tells_a_rate_per_kg_from_a_whole_one() -> None:
    assert read_one_of("dose_rate", "12.5mcg/kg/min", ("mg/kg/h", "mg/h")) == (
        Decimal("0.75"),
        "mg/kg/h",
    )
    assert read_one_of("dose_rate", "400mcg/min", ("mg/kg/h", "mg/h")) == (Decimal(24), "mg/h")


def number_or_sentence(text: str, unit: str) -> Decimal | str:
    try:
        return read_quantity("x", text, unit)
    except QuantityError as error:
        return str(error)


@given(text=st.text(max_size=60))
def test_no_text_is_anything_but_a_number_or_a_quantity_error(text: str) -> None:
    for unit in ("kg", "mg/mL", "mg/kg/h"):
        number = number_or_sentence(text, unit)
        assert number.endswith(".") if isinstance(number, str) else 0 < number <= 10**6


@given(text=st.from_regex(r"[-+]?[0-9.,e]{1,8} ?(kg|mg|ug|mL|/|h|min|lb){1,4}", fullmatch=True))
def test_near_quantities_are_read_or_refused_and_never_crash(text: str) -> None:
    number = number_or_sentence(text, "mg/kg")
    assert number.startswith("x") if isinstance(number, str) else number > 0


@given(pounds=st.decimals(min_value="1", max_value="2000", places=3))
def test_pounds_are_read_as_the_exact_kilograms(pounds: Decimal) -> None:
    assert clean(read_quantity("w", f"{pounds}lb", "kg")) == clean(pounds * Decimal("0.45359237"))


def test_a_plain_number_is_read_without_unit() -> None:
    assert read_number("minutes", "40") == 40
    with pytest.raises(QuantityError, match="minutes must be above 0"):
        read_number("minutes", "-1")
    with pytest.raises(QuantityError, match="not a number"):
        read_number("minutes", "nan")
