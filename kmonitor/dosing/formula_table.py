"""The table of formulas behind `calc`: name, arguments, unit, source, function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from kmonitor.dosing import body_size, delivery, rates
from kmonitor.dosing.arguments import DoseRate
from kmonitor.dosing.body_size import Sex
from kmonitor.quantities import QuantityError
from kmonitor.units import (
    MCG_PER_MG,
    MIN_PER_H,
    Cm,
    GttPerMin,
    GttPerMl,
    Kg,
    Lb,
    Mg,
    MgPerKgPerH,
    MgPerMl,
    Minutes,
    Ml,
    MlPerH,
    kg_to_lb,
    mg_per_kg_per_h_to_mcg_per_kg_per_min,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """One formula; `takes` are the sets of arguments that it can be reckoned from."""

    name: str
    takes: tuple[tuple[str, ...], ...]
    may_take: tuple[str, ...] = ()
    unit: str
    source: str
    reckon: Callable[..., Decimal]


def _per_kg(dose_rate: DoseRate, weight: Kg | None) -> MgPerKgPerH:
    if dose_rate.per_kg is not None:
        return dose_rate.per_kg
    if weight is None or dose_rate.whole is None:
        raise QuantityError("weight is missing: the dose rate is not per kg.")
    return MgPerKgPerH(dose_rate.whole / weight)


def _mg_per_h(dose_rate: DoseRate, weight: Kg | None) -> Decimal:
    if dose_rate.whole is not None:
        return dose_rate.whole
    if weight is None or dose_rate.per_kg is None:
        raise QuantityError("weight is missing: the dose rate is per kg.")
    return dose_rate.per_kg * weight


def _mcg_per_min(dose_rate: DoseRate, weight: Kg | None = None) -> Decimal:
    return _mg_per_h(dose_rate, weight) * MCG_PER_MG / MIN_PER_H


def _mcg_per_h(dose_rate: DoseRate, weight: Kg | None = None) -> Decimal:
    return _mg_per_h(dose_rate, weight) * MCG_PER_MG


def _rate(dose_rate: DoseRate, concentration: MgPerMl, weight: Kg | None = None) -> Decimal:
    return _mg_per_h(dose_rate, weight) / concentration


def _dose_rate_mg_per_kg_per_h(
    rate: MlPerH | None = None,
    concentration: MgPerMl | None = None,
    weight: Kg | None = None,
    dose_rate: DoseRate | None = None,
) -> Decimal:
    if dose_rate is not None:
        return _per_kg(dose_rate, weight)
    if rate is None or concentration is None or weight is None:
        raise QuantityError("The dose rate needs rate, concentration and weight.")
    return rates.dose_rate_mg_per_kg_per_h(rate, concentration, weight)


def _dose_rate_mcg_per_kg_per_min(
    rate: MlPerH | None = None,
    concentration: MgPerMl | None = None,
    weight: Kg | None = None,
    dose_rate: DoseRate | None = None,
) -> Decimal:
    if rate is not None and concentration is not None and weight is not None:
        return rates.dose_rate_mcg_per_kg_per_min(rate, concentration, weight)
    per_h = _dose_rate_mg_per_kg_per_h(rate, concentration, weight, dose_rate)
    return mg_per_kg_per_h_to_mcg_per_kg_per_min(MgPerKgPerH(per_h))


def _drug_rate_mcg_per_h(rate: MlPerH, concentration: MgPerMl) -> Decimal:
    return rate * concentration * MCG_PER_MG


def _drug_rate_mcg_per_min(rate: MlPerH, concentration: MgPerMl) -> Decimal:
    return rate * concentration * MCG_PER_MG / MIN_PER_H


def _drops_per_min(
    drop_factor: GttPerMl,
    rate: MlPerH | None = None,
    volume: Ml | None = None,
    time: Minutes | None = None,
) -> GttPerMin:
    if rate is not None:
        return rates.drops_per_min(rate, drop_factor)
    if volume is None or time is None:
        raise QuantityError("drops_per_min needs rate, or volume and time.")
    return GttPerMin(volume * drop_factor / time)


def _remaining_min(drug: Mg, given: Mg, rate: MlPerH, concentration: MgPerMl) -> Minutes:
    if given > drug:
        raise QuantityError("given must not be more than drug.")
    return delivery.remaining_min(drug, given, rate, concentration)


def _adjusted_weight(sex: Sex, height: Cm, weight: Kg) -> Kg:
    if body_size.ibw_devine(sex, height) <= 0:
        raise QuantityError("height is too small for Devine's ideal weight.")
    return body_size.adjusted_weight(sex, height, weight)


def _weight_kg(weight: Kg) -> Kg:
    return weight


def _weight_lb(weight: Kg) -> Lb:
    return kg_to_lb(weight)


def _formula(
    name: str, arguments: str, unit: str, source: str, reckon: Callable[..., Decimal]
) -> Formula:
    """`arguments`: names, `?` after those that may be left out, `|` between ways to reckon."""
    ways = [way.split() for way in arguments.split("|")]
    return Formula(
        name=name,
        takes=tuple(tuple(key for key in way if not key.endswith("?")) for way in ways),
        may_take=tuple(key.rstrip("?") for way in ways for key in way if key.endswith("?")),
        unit=unit,
        source=source,
        reckon=reckon,
    )


_TABLE = (
    _formula("lb_to_kg", "weight", "kg", "exact: 1 lb = 0.45359237 kg", _weight_kg),
    _formula("kg_to_lb", "weight", "lb", "exact: 1 lb = 0.45359237 kg", _weight_lb),
    _formula("bmi", "weight height", "kg/m2", "Quetelet: kg / m²", body_size.bmi),
    _formula(
        "ibw_devine",
        "sex height",
        "kg",
        "Devine 1974: 50 (male) or 45.5 (female) + 2.3 per inch over 60, extended below",
        body_size.ibw_devine,
    ),
    _formula(
        "adjusted_weight",
        "sex height weight",
        "kg",
        "Devine's IBW + 0.4 (actual - IBW); the actual weight if that is not above IBW",
        _adjusted_weight,
    ),
    _formula(
        "lbw_janmahasatian",
        "sex height weight",
        "kg",
        "Janmahasatian 2005: male 9270 W / (6680 + 216 BMI), female 9270 W / (8780 + 244 BMI)",
        body_size.lbw_janmahasatian,
    ),
    _formula(
        "lbm_james",
        "sex height weight",
        "kg",
        "James 1976: male 1.1 W - 128 (W/H)², female 1.07 W - 148 (W/H)²; "
        "falls in obesity, not for dosing",
        body_size.lbm_james,
    ),
    _formula(
        "lbm_boer",
        "sex height weight",
        "kg",
        "Boer 1984: male 0.407 W + 0.267 H - 19.2, female 0.252 W + 0.473 H - 48.3",
        body_size.lbm_boer,
    ),
    _formula(
        "lbm_hume",
        "sex height weight",
        "kg",
        "Hume 1966: male 0.32810 W + 0.33929 H - 29.5336, female 0.29569 W + 0.41813 H - 43.2933",
        body_size.lbm_hume,
    ),
    _formula("dose_mg", "dose weight", "mg", "mg/kg x kg", rates.dose_mg),
    _formula(
        "dose_rate_mcg_per_min",
        "dose_rate weight?",
        "mcg/min",
        "mcg/kg/min x kg",
        _mcg_per_min,
    ),
    _formula("dose_rate_mcg_per_h", "dose_rate weight?", "mcg/h", "mcg/kg/h x kg", _mcg_per_h),
    _formula(
        "stock_volume_ml", "drug stock", "mL", "mg / (mg/mL of the vial)", rates.stock_volume_ml
    ),
    _formula(
        "drug_from_stock_mg",
        "volume stock",
        "mg",
        "mL x mg/mL of the vial",
        rates.drug_from_stock_mg,
    ),
    _formula(
        "concentration_mg_per_ml",
        "drug volume",
        "mg/mL",
        "nominal: mg / mL of the container, the drug's own volume left out",
        rates.concentration_mg_per_ml,
    ),
    _formula(
        "concentration_with_drug_volume_mg_per_ml",
        "drug stock diluent",
        "mg/mL",
        "mg / (mL of diluent + mL drawn)",
        rates.concentration_with_drug_volume_mg_per_ml,
    ),
    _formula(
        "rate_ml_per_h",
        "dose_rate concentration weight?",
        "mL/h",
        "mg/kg/h x kg / (mg/mL); weight where the dose rate is per kg",
        _rate,
    ),
    _formula(
        "rate_from_time_ml_per_h",
        "volume time",
        "mL/h",
        "mL x 60 / min",
        rates.rate_from_time_ml_per_h,
    ),
    _formula(
        "rate_from_drops_ml_per_h",
        "drops drop_factor",
        "mL/h",
        "gtt/min x 60 / (gtt/mL)",
        rates.rate_from_drops_ml_per_h,
    ),
    _formula(
        "drops_per_min",
        "drop_factor rate|drop_factor volume time",
        "gtt/min",
        "mL/h x gtt/mL / 60, or mL x gtt/mL / min",
        _drops_per_min,
    ),
    _formula(
        "drug_rate_mcg_per_h",
        "rate concentration",
        "mcg/h",
        "mL/h x mcg/mL",
        _drug_rate_mcg_per_h,
    ),
    _formula(
        "drug_rate_mcg_per_min",
        "rate concentration",
        "mcg/min",
        "mL/h x mcg/mL / 60",
        _drug_rate_mcg_per_min,
    ),
    _formula(
        "dose_rate_mcg_per_kg_per_min",
        "rate concentration weight|dose_rate weight?",
        "mcg/kg/min",
        "mL/h x mcg/mL / 60 / kg; 1 mcg/kg/min = 0.06 mg/kg/h",
        _dose_rate_mcg_per_kg_per_min,
    ),
    _formula(
        "dose_rate_mg_per_kg_per_h",
        "rate concentration weight|dose_rate weight?",
        "mg/kg/h",
        "mL/h x mg/mL / kg; 1 mcg/kg/min = 0.06 mg/kg/h",
        _dose_rate_mg_per_kg_per_h,
    ),
    _formula(
        "delivered_mg",
        "segments concentration bolus? container?",
        "mg",
        "sum of mL/h x h x mg/mL over the segments, at most the container, + bolus",
        delivery.delivered_mg,
    ),
    _formula(
        "remaining_min",
        "drug given rate concentration",
        "min",
        "(ordered mg - given mg) x 60 / (mL/h x mg/mL)",
        _remaining_min,
    ),
    _formula(
        "end_after_pause_min",
        "planned paused",
        "min",
        "planned + paused: the end moves by the pause",
        delivery.end_after_pause_min,
    ),
)
FORMULAS: Mapping[str, Formula] = {formula.name: formula for formula in _TABLE}
