"""The drug library: soft and hard limits as data, and the checks made from them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kmonitor.units import clean, display, rounded


class Level(StrEnum):
    """Soft may be overridden with a reason and a name; hard cannot be passed."""

    SOFT = "soft"
    HARD = "hard"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardCheck:
    """One broken limit; `limit` is the last acceptable number, in the unit that ends `field`."""

    field: str
    level: Level
    limit: Decimal
    value: Decimal
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLimits:
    """The limits of one field; None: not limited on that side."""

    field: str
    words: str
    unit: str
    soft_low: Decimal | None = None
    soft_high: Decimal | None = None
    hard_low: Decimal | None = None
    hard_high: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugLibrary:
    """One drug for one use: vials on the pick list, the reference dose, the limits."""

    name: str
    reference_dose_mg_per_kg: Decimal
    stock_mg_per_ml: tuple[Decimal, ...]
    smallest_draw_ml: Decimal
    limits: tuple[FieldLimits, ...]

    def limits_of(self, field: str) -> FieldLimits:
        """The limits of a field that this library is known to hold."""
        return next(limits for limits in self.limits if limits.field == field)


def _limits(
    field: str, words: str, unit: str, soft: tuple[str, str], hard: tuple[str, str]
) -> FieldLimits:
    low, high, floor, ceiling = (Decimal(text) if text else None for text in (*soft, *hard))
    return FieldLimits(
        field=field,
        words=words,
        unit=unit,
        soft_low=low,
        soft_high=high,
        hard_low=floor,
        hard_high=ceiling,
    )


# Every number is a site setting that a prescriber signs; these are the shipped proposals.
MOOD = DrugLibrary(
    name="mood",
    reference_dose_mg_per_kg=Decimal("0.5"),
    stock_mg_per_ml=(Decimal(10), Decimal(50), Decimal(100)),
    smallest_draw_ml=Decimal("0.2"),
    limits=(
        _limits("weight_kg", "Weight", "kg", ("40", "150"), ("25", "350")),
        _limits("bmi_kg_per_m2", "BMI", "kg/m2", ("16", "45"), ("11", "80")),
        _limits("dose_mg_per_kg", "Dose", "mg/kg", ("0.2", "1"), ("0.05", "2")),
        _limits("dose_rate_mg_per_kg_per_h", "Dose rate", "mg/kg/h", ("", "1"), ("", "2")),
        _limits("dose_mg", "Total dose", "mg", ("", "100"), ("", "200")),
        _limits("minutes", "Duration", "min", ("35", "90"), ("10", "240")),
        _limits("concentration_mg_per_ml", "Concentration", "mg/mL", ("0.1", "5"), ("0.05", "10")),
        _limits("rate_ml_per_h", "Pump rate", "mL/h", ("1", "400"), ("0.1", "999")),
    ),
)
LIBRARIES = {MOOD.name: MOOD}

_TENFOLD_LOW, _TENFOLD_HIGH = Decimal("0.2"), Decimal(5)


def check_field(library: DrugLibrary, field: str, number: Decimal) -> tuple[GuardCheck, ...]:
    """The one limit broken on either side, the hard one before the soft; beyond it breaks."""
    limits = library.limits_of(field)
    sides = (
        (Level.HARD, limits.hard_low, limits.hard_high),
        (Level.SOFT, limits.soft_low, limits.soft_high),
    )
    cleaned = clean(number)
    for level, low, high in sides:
        if low is not None and cleaned < low:
            return (_broken(limits, level, low, cleaned, "below"),)
        if high is not None and cleaned > high:
            return (_broken(limits, level, high, cleaned, "above"),)
    return ()


def check_tenfold(
    field: str, words: str, unit: str, entered: Decimal, expected: Decimal
) -> tuple[GuardCheck, ...]:
    """Hard if what was entered lies outside 0.2 to 5 times what is expected."""
    low, high = expected * _TENFOLD_LOW, expected * _TENFOLD_HIGH
    cleaned = clean(entered)
    if low <= cleaned <= high:
        return ()
    limit = low if cleaned < low else high
    times = clean(cleaned / expected)
    times_shown = f"{rounded(times, 'kg'):,f}" if times > 1 else f"{times:.2g}"
    message = (
        f"{words} {shown_beside(cleaned, limit, unit)} is {times_shown} times the "
        f"expected {display(expected, unit)}: look for a slipped decimal point and enter it again."
    )
    return (GuardCheck(field=field, level=Level.HARD, limit=limit, value=cleaned, message=message),)


def shown_beside(number: Decimal, limit: Decimal, unit: str) -> str:
    """The number as shown, or in full where rounding would make it look like its limit."""
    text = display(number, unit)
    if number != limit and text == display(limit, unit):
        return f"{number.normalize():f} {unit}"
    return text


def _broken(
    limits: FieldLimits, level: Level, limit: Decimal, number: Decimal, side: str
) -> GuardCheck:
    message = (
        f"{limits.words} {shown_beside(number, limit, limits.unit)} is {side} "
        f"the {level} limit of {display(limit, limits.unit)}."
    )
    return GuardCheck(field=limits.field, level=level, limit=limit, value=number, message=message)
