"""The alarm banner: the most urgent unacknowledged alarm in words, and what else there is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kmonitor.alarms.conditions import Priority
from kmonitor.alarms.occurrences import Occurrence, OccurrenceState
from kmonitor.clock import Instant
from kmonitor.session_state import Session
from ui.bedside.view_models.alarm_look import STARS
from ui.bedside.view_models.words import watch_words

REFUSAL_SHOWN_S = 10.0


class BannerLook(StrEnum):
    """How loud the banner is."""

    QUIET = "quiet"
    FILLED = "filled"
    OUTLINED = "outlined"
    LATCHED = "latched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """What the banner draws; `occurrence` is what its Acknowledge means."""

    look: BannerLook
    priority: Priority
    stars: str
    words: str
    detail: str
    count: str
    others: tuple[str, ...]
    occurrence: int | None
    can_acknowledge: bool
    spoken: str


def banner(session: Session, now: Instant, *, silent_s: float = 0.0) -> Banner:
    """The banner at `now`; `silent_s` says for how long no news came from the program.

    It names the most urgent that nobody has acknowledged, so that each can be; an acknowledged
    one only where all are.
    """
    if silent_s > 0:
        return _frozen(silent_s)
    shown = session.presented_alarms
    if not shown:
        return _quiet("No alarms", _refusal(session, now))
    first = next((each for each in shown if not each.is_acknowledged), shown[0])
    others = tuple(_words(each) for each in shown if each is not first)
    count = f"1 of {len(shown)}" if len(shown) > 1 else ""
    detail = _detail(first, now)
    return Banner(
        look=_look(first),
        priority=first.priority,
        stars=STARS[first.priority],
        words=_words(first),
        detail=detail,
        count=count,
        others=others,
        occurrence=first.number,
        can_acknowledge=not first.is_acknowledged,
        spoken=", ".join(
            part for part in (f"{first.priority} alarm: {_words(first)}", detail, count) if part
        ),
    )


def _words(occurrence: Occurrence) -> str:
    if occurrence.state is OccurrenceState.LATCHED:
        return f"WAS: {occurrence.words}"
    return occurrence.words


def _detail(occurrence: Occurrence, now: Instant) -> str:
    since = occurrence.onset or occurrence.since
    parts = [f"since {watch_words(now.seconds_since(since))}"]
    if occurrence.state is OccurrenceState.LATCHED:
        parts = [f"began {watch_words(now.seconds_since(since))} ago", "over now"]
    if occurrence.acknowledged_by:
        parts.append(f"acknowledged by {occurrence.acknowledged_by}")
    return " · ".join(parts)


def _look(occurrence: Occurrence) -> BannerLook:
    if occurrence.state is OccurrenceState.LATCHED:
        return BannerLook.LATCHED
    return BannerLook.OUTLINED if occurrence.is_acknowledged else BannerLook.FILLED


def _refusal(session: Session, now: Instant) -> str:
    refusal = session.refusal
    if refusal is None or now.seconds_since(refusal.at) > REFUSAL_SHOWN_S:
        return ""
    return f"Not done: {refusal.reason}"


def _quiet(words: str, detail: str) -> Banner:
    return Banner(
        look=BannerLook.QUIET, priority=Priority.LOW, stars="", words=detail or words,
        detail="", count="", others=(), occurrence=None, can_acknowledge=False,
        spoken=detail or words,
    )  # fmt: skip


def _frozen(silent_s: float) -> Banner:
    words = "SCREEN NOT CURRENT: no news from the program"
    return Banner(
        look=BannerLook.FILLED, priority=Priority.HIGH, stars=STARS[Priority.HIGH], words=words,
        detail=f"for {watch_words(silent_s)} · watch the patient and the monitor", count="",
        others=(), occurrence=None, can_acknowledge=False, spoken=words,
    )  # fmt: skip
