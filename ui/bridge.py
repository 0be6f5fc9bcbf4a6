"""From the monitor thread to Qt: the only signal that crosses threads, and the waiting waves.

At speed 60 snapshots come sixty times a second. At most one signal is on its way; the one who
hears it takes the latest snapshot from here. The order of the two lines in the pair of methods
makes sure that the last snapshot is never left lying. Waves wait for the next frame without a
signal: an oximeter sends sixty blocks a second, and each signal costs more than its drawing.
"""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, Signal

from kmonitor.effects import PersistRow
from kmonitor.session_state import Session
from kmonitor.vitals import WaveBlock

_MOST_BLOCKS = 256


class Bridge(QObject):
    """An observer of the monitor; belongs to the Qt thread."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._latest: Session | None = None
        self._blocks: deque[tuple[str, WaveBlock]] = deque(maxlen=_MOST_BLOCKS)
        self._is_snapshot_on_its_way = False

    def on_snapshot(self, session: Session) -> None:
        """Keep the latest; wake Qt unless it is already called."""
        self._latest = session
        if not self._is_snapshot_on_its_way:
            self._is_snapshot_on_its_way = True
            self.changed.emit(session)

    def on_wave(self, link: str, block: WaveBlock) -> None:
        """Keep the newest blocks; a screen that hangs loses the oldest."""
        self._blocks.append((link, block))

    def on_row(self, row: PersistRow) -> None:
        """Rows are not for the screen."""

    def on_commit(self, seq: int) -> None:
        """A commit comes with the next snapshot."""

    def take_snapshot(self) -> Session | None:
        """The latest snapshot; on the Qt thread, after `changed`."""
        self._is_snapshot_on_its_way = False
        return self._latest

    def take_blocks(self) -> list[tuple[str, WaveBlock]]:
        """The waiting blocks and their links, oldest first; on the Qt thread, at each frame."""
        blocks = []
        while self._blocks:
            blocks.append(self._blocks.popleft())
        return blocks
