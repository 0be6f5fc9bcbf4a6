"""The alarm panel: which alarms are there, what can be done about one, the sound, what was."""

from __future__ import annotations

from dataclasses import dataclass

from kmonitor.alarms.conditions import AlarmKind
from kmonitor.alarms.occurrences import Occurrence, OccurrenceState
from kmonitor.clock import Instant
from kmonitor.session_state import Session
from ui.bedside.view_models.alarm_answers import (
    AnswerKey,
    Remedy,
    answer_keys,
    done_words,
    remedy_of,
)
from ui.bedside.view_models.alarm_past import PastAlarms, past_alarms
from ui.bedside.view_models.alarm_rows import AlarmRow, alarm_row
from ui.bedside.view_models.alarm_sound import SoundKeys, sound_keys

NO_ALARMS = "No alarms now."


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmPanelModel:
    """Everything that the panel shows; `about` is the occurrence that the action row means."""

    about: int | None
    title: str
    answers: tuple[AnswerKey, ...]
    done: str
    remedy: Remedy | None
    patients: tuple[AlarmRow, ...]
    technical: tuple[AlarmRow, ...]
    none_words: str
    sound: SoundKeys
    past: PastAlarms


def alarm_panel(
    session: Session, now: Instant, about: int | None, *, may_switch: bool
) -> AlarmPanelModel:
    """The panel at `now`; `may_switch`: whether who is there may switch the alarm sound off."""
    shown = session.presented_alarms
    meant = meant_now(session, about)
    rows = {
        kind: tuple(
            alarm_row(each, now, is_selected=each.number == meant)
            for each in sorted(shown, key=_by_priority, reverse=True)
            if each.kind is kind
        )
        for kind in AlarmKind
    }
    return AlarmPanelModel(
        about=meant,
        title=_title(session, meant),
        answers=answer_keys(session, meant),
        done=done_words(session, meant),
        remedy=remedy_of(session, meant),
        patients=rows[AlarmKind.PHYSIOLOGICAL],
        technical=rows[AlarmKind.TECHNICAL],
        none_words="" if shown else NO_ALARMS,
        sound=sound_keys(session, now, may_switch=may_switch),
        past=past_alarms(session),
    )


def meant_now(session: Session, about: int | None) -> int | None:
    """What the action row means: `about` as long as it is known, and then what took its place.

    It never jumps to another alarm while somebody answers this one; only a value that is beyond
    its limit anew goes on with it. A line that waits to be acknowledged is another alarm.
    """
    logged = next((each for each in session.alarm_log if each.number == about), None)
    if logged is None:
        return first_to_answer(session)
    shown = session.presented_alarms
    is_gone = all(each.number != about for each in shown)
    if is_gone and logged.kind is AlarmKind.PHYSIOLOGICAL:
        again = (
            each.number for each in shown
            if each.condition is logged.condition and each.state is OccurrenceState.ACTIVE
        )  # fmt: skip
        return next(again, about)
    return about


def first_to_answer(session: Session) -> int | None:
    """The most urgent alarm that nobody has acknowledged; what somebody switched off comes last."""
    shown = sorted(
        session.presented_alarms,
        key=lambda each: (each.condition.is_inactivation, each.is_acknowledged),
    )
    return shown[0].number if shown else None


def _title(session: Session, meant: int | None) -> str:
    there = next((each for each in session.presented_alarms if each.number == meant), None)
    if there is not None:
        return there.words if there.condition.is_inactivation else _asks(there.words)
    was = next((each for each in session.alarm_log if each.number == meant), None)
    return "Alarms" if was is None else _asks(was.words).replace("?", ", now over?")


def _asks(words: str) -> str:
    """What is said behind a colon is no part of the alarm's name."""
    return f"What was done about {words.partition(':')[0]}?"


def _by_priority(occurrence: Occurrence) -> tuple[bool, int, int]:
    onset = occurrence.onset or occurrence.since
    return (not occurrence.is_acknowledged, occurrence.priority.rank, onset.mono_ns)
