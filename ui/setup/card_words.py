"""The dose card in words and rounded numbers, and the sentence that is read back aloud."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kmonitor.dosing.body_size import WeightBasis
from kmonitor.dosing.dose_card import DoseCard
from kmonitor.units import clean, display, display_number


@dataclass(frozen=True, slots=True, kw_only=True)
class CardWords:
    """The huge numbers apart from their units; everything else as whole lines."""

    dose_mg: str
    dose_how: str
    rate_ml_per_h: str
    rate_how: str
    draw: str
    draw_how: str
    concentration: str
    concentration_how: str
    dose_rate: str
    dose_rate_how: str
    really: str
    really_how: str


def card_words(card: DoseCard) -> CardWords:
    """Round once, here; what is shown is what is drawn up and typed into the pump."""
    order, given = card.order, card.dose_of_rounded_rate
    weight = display(card.basis_weight_kg, "kg")
    dose_rate = display(given.dose_rate_mg_per_kg_per_h, "mg/kg/h")
    return CardWords(
        dose_mg=display_number(card.dose_mg, "mg"),
        dose_how=f"{display(order.dose_mg_per_kg, 'mg/kg')} by {weight} {basis_words(order.basis)}",
        rate_ml_per_h=display_number(card.pump.rate_ml_per_h, "mL/h"),
        rate_how=(
            f"{display(card.pump.vtbi_ml, 'mL')} over {display(card.pump.minutes, 'min')}"
            + _off_exact(card)
        ),
        draw=display(card.draw_ml, "mL"),
        draw_how=f"of the {display(order.stock_mg_per_ml, 'mg/mL')} vial",
        concentration=display(card.concentration_mg_per_ml, "mg/mL"),
        concentration_how=f"in {display(card.total_volume_ml, 'mL')}, drug volume not counted",
        dose_rate=dose_rate,
        dose_rate_how=display(given.dose_rate_mcg_per_kg_per_min, "mcg/kg/min"),
        really=display(given.given_mg, "mg"),
        really_how=(
            f"in {display(order.minutes, 'min')}; bag empty after "
            f"{display(given.minutes_to_end, 'min')}"
        ),
    )


def read_back(card: DoseCard, *, chair: str, patient: str, limits: str = "") -> str:
    """What the nurse reads back before Confirm: where, who, how much, which alarm limits."""
    order = card.order
    place = "".join(f"{words} · " for words in (chair.upper(), patient) if words)
    basis = ""
    if order.basis is not WeightBasis.ACTUAL:
        basis = f" (dosed by {order.basis.value} weight {display(card.basis_weight_kg, 'kg')})"
    return (
        f"{place}{display(order.weight_kg, 'kg')}{basis} · "
        f"{display(order.dose_mg_per_kg, 'mg/kg')} · "
        f"{display(card.dose_mg, 'mg')} in {display(card.total_volume_ml, 'mL')} over "
        f"{display(card.pump.minutes, 'min')} at {display(card.pump.rate_ml_per_h, 'mL/h')}"
        + (f" · Limits: {limits}" if limits else "")
    )


def basis_words(basis: WeightBasis) -> str:
    """The weight that the dose is reckoned by, in words."""
    return f"{basis.value} weight"


def _off_exact(card: DoseCard) -> str:
    exact, pump = clean(card.rate_ml_per_h), clean(Decimal(card.pump.rate_ml_per_h))
    if exact == pump:
        return ""
    return f" ({exact:.5g} mL/h before rounding)"
