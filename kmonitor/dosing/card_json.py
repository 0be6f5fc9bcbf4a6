"""A dose card as one JSON object: every number the nearest float, `display` as it is shown."""

from __future__ import annotations

from decimal import Decimal

from kmonitor.dosing.dose_card import DoseCard
from kmonitor.dosing.guards import GuardCheck
from kmonitor.units import display


def card_as_json(card: DoseCard, protocol: str) -> dict[str, object]:
    """Order, every intermediate quantity, pump, what the pump gives, back check, checks."""
    return {
        "protocol": protocol,
        **_order(card),
        "basis_weight_kg": float(card.basis_weight_kg),
        "dose_mg": float(card.dose_mg),
        "draw_ml": float(card.draw_ml),
        "total_volume_ml": float(card.total_volume_ml),
        "volume_rule": _volume_rule(card),
        "concentration_mg_per_ml": float(card.concentration_mg_per_ml),
        "rate_ml_per_h": float(card.rate_ml_per_h),
        "dose_rate_mg_per_kg_per_h": float(card.dose_rate_mg_per_kg_per_h),
        "dose_rate_mcg_per_kg_per_min": float(card.dose_rate_mcg_per_kg_per_min),
        "drops_per_min": float(card.drops_per_min),
        "pump": {
            "rate_ml_per_h": float(card.pump.rate_ml_per_h),
            "vtbi_ml": float(card.pump.vtbi_ml),
            "minutes": float(card.pump.minutes),
        },
        "dose_of_rounded_rate": _given(card),
        "back_check": {
            "dose_mg_per_kg": float(card.back_check.dose_mg_per_kg),
            "dose_rate_mg_per_kg_per_h": float(card.back_check.dose_rate_mg_per_kg_per_h),
            "agrees": card.back_check.is_agreeing,
        },
        "display": _shown(card),
        "is_refused": card.is_refused,
        "checks": [_check(check) for check in card.checks],
    }


def _order(card: DoseCard) -> dict[str, object]:
    order = card.order
    return {
        "weight_kg": float(order.weight_kg),
        "height_cm": _number(order.height_cm),
        "sex": None if order.sex is None else order.sex.value,
        "bmi_kg_per_m2": _number(card.bmi_kg_per_m2),
        "basis": order.basis.value,
        "dose_mg_per_kg": float(order.dose_mg_per_kg),
        "minutes": float(order.minutes),
        "stock_mg_per_ml": float(order.stock_mg_per_ml),
        "container_ml": float(order.container_ml),
        "count_drug_volume": order.count_drug_volume,
        "drop_factor_gtt_per_ml": float(order.drop_factor_gtt_per_ml),
    }


def _check(check: GuardCheck) -> dict[str, object]:
    return {
        "field": check.field,
        "level": check.level.value,
        "limit": float(check.limit),
        "value": float(check.value),
        "message": check.message,
    }


def _given(card: DoseCard) -> dict[str, float]:
    given = card.dose_of_rounded_rate
    return {
        "dose_rate_mg_per_kg_per_h": float(given.dose_rate_mg_per_kg_per_h),
        "dose_rate_mcg_per_kg_per_min": float(given.dose_rate_mcg_per_kg_per_min),
        "dose_mg": float(given.given_mg),
        "minutes_to_end": float(given.minutes_to_end),
    }


def _shown(card: DoseCard) -> dict[str, str]:
    return {
        "weight_kg": display(card.order.weight_kg, "kg"),
        "basis_weight_kg": display(card.basis_weight_kg, "kg"),
        "dose_mg": display(card.dose_mg, "mg"),
        "draw_ml": display(card.draw_ml, "mL"),
        "concentration_mg_per_ml": display(card.concentration_mg_per_ml, "mg/mL"),
        "rate_ml_per_h": display(card.rate_ml_per_h, "mL/h"),
        "dose_rate_mg_per_kg_per_h": display(card.dose_rate_mg_per_kg_per_h, "mg/kg/h"),
        "dose_rate_mcg_per_kg_per_min": display(card.dose_rate_mcg_per_kg_per_min, "mcg/kg/min"),
        "drops_per_min": display(card.drops_per_min, "gtt/min"),
    }


def _volume_rule(card: DoseCard) -> str:
    if card.order.count_drug_volume:
        return "the container holds the volume given plus the drawn volume"
    return "the container holds the volume given; the drawn volume is not added"


def _number(number: Decimal | None) -> float | None:
    return None if number is None else float(number)
