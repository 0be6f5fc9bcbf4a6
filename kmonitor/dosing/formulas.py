"""Reckon one formula of the table from texts, and describe the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from kmonitor.dosing.arguments import ARGUMENTS
from kmonitor.dosing.formula_table import FORMULAS, Formula
from kmonitor.quantities import QuantityError
from kmonitor.units import display


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """A result, not rounded, and as it is shown."""

    number: Decimal
    unit: str
    display: str


def reckon(name: str, given: Mapping[str, str]) -> Reckoned:
    """Reckon one formula from texts; whatever is wrong is a `QuantityError`."""
    formula = FORMULAS.get(name)
    if formula is None:
        raise QuantityError(f"There is no formula '{name[:40]}'; see calc --list.")
    _refuse_wrong_names(formula, given)
    arguments = {key: ARGUMENTS[key].read(key, text) for key, text in given.items()}
    number = formula.reckon(**arguments)
    if number < 0 or (number == 0 and formula.unit == "kg"):
        raise QuantityError(f"{name} gives nothing sensible here: the result is not above 0.")
    return Reckoned(number=number, unit=formula.unit, display=display(number, formula.unit))


def _refuse_wrong_names(formula: Formula, given: Mapping[str, str]) -> None:
    known = {*formula.may_take, *(key for keys in formula.takes for key in keys)}
    wanted = ", or ".join(" ".join(keys) for keys in formula.takes)
    for key in given:
        if key not in known:
            raise QuantityError(f"{formula.name} does not take '{key[:40]}'; it takes {wanted}.")
    for keys in formula.takes:
        if set(keys) <= given.keys() <= {*keys, *formula.may_take}:
            return
    lacking = [key for key in formula.takes[0] if key not in given]
    if len(formula.takes) == 1 and lacking:
        raise QuantityError(f"{formula.name} lacks {' and '.join(lacking)}; it takes {wanted}.")
    raise QuantityError(f"{formula.name} takes {wanted}.")


def describe(formula: Formula) -> dict[str, object]:
    """The formula for `calc --list`: what it takes, in which units, and where it is from."""
    names = [*(key for keys in formula.takes for key in keys), *formula.may_take]
    return {
        "name": formula.name,
        "takes": [" ".join(keys) for keys in formula.takes],
        "may_take": list(formula.may_take),
        "arguments": {name: ARGUMENTS[name].unit for name in names},
        "unit": formula.unit,
        "source": formula.source,
    }
