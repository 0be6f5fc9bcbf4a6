"""The blood pressure tile: last reading, its age, when the next is due, what the cuff does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kmonitor.alarms.conditions import Condition
from kmonitor.alarms.cuff import CUFF_CONDITIONS
from kmonitor.alarms.limits import Judged
from kmonitor.alarms.occurrences import OccurrenceState
from kmonitor.clock import Instant
from kmonitor.session_state import NibpRecord, Session, SessionPhase
from ui.bedside.view_models.alarm_look import AlarmLook, TileAlarms, limits_off, tile_alarms
from ui.bedside.view_models.numeric_tile import ALARM_OFF_SPOKEN, standing_limits
from ui.bedside.view_models.words import (
    DASHES,
    age_words,
    clock_words,
    reason_words,
    watch_words,
)

GREY_AFTER_S = 30 * 60.0
GONE_AFTER_S = 60 * 60.0
OVERDUE_AFTER_S = 120.0
BASELINE_READINGS = 2
_LIMITS = (
    (Judged.NIBP_SYSTOLIC, "sys"),
    (Judged.NIBP_DIASTOLIC, "dia"),
    (Judged.NIBP_MEAN, "mean"),
)


class Half(StrEnum):
    """A part of a blood pressure, named as the alarms name it."""

    SYSTOLIC = "nibp_systolic"
    DIASTOLIC = "nibp_diastolic"
    MEAN = "nibp_mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class NibpTile:
    """The blood pressure as it is drawn; only the `offending` halves are filled.

    `passed` are the words of those `limits` that a pressure lies beyond; the limit of the mean
    stands only then, or where an alarm about it is off. `off` are the words of those that bear a
    crossed bell.
    """

    systolic: str
    diastolic: str
    mean: str
    limits: tuple[str, ...]
    passed: tuple[str, ...]
    off: tuple[str, ...]
    age: str
    due: str
    is_due: bool
    is_overdue: bool
    remarks: tuple[str, ...]
    cuff: str
    is_stale: bool
    alarm: AlarmLook | None
    offending: frozenset[Half]
    spoken: str


def nibp_tile(
    session: Session, now: Instant, due: Instant | None, *, is_frozen: bool = False
) -> NibpTile:
    """The tile at `now`; `due` is when the next reading should begin."""
    shown = session.last_nibp
    age, is_stale, is_gone = _age(shown, now)
    alarms = tile_alarms(session.alarms.occurrences, CUFF_CONDITIONS, about="nibp")
    systolic, diastolic, mean = _pressures(None if is_gone else shown)
    due_text, is_due, is_overdue = _due(session, due, now)
    cuff = _cuff(session)
    remarks = (*_failed(session, now), *_source(shown), *_previous(session, shown))
    look = alarms.look
    parts = ["Blood pressure", f"{systolic} over {diastolic}, mean {mean} mmHg", age]
    parts += [look.spoken] if look else []
    off = tuple(word for judged, word in _LIMITS if any(limits_off(session, judged)))
    parts += [f"{word} {ALARM_OFF_SPOKEN}" for word in off]
    parts += [part for part in (cuff, due_text, *remarks) if part]
    return NibpTile(
        systolic=systolic, diastolic=diastolic, mean=mean,
        limits=tuple(
            f"{word} {standing_limits(session, judged, alarms)}"
            for judged, word in _LIMITS
            if judged is not Judged.NIBP_MEAN or word in off or _is_passed(alarms, judged)
        ),
        passed=tuple(word for judged, word in _LIMITS if _is_passed(alarms, judged)),
        off=off, age=age, due=due_text, is_due=is_due, is_overdue=is_overdue, remarks=remarks,
        cuff=cuff, is_stale=is_stale or is_frozen, alarm=look,
        offending=frozenset(half for half in Half if half.value in alarms.components),
        spoken=", ".join(parts),
    )  # fmt: skip


def _is_passed(alarms: TileAlarms, judged: Judged) -> bool:
    return any(part.judged == judged.value for part in alarms.passed)


def _age(shown: NibpRecord | None, now: Instant) -> tuple[str, bool, bool]:
    if shown is None:
        return "no reading yet", True, False
    if shown.measured is None:
        return "time unknown", True, False
    seconds = max(0.0, now.seconds_since(shown.measured))
    words = "just now" if seconds < 5 else f"{age_words(seconds)} ago"
    return words, seconds >= GREY_AFTER_S, seconds >= GONE_AFTER_S


def _pressures(shown: NibpRecord | None) -> tuple[str, str, str]:
    if shown is None:
        return DASHES, DASHES, DASHES
    parts = (shown.systolic_mmhg, shown.diastolic_mmhg, shown.mean_mmhg)
    systolic, diastolic, mean = (DASHES if part is None else str(part) for part in parts)
    return systolic, diastolic, mean


def _due(session: Session, due: Instant | None, now: Instant) -> tuple[str, bool, bool]:
    if session.cuff.inflating_since is not None:
        return "", False, False
    if session.phase is SessionPhase.READY:
        return _baseline(session)
    if due is None:
        return "", False, False
    ahead_s = due.seconds_since(now)
    if ahead_s > 0:
        return f"next in {watch_words(ahead_s)}", False, False
    is_overdue = -ahead_s >= OVERDUE_AFTER_S or any(
        each.condition is Condition.NIBP_OVERDUE and each.state is OccurrenceState.ACTIVE
        for each in session.alarms.occurrences
    )
    if is_overdue:
        return f"OVERDUE {watch_words(-ahead_s)}", True, True
    return "due now", True, False


def _baseline(session: Session) -> tuple[str, bool, bool]:
    """How many of the readings before the start are there that the baseline is made of."""
    taken = min(BASELINE_READINGS, sum(each.is_judged for each in session.nibp))
    if taken == 0:
        return "baseline reading due", True, False
    return f"baseline {taken} of {BASELINE_READINGS}", False, False


def _cuff(session: Session) -> str:
    if session.cuff.inflating_since is None:
        return ""
    pressure = session.cuff.pressure_mmhg
    return "CUFF MEASURING" if pressure is None else f"CUFF MEASURING {pressure} mmHg"


def _failed(session: Session, now: Instant) -> tuple[str, ...]:
    last = session.nibp[-1] if session.nibp else None
    if last is None or not last.is_failed:
        return ()
    ago = age_words(max(0.0, now.seconds_since(last.at)))
    return (f"cuff failed {ago} ago: {reason_words(last.reason, 'no result')}",)


def _source(shown: NibpRecord | None) -> tuple[str, ...]:
    return (f"typed by {shown.author}",) if shown is not None and shown.author else ()


def _previous(session: Session, shown: NibpRecord | None) -> tuple[str, ...]:
    earlier = [each for each in session.nibp if each is not shown and each.is_judged]
    if not earlier:
        return ()
    last = earlier[-1]
    at = last.measured or last.at
    when = clock_words(at, session.zone)
    return (f"was {last.systolic_mmhg}/{last.diastolic_mmhg} at {when}",)
