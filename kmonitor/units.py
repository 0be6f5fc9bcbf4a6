"""Quantity types, exact conversions in pairs, half-up rounding and how a number is shown."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import NewType

Kg = NewType("Kg", Decimal)
Lb = NewType("Lb", Decimal)
Cm = NewType("Cm", Decimal)
Inch = NewType("Inch", Decimal)
KgPerM2 = NewType("KgPerM2", Decimal)
Mg = NewType("Mg", Decimal)
Mcg = NewType("Mcg", Decimal)
Ml = NewType("Ml", Decimal)
Minutes = NewType("Minutes", Decimal)
Hours = NewType("Hours", Decimal)
MgPerKg = NewType("MgPerKg", Decimal)
MgPerMl = NewType("MgPerMl", Decimal)
MlPerH = NewType("MlPerH", Decimal)
MgPerH = NewType("MgPerH", Decimal)
McgPerMin = NewType("McgPerMin", Decimal)
MgPerKgPerH = NewType("MgPerKgPerH", Decimal)
McgPerKgPerMin = NewType("McgPerKgPerMin", Decimal)
GttPerMl = NewType("GttPerMl", Decimal)
GttPerMin = NewType("GttPerMin", Decimal)

KG_PER_LB = Decimal("0.45359237")  # exact: international pound of 1959
CM_PER_INCH = Decimal("2.54")  # exact: international inch of 1959
MCG_PER_MG = 1000
MIN_PER_H = 60
S_PER_MIN = 60
S_PER_H = 3600

# Digits kept before a half-up decision, so that the dust of a division (35.2499...9)
# cannot turn a half (35.25) down.
_CLEAN_DIGITS = 20
_TENTH, _HUNDREDTH, _THOUSANDTH = Decimal("0.1"), Decimal("0.01"), Decimal("0.001")
_WHOLE = Decimal(1)
_FINE_BELOW = {"mg": Decimal(10), "mg/h": Decimal(10), "mL": Decimal(1)}
_STEP_BY_UNIT = {
    "mg": _TENTH,
    "mg/h": _TENTH,
    "mL": _TENTH,
    "mL/h": _TENTH,
    "gtt/min": _WHOLE,
    "gtt/mL": _WHOLE,
    "kg": _TENTH,
    "lb": _TENTH,
    "cm": _TENTH,
    "in": _TENTH,
    "kg/m2": _TENTH,
    "min": _TENTH,
    "h": _HUNDREDTH,
    "mcg": _TENTH,
    "mcg/min": _TENTH,
    "mcg/h": _TENTH,
    "mg/mL": _THOUSANDTH,
    "mg/kg": _THOUSANDTH,
    "mg/kg/h": _THOUSANDTH,
    "mcg/kg/min": _HUNDREDTH,
}


def lb_to_kg(weight_lb: Lb) -> Kg:
    """Pounds to kilograms, 0.45359237 exactly."""
    return Kg(weight_lb * KG_PER_LB)


def kg_to_lb(weight_kg: Kg) -> Lb:
    """Kilograms to pounds, 0.45359237 exactly."""
    return Lb(weight_kg / KG_PER_LB)


def inch_to_cm(height_in: Inch) -> Cm:
    """Inches to centimetres, 2.54 exactly."""
    return Cm(height_in * CM_PER_INCH)


def cm_to_inch(height_cm: Cm) -> Inch:
    """Centimetres to inches, 2.54 exactly."""
    return Inch(height_cm / CM_PER_INCH)


def mg_to_mcg(drug_mg: Mg) -> Mcg:
    """Milligrams to micrograms."""
    return Mcg(drug_mg * MCG_PER_MG)


def mcg_to_mg(drug_mcg: Mcg) -> Mg:
    """Micrograms to milligrams."""
    return Mg(drug_mcg / MCG_PER_MG)


def min_to_h(time_min: Minutes) -> Hours:
    """Minutes to hours."""
    return Hours(time_min / MIN_PER_H)


def h_to_min(time_h: Hours) -> Minutes:
    """Hours to minutes."""
    return Minutes(time_h * MIN_PER_H)


def mcg_per_kg_per_min_to_mg_per_kg_per_h(dose_rate: McgPerKgPerMin) -> MgPerKgPerH:
    """1 mcg/kg/min is 0.06 mg/kg/h."""
    return MgPerKgPerH(dose_rate * MIN_PER_H / MCG_PER_MG)


def mg_per_kg_per_h_to_mcg_per_kg_per_min(dose_rate: MgPerKgPerH) -> McgPerKgPerMin:
    """0.06 mg/kg/h is 1 mcg/kg/min."""
    return McgPerKgPerMin(dose_rate * MCG_PER_MG / MIN_PER_H)


def clean(number: Decimal) -> Decimal:
    """The number to 20 significant digits: free of the dust of divisions, for comparing."""
    if not number:
        return Decimal(0)
    step = Decimal(1).scaleb(number.adjusted() - _CLEAN_DIGITS + 1)
    return number.quantize(step, rounding=ROUND_HALF_UP)


def round_half_up(number: Decimal, step: Decimal) -> Decimal:
    """The nearest multiple of the power of ten `step`; halves go away from zero."""
    return clean(number).quantize(step, rounding=ROUND_HALF_UP)


def display_step(number: Decimal, unit: str) -> Decimal:
    """The last place shown: mg to 0.1 (0.01 under 10), mL to 0.1 (0.01 up to a 1 mL syringe)."""
    step = _STEP_BY_UNIT[unit]
    fine_below = _FINE_BELOW.get(unit)
    if fine_below is None:
        return step
    is_fine = abs(number) < fine_below or (unit == "mL" and number == fine_below)
    return _HUNDREDTH if is_fine else step


def rounded(number: Decimal, unit: str) -> Decimal:
    """The number half up at the last place shown for its unit, without trailing zeros."""
    shown = round_half_up(number, display_step(number, unit)).normalize()
    return shown.quantize(_WHOLE) if shown == shown.to_integral_value() else shown


def display_number(number: Decimal, unit: str) -> str:
    """Half up by the rule of the unit: `0.5`, `5`, `1,250`; never `.5`, `5.0`, `1250`."""
    return f"{rounded(number, unit):,f}"


def display(number: Decimal, unit: str) -> str:
    """Number, space, unit; what would round to 0 without being 0 says `less than`."""
    shown = rounded(number, unit)
    if shown == 0 and number != 0:
        sign = "-" if number < 0 else ""
        return f"less than {sign}{display_step(number, unit)} {unit}"
    return f"{shown:,f} {unit}"
