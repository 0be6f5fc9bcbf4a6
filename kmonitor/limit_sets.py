"""Limit sets out of `resources/limits/NAME.toml` or the site's own file of that name."""

from __future__ import annotations

from pathlib import Path

from kmonitor import site_files
from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.limits import Judged, Level, LimitRule, LimitSet
from kmonitor.errors import SettingsError
from kmonitor.site_files import Fields

DEFAULT = "adult"
_RULES: dict[str, tuple[Condition, Judged, bool]] = {
    condition.value: (condition, judged, is_high)
    for condition, judged, is_high in (
        (Condition.SPO2_LOW, Judged.SPO2, False),
        (Condition.PULSE_LOW, Judged.PULSE_RATE, False),
        (Condition.PULSE_HIGH, Judged.PULSE_RATE, True),
        (Condition.NIBP_SYSTOLIC_LOW, Judged.NIBP_SYSTOLIC, False),
        (Condition.NIBP_SYSTOLIC_HIGH, Judged.NIBP_SYSTOLIC, True),
        (Condition.NIBP_DIASTOLIC_LOW, Judged.NIBP_DIASTOLIC, False),
        (Condition.NIBP_DIASTOLIC_HIGH, Judged.NIBP_DIASTOLIC, True),
        (Condition.NIBP_MEAN_LOW, Judged.NIBP_MEAN, False),
    )
}


def load_default() -> LimitSet:
    """The default set, "adult"; raises SettingsError."""
    return load(DEFAULT)


def load(name: str, site_folder: Path | None = None) -> LimitSet:
    """The limit set `name`; raises SettingsError naming file and field."""
    found = site_files.load("limits", name, site_folder)
    fields = found.fields
    limit_set = LimitSet(
        name=fields.text("name"),
        title=fields.text("title"),
        version=fields.whole("version"),
        author=fields.text("author"),
        dated=fields.day("dated"),
        sha256=found.sha256,
        rules=tuple(_rule(each) for each in fields.tables("rule")),
    )
    fields.finish()
    _check_order(found.name, limit_set)
    return limit_set


def _rule(fields: Fields) -> LimitRule:
    name = fields.text("condition")
    if name not in _RULES:
        raise fields.wrong("condition", f"names no known condition: {name}")
    condition, judged, is_high = _RULES[name]
    levels = tuple(_level(each, is_high) for each in fields.tables("level"))
    ranks = [level.priority.rank for level in levels]
    if ranks != sorted(ranks):
        raise fields.wrong("level", "must be ordered from low to high priority")
    return LimitRule(condition=condition, judged=judged, is_high=is_high, levels=levels)


def _level(fields: Fields, is_high: bool) -> Level:
    priority = fields.text("priority")
    if priority not in set(Priority):
        raise fields.wrong("priority", "must be low, medium or high")
    level = Level(
        priority=Priority(priority),
        limit=fields.number_if_there("limit"),
        delay_s=fields.number_if_there("for_s") or 0.0,
        rise=fields.number_if_there("rise"),
        fraction_of_baseline=fields.number_if_there("fraction_of_baseline"),
        while_baseline_below=fields.number_if_there("while_baseline_below"),
    )
    if level.limit is None and level.rise is None and level.fraction_of_baseline is None:
        raise fields.wrong("limit", "is missing")
    if level.delay_s < 0:
        raise fields.wrong("for_s", "must not be negative")
    return level


def _check_order(where: str, limit_set: LimitSet) -> None:
    for judged in Judged:
        low, high = limit_set.shown(judged)
        if low is not None and high is not None and low >= high:
            raise SettingsError(
                f"{where}: the low limit of {judged.value} ({low:g}) must lie below its "
                f"high limit ({high:g})."
            )
