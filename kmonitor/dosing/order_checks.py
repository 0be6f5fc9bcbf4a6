"""The checks of a whole dose card, in the order in which a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from kmonitor.dosing.body_size import DEVINE_FROM_IN
from kmonitor.dosing.guards import (
    DrugLibrary,
    GuardCheck,
    Level,
    check_field,
    check_tenfold,
)
from kmonitor.units import CM_PER_INCH, clean, display, rounded

_DEVINE_FROM_CM = DEVINE_FROM_IN * CM_PER_INCH
_DRAW_OFF_BY = Decimal("0.02")


def check_card_numbers(
    library: DrugLibrary,
    numbers: Mapping[str, Decimal | None],
    *,
    is_back_check_agreeing: bool,
) -> tuple[GuardCheck, ...]:
    """Every broken limit of the card; `numbers` are named as the card's fields, None: not known."""
    known = {field: number for field, number in numbers.items() if number is not None}
    checks: list[GuardCheck] = []
    for limits in library.limits:
        if limits.field in known:
            checks += check_field(library, limits.field, known[limits.field])
    checks += _check_slip(library, known["dose_mg_per_kg"])
    checks += _check_stock(library, known["stock_mg_per_ml"])
    checks += _check_draw(library, known["draw_ml"])
    checks += _check_basis(known["basis_weight_kg"], known["weight_kg"])
    if "height_cm" in known:
        checks += _check_devine(known["height_cm"])
    if not is_back_check_agreeing:
        checks.append(_back_check_failed(known["dose_mg_per_kg"]))
    return tuple(checks)


def _check_slip(library: DrugLibrary, dose_mg_per_kg: Decimal) -> tuple[GuardCheck, ...]:
    expected = library.reference_dose_mg_per_kg
    return check_tenfold("dose_mg_per_kg", "Dose", "mg/kg", dose_mg_per_kg, expected)


def _check_stock(library: DrugLibrary, stock_mg_per_ml: Decimal) -> tuple[GuardCheck, ...]:
    if stock_mg_per_ml in library.stock_mg_per_ml:
        return ()
    listed = ", ".join(f"{strength:f}" for strength in library.stock_mg_per_ml)
    nearest = min(library.stock_mg_per_ml, key=lambda strength: abs(strength - stock_mg_per_ml))
    message = (
        f"Stock {clean(stock_mg_per_ml).normalize():f} mg/mL is not one of the listed vials "
        f"({listed} mg/mL)."
    )
    return (_check("stock_mg_per_ml", Level.HARD, nearest, stock_mg_per_ml, message),)


def _check_draw(library: DrugLibrary, draw_ml: Decimal) -> tuple[GuardCheck, ...]:
    smallest = library.smallest_draw_ml
    if clean(draw_ml) < smallest:
        message = (
            f"Draw of {display(draw_ml, 'mL')} is under {display(smallest, 'mL')} and hard to "
            "measure: take a weaker vial."
        )
        return (_check("draw_ml", Level.SOFT, smallest, draw_ml, message),)
    drawn = rounded(draw_ml, "mL")
    if abs(drawn / draw_ml - 1) > _DRAW_OFF_BY:
        message = (
            f"Draw of {clean(draw_ml):.3g} mL is shown as {display(draw_ml, 'mL')}, more than 2 % "
            "off: use a finer syringe or a weaker vial."
        )
        return (_check("draw_ml", Level.SOFT, drawn, draw_ml, message),)
    return ()


def _check_basis(basis_weight_kg: Decimal, weight_kg: Decimal) -> tuple[GuardCheck, ...]:
    if clean(basis_weight_kg) <= clean(weight_kg):
        return ()
    message = (
        f"The dosing weight {display(basis_weight_kg, 'kg')} is above the actual weight "
        f"{display(weight_kg, 'kg')}."
    )
    return (_check("basis_weight_kg", Level.SOFT, weight_kg, basis_weight_kg, message),)


def _check_devine(height_cm: Decimal) -> tuple[GuardCheck, ...]:
    if clean(height_cm) >= _DEVINE_FROM_CM:
        return ()
    message = (
        f"Height {display(height_cm, 'cm')} is under 60 in ({display(_DEVINE_FROM_CM, 'cm')}): "
        "Devine's ideal weight is extended downward."
    )
    return (_check("height_cm", Level.SOFT, _DEVINE_FROM_CM, height_cm, message),)


def _back_check_failed(dose_mg_per_kg: Decimal) -> GuardCheck:
    message = "The back check does not find the ordered dose again: do not use this card."
    return _check("back_check", Level.HARD, dose_mg_per_kg, dose_mg_per_kg, message)


def _check(field: str, level: Level, limit: Decimal, number: Decimal, message: str) -> GuardCheck:
    return GuardCheck(field=field, level=level, limit=limit, value=clean(number), message=message)
