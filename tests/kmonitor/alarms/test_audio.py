"""The alarm sound on the library's null device, whose callbacks come as from a real one."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from kmonitor.alarms.audio import AlarmSound


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_device_that_plays_silence_counts_as_sound_and_goes_with_its_owner() -> None:
    sound = AlarmSound(backends=["NULL"])
    wait_until(lambda: sound.has_sound)
    sound.close()
    wait_until(lambda: not sound.has_sound)


def test_on_is_heard_from_the_first_pulse_on_and_off_ends_without_a_click() -> None:
    sound = AlarmSound(backends=["NULL"])
    wait_until(lambda: sound.has_sound)
    assert not sound._next_samples(480).any()
    sound.close()
    wait_until(lambda: not sound.has_sound)  # from here on the test asks in the device's place
    sound.sound(True)
    first = sound._next_samples(4_800)
    sound.sound(True)
    second = sound._next_samples(4_800)
    assert np.array_equal(np.concatenate([first, second]), sound._round[:9_600])
    assert np.abs(first).max() > 10_000
    sound.sound(False)
    last = sound._next_samples(480)
    assert abs(int(last[-1])) < 100
    assert not sound._next_samples(480).any()
    sound.sound(True)
    assert np.array_equal(sound._next_samples(480), sound._round[:480])


def test_without_a_device_it_says_so_and_tries_again() -> None:
    class NoDevice(AlarmSound):
        opened = 0

        def _open_device(self) -> None:
            type(self).opened += 1

    sound = NoDevice(backends=["NULL"])
    wait_until(lambda: NoDevice.opened >= 2)
    assert not sound.has_sound
    sound.close()


def test_a_device_whose_callbacks_cease_is_opened_anew() -> None:
    sound = AlarmSound(backends=["NULL"])
    wait_until(lambda: sound.has_sound)
    lost = sound._device
    lost.stop()  # as a device does that was pulled out: no error, no more callbacks
    wait_until(lambda: sound._device is not lost and sound.has_sound)
    sound.close()


def test_a_library_that_cannot_open_what_is_asked_for_is_no_error() -> None:
    sound = AlarmSound(backends=["WASAPI"] if sys.platform != "win32" else ["ALSA"])
    time.sleep(0.3)  # nothing comes that could be waited for
    assert not sound.has_sound
    sound.close()
