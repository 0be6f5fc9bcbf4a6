"""What waits for the next transaction: in order, bounded, and what was given up is said."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kmonitor.clock import Instant
from kmonitor.effects import PersistRow, PersistWave
from kmonitor.events import FrameFaulted, ReadingArrived, SessionEnded, SessionOpened
from kmonitor.store.waves import WaveGatherer, WaveSecond

MOST_WAVES = 10_000  # nearly three hours of one wave
MOST_ROWS = 100_000  # more than four hours of six numbers a second
_KEPT = 0.9  # dropped in lots, so that a full queue is not counted through for each row


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedRows:
    """The session-wide sequences of rows that were given up; it takes the place of the first."""

    at: Instant
    seqs: tuple[int, ...]


Item = PersistRow | WaveSecond | DroppedRows


class Waiting:
    """Rows and seconds of waves that are not on disk yet."""

    def __init__(self, *, most_rows: int = MOST_ROWS, most_waves: int = MOST_WAVES) -> None:
        self._items: deque[Item] = deque()
        self._waves = WaveGatherer()
        self._most_rows = most_rows
        self._most_waves = most_waves

    def __len__(self) -> int:
        return len(self._items)

    def add(self, row: PersistRow | PersistWave) -> None:
        """Take over a row; blocks of waves are gathered to seconds first."""
        if isinstance(row, PersistWave):
            self._items.extend(self._waves.add(row))
            return
        if isinstance(row.row, SessionOpened | SessionEnded):
            self.end_waves()
        self._items.append(row)

    def end_waves(self) -> None:
        """No more waves come: what was begun of a second waits too."""
        self._items.extend(self._waves.rest())

    def items(self) -> list[Item]:
        """All that waits, the oldest first."""
        return list(self._items)

    def forget(self, count: int) -> None:
        """The oldest `count` are on disk."""
        for _ in range(count):
            self._items.popleft()

    def trim(self, at: Instant) -> str | None:
        """Keep the bounds, oldest waves first, then readings, never acts; say what was lost."""
        words = []
        waves = sum(map(_is_wave, self._items))
        rows = len(self._items) - waves
        if waves > self._most_waves:
            lost = self._drop(waves - int(self._most_waves * _KEPT), _is_wave)
            words.append(f"{len(lost)} s of waves could not be kept.")
        if rows > self._most_rows:
            lost = self._drop(rows - int(self._most_rows * _KEPT), _is_droppable)
            self._mark(lost, at)
            words.append(f"{len(lost)} readings could not be kept.")
        return " ".join(words) or None

    def _drop(self, count: int, is_meant: Callable[[Item], bool]) -> list[tuple[int, Item]]:
        """Take out the oldest `count`, of one session only, with the places they had."""
        dropped: list[tuple[int, Item]] = []
        for place, item in enumerate(self._items):
            if len(dropped) == count or (dropped and _opens_session(item)):
                break
            if is_meant(item):
                dropped.append((place, item))
        gone = {place for place, _ in dropped}
        self._items = deque(item for n, item in enumerate(self._items) if n not in gone)
        return dropped

    def _mark(self, lost: list[tuple[int, Item]], at: Instant) -> None:
        seqs = tuple(item.seq for _, item in lost if isinstance(item, PersistRow))
        if seqs:
            self._items.insert(lost[0][0], DroppedRows(at=at, seqs=seqs))


class OnDisk:
    """Up to which session-wide sequence nothing is missing on disk.

    Of a session that is resumed everything before the first row that comes is there already.
    """

    def __init__(self, *, is_resumed: bool = False) -> None:
        self.seq = 0
        self._ahead: set[int] = set()
        self._is_resumed = is_resumed

    def add(self, items: Iterable[Item]) -> bool:
        """`items` were committed; whether there is more on disk without a hole."""
        before = self.seq
        for item in items:
            if _opens_session(item):
                before, self.seq, self._ahead = -1, 0, set()
            if isinstance(item, DroppedRows):
                self._ahead.update(item.seqs)
            elif isinstance(item, PersistRow):
                self._ahead.add(item.seq)
        if self._is_resumed and self._ahead:
            self.seq, self._is_resumed = min(self._ahead) - 1, False
        while self.seq + 1 in self._ahead:
            self.seq += 1
            self._ahead.remove(self.seq)
        return self.seq != before


def _opens_session(item: Item) -> bool:
    return isinstance(item, PersistRow) and isinstance(item.row, SessionOpened)


def _is_wave(item: Item) -> bool:
    return isinstance(item, WaveSecond)


def _is_droppable(item: Item) -> bool:
    return isinstance(item, PersistRow) and isinstance(item.row, ReadingArrived | FrameFaulted)
