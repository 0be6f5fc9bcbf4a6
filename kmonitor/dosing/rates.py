"""Dose and rate arithmetic; every function multiplies first and divides once, at the end."""

from __future__ import annotations

from kmonitor.units import (
    MCG_PER_MG,
    MIN_PER_H,
    GttPerMin,
    GttPerMl,
    Kg,
    McgPerKgPerMin,
    Mg,
    MgPerH,
    MgPerKg,
    MgPerKgPerH,
    MgPerMl,
    Minutes,
    Ml,
    MlPerH,
)


def dose_mg(dose: MgPerKg, weight: Kg) -> Mg:
    """mg = mg/kg x kg of the named basis."""
    return Mg(dose * weight)


def stock_volume_ml(drug: Mg, stock: MgPerMl) -> Ml:
    """mL to draw = mg / (mg/mL of the vial)."""
    return Ml(drug / stock)


def drug_from_stock_mg(volume: Ml, stock: MgPerMl) -> Mg:
    """mg in a volume of the vial's solution."""
    return Mg(volume * stock)


def concentration_mg_per_ml(drug: Mg, volume: Ml) -> MgPerMl:
    """Nominal: drug over the container's volume as given, the drug's own volume left out."""
    return MgPerMl(drug / volume)


def concentration_with_drug_volume_mg_per_ml(drug: Mg, stock: MgPerMl, diluent: Ml) -> MgPerMl:
    """Drug over diluent plus drawn volume: mg / (mL + mg / (mg/mL))."""
    return MgPerMl(drug * stock / (diluent * stock + drug))


def rate_from_time_ml_per_h(volume: Ml, time: Minutes) -> MlPerH:
    """The whole volume over the time."""
    return MlPerH(volume * MIN_PER_H / time)


def rate_ml_per_h(drug_rate: MgPerH, concentration: MgPerMl) -> MlPerH:
    """mL/h = mg/h / (mg/mL)."""
    return MlPerH(drug_rate / concentration)


def dose_rate_mg_per_kg_per_h(rate: MlPerH, concentration: MgPerMl, weight: Kg) -> MgPerKgPerH:
    """mg/kg/h that a pump rate gives = mL/h x mg/mL / kg."""
    return MgPerKgPerH(rate * concentration / weight)


def dose_rate_over_time_mg_per_kg_per_h(dose: MgPerKg, time: Minutes) -> MgPerKgPerH:
    """mg/kg/h straight from the order: mg/kg over its minutes."""
    return MgPerKgPerH(dose * MIN_PER_H / time)


def dose_rate_mcg_per_kg_per_min(
    rate: MlPerH, concentration: MgPerMl, weight: Kg
) -> McgPerKgPerMin:
    """mcg/kg/min that a pump rate gives."""
    return McgPerKgPerMin(rate * concentration * MCG_PER_MG / (MIN_PER_H * weight))


def drops_per_min(rate: MlPerH, drop_factor: GttPerMl) -> GttPerMin:
    """gtt/min = mL/h x gtt/mL / 60."""
    return GttPerMin(rate * drop_factor / MIN_PER_H)


def rate_from_drops_ml_per_h(drops: GttPerMin, drop_factor: GttPerMl) -> MlPerH:
    """mL/h = gtt/min x 60 / (gtt/mL)."""
    return MlPerH(drops * MIN_PER_H / drop_factor)


def mg_over_time(rate: MlPerH, concentration: MgPerMl, time: Minutes) -> Mg:
    """mg that a constant rate gives in the time."""
    return Mg(rate * concentration * time / MIN_PER_H)
