"""The alarm sound on this computer's sound device; the only file that knows the sound library.

The device runs on silence all the time, so that a tone comes at once and a lost device shows: it
gives no error, its callbacks just cease.
"""

from __future__ import annotations

import ctypes
import logging
import sys
import threading
from collections.abc import Generator, Sequence
from typing import Any

import numpy as np

from kmonitor.alarms.tones import HIGH, RATE_HZ, as_pcm, render_round
from kmonitor.clock import monotonic_s

log = logging.getLogger(__name__)

LOST_AFTER_S = 1.0
REOPENS_EVERY_S = 1.0
_LOOKS_EVERY_S = 0.2
_BUFFER_MS = 60
_ENDS_WITHIN_S = 2.0
_LINUX_BACKENDS = ("PULSEAUDIO", "ALSA")  # left to itself the library falls back to none that plays


class AlarmSound:
    """The HIGH alarm sound, on or off; opens its device on its own thread, again and again.

    `backends` names those of the library; None takes what fits this system.
    """

    def __init__(self, *, backends: Sequence[str] | None = None) -> None:
        self._backends = _usual_backends() if backends is None else tuple(backends)
        self._round = as_pcm(render_round(HIGH))
        self._position = 0
        self._is_on = False
        self._was_on = False
        self._called_s = float("-inf")
        self._device: Any = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="alarm sound", daemon=True)
        self._thread.start()

    @property
    def has_sound(self) -> bool:
        """Whether a device took samples within the last second; it may still be turned down."""
        return monotonic_s() - self._called_s < LOST_AFTER_S

    def sound(self, is_on: bool) -> None:
        """Begin with the first pulse, or end; a second call changes nothing."""
        if is_on and not self._is_on:
            self._position = 0
        self._is_on = is_on

    def close(self) -> None:
        """Let the device go."""
        self._ended.set()
        self._thread.join(_ENDS_WITHIN_S)

    def _run(self) -> None:
        opened_s = float("-inf")
        _quiet_alsa()
        while not self._ended.wait(_LOOKS_EVERY_S if opened_s > 0 else 0):
            now_s = monotonic_s()
            if not self.has_sound and now_s - opened_s >= REOPENS_EVERY_S:
                self._close_device()
                self._open_device()
                opened_s = monotonic_s()
        self._close_device()

    def _open_device(self) -> None:
        try:
            import miniaudio
        except ImportError:
            return  # there is no build for this computer
        try:
            self._device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=1,
                sample_rate=RATE_HZ,
                buffersize_msec=_BUFFER_MS,
                backends=[miniaudio.Backend[name] for name in self._backends] or None,
                app_name="kmonitor alarm",
            )
            stream = self._stream()
            next(stream)
            self._device.start(stream)
        except miniaudio.MiniaudioError as error:
            log.info("no sound device: %s", error)

    def _close_device(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            device.close()

    def _stream(self) -> Generator[bytes, int, None]:
        """What the device asks for: on its own thread, so many frames at a time."""
        frames = yield b""
        while True:
            self._called_s = monotonic_s()
            frames = yield self._next_samples(frames).tobytes()

    def _next_samples(self, frames: int) -> np.ndarray[Any, np.dtype[np.int16]]:
        is_on, was_on, self._was_on = self._is_on, self._was_on, self._is_on
        if not is_on and not was_on:
            return np.zeros(frames, np.int16)
        places = np.arange(self._position, self._position + frames) % len(self._round)
        self._position = int((places[-1] + 1) % len(self._round))
        samples = self._round[places]
        if is_on:
            return samples
        return (samples * np.linspace(1, 0, frames)).astype(np.int16)  # no click at its end


def _usual_backends() -> tuple[str, ...]:
    return _LINUX_BACKENDS if sys.platform.startswith("linux") else ()


_HEARD_BY_ALSA = ctypes.CFUNCTYPE(
    None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
)


def _hear_alsa(*_what: object) -> None:
    """Without a device ALSA would write a page of complaints to stderr at each opening."""


_hears_alsa = _HEARD_BY_ALSA(_hear_alsa)  # kept for as long as ALSA may call it


def _quiet_alsa() -> None:
    if not sys.platform.startswith("linux"):
        return
    try:
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_hears_alsa)
    except (OSError, AttributeError):
        return  # no ALSA, no complaints
