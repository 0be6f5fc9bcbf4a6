"""What silences alarms, how long it may, and what then is left for the ear.

Audio paused, audio off and alarm off are kept as occurrences of their own, so that they are
logged, shown and rebuilt like the alarms that they silence. A pause ends by itself, by hand, or
with the first new or higher condition that is to be heard; off stays until it is ended, and
reminds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kmonitor.alarms.conditions import (
    AlarmKind,
    AlarmPhase,
    AlarmTransition,
    Condition,
    Priority,
)
from kmonitor.alarms.inputs import AlarmOff, AudioOff, PauseAudio, ResumeAudio
from kmonitor.alarms.lifecycle import AlarmState, Finding, Judgement, begin, end, remind
from kmonitor.alarms.limits import LimitSet
from kmonitor.alarms.occurrences import Occurrence, OccurrenceState, Part, are_worse, heard
from kmonitor.alarms.signals import AlarmSignal
from kmonitor.clock import Instant

LONGEST_PAUSE_S = 120.0
REMINDS_EVERY_S = 180.0
_SOUNDING = (Priority.MEDIUM, Priority.HIGH)
_LOUDER = (AlarmPhase.ONSET, AlarmPhase.ESCALATED)
_WORDS = {
    Condition.AUDIO_PAUSED: "ALARM SOUND PAUSED",
    Condition.AUDIO_OFF: "ALARM SOUND OFF",
}
_NAMES = {"spo2": "SpO2", "nibp": "NIBP", "etco2": "EtCO2", "apnoea": "no breath"}


def pause_ends(state: AlarmState) -> Instant | None:
    """When the audio pause ends by itself; None where there is none."""
    pause = state.running(Condition.AUDIO_PAUSED)
    return None if pause is None else pause.since.plus(LONGEST_PAUSE_S)


def is_alarm_off(state: AlarmState, condition: Condition) -> bool:
    """Whether somebody has switched the alarm about `condition` off."""
    return state.running(Condition.ALARM_OFF, condition.value) is not None


def signal_of(state: AlarmState) -> AlarmSignal:
    """What is to be heard: the most urgent of what nobody has acknowledged, unless silenced."""
    return AlarmSignal(sounding=_sounding(state), reminders=state.reminders)


def _sounding(state: AlarmState) -> Priority | None:
    if state.running(Condition.AUDIO_PAUSED) or state.running(Condition.AUDIO_OFF):
        return None
    heard = [each.priority for each in state.occurrences if asks_for_sound(each)]
    return max(heard, key=lambda priority: priority.rank, default=None)


def asks_for_sound(occurrence: Occurrence) -> bool:
    """Whether it would be heard if nothing were silenced."""
    return (
        occurrence.state is OccurrenceState.ACTIVE
        and not occurrence.is_acknowledged
        and occurrence.priority in _SOUNDING
    )


def pause_audio(state: AlarmState, event: PauseAudio) -> Judgement:
    """Silence for a while; one that runs already is not made longer."""
    silenced = parts_heard(state.occurrences)
    return _switch(state, event.at, Condition.AUDIO_PAUSED, event.author, parts=silenced)


def resume_audio(state: AlarmState, event: ResumeAudio) -> Judgement:
    """The sound comes back before the pause is over."""
    return _end(state, event.at, Condition.AUDIO_PAUSED, author=event.author)


def switch_audio(state: AlarmState, event: AudioOff) -> Judgement:
    """The sound off until somebody switches it on."""
    if event.is_off:
        return _switch(state, event.at, Condition.AUDIO_OFF, event.author)
    return _end(state, event.at, Condition.AUDIO_OFF, author=event.author)


def can_switch(state: AlarmState, event: AlarmOff, limits: LimitSet) -> bool:
    """Whether it is not so already; what has no limits, as a technical alarm, is never off."""
    has_limits = any(rule.condition is event.condition for rule in limits.rules)
    return has_limits and is_alarm_off(state, event.condition) is not event.is_off


def switch_alarm(state: AlarmState, event: AlarmOff) -> Judgement:
    """One alarm off: what of it is there ends, and nothing of it begins until it is on again."""
    if not event.is_off:
        return _end(state, event.at, Condition.ALARM_OFF, event.condition.value, event.author)
    rows: tuple[AlarmTransition, ...] = ()
    for each in state.occurrences:
        if each.condition is event.condition:
            state, gone = end(state, event.at, each, stays=False)
            rows += gone
    watches = {name: each for name, each in state.watches.items() if name is not event.condition}
    state = replace(state, watches=watches)
    state, begun = _switch(
        state, event.at, Condition.ALARM_OFF, event.author, event.condition.value
    )
    return state, (*rows, *begun)


def break_pause(
    before: AlarmState, state: AlarmState, at: Instant, rows: tuple[AlarmTransition, ...]
) -> Judgement:
    """End a pause where a condition is there that is new, or worse than what it silenced.

    `rows` tell of onsets and escalations; a number that passes a more severe limit of the same
    urgency, and one more component of a blood pressure, give none.
    """
    pause = state.running(Condition.AUDIO_PAUSED)
    if pause is None:
        return state, ()
    for row in rows:
        if row.phase in _LOUDER and row.priority in _SOUNDING and not _was_there(before, row):
            return _end(state, at, Condition.AUDIO_PAUSED, words=f"ended by {row.words}")
    for each in state.occurrences:
        if asks_for_sound(each) and are_worse(heard(each.parts), pause.parts, None):
            return _end(state, at, Condition.AUDIO_PAUSED, words=f"ended by {each.words}")
    return state, ()


def _was_there(before: AlarmState, row: AlarmTransition) -> bool:
    """Whether the same condition, as urgent or more so, was there: then it has only eased."""
    return row.phase is AlarmPhase.ONSET and any(
        was.state is OccurrenceState.ACTIVE
        and was.about == row.about
        and (was.condition is row.condition or _has_part(was, row.condition))
        and was.priority.rank >= row.priority.rank
        for was in before.occurrences
    )


def _has_part(was: Occurrence, condition: Condition) -> bool:
    return any(part.condition is condition for part in heard(was.parts))


def parts_heard(occurrences: Iterable[Occurrence]) -> tuple[Part, ...]:
    """What a pause that begins now silences: the same does not break it."""
    return tuple(part for each in occurrences if asks_for_sound(each) for part in heard(each.parts))


def time_passed(state: AlarmState, at: Instant) -> Judgement:
    """A pause that has lasted long enough ends; what is off, or acknowledged and high, reminds.

    While a pause runs nothing is to be heard, so a reminder waits for its end.
    """
    rows: tuple[AlarmTransition, ...] = ()
    ends = pause_ends(state)
    if ends is not None and not at.is_before(ends):
        state, rows = _end(state, at, Condition.AUDIO_PAUSED, words="over")
    elif ends is not None:
        return state, ()
    for each in state.occurrences:
        due = reminder_due(each)
        if due is not None and not at.is_before(due):
            state, reminded = remind(state, at, each)
            rows += reminded
    return state, rows


def next_due(state: AlarmState) -> Instant | None:
    """When a pause ends, or else a reminder is due."""
    ends = pause_ends(state)
    if ends is not None:
        return ends
    dues = [reminder_due(each) for each in state.occurrences]
    known = [due for due in dues if due is not None]
    return min(known, key=lambda due: due.mono_ns, default=None)


def reminder_due(occurrence: Occurrence) -> Instant | None:
    """When somebody is to be reminded of what is silenced; None: never."""
    since = occurrence.quiet_since
    if since is None or occurrence.state is not OccurrenceState.ACTIVE:
        return None
    is_off = occurrence.condition in (Condition.AUDIO_OFF, Condition.ALARM_OFF)
    is_high = occurrence.priority is Priority.HIGH
    return since.plus(REMINDS_EVERY_S) if is_off or is_high else None


def _named(condition: str) -> str:
    """A condition as people call it: "NIBP systolic high"."""
    return " ".join(_NAMES.get(part, part) for part in condition.split("_"))


def _switch(
    state: AlarmState,
    at: Instant,
    condition: Condition,
    author: str,
    about: str = "",
    parts: tuple[Part, ...] = (),
) -> Judgement:
    if state.running(condition, about) is not None:
        return state, ()
    words = _WORDS.get(condition) or f"ALARM OFF: {_named(about)}"
    finding = Finding(
        condition=condition, priority=Priority.LOW, words=words, about=about, parts=parts
    )
    state, rows = begin(state, at, finding, AlarmKind.TECHNICAL)
    begun = state.running(condition, about)
    if begun is not None and condition is not Condition.AUDIO_PAUSED:
        state = state.with_changed(replace(begun, quiet_since=at))
    return state, tuple(replace(row, author=author) for row in rows)


def _end(
    state: AlarmState,
    at: Instant,
    condition: Condition,
    about: str = "",
    author: str | None = None,
    *,
    words: str = "",
) -> Judgement:
    was = state.running(condition, about)
    if was is None:
        return state, ()
    state, rows = end(state, at, was)
    return state, tuple(
        replace(row, author=author, words=f"{row.words} {words}".strip()) for row in rows
    )
