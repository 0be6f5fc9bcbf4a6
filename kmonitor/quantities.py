"""Text of a quantity with its unit, such as `176lb` or `200mg/250mL`, to an exact number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from kmonitor.units import CM_PER_INCH, KG_PER_LB

# kind and size in the smallest common unit of that kind; sizes are exact
_ATOMS: dict[str, tuple[str, Decimal]] = {
    "kg": ("body", Decimal(1)),
    "lb": ("body", KG_PER_LB),
    "cm": ("length", Decimal(1)),
    "m": ("length", Decimal(100)),
    "in": ("length", CM_PER_INCH),
    "g": ("drug", Decimal(1000)),
    "mg": ("drug", Decimal(1)),
    "mcg": ("drug", Decimal("0.001")),
    "ng": ("drug", Decimal("0.000001")),
    "l": ("volume", Decimal(1000)),
    "ml": ("volume", Decimal(1)),
    "h": ("time", Decimal(3600)),
    "min": ("time", Decimal(60)),
    "s": ("time", Decimal(1)),
    "gtt": ("drops", Decimal(1)),
}
_ALSO = {
    "ug": "mcg",
    "\u03bcg": "mcg",  # Greek mu; the micro sign folds to it
    "lbs": "lb",
    "inch": "in",
    "inches": "in",
    "hr": "h",
    "hour": "h",
    "hours": "h",
    "mins": "min",
    "minute": "min",
    "minutes": "min",
    "sec": "s",
    "drops": "gtt",
}
_EXAMPLES = {
    "kg": "80kg",
    "cm": "178cm",
    "mg": "35mg",
    "mL": "100mL",
    "min": "40min",
    "mg/kg": "0.5mg/kg",
    "mg/mL": "50mg/mL or 200mg/250mL",
    "mL/h": "10mL/h",
    "gtt/min": "125gtt/min",
    "gtt/mL": "20gtt/mL",
    "mg/kg/h": "0.75mg/kg/h or 12.5mcg/kg/min",
    "mg/h": "20mg/h or 400mcg/min",
}
_LARGEST = {"kg": Decimal(1000), "cm": Decimal(300)}
_LARGEST_OTHER = Decimal(1_000_000)
_LONGEST_TEXT = 40
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,4})?"
_NUMBER_ONLY = re.compile(rf"\s*{_NUMBER}\s*", re.IGNORECASE)
_PART = re.compile(rf"\s*({_NUMBER})?\s*([a-z\u00b5\u03bc]+)\s*", re.IGNORECASE)


class QuantityError(ValueError):
    """A quantity that cannot be read; the text is one plain sentence that names the argument."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number over a divisor (the 250 of `200mg/250mL`) and the atoms of its unit."""

    number: Decimal
    divisor: Decimal
    atoms: tuple[str, ...]

    @property
    def kind(self) -> tuple[str, ...]:
        """What is measured, the parts below the line in alphabetical order."""
        over, *under = (_ATOMS[atom][0] for atom in self.atoms)
        return over, *sorted(under)

    def to(self, unit: str) -> Decimal:
        """The number in a unit of the same kind, divided once."""
        over, *under = _atoms_of(unit)
        mine_over, *mine_under = self.atoms
        above = self.number * _ATOMS[mine_over][1]
        below = self.divisor * _ATOMS[over][1]
        for atom in under:
            above *= _ATOMS[atom][1]
        for atom in mine_under:
            below *= _ATOMS[atom][1]
        return above / below


def read_quantity(name: str, text: str, unit: str, *, is_zero_allowed: bool = False) -> Decimal:
    """The number of `text` in `unit`; anything but a sensible quantity is a `QuantityError`."""
    return read_one_of(name, text, (unit,), is_zero_allowed=is_zero_allowed)[0]


