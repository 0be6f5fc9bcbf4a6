"""The alarm banner: the most urgent unacknowledged alarm in words, and what else there is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.occurrences import Occurrence, OccurrenceState
from kmonitor.clock import Instant
from kmonitor.session_state import Session
from ui.bedside.view_models.alarm_look import STARS
from ui.bedside.view_models.sound_key import SoundKey, sound_key
from ui.bedside.view_models.words import clock_words, watch_words

REFUSAL_SHOWN_S = 10.0


class BannerLook(StrEnum):
    """How loud the banner is."""

    QUIET = "quiet"
    FILLED = "filled"
    OUTLINED = "outlined"
    LATCHED = "latched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """What the banner draws; `occurrence` is what its Acknowledge means.

    `words` are followed by `lasted` where there is room, `detail` begins the line below. With
    `is_inactivation` it tells of no alarm: somebody has switched sound or an alarm off.
    """

    look: BannerLook
    priority: Priority
    stars: str
    words: str
    lasted: str
    detail: str
    count: str
    others: tuple[str, ...]
    occurrence: int | None
    can_acknowledge: bool
    is_inactivation: bool
    sound: SoundKey
    spoken: str


def banner(session: Session, now: Instant, *, silent_s: float = 0.0) -> Banner:
    """The banner at `now`; `silent_s` says for how long no news came from the program.

    It names the most urgent that nobody has acknowledged, so that each can be; an acknowledged
    one only where all are. That sound or an alarm is off comes after every alarm.
    """
    sound = sound_key(session, now)
    if silent_s > 0:
        return _frozen(silent_s, sound)
    shown = session.presented_alarms
    if not shown:
        return _quiet(_refusal(session, now) or "No alarms", sound)
    first = min(shown, key=_place)
    others = tuple(_words(each) for each in shown if each is not first)
    alike = [
        each for each in shown
        if each.condition.is_inactivation is first.condition.is_inactivation
    ]  # fmt: skip
    count = f"1 of {len(alike)}" if len(alike) > 1 else ""
    lasted, detail = _lasted(session, first, now), _detail(session, first)
    what = "" if first.condition.is_inactivation else f"{first.priority} alarm: "
    said = (f"{what}{_words(first)}", lasted, detail, count)
    return Banner(
        look=_look(first),
        priority=first.priority,
        stars="" if first.condition.is_inactivation else STARS[first.priority],
        words=_words(first),
        lasted=lasted,
        detail=detail,
        count=count,
        others=others,
        occurrence=first.number,
        can_acknowledge=not first.is_acknowledged and not first.condition.is_inactivation,
        is_inactivation=first.condition.is_inactivation,
        sound=sound,
        spoken=", ".join(part for part in said if part),
    )


def _place(occurrence: Occurrence) -> int:
    """Lower comes first; within one place the order is that of the presented alarms."""
    if occurrence.condition.is_inactivation:
        return 2
    return 1 if occurrence.is_acknowledged else 0


def _words(occurrence: Occurrence) -> str:
    if occurrence.state is OccurrenceState.LATCHED:
        return f"WAS: {occurrence.words}"
    return occurrence.words


def _lasted(session: Session, occurrence: Occurrence, now: Instant) -> str:
    since = occurrence.onset or occurrence.since
    if occurrence.condition.is_inactivation:
        return f"since {clock_words(since, session.zone)}"
    if occurrence.state is OccurrenceState.LATCHED:
        return f"began {watch_words(now.seconds_since(since))} ago"
    return f"for {watch_words(now.seconds_since(occurrence.lasts_since))}"


def _detail(session: Session, occurrence: Occurrence) -> str:
    if occurrence.condition.is_inactivation:
        return _switched_by(session, occurrence)
    if occurrence.state is OccurrenceState.LATCHED:
        return "over now"
    by = occurrence.acknowledged_by
    return f"acknowledged by {by}" if by else ""


def _switched_by(session: Session, occurrence: Occurrence) -> str:
    """Who it was stands in the act that did it."""
    since = occurrence.onset or occurrence.since
    kind = "AudioSwitched" if occurrence.condition is Condition.AUDIO_OFF else "AlarmSwitched"
    authors = [each.author for each in session.acts if each.kind == kind and each.at == since]
    return f"by {authors[-1]}" if authors else ""


def _look(occurrence: Occurrence) -> BannerLook:
    if occurrence.state is OccurrenceState.LATCHED:
        return BannerLook.LATCHED
    is_quieter = occurrence.is_acknowledged or occurrence.condition.is_inactivation
    return BannerLook.OUTLINED if is_quieter else BannerLook.FILLED


def _refusal(session: Session, now: Instant) -> str:
    refusal = session.refusal
    if refusal is None or now.seconds_since(refusal.at) > REFUSAL_SHOWN_S:
        return ""
    return f"Not done: {refusal.reason}"


def _quiet(words: str, sound: SoundKey) -> Banner:
    return Banner(
        look=BannerLook.QUIET, priority=Priority.LOW, stars="", words=words, lasted="", detail="",
        count="", others=(), occurrence=None, can_acknowledge=False, is_inactivation=False,
        sound=sound, spoken=words,
    )  # fmt: skip


def _frozen(silent_s: float, sound: SoundKey) -> Banner:
    words = "SCREEN NOT CURRENT: no news from the program"
    return Banner(
        look=BannerLook.FILLED, priority=Priority.HIGH, stars=STARS[Priority.HIGH], words=words,
        lasted=f"for {watch_words(silent_s)}", detail="watch the patient and the monitor",
        count="", others=(), occurrence=None, can_acknowledge=False, is_inactivation=False,
        sound=sound, spoken=words,
    )  # fmt: skip
