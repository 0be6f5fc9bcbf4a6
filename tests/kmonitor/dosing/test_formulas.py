from decimal import Decimal
from inspect import signature

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmonitor.dosing.arguments import ARGUMENTS
from kmonitor.dosing.calc_lines import calc_line
from kmonitor.dosing.formula_table import FORMULAS
from kmonitor.dosing.formulas import Reckoned, describe, reckon
from kmonitor.quantities import QuantityError
from kmonitor.units import clean

NAMES = [
    "lb_to_kg",
    "kg_to_lb",
    "bmi",
    "ibw_devine",
    "adjusted_weight",
    "lbw_janmahasatian",
    "lbm_james",
    "lbm_boer",
    "lbm_hume",
    "dose_mg",
    "dose_rate_mcg_per_min",
    "dose_rate_mcg_per_h",
    "stock_volume_ml",
    "drug_from_stock_mg",
    "concentration_mg_per_ml",
    "concentration_with_drug_volume_mg_per_ml",
    "rate_ml_per_h",
    "rate_from_time_ml_per_h",
    "rate_from_drops_ml_per_h",
    "drops_per_min",
    "drug_rate_mcg_per_h",
    "drug_rate_mcg_per_min",
    "dose_rate_mcg_per_kg_per_min",
    "dose_rate_mg_per_kg_per_h",
    "delivered_mg",
    "remaining_min",
    "end_after_pause_min",
]


def test_each_formula_is_called_by_its_arguments_names() -> None:
    for formula in FORMULAS.values():
        known = signature(formula.reckon).parameters
        for keys in formula.takes:
            assert {*keys, *formula.may_take} <= known.keys()


def reckoned(line: str) -> Reckoned:
    name, *pairs = line.split()
    return reckon(name, dict(pair.split("=", 1) for pair in pairs))


# Worked examples of others (clinical.md 2.4 names them), then sums done by hand.
@pytest.mark.parametrize(
    ("line", "number", "shown"),
    [
        (
            "rate_ml_per_h dose_rate=5mcg/kg/min weight=95kg concentration=200mg/250mL",
            "35.625",
            "35.6 mL/h",
        ),
        ("rate_ml_per_h dose_rate=0.2mg/kg/h weight=70kg concentration=1mg/mL", "14", "14 mL/h"),
        (
            "rate_ml_per_h dose_rate=0.1mg/kg/h weight=45kg concentration=2mg/mL",
            "2.25",
            "2.3 mL/h",
        ),
        ("dose_mg dose=1.5mg/kg weight=70kg", "105", "105 mg"),
        ("stock_volume_ml drug=105mg stock=50mg/mL", "2.1", "2.1 mL"),
        ("ibw_devine sex=male height=70in", "73", "73 kg"),
        ("ibw_devine sex=FEMALE height=66in", "59.3", "59.3 kg"),
        ("lbm_james sex=male height=171cm weight=70kg", "55.55067", "55.6 kg"),
        ("lbm_hume sex=male weight=60kg height=160cm", "44.4388", "44.4 kg"),
        ("lb_to_kg weight=176lb", "79.83225712", "79.8 kg"),
        ("kg_to_lb weight=45.359237kg", "100", "100 lb"),
        ("bmi weight=80kg height=200cm", "20", "20 kg/m2"),
        ("adjusted_weight sex=male height=70in weight=123kg", "93", "93 kg"),
        ("dose_rate_mcg_per_min dose_rate=5mcg/kg/min weight=95kg", "475", "475 mcg/min"),
        ("dose_rate_mcg_per_h dose_rate=5mcg/kg/min weight=95kg", "28500", "28,500 mcg/h"),
        ("drug_from_stock_mg volume=20mL stock=10mg/mL", "200", "200 mg"),
        ("concentration_mg_per_ml drug=400mg volume=250mL", "1.6", "1.6 mg/mL"),
        ("concentration_mg_per_ml drug=41.2mg volume=100mL", "0.412", "0.412 mg/mL"),
        (
            "concentration_with_drug_volume_mg_per_ml drug=41.2mg stock=50mg/mL diluent=100mL",
            "0.408632865",
            "0.409 mg/mL",
        ),
        ("rate_ml_per_h dose_rate=20mg/h concentration=2mg/mL", "10", "10 mL/h"),
        ("rate_ml_per_h dose_rate=400mcg/min concentration=2mg/mL", "12", "12 mL/h"),
        ("rate_from_time_ml_per_h volume=100mL time=40min", "150", "150 mL/h"),
        ("rate_from_drops_ml_per_h drops=125gtt/min drop_factor=20gtt/mL", "375", "375 mL/h"),
        ("drops_per_min drop_factor=60gtt/mL rate=10mL/h", "10", "10 gtt/min"),
        ("drops_per_min drop_factor=20gtt/mL volume=100mL time=40min", "50", "50 gtt/min"),
        ("drug_rate_mcg_per_h rate=30mL/h concentration=0.8mg/mL", "24000", "24,000 mcg/h"),
        ("drug_rate_mcg_per_min rate=30mL/h concentration=0.8mg/mL", "400", "400 mcg/min"),
        (
            "dose_rate_mcg_per_kg_per_min rate=35.625mL/h concentration=200mg/250mL weight=95kg",
            "5",
            "5 mcg/kg/min",
        ),
        (
            "dose_rate_mg_per_kg_per_h rate=150mL/h concentration=0.4mg/mL weight=80kg",
            "0.75",
            "0.75 mg/kg/h",
        ),
        ("dose_rate_mg_per_kg_per_h dose_rate=1mcg/kg/min", "0.06", "0.06 mg/kg/h"),
        ("dose_rate_mcg_per_kg_per_min dose_rate=0.75mg/kg/h", "12.5", "12.5 mcg/kg/min"),
        (
            "delivered_mg segments=0-10@150mL/h,15-40@100mL/h concentration=0.4mg/mL",
            "26.6666667",
            "26.7 mg",
        ),
        (
            "delivered_mg segments=0-10@150mL/h concentration=0.4mg/mL bolus=5mg",
            "15",
            "15 mg",
        ),
        (
            "delivered_mg segments=0-60@150mL/h concentration=0.4mg/mL container=100mL",
            "40",
            "40 mg",
        ),
        (
            "remaining_min drug=35mg given=13.125mg rate=150mL/h concentration=0.35mg/mL",
            "25",
            "25 min",
        ),
        ("remaining_min drug=35mg given=0mg rate=150mL/h concentration=0.35mg/mL", "40", "40 min"),
        ("end_after_pause_min planned=40min paused=10min", "50", "50 min"),
        ("end_after_pause_min planned=40min paused=0min", "40", "40 min"),
    ],
)
def test_a_formula_gives_the_worked_example(line: str, number: str, shown: str) -> None:
    result = reckoned(line)
    places = max(5, -int(Decimal(number).as_tuple().exponent))
    assert round(result.number, places) == Decimal(number)
    assert result.display == shown
    assert shown.endswith(f" {result.unit}")


