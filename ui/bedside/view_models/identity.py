"""The identity strip: which chair, who, which plan and limits, which links live, what is saved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from kmonitor.alarms.conditions import Condition
from kmonitor.alarms.suppression import is_alarm_off, pause_ends
from kmonitor.clock import Instant
from kmonitor.events import LinkState
from kmonitor.people import LOCKED, Person
from kmonitor.session_state import LinkStatus, Session, SessionPhase
from kmonitor.units import display
from kmonitor.vitals import Mode
from ui.bedside.view_models.words import age_words, clock_words, watch_words

SAVED_LATE_S = 5.0


class Tone(StrEnum):
    """How a chip stands: plain, with a sign before its words, or filled because it must be seen.

    The sign is a green dot, a hollow ring, a padlock or a crossed bell.
    """

    PLAIN = "plain"
    LIVE = "live"
    ABSENT = "absent"
    LOCKED = "locked"
    OFF = "off"
    LOUD = "loud"


class Touch(StrEnum):
    """What a touch of a chip asks for."""

    PERSON = "person"
    MENU = "menu"
    LIMITS = "limits"
    UNLOCK = "unlock"
    SOUND = "sound"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipText:
    """Two lines: a caption and what it says now."""

    caption: str
    words: str
    tone: Tone = Tone.PLAIN
    is_large: bool = False
    touch: Touch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the strip says that is not of the session: who is at the keys, how the record is kept.

    `has_people` is whether anybody can sign in, `has_menu` whether there is another page;
    `alarm_volume_pct` is what this computer's people set, of the system's own volume.
    """

    person: Person
    is_record_locked: bool = False
    is_record_open: bool = False
    has_people: bool = False
    has_menu: bool = False
    alarm_volume_pct: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The strip as it is drawn; `left` may be shortened, `right` never."""

    chair: str
    left: tuple[ChipText, ...]
    right: tuple[ChipText, ...]
    clock: str
    spoken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeStrip:
    """The strip across the whole width; no words where the session is real."""

    words: str


_LINK_WORDS = {
    LinkState.CONNECTING: "connecting",
    LinkState.LIVE: "live",
    LinkState.SILENT: "silent",
    LinkState.LOST: "lost",
    LinkState.CLOSED: "closed",
}


def identity(session: Session, now: Instant, around: Around, commit_age_s: float) -> Identity:
    """The strip at `now`; `commit_age_s` is real time, whatever the speed."""
    left = (_patient(session), *_plan(session), _limits(session))
    record = saved(session, commit_age_s, is_locked=around.is_record_locked)
    sound = _sound(session, now, around)
    right = (*_links(session), sound, record, *_protection(around), *_touched(around))
    chair = session.chair.upper()
    if chair.isdigit():
        chair = f"CHAIR {chair}"
    clock = clock_words(now, session.zone, with_seconds=True)
    words = [f"{chip.caption} {chip.words}" for chip in (*left, *right)]
    return Identity(
        chair=chair, left=left, right=right, clock=clock, spoken=", ".join([chair, *words])
    )


def mode_strip(session: Session) -> ModeStrip:
    """What must stand across the whole width."""
    match session.mode:
        case Mode.SIMULATED:
            return ModeStrip(words="SIMULATED · NOT A PATIENT")
        case Mode.REPLAYED:
            return ModeStrip(words="REPLAYED RECORDING · NOT NOW")
        case Mode.REAL:
            return ModeStrip(words="")


def saved(session: Session, commit_age_s: float, *, is_locked: bool = False) -> ChipText:
    """Whether the record is on disk, and since when in real seconds."""
    record = session.record
    if is_locked:
        return ChipText(
            caption="NOT SAVED", words="locked: touch", tone=Tone.LOUD, touch=Touch.UNLOCK
        )
    if record.failing_since is not None:
        since = f"for {watch_words(commit_age_s)}"
        return ChipText(caption="NOT SAVED", words=since, tone=Tone.LOUD)
    if record.committed_at is None:
        return ChipText(caption="Record", words="not yet saved", tone=Tone.ABSENT)
    if commit_age_s >= SAVED_LATE_S and not session.is_saved:
        since = f"for {watch_words(commit_age_s)}"
        return ChipText(caption="NOT SAVED", words=since, tone=Tone.LOUD)
    ago = f"{age_words(commit_age_s)} ago" if commit_age_s >= 1 else "just now"
    return ChipText(caption="Saved", words=ago, tone=Tone.LIVE)


def link_names(session: Session) -> Mapping[str, str]:
    """A name for people for each link: what hangs on it, numbered where two are alike."""
    names = {name: _kind(link) for name, link in sorted(session.links.items(), key=_place)}
    alike = Counter(names.values())
    numbers: Counter[str] = Counter()
    told = {}
    for address, name in names.items():
        numbers[name] += 1
        told[address] = f"{name} {numbers[name]}" if alike[name] > 1 else name
    return told


def _place(item: tuple[str, LinkStatus]) -> tuple[str, str]:
    """The order of the tiles, whichever link came first: by what hangs on it, then by address."""
    return _kind(item[1]), item[0]


def _kind(link: LinkStatus) -> str:
    return "Monitor" if link.gives_nibp else "Oximeter"


def _links(session: Session) -> tuple[ChipText, ...]:
    names = link_names(session)
    if not names:
        return (ChipText(caption="Monitors", words="none", tone=Tone.ABSENT),)
    return tuple(
        ChipText(
            caption=names[address],
            words=_LINK_WORDS[state],
            tone=Tone.LIVE if state is LinkState.LIVE else Tone.ABSENT,
        )
        for address, state in (
            (address, LinkState.CLOSED if session.phase is SessionPhase.ENDED else link.state)
            for address, link in sorted(session.links.items(), key=_place)
        )
    )


def _sound(session: Session, now: Instant, around: Around) -> ChipText:
    """Loud whenever an alarm could not be heard; touched, the tones are tested."""
    caption, words, tone = _sound_words(session, now, around)
    is_testable = session.sound is not None and session.phase is not SessionPhase.ENDED
    touch = Touch.SOUND if is_testable else None
    return ChipText(caption=caption, words=words, tone=tone, touch=touch)


def _sound_words(session: Session, now: Instant, around: Around) -> tuple[str, str, Tone]:
    sound = session.sound
    if sound is None or not sound.is_there or sound.is_silenced:
        return "NO ALARM", "SOUND", Tone.LOUD
    if session.is_sound_heard is False:
        return "SOUND", "NOT HEARD", Tone.LOUD
    if session.alarms.running(Condition.AUDIO_OFF) is not None:
        return "SOUND OFF", "for all alarms", Tone.LOUD
    pause = pause_ends(session.alarms)
    if pause is not None:
        return "SOUND PAUSED", watch_words(ceil(pause.seconds_since(now))), Tone.ABSENT
    if session.is_sound_heard is None:
        return "Alarm sound", "not tested", Tone.ABSENT
    if sound.volume_pct is None:
        return "Sound volume", "not known", Tone.LIVE
    heard_pct = round(sound.volume_pct * around.alarm_volume_pct / 100)
    return "Sound volume", f"{heard_pct} %", Tone.LIVE


def _protection(around: Around) -> tuple[ChipText, ...]:
    """An open record is said everywhere; here it is small."""
    if not around.is_record_open:
        return ()
    return (ChipText(caption="NOT", words="ENCRYPTED", tone=Tone.ABSENT),)


def _touched(around: Around) -> tuple[ChipText, ...]:
    """Who is signed in, and the way to the other pages."""
    touch = Touch.PERSON if around.has_people else None
    person = ChipText(caption="Signed in", words=around.person.name, touch=touch)
    if around.person.person_id == LOCKED.person_id:
        person = ChipText(caption="LOCKED", words="sign in", tone=Tone.LOCKED, touch=touch)
    if not around.has_menu:
        return (person,)
    return person, ChipText(caption="Menu", words="key M", touch=Touch.MENU)


def _patient(session: Session) -> ChipText:
    if session.patient is None:
        return ChipText(caption="No patient", words="watching only")
    patient = session.patient
    weight = f"{patient.weight_kg.normalize():f} kg"
    words = f"ID {patient.identifier} · {weight}"
    return ChipText(caption=patient.label, words=words, is_large=True)


def _plan(session: Session) -> tuple[ChipText, ...]:
    if session.infusion is None:
        return ()
    plan = session.infusion.plan
    dose = f"{plan.dose_mg_per_kg.normalize():f} mg/kg in {plan.duration_s / 60:.0f} min"
    drug = f"{display(plan.ordered_mg, 'mg')} in {display(plan.container_ml, 'mL')}"
    return (ChipText(caption=dose, words=drug),)


def _limits(session: Session) -> ChipText:
    """The set by title and version; whether it is still as it was, and how much of it is off."""
    limits = session.limits
    off = sum(is_alarm_off(session.alarms, rule.condition) for rule in limits.rules)
    words = "changed" if session.are_limits_changed else ""
    if off:
        words = (
            f"{words} · {off} off" if words else f"{off} {'alarm' if off == 1 else 'alarms'} off"
        )
    return ChipText(
        caption=limits.full_title, words=words or "alarm limits",
        tone=Tone.OFF if off else Tone.PLAIN, touch=Touch.LIMITS,
    )  # fmt: skip
