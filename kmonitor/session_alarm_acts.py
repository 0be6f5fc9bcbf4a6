"""What people do about alarms, taken into the session: seen, answered, silenced, limits moved."""

from __future__ import annotations

from typing import assert_never

from kmonitor.alarm_acts import (
    AlarmAct,
    AlarmAnswer,
    AlarmAnswered,
    AlarmSwitched,
    AudioPauseAsked,
    AudioPauseEnded,
    AudioSwitched,
    CuffArmTold,
    LimitsChanged,
    SoundTested,
)
from kmonitor.alarm_log import GivenAnswer, with_answer
from kmonitor.alarms import engine, limit_changes
from kmonitor.alarms.conditions import Condition
from kmonitor.alarms.inputs import (
    Acknowledge,
    AlarmEvent,
    AlarmOff,
    AudioOff,
    LimitsMoved,
    PauseAudio,
    ResumeAudio,
)
from kmonitor.events import AlarmAcknowledged
from kmonitor.session_vitals import judge_last_seen
from kmonitor.session_work import Work, rules_of

ANSWER_WORDS: dict[AlarmAnswer, str] = {
    AlarmAnswer.REPEAT_READING: "reading repeated",
    AlarmAnswer.REPOSITION: "repositioned",
    AlarmAnswer.OXYGEN: "oxygen given",
    AlarmAnswer.SLOW_RATE: "rate to be slowed",
    AlarmAnswer.PAUSE_INFUSION: "infusion paused",
    AlarmAnswer.PRESCRIBER_CALLED: "prescriber called",
    AlarmAnswer.PRESCRIBER_ANSWERED: "prescriber answered",
    AlarmAnswer.PRESCRIBER_SAID: "prescriber said",
    AlarmAnswer.MEDICINE_GIVEN: "medicine given",
    AlarmAnswer.NONE_NEEDED: "no action needed",
}
NEEDS_TEXT = (AlarmAnswer.PRESCRIBER_SAID, AlarmAnswer.MEDICINE_GIVEN)


def take_alarm_act(work: Work, act: AlarmAct | AlarmAcknowledged) -> None:
    """Take one act about alarms."""
    match act:
        case AlarmAcknowledged():
            _acknowledged(work, act)
        case AlarmAnswered():
            _answered(work, act)
        case AudioPauseAsked() | AudioPauseEnded() | AudioSwitched() | AlarmSwitched():
            _silenced(work, act)
        case LimitsChanged():
            _limits_changed(work, act)
        case CuffArmTold():
            told = "same arm" if act.is_same_arm else "another arm"
            work.log_act(act, act.at, act.at, f"cuff and SpO2 sensor: {told}", act.author)
            work.change(spo2_waits_for_cuff=act.is_same_arm)
        case SoundTested():
            heard = "heard" if act.is_heard else "NOT heard"
            work.log_act(act, act.at, act.at, f"alarm sound tested: {heard}", act.author)
            work.change(is_sound_heard=act.is_heard)
        case _:
            assert_never(act)


def _acknowledged(work: Work, act: AlarmAcknowledged) -> None:
    event = Acknowledge(at=act.at, number=act.occurrence, author=act.author)
    if not _changes(work, event):
        work.refuse(act, act.at, act.author, "There is no such alarm to acknowledge.")
        return
    condition = _condition_of(work, act.occurrence)
    work.log_act(act, act.at, act.at, "alarm acknowledged", act.author)
    _acknowledge(work, event, condition)


def _acknowledge(work: Work, event: Acknowledge, condition: Condition | None) -> None:
    """Some conditions only tell of what has been: to have seen them is their end."""
    work.judge(event)
    match condition:
        case Condition.CLOCK_JUMPED:
            work.change(clock_jump="")
        case Condition.PROGRAM_AWAY:
            work.change(interruptions_seen=len(work.session.interruptions))
        case Condition.ENGINE_FAULT:
            work.change(engine_fault="")
        case Condition.NIBP_CYCLE_SLOW:
            work.change(is_slow_cuff_seen=True)
        case Condition.DEVICE_CLOCK:
            work.change(device_clocks={})
        case _:
            pass


def _answered(work: Work, act: AlarmAnswered) -> None:
    """What was done stands in the record, also after the alarm itself is over."""
    words = ANSWER_WORDS[act.answer]
    if act.answer in NEEDS_TEXT and not act.text.strip():
        work.refuse(act, act.at, act.author, f"What was {words.rpartition(' ')[2]} is missing.")
        return
    condition = _condition_of(work, act.occurrence)
    event = Acknowledge(at=act.at, number=act.occurrence, author=act.author)
    is_new = _changes(work, event)
    text = f"{words}: {act.text.strip()}" if act.text.strip() else words
    work.log_act(act, act.at, act.at, text, act.author)
    given = GivenAnswer(at=act.at, author=act.author, answer=act.answer, words=text)
    work.change(alarm_log=with_answer(work.session.alarm_log, act.occurrence, given))
    if is_new:
        _acknowledge(work, event, condition)


def _silenced(
    work: Work, act: AudioPauseAsked | AudioPauseEnded | AudioSwitched | AlarmSwitched
) -> None:
    event, words, refusal = _silencing(act)
    if not _changes(work, event):
        work.refuse(act, act.at, act.author, refusal)
        return
    work.log_act(act, act.at, act.at, words, act.author)
    work.judge(event)
    if isinstance(act, AlarmSwitched) and act.is_on:
        judge_last_seen(work, act.at)


def _silencing(
    act: AudioPauseAsked | AudioPauseEnded | AudioSwitched | AlarmSwitched,
) -> tuple[AlarmEvent, str, str]:
    """The engine's event, the words for the record, and why it may not fit."""
    match act:
        case AudioPauseAsked():
            event: AlarmEvent = PauseAudio(at=act.at, author=act.author)
            return event, "alarm sound paused", "The alarm sound is paused already."
        case AudioPauseEnded():
            event = ResumeAudio(at=act.at, author=act.author)
            return event, "alarm sound on again", "The alarm sound is not paused."
        case AudioSwitched():
            event = AudioOff(at=act.at, author=act.author, is_off=not act.is_on)
            how = "on" if act.is_on else "off"
            return event, f"alarm sound {how}", f"The alarm sound is {how} already."
        case AlarmSwitched():
            event = AlarmOff(
                at=act.at, author=act.author, condition=act.condition, is_off=not act.is_on
            )
            what = f"alarm {act.condition.value.replace('_', ' ')}"
            how = "on" if act.is_on else "off"
            return event, f"{what} {how}", f"The {what} is {how} already, or cannot be switched."
        case _:
            assert_never(act)


def _limits_changed(work: Work, act: LimitsChanged) -> None:
    reason = limit_changes.misfit(work.session.limits, act.limits)
    if reason is not None:
        work.refuse(act, act.at, act.author, reason)
        return
    work.log_act(act, act.at, act.at, f"limits: {act.words}", act.author)
    work.change(limits=act.limits, are_limits_changed=True)
    work.judge(LimitsMoved(at=act.at))
    judge_last_seen(work, act.at)


def _changes(work: Work, event: AlarmEvent) -> bool:
    """Whether the engine would make anything of `event`."""
    alarms, _ = engine.step(work.session.alarms, event, rules_of(work.session))
    return alarms is not work.session.alarms


def _condition_of(work: Work, occurrence: int) -> Condition | None:
    numbered = {each.number: each.condition for each in work.session.alarms.occurrences}
    return numbered.get(occurrence)
