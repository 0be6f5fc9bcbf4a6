"""The limits page in words and numbers: a row for each number that is judged; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.levels import SHOWN
from kmonitor.alarms.limit_checks import AT_ONCE, JUDGES, MOST_RISE
from kmonitor.alarms.limit_texts import beyond_words, level_words, rule_words
from kmonitor.alarms.limits import Judged, Level, LimitRule
from kmonitor.alarms.suppression import is_alarm_off
from kmonitor.clock import Instant
from kmonitor.metrics import Metric
from kmonitor.session_state import Session
from ui.bedside.view_models.nibp_tile import nibp_tile
from ui.bedside.view_models.numeric_tile import numeric_tile
from ui.bedside.view_models.words import DASHES, age_words, clock_words
from ui.limits.draft import Draft, Spot, is_rise, level_at, rule_of

_METRICS = {
    Judged.SPO2: Metric.SPO2,
    Judged.PULSE_RATE: Metric.PULSE_RATE,
    Judged.RESPIRATORY_RATE: Metric.RESPIRATORY_RATE,
    Judged.ETCO2: Metric.ETCO2,
}
_ORDER = (
    *(Judged.SPO2, Judged.PULSE_RATE, Judged.NIBP_SYSTOLIC, Judged.NIBP_DIASTOLIC),
    *(Judged.NIBP_MEAN, Judged.RESPIRATORY_RATE, Judged.ETCO2, Judged.SEDATION),
)
UNITS: Mapping[Judged, str] = {
    Judged.SPO2: "%", Judged.PULSE_RATE: "/min", Judged.RESPIRATORY_RATE: "/min",
    Judged.ETCO2: "mmHg", Judged.SEDATION: "", Judged.NIBP_SYSTOLIC: "mmHg",
    Judged.NIBP_DIASTOLIC: "mmHg", Judged.NIBP_MEAN: "mmHg",
}  # fmt: skip
_GROUPS = {
    judged: "NIBP" for judged in (Judged.NIBP_SYSTOLIC, Judged.NIBP_DIASTOLIC, Judged.NIBP_MEAN)
}
_OBSERVATION_IS_OLD_S = 900.0
_LIMITS_ACT = "LimitsChanged"


class Column(StrEnum):
    """Where a number stands: from the lowest to the highest, the live one in the middle."""

    CRITICAL_LOW = "critical low"
    LOW = "low"
    SEEN_LOW = "seen low"
    SEEN_HIGH = "seen high"
    HIGH = "high"
    CRITICAL_HIGH = "critical high"


_COLUMNS = {
    (False, Priority.HIGH): Column.CRITICAL_LOW,
    (False, Priority.MEDIUM): Column.LOW,
    (False, Priority.LOW): Column.SEEN_LOW,
    (True, Priority.LOW): Column.SEEN_HIGH,
    (True, Priority.MEDIUM): Column.HIGH,
    (True, Priority.HIGH): Column.CRITICAL_HIGH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One place of the table; `spots` are its numbers, the first of them is shown large."""

    spots: tuple[Spot, ...]
    text: str
    note: str
    is_moved: bool
    is_wrong: bool
    is_off: bool
    spoken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveNumber:
    """What the patient has now: dashes where that is not known, and `note` says since when."""

    text: str
    note: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Everything about one number."""

    judged: Judged
    group: str
    name: str
    live: LiveNumber
    cells: Mapping[Column, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """The chosen number with all that is to be known while it is changed.

    `limit` and `delay` are the texts of the fields, None where there is nothing to type.
    """

    spot: Spot
    title: str
    says: str
    live: str
    others: tuple[tuple[Spot, str], ...]
    unit: str
    limit: str | None
    delay: str | None
    baseline: float | None
    history: str
    back: str
    can_default: bool
    row: str
    is_off: bool
    alarm: str
    relative: str
    trouble: str


def rows(session: Session, draft: Draft, now: Instant, *, is_frozen: bool = False) -> list[Row]:
    """The table, in the order in which a nurse looks; `is_frozen`: no news come any more."""
    found, wrong = [], draft.wrong
    for judged in _ORDER:
        rules = draft.wanted.rules_for(judged)
        if rules:
            live = live_number(session, judged, now, is_frozen=is_frozen)
            found.append(
                Row(
                    judged=judged,
                    group=_GROUPS.get(judged, ""),
                    name=SHOWN[judged],
                    live=live,
                    cells=_cells(session, draft, rules, wrong),
                )
            )
    return found


def live_number(
    session: Session, judged: Judged, now: Instant, *, is_frozen: bool = False
) -> LiveNumber:
    """The newest number; one that is not current is never shown as if it were."""
    text, note, is_stale = _newest(session, judged, now)
    if is_frozen:
        return LiveNumber(text=DASHES, note="no news", is_current=False)
    if is_stale or text == DASHES:
        was = f"was {text}, " if text != DASHES else ""
        return LiveNumber(text=DASHES, note=f"{was}{note}", is_current=False)
    return LiveNumber(text=text, note=note, is_current=True)


def editor(
    session: Session,
    draft: Draft,
    spot: Spot,
    now: Instant,
    *,
    name_of: Callable[[str], str] = str,
    is_frozen: bool = False,
) -> Editor:
    """All about the number at `spot`."""
    rule, level = rule_of(draft.wanted, spot.condition), draft.level(spot)
    live = live_number(session, rule.judged, now, is_frozen=is_frozen)
    baseline = baseline_of(session, rule.judged)
    earlier = draft.earlier(spot)
    is_off = is_alarm_off(session.alarms, spot.condition)
    return Editor(
        spot=spot, title=f"{rule_words(rule)} · {_PRIORITIES[level.priority]}",
        says=_says(rule, level), live=_live_words(live, UNITS[rule.judged]),
        others=_siblings(draft, rule, spot),
        unit=UNITS[rule.judged], limit=_limit_text(rule, level),
        delay=None if rule.judged in AT_ONCE else f"{level.delay_s:g}",
        baseline=baseline if rule.judged in MOST_RISE and not is_rise(level) else None,
        history=_history(session, draft, spot, name_of),
        back="" if earlier is None else f"Back to {short(earlier)}",
        can_default=_can_default(draft, rule), row=SHOWN[rule.judged],
        is_off=is_off, alarm=rule_words(rule),
        relative=_relative_words(session, draft, rule.judged),
        trouble=draft.trouble if spot in draft.wrong else "",
    )  # fmt: skip


def baseline_of(session: Session, judged: Judged) -> float | None:
    """What limits from the baseline refer to; None before there is one."""
    baseline = session.baseline
    if baseline is None:
        return None
    return {
        Judged.NIBP_SYSTOLIC: baseline.systolic_mmhg,
        Judged.NIBP_DIASTOLIC: baseline.diastolic_mmhg,
        Judged.PULSE_RATE: baseline.pulse_rate_per_min,
    }.get(judged)


def _relative_words(session: Session, draft: Draft, judged: Judged) -> str:
    """The limits of a row that go by the baseline, in words; empty where there are none."""
    baseline = baseline_of(session, judged)
    known = "no baseline yet" if baseline is None else f"baseline {baseline:g}"
    found = [
        f"{_PRIORITIES[level.priority]}: {beyond_words(rule, level)}"
        for rule in draft.wanted.rules_for(judged)
        for level in rule.levels
        if level.rise is not None or level.fraction_of_baseline is not None
    ]
    return f"{'; '.join(found)} ({known})" if found else ""


def first_spot(table: list[Row]) -> Spot:
    """What is chosen when the page opens: the medium limit of the first row."""
    cells = table[0].cells
    cell = cells.get(Column.LOW) or cells.get(Column.HIGH) or next(iter(cells.values()))
    return cell.spots[0]


def short(level: Level) -> str:
    """A level in the fewest letters: "90", "+30", "150 and +40"."""
    parts = [] if level.limit is None else [f"{level.limit:g}"]
    parts += [] if level.rise is None else [f"+{level.rise:g}"]
    return " and ".join(parts)


_PRIORITIES = {
    Priority.LOW: "seen only",
    Priority.MEDIUM: "medium priority",
    Priority.HIGH: "high priority",
}


def _newest(session: Session, judged: Judged, now: Instant) -> tuple[str, str, bool]:
    if judged in _METRICS:
        tile = numeric_tile(session, _METRICS[judged], now)
        return tile.text, " ".join(tile.foot[:1]), tile.is_stale
    if judged is Judged.SEDATION:
        return _observed(session, now)
    pressures = nibp_tile(session, now, None)
    text = {
        Judged.NIBP_SYSTOLIC: pressures.systolic,
        Judged.NIBP_DIASTOLIC: pressures.diastolic,
        Judged.NIBP_MEAN: pressures.mean,
    }[judged]
    return text, pressures.age, pressures.is_stale


def _observed(session: Session, now: Instant) -> tuple[str, str, bool]:
    if not session.observations:
        return DASHES, "not observed yet", True
    last = session.observations[-1]
    age_s = now.seconds_since(last.at)
    every_s = session.limits.observation_every_s or _OBSERVATION_IS_OLD_S
    return str(last.sedation), f"{age_words(age_s)} ago", age_s >= every_s


def _live_words(live: LiveNumber, unit: str) -> str:
    if not live.is_current:
        return f"Now {DASHES} ({live.note})" if live.note else f"Now {DASHES}"
    said = f"Now {live.text} {unit}".strip()
    return said if live.note in ("", "now") else f"{said}, {live.note}"


def _cells(
    session: Session, draft: Draft, rules: tuple[LimitRule, ...], wrong: frozenset[Spot]
) -> Mapping[Column, Cell]:
    placed: dict[Column, list[Spot]] = {}
    for rule in rules:
        for place, level in enumerate(rule.levels):
            column = _COLUMNS[rule.is_high, level.priority]
            placed.setdefault(column, []).append(Spot(condition=rule.condition, place=place))
    return {
        column: _cell(session, draft, _main_first(draft, spots), wrong)
        for column, spots in placed.items()
    }


def _main_first(draft: Draft, spots: list[Spot]) -> tuple[Spot, ...]:
    """The number that counts by itself goes before one that needs a rise too."""
    return tuple(sorted(spots, key=lambda spot: draft.level(spot).rise is not None))


def _cell(session: Session, draft: Draft, spots: tuple[Spot, ...], wrong: frozenset[Spot]) -> Cell:
    main, *others = spots
    rule, level = rule_of(draft.wanted, main.condition), draft.level(main)
    is_off = is_alarm_off(session.alarms, main.condition)
    spoken = f"{level_words(rule, main.place)} {short(level)}"
    text, note = short(level), _note(draft, main, tuple(others))
    if rule.condition is Condition.APNOEA:
        text, note = f"{level.delay_s:g} s", "no breath"
    return Cell(
        spots=spots, text=text, note=note,
        is_moved=any(draft.is_moved(spot) for spot in spots),
        is_wrong=any(spot in wrong for spot in spots),
        is_off=is_off,
        spoken=f"{spoken}, off" if is_off else spoken,
    )  # fmt: skip


def _note(draft: Draft, main: Spot, others: tuple[Spot, ...]) -> str:
    """Under the number: what the session still has, or the set had; else how long, and more."""
    level, of_set, in_use = draft.level(main), draft.of_set(main), level_at(draft.now, main)
    if short(in_use) != short(level):
        return f"still {short(in_use)}"
    if of_set is not None and short(of_set) != short(level):
        return f"was {short(of_set)}"
    if level.fraction_of_baseline is not None:
        return f"or ×{level.fraction_of_baseline:g}"
    notes = [f"{level.delay_s:g} s"] if level.delay_s else []
    return " ".join([*notes, *(f"or {_other(draft.level(other))}" for other in others)])


def _other(level: Level) -> str:
    return f"+{level.rise:g}" if level.rise is not None else f"{level.limit or 0:g}"


def _says(rule: LimitRule, level: Level) -> str:
    if rule.condition is Condition.APNOEA:
        return f"no breath for {level.delay_s:g} s"
    far = beyond_words(rule, level)
    return f"{far}, for {level.delay_s:g} s" if level.delay_s else f"{far}, at once"


def _siblings(draft: Draft, rule: LimitRule, spot: Spot) -> tuple[tuple[Spot, str], ...]:
    """The numbers that share a place of the table; none where there is one alone."""
    column = _COLUMNS[rule.is_high, draft.level(spot).priority]
    spots = [
        Spot(condition=each.condition, place=place)
        for each in draft.wanted.rules_for(rule.judged)
        for place, level in enumerate(each.levels)
        if _COLUMNS[each.is_high, level.priority] is column
    ]
    if len(spots) == 1:
        return ()
    return tuple((each, short(draft.level(each))) for each in _main_first(draft, spots))


def _can_default(draft: Draft, rule: LimitRule) -> bool:
    """Whether anything of the row differs from the set."""
    if draft.began_with is None:
        return False
    return draft.wanted.rules_for(rule.judged) != draft.began_with.rules_for(rule.judged)


def _limit_text(rule: LimitRule, level: Level) -> str | None:
    judges = JUDGES.get(rule.condition)
    if judges is not None and judges.least == judges.most:
        return None  # it can lie nowhere else
    number = level.rise if is_rise(level) else level.limit
    return None if number is None else f"{number:g}"


def _history(session: Session, draft: Draft, spot: Spot, name_of: Callable[[str], str]) -> str:
    """Who changed this number last, and what it was in the set."""
    of_set = draft.of_set(spot)
    if of_set is None or of_set == level_at(draft.now, spot):
        return ""
    was = f"was {short(of_set)}"
    if of_set.delay_s != level_at(draft.now, spot).delay_s:
        was += f" for {of_set.delay_s:g} s"
    rule = rule_of(draft.now, spot.condition)
    name = f"{level_words(rule, spot.place)} "
    for act in reversed(session.acts):
        if act.kind == _LIMITS_ACT and name in act.words:
            at = clock_words(act.at, session.zone)
            return f"Changed by {name_of(act.author)} at {at}, {was}"
    return f"Changed, {was}"
