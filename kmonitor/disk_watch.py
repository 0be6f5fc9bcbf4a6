"""How much room is left where the record lies; told when it gets scarce, and as it dwindles."""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path

from kmonitor.clock import Clock
from kmonitor.events import DiskChanged
from kmonitor.look_out import LookOut
from kmonitor.ports import Inbox
from kmonitor.technical_conditions import DISK_LOW_MB, DISK_MEDIUM_MB
from kmonitor.this_computer import free_bytes

EVERY_S = 30.0  # real seconds
_MARGIN = 1.05  # how far above a limit the room must be, to count as better again
_MUCH = 5  # a change by a fifth of what was told
_MB = 1_000_000

log = logging.getLogger(__name__)


class DiskLevel(IntEnum):
    """How scarce room is; the higher the worse."""

    ENOUGH = 0
    LOW = 1
    NEARLY_FULL = 2


def level_of(free_mb: int, before: DiskLevel = DiskLevel.ENOUGH) -> DiskLevel:
    """The level of so much room; just above a limit the level `before` stays."""
    if free_mb < DISK_MEDIUM_MB * (_MARGIN if before is DiskLevel.NEARLY_FULL else 1):
        return DiskLevel.NEARLY_FULL
    if free_mb < DISK_LOW_MB * (_MARGIN if before is not DiskLevel.ENOUGH else 1):
        return DiskLevel.LOW
    return DiskLevel.ENOUGH


class DiskWatch:
    """Looks at the disk in a small thread; says nothing while there is room."""

    def __init__(
        self,
        inbox: Inbox,
        clock: Clock,
        record: Path,
        *,
        look: Callable[[Path], int | None] = free_bytes,
        every_s: float = EVERY_S,
    ) -> None:
        """`look` gives the free bytes where `record` lies, None where that cannot be told."""
        self._inbox = inbox
        self._clock = clock
        self._record = record
        self._free_bytes = look
        self._level = DiskLevel.ENOUGH
        self._told_mb: int | None = None
        self._look_out = LookOut("disk", self._look, every_s=every_s)

    def start(self) -> None:
        """Begin to look; returns at once."""
        self._look_out.start()

    def stop(self) -> None:
        """End the thread; returns then, or after half a second where the disk does not answer."""
        self._look_out.stop()

    def _look(self) -> None:
        free_mb = self._free_mb()
        if free_mb is None:
            return  # a disk that is gone shows as a record that is not saved
        level = level_of(free_mb, self._level)
        is_news = level is not self._level or self._has_changed_much(free_mb)
        if not is_news or self._look_out.is_told_to_stop:
            return
        self._level, self._told_mb = level, free_mb
        self._inbox.put(DiskChanged(at=self._clock.now(), free_mb=free_mb))

    def _free_mb(self) -> int | None:
        try:
            free = self._free_bytes(self._record)
        except OSError as failure:
            log.debug("the disk does not tell: %s", type(failure).__name__)
            return None
        return None if free is None else free // _MB

    def _has_changed_much(self, free_mb: int) -> bool:
        if self._level is DiskLevel.ENOUGH or self._told_mb is None:
            return False
        return abs(free_mb - self._told_mb) * _MUCH >= max(self._told_mb, 1)