@pytest.mark.parametrize("weight_kg", [45, 62, 80, 117])
def test_the_syringe_rule_3_mg_per_kg_in_50_ml_makes_1_ml_per_h_1_mcg_per_kg_per_min(
    weight_kg: int,
) -> None:
    line = (
        f"dose_rate_mcg_per_kg_per_min rate=1mL/h concentration={3 * weight_kg}mg/50mL "
        f"weight={weight_kg}kg"
    )
    assert clean(reckoned(line).number) == 1


def test_the_table_holds_every_named_formula_with_source_unit_and_known_arguments() -> None:
    assert list(FORMULAS) == NAMES
    for formula in FORMULAS.values():
        assert formula.source
        described = describe(formula)
        assert described["unit"]
        assert {key for keys in formula.takes for key in keys} <= ARGUMENTS.keys()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("nonsense weight=1kg", "There is no formula 'nonsense'; see calc --list."),
        ("bmi weight=80kg", "bmi lacks height; it takes weight height."),
        ("bmi weight=80kg heigth=1m", "bmi does not take 'heigth'; it takes weight height."),
        ("bmi weight=80kg height=178kg", "height: '178kg' has the wrong unit; write 178cm."),
        ("ibw_devine sex=x height=70in", "sex must be male or female."),
        ("ibw_devine sex=male height=50cm", "ibw_devine gives nothing sensible here: the result"),
        (
            "adjusted_weight sex=male height=50cm weight=80kg",
            "height is too small for Devine's ideal weight.",
        ),
        (
            "rate_ml_per_h dose_rate=5mcg/kg/min concentration=1mg/mL",
            "weight is missing: the dose rate is per kg.",
        ),
        ("dose_rate_mg_per_kg_per_h dose_rate=5mg/h", "weight is missing: the dose rate is not"),
        ("drops_per_min drop_factor=20gtt/mL volume=100mL", "drops_per_min takes drop_factor rate"),
        (
            "remaining_min drug=35mg given=36mg rate=150mL/h concentration=0.4mg/mL",
            "given must not be more than drug.",
        ),
        (
            "delivered_mg segments=0-10@150mL/h,9-20@1mL/h concentration=1mg/mL",
            "segments: '9-20@1mL/h' begins before the one before ends.",
        ),
        (
            "delivered_mg segments=10-10@150mL/h concentration=1mg/mL",
            "segments: '10-10@150mL/h' must end after it begins.",
        ),
        ("delivered_mg segments=rubbish concentration=1mg/mL", "segments: 'rubbish' is not like"),
        ("delivered_mg segments= concentration=1mg/mL", "segments is empty"),
    ],
)
def test_wrong_use_is_one_plain_sentence(line: str, sentence: str) -> None:
    with pytest.raises(QuantityError) as caught:
        reckoned(line)
    assert str(caught.value).startswith(sentence)
    assert str(caught.value).endswith(".")


@given(words=st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_no_words_do_anything_but_answer_or_be_refused(words: list[str]) -> None:
    with pytest.raises(QuantityError):
        calc_line(["bmi", *words])


@given(
    weight=st.decimals("20", "300", places=2),
    micrograms=st.decimals("0.1", "100", places=2),
    concentration=st.decimals("0.05", "10", places=3),
)
def test_a_rate_and_the_dose_rate_found_back_from_it_agree(
    weight: Decimal, micrograms: Decimal, concentration: Decimal
) -> None:
    common = f"concentration={concentration}mg/mL weight={weight}kg"
    rate = reckoned(f"rate_ml_per_h dose_rate={micrograms}mcg/kg/min {common}").number
    rate_text = f"{rate:.25g}"
    back = reckoned(f"dose_rate_mcg_per_kg_per_min rate={rate_text}mL/h {common}").number
    assert clean(back) == clean(micrograms)