def read_one_of(
    name: str, text: str, units: tuple[str, ...], *, is_zero_allowed: bool = False
) -> tuple[Decimal, str]:
    """The number of `text` in the one of `units` that is of its kind, and that unit."""
    quantity = _parse(name, text, units)
    for unit in units:
        if quantity.kind == _kind_of(unit):
            _refuse_senseless(name, text, quantity, unit, is_zero_allowed=is_zero_allowed)
            return quantity.to(unit), unit
    raise QuantityError(f"{name}: {_quoted(text)} has the wrong unit; write {_examples(units)}.")


def read_number(name: str, text: str, *, is_zero_allowed: bool = False) -> Decimal:
    """A plain number without unit."""
    if len(text) > _LONGEST_TEXT or not _NUMBER_ONLY.fullmatch(text):
        raise QuantityError(f"{name}: {_quoted(text)} is not a number.")
    number = Decimal(text.strip())
    _refuse_number(name, text, number, _LARGEST_OTHER, is_zero_allowed=is_zero_allowed)
    return number


def _parse(name: str, text: str, units: tuple[str, ...]) -> Quantity:
    if not text.strip():
        raise QuantityError(f"{name} is empty; write {_examples(units)}.")
    if _NUMBER_ONLY.fullmatch(text):
        raise QuantityError(f"{name}: {_quoted(text)} lacks its unit; write {_examples(units)}.")
    parts = [_PART.fullmatch(part) for part in text.split("/")]
    is_readable = len(text) <= _LONGEST_TEXT and parts[0] is not None and parts[0][1] is not None
    numbers, atoms = [], []
    for part in parts:
        atom = "" if part is None else _atom(part[2])
        if part is None or not is_readable or atom not in _ATOMS:
            raise QuantityError(
                f"{name}: {_quoted(text)} is not a quantity; write {_examples(units)}."
            )
        numbers.append(Decimal(part[1] or 1))
        atoms.append(atom)
    divisor = Decimal(1)
    for number in numbers[1:]:
        _refuse_number(name, text, number, _LARGEST_OTHER, is_zero_allowed=False)
        divisor *= number
    return Quantity(numbers[0], divisor, tuple(atoms))


def _refuse_senseless(
    name: str, text: str, quantity: Quantity, unit: str, *, is_zero_allowed: bool
) -> None:
    if quantity.divisor != 1 and quantity.kind != ("drug", "volume"):
        raise QuantityError(f"{name}: {_quoted(text)} has a number below the line.")
    if abs(quantity.number.adjusted()) > _LONGEST_TEXT and quantity.number:
        is_large = quantity.number.adjusted() > 0
        raise QuantityError(f"{name}: {_quoted(text)} is too {'large' if is_large else 'small'}.")
    largest = _LARGEST.get(unit, _LARGEST_OTHER)
    _refuse_number(name, text, quantity.to(unit), largest, is_zero_allowed=is_zero_allowed)


def _refuse_number(
    name: str, text: str, number: Decimal, largest: Decimal, *, is_zero_allowed: bool
) -> None:
    if number < 0 or (number == 0 and not is_zero_allowed):
        least = "0 or above" if is_zero_allowed else "above 0"
        raise QuantityError(f"{name} must be {least}, not {_quoted(text)}.")
    if number > largest:
        raise QuantityError(f"{name}: {_quoted(text)} is too large.")
    if 0 < number < 1 / _LARGEST_OTHER**2:
        raise QuantityError(f"{name}: {_quoted(text)} is too small.")


def _kind_of(unit: str) -> tuple[str, ...]:
    return Quantity(Decimal(1), Decimal(1), _atoms_of(unit)).kind


def _atoms_of(unit: str) -> tuple[str, ...]:
    return tuple(_atom(part) for part in unit.split("/"))


def _atom(text: str) -> str:
    folded = text.casefold()
    return _ALSO.get(folded, folded)


def _examples(units: tuple[str, ...]) -> str:
    return " or ".join(_EXAMPLES[unit] for unit in units)


def _quoted(text: str) -> str:
    shown = text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "..."
    return f"'{shown}'" if shown.isprintable() else ascii(shown)
