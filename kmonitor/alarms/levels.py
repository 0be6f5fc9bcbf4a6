"""Which limit of a rule a value passes, compared as both are displayed."""

from __future__ import annotations

import math

from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.lifecycle import Finding
from kmonitor.alarms.limits import Judged, Level, LimitRule, LimitSet
from kmonitor.alarms.occurrences import Part

SHOWN = {
    Judged.SPO2: "SpO2",
    Judged.PULSE_RATE: "Pulse",
    Judged.RESPIRATORY_RATE: "RR",
    Judged.ETCO2: "EtCO2",
    Judged.SEDATION: "MOAA/S",
    Judged.NIBP_SYSTOLIC: "SYS",
    Judged.NIBP_DIASTOLIC: "DIA",
    Judged.NIBP_MEAN: "MEAN",
}


def as_displayed(value: float) -> int:
    """`value` as the tile shows it: whole, half up."""
    return math.floor(value + 0.5)


def effective_limit(level: Level, is_high: bool, baseline: float | None) -> float | None:
    """The number that must be passed, with what refers to the baseline worked in; None: rests."""
    limit = level.limit
    if level.fraction_of_baseline is not None and baseline is not None:
        below = level.while_baseline_below
        if below is None or baseline < below:
            limit = level.fraction_of_baseline * baseline
    if level.rise is not None:
        if baseline is None:
            return None
        risen = baseline + level.rise if is_high else baseline - level.rise
        limit = risen if limit is None else (max if is_high else min)(limit, risen)
    return None if limit is None else as_displayed(limit)


def effective_limits(rule: LimitRule, baseline: float | None) -> tuple[float | None, ...]:
    """One limit a level, in the rule's order."""
    return tuple(effective_limit(level, rule.is_high, baseline) for level in rule.levels)


def first_limits(
    limits: LimitSet, judged: Judged, baseline: float | None
) -> tuple[float | None, float | None]:
    """The low and the high limit beyond which something is heard first, with this baseline."""
    lows, highs = (
        [
            limit
            for rule in limits.rules_for(judged)
            if rule.is_high is is_high
            for level, limit in zip(rule.levels, effective_limits(rule, baseline), strict=True)
            if level.priority is not Priority.LOW and limit is not None
        ]
        for is_high in (False, True)
    )
    return max(lows, default=None), min(highs, default=None)


def is_beyond(value: float, limit: float | None, is_high: bool) -> bool:
    """Whether `value` lies strictly beyond `limit`, both as displayed."""
    if limit is None:
        return False
    shown = as_displayed(value)
    return shown > limit if is_high else shown < limit


def words(rule: LimitRule, value: float, limit: float) -> str:
    """What the banner says: "SpO2 LOW 89 (limit 90)"."""
    if rule.condition is Condition.APNOEA:
        return f"NO BREATH: RR {as_displayed(value)}"
    way = "HIGH" if rule.is_high else "LOW"
    return f"{SHOWN[rule.judged]} {way} {as_displayed(value)} (limit {as_displayed(limit)})"


def found_beyond(rule: LimitRule, priority: Priority, value: float, limit: float) -> Finding:
    """The finding that `value` lies beyond `limit` of `rule`."""
    return Finding(
        condition=rule.condition, priority=priority, value=as_displayed(value), limit=limit,
        words=words(rule, value, limit),
        parts=(
            Part(
                condition=rule.condition, judged=rule.judged.value, value=as_displayed(value),
                limit=limit, priority=priority,
            ),
        ),
    )  # fmt: skip
