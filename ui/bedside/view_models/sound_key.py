"""What the key for the alarm sound says: pause it, how long the pause lasts, or that it is off."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from kmonitor.alarms.conditions import Condition
from kmonitor.alarms.suppression import pause_ends
from kmonitor.clock import Instant
from kmonitor.session_state import Session, SessionPhase
from ui.bedside.view_models.words import watch_words


class SoundStanding(StrEnum):
    """What is to be said of the alarm sound; with `SILENT` there is nothing to hear or to say."""

    SILENT = "silent"
    SOUNDING = "sounding"
    PAUSED = "paused"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundKey:
    """The key beside Acknowledge; `left` counts down while the sound is paused."""

    standing: SoundStanding
    label: str
    left: str
    spoken: str


_SILENT = SoundKey(standing=SoundStanding.SILENT, label="", left="", spoken="")


def sound_key(session: Session, now: Instant) -> SoundKey:
    """The key at `now`; it stands while something sounds, and as long as sound is paused or off."""
    if session.phase is SessionPhase.ENDED:
        return _SILENT
    if session.alarms.running(Condition.AUDIO_OFF) is not None:
        return SoundKey(
            standing=SoundStanding.OFF, label="SOUND OFF", left="",
            spoken="Alarm sound is off, see the alarms",
        )  # fmt: skip
    ends = pause_ends(session.alarms)
    if ends is not None:
        left = watch_words(ceil(max(0.0, ends.seconds_since(now))))
        return SoundKey(
            standing=SoundStanding.PAUSED, label="SOUND PAUSED", left=left,
            spoken=f"Alarm sound paused {left}, press to end the pause",
        )  # fmt: skip
    if session.signal.sounding is None:
        return _SILENT
    return SoundKey(
        standing=SoundStanding.SOUNDING, label="Pause sound", left="", spoken="Pause sound"
    )
