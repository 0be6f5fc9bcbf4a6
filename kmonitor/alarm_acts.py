"""What people do about alarms: answer them, silence them, move limits, test the sound."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kmonitor.alarms.conditions import Condition
from kmonitor.alarms.limits import LimitSet
from kmonitor.clock import Instant


class AlarmAnswer(StrEnum):
    """What somebody did about an alarm; words for the record, no advice."""

    REPEAT_READING = "repeat_reading"
    REPOSITION = "reposition"
    OXYGEN = "oxygen"
    SLOW_RATE = "slow_rate"
    PAUSE_INFUSION = "pause_infusion"
    PRESCRIBER_CALLED = "prescriber_called"
    PRESCRIBER_ANSWERED = "prescriber_answered"
    PRESCRIBER_SAID = "prescriber_said"
    MEDICINE_GIVEN = "medicine_given"
    NONE_NEEDED = "none_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmAnswered:
    """A person says what was done about one occurrence, which that acknowledges too.

    `text` is what the prescriber said, or which medicine was given by whom; else empty.
    """

    at: Instant
    author: str
    occurrence: int
    answer: AlarmAnswer
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioPauseAsked:
    """A person asked for silence; it ends by itself after `suppression.LONGEST_PAUSE_S`."""

    at: Instant
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioPauseEnded:
    """A person wants the sound back before the pause is over."""

    at: Instant
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioSwitched:
    """A clinician switched the alarm sound off for this session, or somebody on again."""

    at: Instant
    author: str
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSwitched:
    """A clinician switched one alarm off for this session, or somebody on again."""

    at: Instant
    author: str
    condition: Condition
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsChanged:
    """A person changed limits of this session: `limits` is the whole set from now on.

    `words` say what was changed, with the old and the new number.
    """

    at: Instant
    author: str
    limits: LimitSet
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CuffArmTold:
    """A person says whether cuff and SpO2 sensor share an arm, and SpO2 is to wait for the cuff."""

    at: Instant
    author: str
    is_same_arm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundTested:
    """A person was asked whether the alarm tones were heard."""

    at: Instant
    author: str
    is_heard: bool


AlarmAct = (
    AlarmAnswered
    | AudioPauseAsked
    | AudioPauseEnded
    | AudioSwitched
    | AlarmSwitched
    | LimitsChanged
    | CuffArmTold
    | SoundTested
)
