"""The system's bell, where an alarm sounds and no sound device plays it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from kmonitor.alarms.conditions import Priority
from kmonitor.clock import monotonic_s
from kmonitor.session_state import Session
from kmonitor.technical_conditions import no_sound_words
from ui.shell import Shell

_EVERY_S = {Priority.HIGH: 1.0, Priority.MEDIUM: 2.0}


def rings_every_s(session: Session | None) -> float | None:
    """How often it is to ring, in real seconds; None where the alarm sound does its work."""
    if session is None or session.signal.sounding is None:
        return None
    if session.sound is not None and not no_sound_words(session):
        return None
    return _EVERY_S.get(session.signal.sounding)


class Bell(QObject):
    """Looks at each frame of the window; a poor alarm, and the only one then."""

    def __init__(self, shell: Shell, *, ring: Callable[[], None] = QApplication.beep) -> None:
        super().__init__(shell)
        self._shell = shell
        self._ring = ring
        self._rang_s = float("-inf")
        shell.framed.connect(self.look)

    def look(self) -> None:
        """Ring where it is time."""
        every_s = rings_every_s(self._shell.session)
        real_s = monotonic_s()
        if every_s is not None and real_s - self._rang_s >= every_s:
            self._rang_s = real_s
            self._ring()
