"""The alarm sound on the library's null device, whose callbacks come as from a real one."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from kmonitor.alarms import audio
from kmonitor.alarms.audio import AlarmSound
from kmonitor.alarms.conditions import Priority
from kmonitor.alarms.signals import SILENT, AlarmSignal, SoundState, SystemOutput

HIGH = AlarmSignal(sounding=Priority.HIGH)
ROOM = SystemOutput(
    chosen="room", ours="room", title="Loudspeaker", is_silenced=False, volume_pct=70
)
HEADSET = replace(ROOM, chosen="headset", ours="headset", title="Headset")
GONE = SoundState(is_there=False)


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio, "_ASKS_EVERY_S", 0.03)
    monkeypatch.setattr(audio, "_WATCHES_EVERY_S", 0.02)


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


class TheSystem:
    """Answers what the test wants; while it is not `answering` the question waits."""

    def __init__(self, output: SystemOutput | None) -> None:
        self.output = output
        self.answering = threading.Event()
        self.answering.set()
        self.asked = 0

    def __call__(self) -> SystemOutput | None:
        self.asked += 1
        assert self.answering.wait(15)
        return self.output

    def wait_until_asked_again(self) -> None:
        asked = self.asked
        wait_until(lambda: self.asked >= asked + 2)


@contextmanager
def sounding(
    system: TheSystem | None = None, backend: str = "NULL"
) -> Iterator[tuple[AlarmSound, list[SoundState]]]:
    sound, told = AlarmSound(backends=[backend], ask_system=system), list[SoundState]()
    sound.attend(told.append)
    try:
        yield sound, told
    finally:
        if system is not None:
            system.answering.set()
        sound.close()


def test_a_device_that_plays_silence_counts_as_sound_and_goes_with_its_owner() -> None:
    sound = AlarmSound(backends=["NULL"])
    wait_until(lambda: sound.has_sound)
    sound.close()
    wait_until(lambda: not sound.has_sound)


def test_what_is_asked_for_is_what_the_device_draws() -> None:
    sound = AlarmSound(backends=["NULL"])
    sound.close()  # from here on the test draws in the device's place
    stream = sound._stream()
    next(stream)

    def drawn(count: int) -> np.ndarray:
        return np.frombuffer(stream.send(count), np.int16)

    assert not drawn(480).any()
    sound.sound(True)
    first = drawn(4_800)
    sound.sound(True)
    assert np.abs(first).max() > 10_000
    assert np.abs(drawn(4_800)).max() > 10_000  # a second call changes nothing
    sound.sound(False)
    drawn(960)
    assert not drawn(48_000).any()
    sound.set_volume(50)
    sound.test()
    assert 10_000 < np.abs(drawn(48_000)).max() < 15_000
    sound.present(HIGH)
    drawn(24_000)
    sound.present(SILENT)
    drawn(960)
    assert not drawn(48_000).any()


def test_whoever_attends_hears_at_once_that_there_is_sound() -> None:
    with sounding() as (sound, told):
        wait_until(lambda: bool(told))
        assert told == [SoundState(is_there=True, device="Null")]
        again: list[SoundState] = []
        sound.attend(again.append)
        wait_until(lambda: bool(again))
        sound.attend(None)
        assert again == told


def test_without_a_device_it_says_so_and_tries_again() -> None:
    class NoDevice(AlarmSound):
        opened = 0

        def _open_device(self) -> None:
            type(self).opened += 1
            self._opened_s = time.monotonic()

    told: list[SoundState] = []
    sound = NoDevice(backends=["NULL"])
    sound.attend(told.append)
    wait_until(lambda: NoDevice.opened >= 3)
    sound.close()
    assert told == [GONE]


def test_a_device_whose_callbacks_cease_is_told_and_opened_anew() -> None:
    with sounding() as (sound, told):
        wait_until(lambda: bool(told))
        lost = sound._device
        lost.stop()  # as a device does that was pulled out: no error, no more callbacks
        wait_until(lambda: sound._device is not lost and sound.has_sound)
        wait_until(lambda: len(told) >= 3)
        assert [state.is_there for state in told[:3]] == [True, False, True]


def test_an_alarm_sounds_from_its_first_pulse_on_a_device_that_was_opened_anew() -> None:
    with sounding() as (sound, _):
        sound.present(HIGH)
        wait_until(lambda: sound.has_sound)
        begun = sound._sequencer._devices_told
        sound._device.stop()
        wait_until(lambda: sound._sequencer._devices_told > begun)


def test_a_library_that_cannot_open_what_is_asked_for_is_no_error() -> None:
    with sounding(backend="WASAPI" if sys.platform != "win32" else "ALSA") as (sound, told):
        wait_until(lambda: told == [GONE])
        assert not sound.has_sound


def test_what_the_system_tells_is_passed_on_with_each_change() -> None:
    system = TheSystem(ROOM)
    with sounding(system) as (_, told):
        there = SoundState(is_there=True, device="Loudspeaker", is_silenced=False, volume_pct=70)
        wait_until(lambda: told[-1:] == [there])
        system.output = replace(ROOM, is_silenced=True)
        wait_until(lambda: told[-1] == replace(there, is_silenced=True))
        system.output = None
        wait_until(lambda: told[-1] == SoundState(is_there=True, device="Null"))


def test_the_stand_in_for_a_lost_device_is_no_sound() -> None:
    system = TheSystem(replace(ROOM, is_real=False))
    with sounding(system) as (sound, told):
        wait_until(lambda: sound.has_sound)
        wait_until(lambda: told[-1:] == [GONE])
        system.output = ROOM
        wait_until(lambda: told[-1].is_there)


def test_our_sound_moves_to_the_device_that_the_system_chose() -> None:
    system = TheSystem(ROOM)
    with sounding(system) as (sound, _):
        wait_until(lambda: sound.has_sound)
        system.wait_until_asked_again()
        wait_until(lambda: sound._opened_on == "room")
        first = sound._device
        system.output = replace(HEADSET, ours="room")
        wait_until(lambda: sound._device not in (first, None))
        moved = sound._device
        system.wait_until_asked_again()
        system.wait_until_asked_again()
        assert sound._device is moved  # once, also where the system keeps our sound elsewhere


def test_where_the_system_moved_our_sound_by_itself_the_device_stays() -> None:
    system = TheSystem(ROOM)
    with sounding(system) as (sound, told):
        wait_until(lambda: sound.has_sound)
        system.wait_until_asked_again()
        first, begun = sound._device, sound._sequencer._devices_told
        system.output = HEADSET
        wait_until(lambda: bool(told) and told[-1].device == "Headset")
        system.wait_until_asked_again()
        assert sound._device is first
        assert sound._sequencer._devices_told == begun + 1  # and an alarm is heard there at once


def test_an_alarm_is_heard_at_once_where_a_device_is_there_again() -> None:
    system = TheSystem(replace(ROOM, is_real=False))
    with sounding(system) as (sound, told):
        wait_until(lambda: sound.has_sound)
        wait_until(lambda: told[-1:] == [GONE])
        begun = sound._sequencer._devices_told
        system.wait_until_asked_again()
        system.output = ROOM
        wait_until(lambda: sound._sequencer._devices_told == begun + 1)


def test_a_system_that_does_not_answer_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio, "_ANSWER_HOLDS_S", 0.3)
    system = TheSystem(ROOM)
    with sounding(system) as (sound, told):
        wait_until(lambda: told[-1:] != [] and told[-1].volume_pct == 70)
        system.answering.clear()
        wait_until(lambda: told[-1] == SoundState(is_there=True, device="Null"))  # not known
        lost = sound._device
        lost.stop()
        wait_until(lambda: sound._device is not lost and sound.has_sound)


@pytest.mark.expects_log("the alarm sound failed")
def test_a_fault_of_ours_ends_no_watch_on_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    with sounding() as (sound, told):
        wait_until(lambda: bool(told))

        def fails() -> bool:
            raise ZeroDivisionError

        monkeypatch.setattr(sound, "_needs_device", fails)
        lost = sound._device
        lost.stop()
        wait_until(lambda: told[-1] == GONE)
        monkeypatch.undo()
        wait_until(lambda: told[-1].is_there)


@pytest.mark.expects_log("the alarm sound failed")
def test_a_library_that_fails_in_its_own_way_is_no_sound_device() -> None:
    with sounding(backend="NO SUCH") as (_, told):
        wait_until(lambda: told == [GONE])


@pytest.mark.expects_log("the system's volume is not known")
def test_a_system_that_cannot_be_asked_is_not_known_and_asked_again() -> None:
    class Failing(TheSystem):
        is_failing = True

        def __call__(self) -> SystemOutput | None:
            output = super().__call__()
            if self.is_failing:
                raise ZeroDivisionError
            return output

    system = Failing(replace(ROOM, is_silenced=True))
    with sounding(system) as (_, told):
        wait_until(lambda: bool(told))
        assert told[-1] == SoundState(is_there=True, device="Null")
        system.is_failing = False
        wait_until(lambda: told[-1].is_silenced is True)


def test_a_device_that_is_given_no_samples_counts_as_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sound = AlarmSound(backends=["NULL"])
    sound.close()  # from here on the test draws in the device's place
    sound._called_s = float("-inf")
    stream = sound._stream()
    next(stream)

    def fails(_count: int) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(sound._sequencer, "next_samples", fails)
    with pytest.raises(ZeroDivisionError):
        stream.send(480)
    assert not sound.has_sound
