"""Limit sets out of `resources/limits/NAME.toml` or the site's own file of that name."""

from __future__ import annotations

from pathlib import Path

from kmonitor import site_files
from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.limits import Judged, Level, LimitRule, LimitSet
from kmonitor.errors import SettingsError
from kmonitor.site_files import Fields

DEFAULT = "adult"
LONGEST_DELAY_S = 120.0
REQUIRED = (
    Condition.SPO2_LOW,
    Condition.PULSE_LOW,
    Condition.PULSE_HIGH,
    Condition.NIBP_SYSTOLIC_LOW,
    Condition.NIBP_SYSTOLIC_HIGH,
)
PLAUSIBLE: dict[Judged, tuple[float, float]] = {
    Judged.SPO2: (50, 100),
    Judged.PULSE_RATE: (20, 250),
    Judged.NIBP_SYSTOLIC: (40, 280),
    Judged.NIBP_DIASTOLIC: (20, 200),
    Judged.NIBP_MEAN: (20, 220),
}
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
    _check_complete(found.name, limit_set)
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
    plain = [level.limit for level in levels if level.limit is not None and level.rise is None]
    if plain != sorted(plain, reverse=not is_high):
        raise fields.wrong("level", "must be ordered: a more urgent limit lies further out")
    for limit in plain:
        if not PLAUSIBLE[judged][0] <= limit <= PLAUSIBLE[judged][1]:
            raise fields.wrong("level", f"has an impossible limit for {judged.value}: {limit:g}")
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
    if not 0 <= level.delay_s <= LONGEST_DELAY_S:
        raise fields.wrong("for_s", f"must lie between 0 and {LONGEST_DELAY_S:g} s")
    if level.rise is not None and level.rise <= 0:
        raise fields.wrong("rise", "must be above 0")
    if level.fraction_of_baseline is not None and not 0 < level.fraction_of_baseline < 1:
        raise fields.wrong("fraction_of_baseline", "must lie between 0 and 1")
    return level


def _check_complete(where: str, limit_set: LimitSet) -> None:
    named = [rule.condition for rule in limit_set.rules]
    for condition in named:
        if named.count(condition) > 1:
            raise SettingsError(f"{where}: the condition {condition} stands there twice.")
    for condition in REQUIRED:
        if condition not in named:
            raise SettingsError(f"{where}: there is no rule for {condition}.")


def _check_order(where: str, limit_set: LimitSet) -> None:
    for judged in Judged:
        low, high = limit_set.shown(judged)
        if low is not None and high is not None and low >= high:
            raise SettingsError(
                f"{where}: the low limit of {judged.value} ({low:g}) must lie below its "
                f"high limit ({high:g})."
            )
