"""An order from the texts of a command line."""

from __future__ import annotations

from collections.abc import Mapping

from kmonitor.dosing.body_size import Sex, WeightBasis
from kmonitor.dosing.dose_card import DoseOrder
from kmonitor.quantities import QuantityError, read_number, read_quantity
from kmonitor.units import Cm, GttPerMl, Kg, MgPerKg, MgPerMl, Minutes, Ml


def order_from_texts(texts: Mapping[str, str | bool | None]) -> DoseOrder:
    """Read `weight dose minutes stock volume height sex basis drop_factor count_drug_volume`."""
    height, sex = texts.get("height"), texts.get("sex")
    return DoseOrder(
        weight_kg=Kg(read_quantity("weight", _text(texts, "weight"), "kg")),
        dose_mg_per_kg=MgPerKg(read_quantity("dose", _text(texts, "dose"), "mg/kg")),
        minutes=_minutes(_text(texts, "minutes")),
        stock_mg_per_ml=MgPerMl(read_quantity("stock", _text(texts, "stock"), "mg/mL")),
        container_ml=Ml(read_quantity("volume", _text(texts, "volume"), "mL")),
        height_cm=None if height is None else Cm(read_quantity("height", str(height), "cm")),
        sex=None if sex is None else Sex(str(sex).casefold()),
        basis=WeightBasis(_text(texts, "basis").casefold()),
        count_drug_volume=bool(texts.get("count_drug_volume")),
        drop_factor_gtt_per_ml=GttPerMl(
            read_quantity("drop-factor", _text(texts, "drop_factor"), "gtt/mL")
        ),
    )


def _minutes(text: str) -> Minutes:
    """A plain number of minutes, or a time with its unit."""
    try:
        return Minutes(read_number("minutes", text))
    except QuantityError:
        if not text.strip()[-1:].isalpha():
            raise
    return Minutes(read_quantity("minutes", text, "min"))


def _text(texts: Mapping[str, str | bool | None], name: str) -> str:
    text = texts.get(name)
    if not isinstance(text, str):
        raise QuantityError(f"{name} is missing.")
    return text
