"""What the start page says of the alarm sound."""

from __future__ import annotations

from kmonitor.ports import SoundState
from kmonitor.sound_words import sound_words
from kmonitor.this_computer import ComputerNote


def sound_notes(state: SoundState | None) -> tuple[ComputerNote, ...]:
    """Nothing where it can be heard as far as this computer tells."""
    said = sound_words(state)
    if said.is_loud:
        return (ComputerNote(words=f"{said.headline}. {said.meaning}", is_loud=True),)
    if state is not None and state.volume_pct is None:
        return (ComputerNote(words=said.meaning, is_loud=False),)
    return ()
