"""The alarm sound on this computer's sound device; the only file that knows the sound library.

The device runs on silence all the time, so that a tone comes at once and a lost device shows: it
gives no error, its callbacks just cease.
"""

from __future__ import annotations

import ctypes
import logging
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from typing import Any

from kmonitor.alarms.conditions import Priority
from kmonitor.alarms.sequence import Sequencer
from kmonitor.alarms.signals import SILENT, AlarmSignal, SoundState, SystemOutput
from kmonitor.alarms.tones import RATE_HZ
from kmonitor.clock import monotonic_s
from kmonitor.errors import way_of

log = logging.getLogger(__name__)

APP_NAME = "kmonitor alarm"  # how the system's mixer names our sound
LOST_AFTER_S = 1.0
REOPENS_EVERY_S = 1.0
_WATCHES_EVERY_S = 0.2
_ASKS_EVERY_S = 0.5
_ANSWER_HOLDS_S = 5.0
_PERIOD_MS = 60  # what the library asks for at a time; less would sound torn on a busy computer
_ENDS_WITHIN_S = 2.0
_NOWHERE = ""
_LINUX_BACKENDS = ("PULSEAUDIO", "ALSA")  # left to itself the library falls back to none that plays


class AlarmSound:
    """The alarm voice; opens its device on its own thread, again and again.

    `backends` names those of the library; None takes what fits this system. `ask_system` tells
    where the system sends sound and how loud; it may take its time, on a thread of its own.
    """

    def __init__(
        self,
        *,
        backends: Sequence[str] | None = None,
        ask_system: Callable[[], SystemOutput | None] | None = None,
    ) -> None:
        self._backends = _usual_backends() if backends is None else tuple(backends)
        self._sequencer = Sequencer()
        self._attendant = _Attendant(None)
        self._called_s = float("-inf")
        self._began_s = monotonic_s()
        self._opened_s = float("-inf")
        self._opened_on: str | None = None  # what the system had chosen; None is not known
        self._heard_on: str | None = None
        self._device: Any = None
        self._ended = threading.Event()
        self._woken = threading.Event()
        self._system = _System(ask_system, self._ended)
        self._thread = threading.Thread(target=self._run, name="alarm sound", daemon=True)
        self._thread.start()

    @property
    def has_sound(self) -> bool:
        """Whether a device took samples within the last second; it may still be turned down."""
        return monotonic_s() - self._called_s < LOST_AFTER_S

    def sound(self, is_on: bool) -> None:
        """The bursts of high priority, or nothing; a second call changes nothing."""
        self.present(AlarmSignal(sounding=Priority.HIGH) if is_on else SILENT)

    def present(self, signal: AlarmSignal) -> None:
        """Sound this from now on; returns at once."""
        self._sequencer.present(signal)

    def set_volume(self, volume_pct: int) -> None:
        """How loud, 0 to 100 % of what the device can; each priority stays above its floor."""
        self._sequencer.set_volume(volume_pct)

    def test(self) -> None:
        """One burst of each priority, the low one first; an alarm goes before and ends it."""
        self._sequencer.test()

    def attend(self, tell: Callable[[SoundState], None] | None) -> None:
        """`tell` hears at once how the sound stands, and each change; None: no longer.

        It is called on our thread and must return at once. While the device is opened for the
        first time it hears nothing, for a second at most.
        """
        self._attendant = _Attendant(tell)
        self._woken.set()

    def close(self) -> None:
        """Let the device go."""
        self._ended.set()
        self._woken.set()
        self._thread.join(_ENDS_WITHIN_S)
        self._system.join(_ENDS_WITHIN_S)

    def _run(self) -> None:
        """Whatever fails here, the next round tries again: nobody else would tell of the sound."""
        _quiet_alsa()
        told = ""
        while not self._ended.is_set():
            try:
                self._look_after()
            except Exception as error:  # top of the thread: what then is not heard is told
                told = _log_once("the alarm sound failed", error, told)
            self._woken.wait(_WATCHES_EVERY_S)
            self._woken.clear()
        self._close_device()

    def _look_after(self) -> None:
        self._tell()
        if self._needs_device():
            self._close_device()
            self._open_device()

    def _tell(self) -> None:
        """Before a device is opened or closed, which may take long."""
        is_known = self.has_sound and self._system.has_answered
        if is_known or monotonic_s() - self._began_s >= LOST_AFTER_S:
            self._attendant.hear(self._state())

    def _state(self) -> SoundState:
        output = self._system.output
        if not self.has_sound or (output is not None and not output.is_real):
            return SoundState(is_there=False)
        if output is None:
            return SoundState(is_there=True, device=getattr(self._device, "backend", ""))
        return SoundState(
            is_there=True,
            device=output.title,
            is_silenced=output.is_silenced,
            volume_pct=output.volume_pct,
        )

    def _needs_device(self) -> bool:
        """None is there, it was lost, or the system's choice changed and our sound did not move."""
        if not self.has_sound:
            return monotonic_s() - self._opened_s >= REOPENS_EVERY_S
        output = self._system.output
        if output is None:
            return False
        self._follow(output)
        was_on, self._opened_on = self._opened_on, output.chosen
        return was_on not in (None, output.chosen) and output.ours != output.chosen

    def _follow(self, output: SystemOutput) -> None:
        """Where the system moved our sound by itself, an alarm is heard there at once."""
        heard_on = (output.ours or output.chosen) if output.is_real else _NOWHERE
        was_on, self._heard_on = self._heard_on, heard_on
        if was_on not in (None, heard_on) and heard_on != _NOWHERE:
            self._sequencer.change_device()

    def _open_device(self) -> None:
        output = self._system.output
        self._opened_on = None if output is None else output.chosen
        self._heard_on = None
        try:
            import miniaudio
        except ImportError:
            return  # there is no build for this computer
        try:
            self._device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=1,
                sample_rate=RATE_HZ,
                buffersize_msec=_PERIOD_MS,
                backends=[miniaudio.Backend[name] for name in self._backends] or None,
                app_name=APP_NAME,
            )
            stream = self._stream()
            next(stream)
            self._sequencer.change_device()
            self._device.start(stream)
        except miniaudio.MiniaudioError as error:
            log.info("no sound device: %s", error)
        finally:
            self._opened_s = monotonic_s()

    def _close_device(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            device.close()

    def _stream(self) -> Generator[bytes, int, None]:
        """What the device asks for: on its own thread, so many frames at a time."""
        frames = yield b""
        while True:
            samples = self._sequencer.next_samples(frames).tobytes()
            self._called_s = monotonic_s()  # only now: a device without samples plays nothing
            frames = yield samples


class _Attendant:
    """Whoever hears how the sound stands, and what was said last."""

    def __init__(self, tell: Callable[[SoundState], None] | None) -> None:
        self._tell_it = tell
        self._told: SoundState | None = None

    def hear(self, state: SoundState) -> None:
        """Pass on what is new."""
        if self._tell_it is not None and state != self._told:
            self._told = state
            self._tell_it(state)


class _System:
    """Asks the system about its output; a system that does not answer holds up nobody else."""

    def __init__(
        self, ask: Callable[[], SystemOutput | None] | None, ended: threading.Event
    ) -> None:
        self._answer: tuple[SystemOutput | None, float] = (None, float("-inf"))
        self._ended = ended
        self._thread: threading.Thread | None = None
        if ask is not None:
            self._thread = threading.Thread(
                target=self._run, args=(ask,), name="system volume", daemon=True
            )
            self._thread.start()

    @property
    def has_answered(self) -> bool:
        """Once at least, or never will."""
        return self._thread is None or self._answer[1] > 0

    @property
    def output(self) -> SystemOutput | None:
        """The newest answer; None where there is none, or none for some seconds."""
        output, answered_s = self._answer
        return output if monotonic_s() - answered_s < _ANSWER_HOLDS_S else None

    def join(self, limit_s: float) -> None:
        """After `ended` was set."""
        if self._thread is not None:
            self._thread.join(limit_s)

    def _run(self, ask: Callable[[], SystemOutput | None]) -> None:
        told = ""
        while not self._ended.is_set():
            try:
                self._answer = ask(), monotonic_s()
            except Exception as error:  # top of the thread: the answer then is "not known"
                self._answer = None, monotonic_s()
                told = _log_once("the system's volume is not known", error, told)
            self._ended.wait(_ASKS_EVERY_S)


def _log_once(what: str, error: Exception, told: str) -> str:
    """Log it unless just this was the last word; returns what is the last word now."""
    way = way_of(error)
    if way != told:
        log.error("%s: %s", what, way)
    return way


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
