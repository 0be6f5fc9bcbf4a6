"""How each argument of a formula is read from text: one name, one unit, everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from kmonitor.dosing.body_size import Sex
from kmonitor.dosing.delivery import DeliverySegment
from kmonitor.quantities import QuantityError, read_number, read_one_of, read_quantity
from kmonitor.units import MgPerH, MgPerKgPerH, Minutes, MlPerH

_MOST_SEGMENTS = 1000
_SEGMENT = re.compile(r"\s*([^-@]+)-([^-@]+)@([^@]+)")


@dataclass(frozen=True, slots=True)
class DoseRate:
    """A dose rate as ordered: exactly one of the two is known."""

    per_kg: MgPerKgPerH | None
    whole: MgPerH | None


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument's unit in words and its reader from (name, text)."""

    unit: str
    read: Callable[[str, str], object]


def read_sex(name: str, text: str) -> Sex:
    """`male` or `female`, in any case."""
    chosen = text.strip().casefold()
    for sex in Sex:
        if chosen == sex.value:
            return sex
    raise QuantityError(f"{name} must be male or female.")


def read_dose_rate(name: str, text: str) -> DoseRate:
    """Per kg and time or per time alone; mg, mcg, min and h as written."""
    number, unit = read_one_of(name, text, ("mg/kg/h", "mg/h"))
    if unit == "mg/kg/h":
        return DoseRate(MgPerKgPerH(number), None)
    return DoseRate(None, MgPerH(number))


def read_segments(name: str, text: str) -> tuple[DeliverySegment, ...]:
    """`0-10@150mL/h,15-40@100mL/h`: minutes, ascending, not overlapping."""
    if not text.strip():
        raise QuantityError(f"{name} is empty; write 0-10@150mL/h,15-40@100mL/h.")
    parts = text.split(",")
    if len(parts) > _MOST_SEGMENTS:
        raise QuantityError(f"{name}: more than {_MOST_SEGMENTS} segments.")
    segments: list[DeliverySegment] = []
    for part in parts:
        segment = _read_segment(name, part)
        if segments and segment.since_min < segments[-1].until_min:
            raise QuantityError(f"{name}: '{part.strip()[:40]}' begins before the one before ends.")
        segments.append(segment)
    return tuple(segments)


def _read_segment(name: str, part: str) -> DeliverySegment:
    found = _SEGMENT.fullmatch(part)
    if found is None:
        raise QuantityError(f"{name}: '{part.strip()[:40]}' is not like 0-10@150mL/h.")
    since = read_number(name, found[1], is_zero_allowed=True)
    until = read_number(name, found[2], is_zero_allowed=True)
    if since >= until:
        raise QuantityError(f"{name}: '{part.strip()[:40]}' must end after it begins.")
    rate = read_quantity(name, found[3], "mL/h", is_zero_allowed=True)
    return DeliverySegment(
        since_min=Minutes(since), until_min=Minutes(until), rate_ml_per_h=MlPerH(rate)
    )


def _quantity(unit: str, *, is_zero_allowed: bool = False) -> Argument:
    def read(name: str, text: str) -> Decimal:
        return read_quantity(name, text, unit, is_zero_allowed=is_zero_allowed)

    return Argument(unit, read)


ARGUMENTS: Mapping[str, Argument] = {
    "weight": _quantity("kg"),
    "height": _quantity("cm"),
    "sex": Argument("male|female", read_sex),
    "dose": _quantity("mg/kg"),
    "dose_rate": Argument("mg/kg/h|mg/h", read_dose_rate),
    "drug": _quantity("mg"),
    "given": _quantity("mg", is_zero_allowed=True),
    "bolus": _quantity("mg", is_zero_allowed=True),
    "stock": _quantity("mg/mL"),
    "concentration": _quantity("mg/mL"),
    "volume": _quantity("mL"),
    "diluent": _quantity("mL"),
    "container": _quantity("mL"),
    "time": _quantity("min"),
    "planned": _quantity("min"),
    "paused": _quantity("min", is_zero_allowed=True),
    "rate": _quantity("mL/h"),
    "drops": _quantity("gtt/min"),
    "drop_factor": _quantity("gtt/mL"),
    "segments": Argument("min-min@mL/h,...", read_segments),
}
