"""What can be done about one alarm: ten keys that never change places; words only, no advice."""

from __future__ import annotations

from dataclasses import dataclass

from kmonitor.alarm_acts import AlarmAnswer
from kmonitor.alarm_log import GivenAnswer
from kmonitor.alarms.conditions import Condition
from kmonitor.session_state import Session, SessionPhase
from ui.bedside.view_models.words import clock_words

_RUNNING = (SessionPhase.INFUSING, SessionPhase.END_DUE)
_BEGUN = (*_RUNNING, SessionPhase.PAUSED)
_CUFF = "nibp_"
_LINES: dict[AlarmAnswer, tuple[str, str]] = {
    AlarmAnswer.REPEAT_READING: ("Repeat", "reading"),
    AlarmAnswer.REPOSITION: ("Reposition", ""),
    AlarmAnswer.OXYGEN: ("Oxygen", ""),
    AlarmAnswer.SLOW_RATE: ("Slow", "rate"),
    AlarmAnswer.PAUSE_INFUSION: ("Pause", "infusion"),
    AlarmAnswer.PRESCRIBER_CALLED: ("Prescriber", "called"),
    AlarmAnswer.PRESCRIBER_ANSWERED: ("Prescriber", "answered"),
    AlarmAnswer.PRESCRIBER_SAID: ("Prescriber", "said ..."),
    AlarmAnswer.MEDICINE_GIVEN: ("Medicine", "given ..."),
    AlarmAnswer.NONE_NEEDED: ("None", "needed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerKey:
    """One key of two lines; `is_given`: it was said about this alarm already."""

    answer: AlarmAnswer
    lines: tuple[str, str]
    is_given: bool
    is_usable: bool

    @property
    def spoken(self) -> str:
        """For screen readers."""
        return " ".join(line for line in self.lines if line).removesuffix(" ...")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """The one key that this alarm waits for; `key` is what the desk is told."""

    key: str
    label: str


_REMEDIES = {
    Condition.OBSERVATION_DUE: Remedy(key="observation", label="Enter sedation score"),
    Condition.PUMP_VOLUME_DIFFERS: Remedy(key="pump_volume", label="Enter pump volume again"),
    Condition.NIBP_OVERDUE: Remedy(key="enter_bp", label="Enter BP by hand"),
    Condition.NIBP_FAILED: Remedy(key="enter_bp", label="Enter BP by hand"),
    Condition.END_DUE: Remedy(key="confirm_end", label="Confirm end"),
    Condition.PAUSED_TOO_LONG: Remedy(key="resume", label="Resume"),
    Condition.ALARM_OFF: Remedy(key="switch_alarm_on", label="This alarm on again"),
}


def answer_keys(session: Session, number: int | None) -> tuple[AnswerKey, ...]:
    """The action row about one occurrence; empty where there is none, or it is no alarm."""
    condition = condition_of(session, number)
    if condition is None or condition.is_inactivation:
        return ()
    given = {each.answer for each in _given(session, number)}
    return tuple(
        AnswerKey(
            answer=answer,
            lines=_lines(session, condition, answer),
            is_given=answer in given,
            is_usable=_is_usable(session, answer),
        )
        for answer in AlarmAnswer
    )


def done_words(session: Session, number: int | None) -> str:
    """What is in the record about one alarm, the newest first."""
    given = reversed(_given(session, number))
    done = " · ".join(f"{clock_words(each.at, session.zone)} {each.words}" for each in given)
    return f"Logged: {done}" if done else "Nothing is logged about it yet."


def remedy_of(session: Session, number: int | None) -> Remedy | None:
    """What leads on from this alarm, while it is there."""
    for each in session.presented_alarms:
        if each.number == number:
            return _REMEDIES.get(each.condition)
    return None


def starts_cuff(session: Session, condition: Condition | None) -> bool:
    """Whether to repeat the reading means a cuff that a monitor lets us start.

    Only for a blood pressure: a cuff that inflates on the arm of the sensor would hide the SpO2.
    """
    if condition is None or not condition.value.startswith(_CUFF):
        return False
    can_start = any(link.can_start_cuff for link in session.links.values())
    return can_start and session.cuff.inflating_since is None


def condition_of(session: Session, number: int | None) -> Condition | None:
    """What an occurrence of this session is, or was, about."""
    return next((each.condition for each in session.alarm_log if each.number == number), None)


def _given(session: Session, number: int | None) -> tuple[GivenAnswer, ...]:
    return next((each.answers for each in session.alarm_log if each.number == number), ())


def _lines(session: Session, condition: Condition, answer: AlarmAnswer) -> tuple[str, str]:
    if answer is AlarmAnswer.REPEAT_READING and starts_cuff(session, condition):
        return "Repeat and", "start cuff"
    return _LINES[answer]


def _is_usable(session: Session, answer: AlarmAnswer) -> bool:
    if answer is AlarmAnswer.PAUSE_INFUSION:
        return session.phase in _RUNNING
    if answer is AlarmAnswer.SLOW_RATE:
        return session.phase in _BEGUN
    return True
