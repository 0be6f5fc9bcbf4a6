"""The keys for the alarm sound: pause it, have it back, and for a clinician off."""

from __future__ import annotations

from dataclasses import dataclass

from kmonitor.alarms.conditions import Condition
from kmonitor.alarms.suppression import LONGEST_PAUSE_S, pause_ends
from kmonitor.clock import Instant
from kmonitor.session_state import Session
from ui.bedside.view_models.words import watch_words


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundKeys:
    """`key` is what the desk is told at the first key; `can_switch_off`: there is a second."""

    key: str
    label: str
    can_switch_off: bool


def sound_keys(session: Session, now: Instant, *, may_switch: bool) -> SoundKeys:
    """The keys at `now`; what brings the sound back is always there."""
    if session.alarms.running(Condition.AUDIO_OFF) is not None:
        return SoundKeys(key="switch_sound_on", label="Alarm sound on again", can_switch_off=False)
    ends = pause_ends(session.alarms)
    if ends is not None:
        left = watch_words(-(-ends.seconds_since(now) // 1))
        label = f"End sound pause {left}"
        return SoundKeys(key="end_sound_pause", label=label, can_switch_off=may_switch)
    label = f"Pause sound {watch_words(LONGEST_PAUSE_S)}"
    return SoundKeys(key="pause_sound", label=label, can_switch_off=may_switch)
