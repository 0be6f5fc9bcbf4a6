"""Rules and levels of a limit set in words: on the screen, in the record, on the command line."""

from __future__ import annotations

from dataclasses import dataclass

from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.levels import SHOWN
from kmonitor.alarms.limits import Judged, Level, LimitRule, LimitSet

_UNITS = {
    Judged.SPO2: " %",
    Judged.PULSE_RATE: " /min",
    Judged.RESPIRATORY_RATE: " /min",
    Judged.ETCO2: " mmHg",
    Judged.SEDATION: "",
    Judged.NIBP_SYSTOLIC: " mmHg",
    Judged.NIBP_DIASTOLIC: " mmHg",
    Judged.NIBP_MEAN: " mmHg",
}
PRIORITY_WORDS = {Priority.LOW: "seen only", Priority.MEDIUM: "medium", Priority.HIGH: "high"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelInWords:
    """One row of the table of a whole set."""

    rule: str
    priority: str
    beyond: str
    delay: str


def table_of(limits: LimitSet) -> tuple[LevelInWords, ...]:
    """Every level of every rule, in the set's order, then what belongs to no rule."""
    rows = [
        LevelInWords(
            rule=rule_words(rule),
            priority=PRIORITY_WORDS[level.priority],
            beyond=beyond_words(rule, level),
            delay=f"for {level.delay_s:g} s" if level.delay_s else "at once",
        )
        for rule in limits.rules
        for level in rule.levels
    ]
    seen = PRIORITY_WORDS[Priority.LOW]
    if (fall := limits.fast_fall) is not None:
        what, within = f"by more than {fall.points:g} %", f"within {fall.within_s:g} s"
        rows.append(LevelInWords(rule="SpO2 falling", priority=seen, beyond=what, delay=within))
    if (several := limits.several_lesser) is not None:
        what = f"{several} or more that are only seen"
        rows.append(LevelInWords(rule="Together", priority=seen, beyond=what, delay="at once"))
    if (every_s := limits.observation_every_s) is not None:
        what = f"every {every_s / 60:g} min while infusing"
        rows.append(LevelInWords(rule="Observation", priority="", beyond=what, delay=""))
    return tuple(rows)


def rule_words(rule: LimitRule) -> str:
    """What a rule is called: "SpO2 low"."""
    if rule.condition is Condition.APNOEA:
        return "No breath"
    return f"{SHOWN[rule.judged]} {'high' if rule.is_high else 'low'}"


def level_words(rule: LimitRule, place: int) -> str:
    """A level of it, told from the others; the one whose limit stands at the number is bare."""
    level = rule.levels[place]
    if level.rise is not None and level.limit is not None:
        more = f"with a rise of {level.rise:g}"
    elif level.rise is None and level.limit == rule.shown_limit:
        return rule_words(rule)
    else:
        more = "seen only" if level.priority is Priority.LOW else f"{level.priority} priority"
        alike = [
            i for i, each in enumerate(rule.levels)
            if each.priority is level.priority and (each.rise is None) is (level.rise is None)
        ]  # fmt: skip
        if len(alike) > 1:
            more += f", {alike.index(place) + 1}"
    return f"{rule_words(rule)} ({more})"


def beyond_words(rule: LimitRule, level: Level) -> str:
    """What must be passed: "below 90 %"."""
    if rule.condition is Condition.APNOEA:
        return "none"
    way, unit = ("above", _UNITS[rule.judged]) if rule.is_high else ("below", _UNITS[rule.judged])
    far = "" if level.limit is None else f"{way} {level.limit:g}{unit}"
    if level.rise is not None:
        where = "above" if rule.is_high else "below"
        risen = f"more than {level.rise:g} {where} baseline"
        return f"{far} and {risen}" if far else risen
    if level.fraction_of_baseline is None:
        return far
    part = f"{level.fraction_of_baseline:g} x a baseline below {level.while_baseline_below:g}"
    return f"{far} ({part})"
