"""What this computer does while a session runs: it stays awake and watches its battery."""

from __future__ import annotations

from kmonitor.clock import Clock
from kmonitor.hold_off import HoldOff
from kmonitor.ports import Inbox
from kmonitor.power import PowerWatch


class AroundSession:
    """Begun with a session and ended with it; for one session, its news come to `inbox`."""

    def __init__(self, inbox: Inbox, clock: Clock) -> None:
        self._hold_off = HoldOff(inbox, clock)
        self._power = PowerWatch(inbox, clock)

    def start(self) -> None:
        """Begin; returns at once."""
        self._hold_off.start()
        self._power.start()

    def stop(self) -> None:
        """Let go again; returns within a second, whatever the system does."""
        self._hold_off.stop()
        self._power.stop()
