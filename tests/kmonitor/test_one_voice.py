"""The app's one alarm sound: what it is told before it is there holds once it is."""

from __future__ import annotations

import threading

import pytest

from kmonitor.alarms.conditions import Priority
from kmonitor.alarms.signals import SILENT, AlarmSignal
from kmonitor.one_voice import OneVoice
from kmonitor.ports import SoundState
from tests.voices import GONE, HEARD, MUTED, KeptVoice

WAIT_S = 20.0
HIGH = AlarmSignal(sounding=Priority.HIGH)
MEDIUM = AlarmSignal(sounding=Priority.MEDIUM)


def begun(kept: KeptVoice, volume_pct: int = 80) -> OneVoice:
    voice = OneVoice(lambda: kept, volume_pct=volume_pct)
    voice.begin()
    voice._thread.join(WAIT_S)
    return voice


def test_what_was_told_before_it_is_made_sounds_once_it_is() -> None:
    kept, is_let_go = KeptVoice(), threading.Event()

    def make() -> KeptVoice:
        assert is_let_go.wait(WAIT_S)
        return kept

    voice = OneVoice(make, volume_pct=80)
    voice.begin()
    voice.begin()
    voice.present(MEDIUM)
    voice.set_volume(40)
    voice.present(HIGH)
    heard: list[SoundState] = []
    voice.attend(heard.append)
    assert (voice.state, heard) == (None, [])
    is_let_go.set()
    voice._thread.join(WAIT_S)
    assert (kept.signals, kept.volumes, heard) == ([HIGH], [40], [HEARD])
    voice.close()
    assert kept.is_closed


def test_what_is_told_while_it_is_handed_over_is_not_undone_by_what_was_before() -> None:
    class Interrupted(KeptVoice):
        def present(self, signal: AlarmSignal) -> None:
            if signal is HIGH:
                voice.present(SILENT)  # as from another thread, just before
            super().present(signal)

    kept = Interrupted()
    voice = OneVoice(lambda: kept, volume_pct=80)
    voice.present(HIGH)
    voice.begin()
    voice._thread.join(WAIT_S)
    assert kept.signals[-1] is SILENT
    voice.close()


def test_it_hands_on_what_it_is_told_and_how_its_device_stands() -> None:
    kept = KeptVoice()
    voice = begun(kept)
    heard: list[SoundState] = []
    voice.attend(heard.append)
    kept.become(MUTED)
    voice.attend(None)
    kept.become(GONE)
    assert heard == [HEARD, MUTED]
    assert voice.state is GONE
    voice.present(HIGH)
    voice.set_volume(20)
    voice.test()
    assert (kept.signals[-1], kept.volumes[-1], kept.tests) == (HIGH, 20, 1)
    assert voice.volume_pct == 20
    voice.close()
    assert not kept.is_attended


def test_the_next_session_hears_at_once_how_the_device_stands() -> None:
    kept = KeptVoice()
    voice = begun(kept)
    kept.become(GONE)
    heard: list[SoundState] = []
    voice.attend(heard.append)
    assert heard == [GONE]
    voice.close()


@pytest.mark.expects_log("the alarm sound cannot be made")
def test_a_voice_that_cannot_be_made_is_no_alarm_sound() -> None:
    def fail() -> KeptVoice:
        raise OSError

    voice = OneVoice(fail, volume_pct=80)
    heard: list[SoundState] = []
    voice.attend(heard.append)
    voice.begin()
    voice._thread.join(WAIT_S)
    assert heard == [GONE]
    voice.test()
    voice.present(HIGH)
    voice.close()


def test_one_that_was_never_begun_closes_and_begins_no_more() -> None:
    kept = KeptVoice()
    voice = OneVoice(lambda: kept, volume_pct=80)
    voice.close()
    voice.begin()
    assert voice._thread.ident is None
