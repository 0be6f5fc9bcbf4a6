"""From an order to the numbers that a person draws up and types into the pump, each checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from kmonitor.dosing.body_size import Sex, WeightBasis, basis_weight, bmi, ibw_devine
from kmonitor.dosing.guards import MOOD, DrugLibrary, GuardCheck, Level
from kmonitor.dosing.order_checks import check_card_numbers
from kmonitor.dosing.rates import (
    concentration_mg_per_ml,
    concentration_with_drug_volume_mg_per_ml,
    dose_mg,
    dose_rate_mg_per_kg_per_h,
    dose_rate_over_time_mg_per_kg_per_h,
    drops_per_min,
    mg_over_time,
    rate_from_time_ml_per_h,
    stock_volume_ml,
)
from kmonitor.units import (
    MIN_PER_H,
    Cm,
    GttPerMin,
    GttPerMl,
    Kg,
    KgPerM2,
    McgPerKgPerMin,
    Mg,
    MgPerKg,
    MgPerKgPerH,
    MgPerMl,
    Minutes,
    Ml,
    MlPerH,
    clean,
    mg_per_kg_per_h_to_mcg_per_kg_per_min,
    rounded,
)

_AGREES_WITHIN = Decimal("1e-12")


class OrderError(ValueError):
    """An order that no card can be made from; the text is one plain sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseOrder:
    """What is asked for; `container_ml` is the volume in the bag or syringe before the drug.

    With `count_drug_volume` the drawn volume is added to it; without, the drawn volume is
    left out (or as much diluent was taken away before).
    """

    weight_kg: Kg
    dose_mg_per_kg: MgPerKg
    minutes: Minutes
    stock_mg_per_ml: MgPerMl
    container_ml: Ml
    height_cm: Cm | None = None
    sex: Sex | None = None
    basis: WeightBasis = WeightBasis.ACTUAL
    count_drug_volume: bool = False
    drop_factor_gtt_per_ml: GttPerMl = GttPerMl(Decimal(20))  # noqa: RUF009  an immutable number

    def __post_init__(self) -> None:
        for name, number in self._numbers():
            if not number.is_finite() or number <= 0:
                raise OrderError(f"{name} must be a number above 0.")
        if self.basis is not WeightBasis.ACTUAL and (self.height_cm is None or self.sex is None):
            raise OrderError(f"The {self.basis} weight needs height and sex.")

    def _numbers(self) -> tuple[tuple[str, Decimal], ...]:
        numbers = (
            ("Weight", self.weight_kg),
            ("Dose", self.dose_mg_per_kg),
            ("Minutes", self.minutes),
            ("Stock strength", self.stock_mg_per_ml),
            ("Container volume", self.container_ml),
            ("Drop factor", self.drop_factor_gtt_per_ml),
        )
        height = () if self.height_cm is None else (("Height", self.height_cm),)
        return numbers + height


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpSettings:
    """What is typed into the pump: rounded half up to what a pump takes."""

    rate_ml_per_h: MlPerH
    vtbi_ml: Ml
    minutes: Minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundedRateDose:
    """What the rounded pump rate really gives; `given_mg` in the ordered minutes."""

    dose_rate_mg_per_kg_per_h: MgPerKgPerH
    dose_rate_mcg_per_kg_per_min: McgPerKgPerMin
    given_mg: Mg
    minutes_to_end: Minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class BackCheck:
    """The order found again from what is drawn, mixed and pumped, by a path of its own."""

    dose_mg_per_kg: MgPerKg
    dose_rate_mg_per_kg_per_h: MgPerKgPerH
    is_agreeing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseCard:
    """Every step from the order to the pump, unrounded; only `pump` is rounded."""

    order: DoseOrder
    bmi_kg_per_m2: KgPerM2 | None
    basis_weight_kg: Kg
    dose_mg: Mg
    draw_ml: Ml
    draw_rounded_ml: Ml
    total_volume_ml: Ml
    concentration_mg_per_ml: MgPerMl
    rate_ml_per_h: MlPerH
    dose_rate_mg_per_kg_per_h: MgPerKgPerH
    dose_rate_mcg_per_kg_per_min: McgPerKgPerMin
    drops_per_min: GttPerMin
    pump: PumpSettings
    dose_of_rounded_rate: RoundedRateDose
    back_check: BackCheck
    checks: tuple[GuardCheck, ...]

    @property
    def is_refused(self) -> bool:
        """Whether a hard limit is broken."""
        return any(check.level is Level.HARD for check in self.checks)


