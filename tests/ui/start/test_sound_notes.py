"""The start page says loudly that nothing is heard, and nothing where all is well."""

from __future__ import annotations

from tests.voices import GONE, HEARD, MUTED, NOT_TOLD
from ui.start.sound_notes import sound_notes


def test_a_sound_that_is_there_takes_no_room() -> None:
    assert sound_notes(HEARD) == ()


def test_a_volume_that_is_not_known_stands_there_quietly() -> None:
    (note,) = sound_notes(NOT_TOLD)
    assert "not known" in note.words
    assert not note.is_loud


def test_no_alarm_sound_is_loud_whatever_the_cause() -> None:
    for state in (None, GONE, MUTED):
        (note,) = sound_notes(state)
        assert note.words.startswith("NO ALARM SOUND. ")
        assert note.is_loud
