"""What lies in the trend beside the curves: cuff readings, the infusion, events."""

from __future__ import annotations

from dataclasses import dataclass

from kmonitor.alarms.limits import Judged
from kmonitor.clock import Instant
from kmonitor.infusion import (
    InfusionState,
    assumed_mg_at_end,
    delivered_mg,
    planned_end,
    segments,
)
from kmonitor.session_state import Interruption, Session
from kmonitor.session_work import limits_beside
from kmonitor.units import display
from ui.bedside.view_models.trend_history import TrendHistory
from ui.bedside.view_models.words import watch_words

_QUIET_KINDS = ("SessionOpened", "PumpDone", "AlarmAcknowledged", "CuffAsked", "NibpEntered")


@dataclass(frozen=True, slots=True)
class CuffMark:
    """One cuff reading: pressures and which of them lay beyond their limits; None if it failed."""

    at_s: float
    systolic: int | None
    diastolic: int | None
    mean: int | None
    is_systolic_beyond: bool = False
    is_diastolic_beyond: bool = False
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class RateBlock:
    """A stretch of one declared rate."""

    begin_s: float
    end_s: float
    ml_per_h: float
    label: str


@dataclass(frozen=True, slots=True)
class EventMark:
    """A mark in the lane of events."""

    at_s: float
    words: str
    priority: str | None = None


@dataclass(frozen=True, slots=True)
class AwayBand:
    """A stretch in which the program was not there: nobody read, judged or kept anything."""

    begin_s: float
    end_s: float
    words: str


def aways(session: Session) -> tuple[AwayBand, ...]:
    """Where the program was away, and for how long."""
    return tuple(
        AwayBand(
            each.since.seconds_since(session.opened),
            each.until.seconds_since(session.opened),
            f"PROGRAM AWAY {_away_words(each)}",
        )
        for each in session.interruptions
    )


def _away_words(gap: Interruption) -> str:
    if not gap.is_length_known:
        return "for an unknown time"
    return watch_words(gap.seconds) + ("" if gap.is_same_boot else " (by the wall clock)")


def cuffs(session: Session) -> list[CuffMark]:
    """Every cuff reading, and what of it lies beyond the shown limits."""
    low, high = limits_beside(session, Judged.NIBP_SYSTOLIC)
    dia_low, dia_high = limits_beside(session, Judged.NIBP_DIASTOLIC)
    return [
        CuffMark(
            at_s=(each.measured or each.at).seconds_since(session.opened),
            systolic=each.systolic_mmhg,
            diastolic=each.diastolic_mmhg,
            mean=each.mean_mmhg,
            is_systolic_beyond=each.is_judged and _is_beyond(each.systolic_mmhg, low, high),
            is_diastolic_beyond=each.is_judged
            and _is_beyond(each.diastolic_mmhg, dia_low, dia_high),
            is_doubtful=not each.is_judged,
        )
        for each in session.nibp
    ]


def _is_beyond(pressure: int | None, low: float | None, high: float | None) -> bool:
    if pressure is None:
        return False
    return (low is not None and pressure < low) or (high is not None and pressure > high)


def blocks(session: Session, now: Instant) -> tuple[RateBlock, ...]:
    """The declared rates."""
    if session.infusion is None:
        return ()
    blocks: list[RateBlock] = []
    for stretch in segments(session.infusion, now):
        end = stretch.until or now
        begin_s = stretch.since.seconds_since(session.opened)
        ml_per_h = float(stretch.rate_ml_per_h)
        label = display(stretch.rate_ml_per_h, "mL/h") if ml_per_h else "paused"
        blocks.append(RateBlock(begin_s, end.seconds_since(session.opened), ml_per_h, label))
    return tuple(blocks)


Points = tuple[tuple[float, float], ...]


def milligrams(session: Session, now: Instant) -> tuple[Points, Points]:
    """What was given by clock, and what the plan goes on with; (seconds, mg)."""
    infusion = session.infusion
    if infusion is None:
        return (), ()
    stretches = segments(infusion, now)
    if not stretches:
        return (), ()
    moments = [stretch.since for stretch in stretches]
    if stretches[-1].until is not None:
        moments.append(stretches[-1].until)
    end = planned_end(infusion)
    if end is not None and end.is_before(now):
        moments.append(end)
    moments.append(now)
    given = tuple(_given_at(session, infusion, moment) for moment in moments)
    assumed = assumed_mg_at_end(infusion)
    if end is None or assumed is None or not now.is_before(end):
        return given, ()
    return given, (given[-1], (end.seconds_since(session.opened), float(assumed)))


def _given_at(session: Session, infusion: InfusionState, at: Instant) -> tuple[float, float]:
    return at.seconds_since(session.opened), float(delivered_mg(infusion, at))


def events(history: TrendHistory, session: Session) -> list[EventMark]:
    """Acts and alarms in order of time."""
    marks = [
        EventMark(act.effective.seconds_since(session.opened), act.words)
        for act in session.acts
        if act.kind not in _QUIET_KINDS
    ]
    marks += [
        EventMark(each.at_s, _short(each.words), each.priority.value) for each in history.alarms
    ]
    marks += [EventMark(each.begin_s, each.words) for each in aways(session)]
    return sorted(marks, key=lambda mark: mark.at_s)


def _short(words: str) -> str:
    """The alarm's words without limit and advice: "SpO2 LOW 89"."""
    for mark in (" (", ": ", " since"):
        words = words.partition(mark)[0]
    return words
