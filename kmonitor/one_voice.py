"""The one alarm sound of the app: made on a thread of its own, handed from session to session."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

from kmonitor.alarms.signals import SILENT, AlarmSignal
from kmonitor.errors import way_of
from kmonitor.ports import AlarmVoice, SoundState

log = logging.getLogger(__name__)

ENDS_WITHIN_S = 3.0
_NOT_THERE = SoundState(is_there=False)
_Told = TypeVar("_Told")


class OwnVoice(AlarmVoice, Protocol):
    """A voice that is ours to end."""

    def close(self) -> None:
        """Let the device go; returns when it has."""


def device_voice() -> OwnVoice:
    """The voice of this computer's sound device, which looks at the system's volume too."""
    from kmonitor.alarms.audio import APP_NAME, AlarmSound
    from kmonitor.system_volume import system_volume

    return AlarmSound(ask_system=system_volume(APP_NAME))


class OneVoice:
    """Itself a voice; what it is told before its device is made holds from then on.

    Making one imports the sound library, which the first picture of the window does not wait for.
    """

    def __init__(self, make: Callable[[], OwnVoice], *, volume_pct: int) -> None:
        """Nothing is made before `begin`; `make` is called on a thread of ours."""
        self._make = make
        self._volume_pct = volume_pct
        self._signal = SILENT
        self._state: SoundState | None = None
        self._tell: Callable[[SoundState], None] | None = None
        self._voice: OwnVoice | None = None
        self._is_closed = False
        self._thread = threading.Thread(target=self._begin, name="one voice", daemon=True)

    @property
    def state(self) -> SoundState | None:
        """How the sound device stands; None before anything was told."""
        return self._state

    @property
    def volume_pct(self) -> int:
        """How loud this computer's people set it."""
        return self._volume_pct

    def begin(self) -> None:
        """Make the voice; returns at once, and a second call changes nothing."""
        if self._thread.ident is None and not self._is_closed:
            self._thread.start()

    def present(self, signal: AlarmSignal) -> None:
        """Sound this from now on."""
        self._signal = signal
        if self._voice is not None:
            self._voice.present(signal)

    def set_volume(self, volume_pct: int) -> None:
        """How loud, 0 to 100."""
        self._volume_pct = volume_pct
        if self._voice is not None:
            self._voice.set_volume(volume_pct)

    def test(self) -> None:
        """One burst of each priority; nothing where no voice could be made."""
        if self._voice is not None:
            self._voice.test()

    def attend(self, tell: Callable[[SoundState], None] | None) -> None:
        """`tell` hears how the device stands, at once where that is known; None: no longer."""
        self._tell = tell
        told = None
        while tell is not None and (state := self._state) is not told:  # it may change meanwhile
            told = state
            if state is not None:
                tell(state)

    def close(self) -> None:
        """Let the device go."""
        self._is_closed = True
        self._tell = None
        if self._thread.ident is not None:
            self._thread.join(ENDS_WITHIN_S)
        if self._voice is not None:
            self._voice.attend(None)
            self._voice.close()

    def _begin(self) -> None:
        try:
            self._voice = voice = self._make()
        except Exception as error:  # top of the thread: that nobody is heard is said everywhere
            log.error("the alarm sound cannot be made: %s", way_of(error))
            self._hear(_NOT_THERE)
            return
        _hand_over(lambda: self._volume_pct, voice.set_volume)
        _hand_over(lambda: self._signal, voice.present)
        voice.attend(self._hear)

    def _hear(self, state: SoundState) -> None:
        """On a thread of the voice."""
        self._state = state
        tell = self._tell
        if tell is not None:
            tell(state)


def _hand_over(newest: Callable[[], _Told], tell: Callable[[_Told], None]) -> None:
    """Tell what holds, and again where another thread has changed it meanwhile."""
    told = newest()
    tell(told)
    while (now := newest()) is not told:
        told = now
        tell(told)
