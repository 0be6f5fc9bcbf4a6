"""A voice that plays nothing and keeps what it is told; its device is what the test says."""

from __future__ import annotations

from collections.abc import Callable

from kmonitor.alarms.signals import AlarmSignal
from kmonitor.ports import SoundState

HEARD = SoundState(is_there=True, device="Speakers", is_silenced=False, volume_pct=70)
NOT_TOLD = SoundState(is_there=True, device="Speakers")
MUTED = SoundState(is_there=True, device="Speakers", is_silenced=True, volume_pct=70)
GONE = SoundState(is_there=False)


class KeptVoice:
    """`state` None: it has not told anything yet."""

    def __init__(self, state: SoundState | None = HEARD) -> None:
        self.signals: list[AlarmSignal] = []
        self.volumes: list[int] = []
        self.tests = 0
        self.is_closed = False
        self.state = state
        self._tell: Callable[[SoundState], None] | None = None

    def present(self, signal: AlarmSignal) -> None:
        self.signals.append(signal)

    def set_volume(self, volume_pct: int) -> None:
        self.volumes.append(volume_pct)

    def test(self) -> None:
        self.tests += 1

    def attend(self, tell: Callable[[SoundState], None] | None) -> None:
        self._tell = tell
        if tell is not None and self.state is not None:
            tell(self.state)

    @property
    def is_attended(self) -> bool:
        return self._tell is not None

    def become(self, state: SoundState) -> None:
        """The device changes."""
        self.state = state
        if self._tell is not None:
            self._tell(state)

    def close(self) -> None:
        self.is_closed = True
