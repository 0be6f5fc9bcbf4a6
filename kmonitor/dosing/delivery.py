"""What stretches of constant rate deliver, and when an infusion ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kmonitor.units import MIN_PER_H, Mg, MgPerMl, Minutes, Ml, MlPerH

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySegment:
    """One constant rate from minute to minute; what lies between two segments is a pause."""

    since_min: Minutes
    until_min: Minutes
    rate_ml_per_h: MlPerH


def delivered_mg(
    segments: Sequence[DeliverySegment],
    concentration: MgPerMl,
    bolus: Mg | None = None,
    container: Ml | None = None,
) -> Mg:
    """Sum of rate x time x concentration, plus the bolus; at most what the container holds."""
    ml_min_per_h = sum(
        (part.rate_ml_per_h * (part.until_min - part.since_min) for part in segments), start=_ZERO
    )
    given = ml_min_per_h * concentration / MIN_PER_H
    if container is not None:
        given = min(given, container * concentration)
    return Mg(given + (bolus or _ZERO))


def remaining_min(drug: Mg, given: Mg, rate: MlPerH, concentration: MgPerMl) -> Minutes:
    """(ordered mg - given mg) / (mg per minute at the current rate)."""
    return Minutes((drug - given) * MIN_PER_H / (rate * concentration))


def end_after_pause_min(planned: Minutes, paused: Minutes) -> Minutes:
    """The end, in minutes from the start, if the time of the pause is added."""
    return Minutes(planned + paused)
