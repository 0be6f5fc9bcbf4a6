"""From the monitor thread to Qt: the only two signals that cross threads.

At speed 60 snapshots come sixty times a second. Of each signal at most one is on its way; the
one who hears it takes the latest snapshot, or all waiting blocks, from here. The order of the
two lines in each pair of methods makes sure that the last snapshot is never left lying.
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
    wave = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._latest: Session | None = None
        self._blocks: deque[tuple[str, WaveBlock]] = deque(maxlen=_MOST_BLOCKS)
        self._is_snapshot_on_its_way = False
        self._is_wave_on_its_way = False

    def on_snapshot(self, session: Session) -> None:
        """Keep the latest; wake Qt unless it is already called."""
        self._latest = session
        if not self._is_snapshot_on_its_way:
            self._is_snapshot_on_its_way = True
            self.changed.emit(session)

    def on_wave(self, link: str, block: WaveBlock) -> None:
        """Keep the newest blocks; a screen that hangs loses the oldest."""
        self._blocks.append((link, block))
        if not self._is_wave_on_its_way:
            self._is_wave_on_its_way = True
            self.wave.emit(block)

    def on_row(self, row: PersistRow) -> None:
        """Rows are not for the screen."""

    def on_commit(self, seq: int) -> None:
        """A commit comes with the next snapshot."""

    def take_snapshot(self) -> Session | None:
        """The latest snapshot; on the Qt thread, after `changed`."""
        self._is_snapshot_on_its_way = False
        return self._latest

    def take_blocks(self) -> list[tuple[str, WaveBlock]]:
        """The waiting blocks and their links, oldest first; on the Qt thread, after `wave`."""
        self._is_wave_on_its_way = False
        blocks = []
        while self._blocks:
            blocks.append(self._blocks.popleft())
        return blocks
