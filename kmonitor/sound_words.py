"""How the sound device stands, in words: for the start page, the settings and `doctor`."""

from __future__ import annotations

from dataclasses import dataclass

from kmonitor.ports import SoundState

LOW_VOLUME_PCT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundWords:
    """A headline, what it means for people, and whether it must be seen."""

    headline: str
    meaning: str
    is_loud: bool


_NONE = SoundWords(
    headline="NO ALARM SOUND",
    meaning="No sound device plays it: stay where you see this screen and hear the monitor.",
    is_loud=True,
)
_SILENCED = SoundWords(
    headline="NO ALARM SOUND",
    meaning="This computer's sound is muted: turn it on in the system's sound settings.",
    is_loud=True,
)


def sound_words(state: SoundState | None) -> SoundWords:
    """What a person must know of it; None is a device that has told nothing."""
    if state is None or not state.is_there:
        return _NONE
    if state.is_silenced:
        return _SILENCED
    device = f" on {state.device}" if state.device else ""
    if state.volume_pct is None:
        return SoundWords(
            headline=f"Alarm sound{device}",
            meaning="This computer's own volume is not known: play the tones and listen.",
            is_loud=False,
        )
    if state.volume_pct < LOW_VOLUME_PCT:
        return SoundWords(
            headline="ALARM SOUND TURNED DOWN",
            meaning=f"This computer's own volume is at {state.volume_pct} %: turn it up.",
            is_loud=True,
        )
    return SoundWords(
        headline=f"Alarm sound{device}",
        meaning=f"This computer's own volume is at {state.volume_pct} %.",
        is_loud=False,
    )
