"""Body mass index, ideal, adjusted and lean weights; each divides once, at the end."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from kmonitor.units import Cm, Kg, KgPerM2, cm_to_inch

DEVINE_FROM_IN = 60
_CM2_PER_M2 = 10_000
_ADJUSTED_SHARE = Decimal("0.4")


class Sex(StrEnum):
    """The two columns of the published weight formulas."""

    MALE = "male"
    FEMALE = "female"


class WeightBasis(StrEnum):
    """The weight that a dose per kilogram is multiplied by."""

    ACTUAL = "actual"
    IDEAL = "ideal"
    ADJUSTED = "adjusted"
    LEAN = "lean"


def bmi(weight: Kg, height: Cm) -> KgPerM2:
    """Quetelet's index: kg / m²."""
    return KgPerM2(weight * _CM2_PER_M2 / (height * height))


def ibw_devine(sex: Sex, height: Cm) -> Kg:
    """Devine 1974: 50 (male) or 45.5 (female) + 2.3 kg an inch over 60.

    Under 60 in the line is extended downward, not clamped: a shorter body gets the
    lower dose. The result may therefore fall to 0 or below; callers refuse that.
    """
    at_60_in = Decimal(50) if sex is Sex.MALE else Decimal("45.5")
    return Kg(at_60_in + Decimal("2.3") * (cm_to_inch(height) - DEVINE_FROM_IN))


def adjusted_weight(sex: Sex, height: Cm, weight: Kg) -> Kg:
    """IBW + 0.4 (actual - IBW) if actual is above IBW, else the actual weight."""
    ideal = ibw_devine(sex, height)
    if weight <= ideal:
        return weight
    return Kg(ideal + _ADJUSTED_SHARE * (weight - ideal))


def lbw_janmahasatian(sex: Sex, height: Cm, weight: Kg) -> Kg:
    """Janmahasatian 2005: 9270 W / (6680 + 216 BMI) male, 9270 W / (8780 + 244 BMI) female."""
    base, slope = (6680, 216) if sex is Sex.MALE else (8780, 244)
    height_sq = height * height
    return Kg(9270 * weight * height_sq / (base * height_sq + slope * weight * _CM2_PER_M2))


def lbm_james(sex: Sex, height: Cm, weight: Kg) -> Kg:
    """James 1976: 1.1 W - 128 (W/H)² male, 1.07 W - 148 (W/H)² female; falls in obesity."""
    per_kg, drop = (Decimal("1.1"), 128) if sex is Sex.MALE else (Decimal("1.07"), 148)
    return Kg(per_kg * weight - drop * weight * weight / (height * height))


def lbm_boer(sex: Sex, height: Cm, weight: Kg) -> Kg:
    """Boer 1984: 0.407 W + 0.267 H - 19.2 male, 0.252 W + 0.473 H - 48.3 female."""
    if sex is Sex.MALE:
        return _line(weight, height, "0.407", "0.267", "19.2")
    return _line(weight, height, "0.252", "0.473", "48.3")


def lbm_hume(sex: Sex, height: Cm, weight: Kg) -> Kg:
    """Hume 1966: 0.32810 W + 0.33929 H - 29.5336 male, 0.29569 W + 0.41813 H - 43.2933 female."""
    if sex is Sex.MALE:
        return _line(weight, height, "0.32810", "0.33929", "29.5336")
    return _line(weight, height, "0.29569", "0.41813", "43.2933")


def basis_weight(basis: WeightBasis, weight: Kg, height: Cm, sex: Sex) -> Kg:
    """The weight to dose on; lean is Janmahasatian's."""
    match basis:
        case WeightBasis.ACTUAL:
            return weight
        case WeightBasis.IDEAL:
            return ibw_devine(sex, height)
        case WeightBasis.ADJUSTED:
            return adjusted_weight(sex, height, weight)
        case WeightBasis.LEAN:
            return lbw_janmahasatian(sex, height, weight)


def _line(weight: Kg, height: Cm, per_kg: str, per_cm: str, less: str) -> Kg:
    return Kg(Decimal(per_kg) * weight + Decimal(per_cm) * height - Decimal(less))
