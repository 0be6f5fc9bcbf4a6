"""The tiles of numbers that come again and again: SpO2, pulse, RR, EtCO2, temperature."""

from __future__ import annotations

from dataclasses import dataclass

from kmonitor.alarms.conditions import Condition
from kmonitor.alarms.levels import as_displayed
from kmonitor.alarms.limits import Judged
from kmonitor.clock import Instant
from kmonitor.metrics import Metric, facts_of
from kmonitor.session_state import LatestNumeric, Session
from kmonitor.session_work import limits_beside
from kmonitor.vitals import Validity
from ui.bedside.view_models.alarm_look import AlarmLook, TileAlarms, limits_off, tile_alarms
from ui.bedside.view_models.words import DASHES, age_words, reason_words, watch_words

STALE_AFTER_S = 10.0
DASHES_AFTER_S = 30.0
ALARM_OFF_SPOKEN = "alarm off"
EXTRA_METRICS = (Metric.RESPIRATORY_RATE, Metric.ETCO2, Metric.TEMPERATURE)
_CONDITIONS = {
    Metric.SPO2: (Condition.SPO2_LOW, Condition.SPO2_HIGH, Condition.SPO2_FALLING),
    Metric.PULSE_RATE: (Condition.PULSE_LOW, Condition.PULSE_HIGH),
    Metric.RESPIRATORY_RATE: (
        Condition.RESPIRATORY_RATE_LOW, Condition.RESPIRATORY_RATE_HIGH, Condition.APNOEA,
    ),
    Metric.ETCO2: (Condition.ETCO2_LOW, Condition.ETCO2_HIGH),
}  # fmt: skip
_JUDGED = {
    Metric.SPO2: Judged.SPO2,
    Metric.PULSE_RATE: Judged.PULSE_RATE,
    Metric.RESPIRATORY_RATE: Judged.RESPIRATORY_RATE,
    Metric.ETCO2: Judged.ETCO2,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NumericTile:
    """One number as it is drawn; `widest` is the widest text that must ever fit.

    `limits` are those that alarm; with `is_alarm_off` a crossed bell says that one does not.
    """

    label: str
    unit: str
    text: str
    widest: str
    role: str
    limits: str
    foot: tuple[str, ...]
    is_stale: bool
    is_limit_marked: bool
    is_alarm_off: bool
    alarm: AlarmLook | None
    spoken: str


def numeric_tile(
    session: Session, metric: Metric, now: Instant, *, is_frozen: bool = False
) -> NumericTile:
    """The tile of `metric`; `is_frozen` says that the program has given no news to the screen."""
    facts = facts_of(metric)
    entry = session.numerics.get(metric)
    text, is_stale, foot = _standing(session, metric, entry, now)
    alarms = tile_alarms(
        session.alarms.occurrences, _CONDITIONS.get(metric, ()), about=metric.value
    )
    judged = _JUDGED.get(metric)
    is_off = judged is not None and any(limits_off(session, judged))
    said = (
        facts.label,
        "no value" if text == DASHES else f"{text} {facts.unit_shown}",
        "not current" if is_stale and text != DASHES else "",
        alarms.look.spoken if alarms.look else "",
        ALARM_OFF_SPOKEN if is_off else "",
        *foot,
    )
    return NumericTile(
        label=facts.label,
        unit=facts.unit_shown,
        text=text,
        widest="38.8" if facts.decimals else "188",
        role=facts.role,
        limits="" if judged is None else standing_limits(session, judged, alarms),
        foot=foot,
        is_stale=is_stale or is_frozen,
        is_limit_marked=alarms.is_pending or bool(alarms.passed),
        is_alarm_off=is_off,
        alarm=alarms.look,
        spoken=" ".join(part for part in said if part),
    )


def extra_tiles(session: Session, now: Instant, *, is_frozen: bool) -> tuple[NumericTile, ...]:
    """Tiles for what only some monitors give; none where no link has given it."""
    return tuple(
        numeric_tile(session, metric, now, is_frozen=is_frozen)
        for metric in EXTRA_METRICS
        if metric in session.numerics and session.numerics[metric].with_value is not None
    )


def shown_number(metric: Metric, number: float) -> str:
    """The number as the alarms compare it: half up where there are no decimals."""
    facts = facts_of(metric)
    return facts.shown(number)


def _standing(
    session: Session, metric: Metric, entry: LatestNumeric | None, now: Instant
) -> tuple[str, bool, tuple[str, ...]]:
    if entry is None:
        return DASHES, True, ("no data yet",)
    why = "" if entry.latest.value is not None else reason_words(entry.latest.reason)
    if entry.with_value is None or entry.with_value.value is None:
        return DASHES, True, (why or "no data yet",)
    age_s = now.seconds_since(entry.with_value.received)
    text = shown_number(metric, entry.with_value.value)
    if age_s >= (STALE_AFTER_S if why else DASHES_AFTER_S):
        return DASHES, True, (f"{why or 'no data'} {watch_words(age_s)}", f"was {text}")
    if why or age_s >= STALE_AFTER_S:
        return text, True, (why or "old", f"{age_words(age_s)} ago")
    return text, False, (age_words(age_s), *_remarks(session, metric, entry, now))


def _remarks(session: Session, metric: Metric, entry: LatestNumeric, now: Instant) -> list[str]:
    if entry.latest.validity is Validity.QUESTIONABLE:
        return [f"doubtful: {reason_words(entry.latest.reason, 'weak signal')}"]
    if metric is not Metric.SPO2:
        return _source(session, entry) if metric is Metric.PULSE_RATE else []
    remarks = ["signal good"] if entry.latest.validity is Validity.VALID else []
    perfusion = session.numerics.get(Metric.PERFUSION_INDEX)
    if perfusion is not None and perfusion.with_value is not None and not perfusion.is_stale(now):
        remarks.append(f"PI {perfusion.with_value.value:.1f}")
    return remarks


def _source(session: Session, entry: LatestNumeric) -> list[str]:
    link = session.links.get(entry.link)
    if link is None:
        return []
    return ["from monitor" if link.gives_nibp else "from oximeter"]


def standing_limits(session: Session, judged: Judged, alarms: TileAlarms) -> str:
    """The limits beside a number: one that it lies beyond now is the one that the banner names.

    One whose alarm is off is none; `off` where that leaves nothing.
    """
    low, high = limits_beside(session, judged)
    is_low_off, is_high_off = limits_off(session, judged)
    low, high = None if is_low_off else low, None if is_high_off else high
    if (is_low_off or is_high_off) and low is None and high is None:
        return "off"
    passed_low = alarms.limit_passed(judged.value, is_high=False)
    passed_high = alarms.limit_passed(judged.value, is_high=True)
    return limits_words(
        low if passed_low is None else passed_low, high if passed_high is None else passed_high
    )


def limits_words(low: float | None, high: float | None) -> str:
    """Limits so written that nobody can read them as a value."""
    if low is not None and high is not None:
        return f"{as_displayed(low)}–{as_displayed(high)}"
    if low is not None:
        return f"≥ {as_displayed(low)}"
    return "" if high is None else f"≤ {as_displayed(high)}"
