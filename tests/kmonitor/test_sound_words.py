"""What people read about the sound device; no alarm sound is never said quietly."""

from __future__ import annotations

import pytest

from kmonitor.ports import SoundState
from kmonitor.sound_words import sound_words
from tests.voices import GONE, HEARD, MUTED, NOT_TOLD


@pytest.mark.parametrize("state", [None, GONE, MUTED])
def test_what_cannot_be_heard_is_said_loudly(state: SoundState | None) -> None:
    said = sound_words(state)
    assert said.is_loud
    assert said.headline == "NO ALARM SOUND"


def test_a_volume_that_the_system_does_not_tell_is_called_not_known() -> None:
    said = sound_words(NOT_TOLD)
    assert (said.headline, said.is_loud) == ("Alarm sound on Speakers", False)
    assert "not known" in said.meaning


@pytest.mark.parametrize(("volume_pct", "is_loud"), [(0, True), (29, True), (30, False)])
def test_a_computer_that_is_turned_down_is_said_loudly(volume_pct: int, is_loud: bool) -> None:
    said = sound_words(SoundState(is_there=True, is_silenced=False, volume_pct=volume_pct))
    assert said.is_loud is is_loud
    assert f"{volume_pct} %" in said.meaning


def test_a_device_without_a_name_is_not_named() -> None:
    assert sound_words(SoundState(is_there=True, volume_pct=70)).headline == "Alarm sound"
    assert sound_words(HEARD).meaning == "This computer's own volume is at 70 %."