def dose_card(order: DoseOrder, library: DrugLibrary = MOOD) -> DoseCard:
    """Work the order out; the whole container is given in the ordered minutes."""
    weight = _basis_weight(order)
    drug = dose_mg(order.dose_mg_per_kg, weight)
    draw = stock_volume_ml(drug, order.stock_mg_per_ml)
    volume, concentration = _mixture(order, drug, draw)
    rate = rate_from_time_ml_per_h(volume, order.minutes)
    dose_rate = dose_rate_over_time_mg_per_kg_per_h(order.dose_mg_per_kg, order.minutes)
    pump_rate = _pump_rate(rate)
    card = DoseCard(
        order=order,
        bmi_kg_per_m2=None if order.height_cm is None else bmi(order.weight_kg, order.height_cm),
        basis_weight_kg=weight,
        dose_mg=drug,
        draw_ml=draw,
        draw_rounded_ml=Ml(rounded(draw, "mL")),
        total_volume_ml=volume,
        concentration_mg_per_ml=concentration,
        rate_ml_per_h=rate,
        dose_rate_mg_per_kg_per_h=dose_rate,
        dose_rate_mcg_per_kg_per_min=mg_per_kg_per_h_to_mcg_per_kg_per_min(dose_rate),
        drops_per_min=drops_per_min(rate, order.drop_factor_gtt_per_ml),
        pump=PumpSettings(
            rate_ml_per_h=pump_rate,
            vtbi_ml=Ml(rounded(volume, "mL/h")),
            minutes=order.minutes,
        ),
        dose_of_rounded_rate=_given_by(pump_rate, order.minutes, volume, concentration, weight),
        back_check=_back_check(order, draw, volume, rate, weight),
        checks=(),
    )
    return replace(card, checks=_checks(card, library))


_WITHOUT_DEVINE = (WeightBasis.ACTUAL, WeightBasis.LEAN)


def _checks(card: DoseCard, library: DrugLibrary) -> tuple[GuardCheck, ...]:
    order = card.order
    return check_card_numbers(
        library,
        {
            "weight_kg": order.weight_kg,
            "bmi_kg_per_m2": card.bmi_kg_per_m2,
            "dose_mg_per_kg": order.dose_mg_per_kg,
            "dose_rate_mg_per_kg_per_h": card.dose_rate_mg_per_kg_per_h,
            "dose_mg": card.dose_mg,
            "minutes": order.minutes,
            "concentration_mg_per_ml": card.concentration_mg_per_ml,
            "rate_ml_per_h": card.rate_ml_per_h,
            "stock_mg_per_ml": order.stock_mg_per_ml,
            "draw_ml": card.draw_ml,
            "basis_weight_kg": card.basis_weight_kg,
            "height_cm": None if order.basis in _WITHOUT_DEVINE else order.height_cm,
        },
        is_back_check_agreeing=card.back_check.is_agreeing,
    )


def _basis_weight(order: DoseOrder) -> Kg:
    if order.height_cm is None or order.sex is None:
        return order.weight_kg
    weight = basis_weight(order.basis, order.weight_kg, order.height_cm, order.sex)
    if weight <= 0 or (
        order.basis is WeightBasis.ADJUSTED and ibw_devine(order.sex, order.height_cm) <= 0
    ):
        raise OrderError(f"Height is too small for the {order.basis} weight.")
    return weight


def _pump_rate(rate: MlPerH) -> MlPerH:
    pump_rate = MlPerH(rounded(rate, "mL/h"))
    if not pump_rate:
        raise OrderError("The pump rate would round to 0 mL/h: more volume or less time.")
    return pump_rate


def _mixture(order: DoseOrder, drug: Mg, draw: Ml) -> tuple[Ml, MgPerMl]:
    if not order.count_drug_volume:
        return order.container_ml, concentration_mg_per_ml(drug, order.container_ml)
    volume = Ml(order.container_ml + draw)
    return volume, concentration_with_drug_volume_mg_per_ml(
        drug, order.stock_mg_per_ml, order.container_ml
    )


def _given_by(
    rate: MlPerH, minutes: Minutes, volume: Ml, concentration: MgPerMl, weight: Kg
) -> RoundedRateDose:
    dose_rate = dose_rate_mg_per_kg_per_h(rate, concentration, weight)
    content = Mg(volume * concentration)
    return RoundedRateDose(
        dose_rate_mg_per_kg_per_h=dose_rate,
        dose_rate_mcg_per_kg_per_min=mg_per_kg_per_h_to_mcg_per_kg_per_min(dose_rate),
        given_mg=min(content, mg_over_time(rate, concentration, minutes)),
        minutes_to_end=Minutes(volume * MIN_PER_H / rate),
    )


def _back_check(order: DoseOrder, draw: Ml, volume: Ml, rate: MlPerH, weight: Kg) -> BackCheck:
    """From the syringe forward: drawn mg, mg in each mL, mL in each minute, mcg per kg."""
    drawn_mcg = draw * order.stock_mg_per_ml * 1000
    mcg_per_min = drawn_mcg / volume * rate / MIN_PER_H
    dose_rate = MgPerKgPerH(mcg_per_min * 60 / 1000 / weight)
    dose = MgPerKg(mcg_per_min * order.minutes / 1000 / weight)
    is_agreeing = (
        abs(clean(dose) / order.dose_mg_per_kg - 1) < _AGREES_WITHIN
        and abs(clean(dose_rate) * order.minutes / order.dose_mg_per_kg / MIN_PER_H - 1)
        < _AGREES_WITHIN
    )
    return BackCheck(
        dose_mg_per_kg=dose, dose_rate_mg_per_kg_per_h=dose_rate, is_agreeing=is_agreeing
    )
