"""What this computer does while a session runs: it stays awake, watches its battery and disk."""

from __future__ import annotations

from pathlib import Path

from kmonitor.clock import Clock
from kmonitor.disk_watch import DiskWatch
from kmonitor.hold_off import HoldOff
from kmonitor.ports import Inbox
from kmonitor.power import PowerWatch


class AroundSession:
    """Begun with a session and ended with it; for one session, its news come to `inbox`."""

    def __init__(self, inbox: Inbox, clock: Clock, *, record: Path) -> None:
        """`record` tells the disk that is meant."""
        self._parts = (
            HoldOff(inbox, clock),
            PowerWatch(inbox, clock),
            DiskWatch(inbox, clock, record),
        )

    def start(self) -> None:
        """Begin; returns at once."""
        for part in self._parts:
            part.start()

    def stop(self) -> None:
        """Let go again; returns within two seconds, whatever the system does."""
        for part in self._parts:
            part.stop()
