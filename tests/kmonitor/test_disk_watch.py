"""The disk's room is told when it gets scarce, as it dwindles, and when it is enough again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest

from kmonitor.clock import FakeClock
from kmonitor.disk_watch import DiskLevel, DiskWatch, level_of
from kmonitor.events import DiskChanged, Event
from kmonitor.limit_sets import load_default
from kmonitor.session import open_session, step
from kmonitor.this_computer import free_bytes
from tests import builders

MB = 1_000_000
WAIT_S = 20.0
RECORD = Path("record.db")


class Looks:
    """Gives one made-up look after the other and then lets the watch wait for its end."""

    def __init__(self, *free: int | OSError | None) -> None:
        self._left: Iterator[int | OSError | None] = iter(free)
        self.are_over = threading.Event()

    def __call__(self, record: Path) -> int | None:
        assert record == RECORD
        try:
            found = next(self._left)
        except StopIteration:
            self.are_over.set()
            return None
        if isinstance(found, OSError):
            raise found
        return None if found is None else found * MB


def told(*free: int | OSError | None) -> list[int]:
    inbox: SimpleQueue[Event] = SimpleQueue()
    looks = Looks(*free)
    watch = DiskWatch(inbox, FakeClock(), RECORD, look=looks, every_s=0)
    watch.start()
    assert looks.are_over.wait(WAIT_S)
    watch.stop()
    heard = []
    while not inbox.empty():
        event = inbox.get()
        assert isinstance(event, DiskChanged)
        heard.append(event.free_mb)
    return heard


@pytest.mark.parametrize(
    ("free_mb", "before", "level"),
    [
        (1000, DiskLevel.ENOUGH, DiskLevel.ENOUGH),
        (999, DiskLevel.ENOUGH, DiskLevel.LOW),
        (200, DiskLevel.ENOUGH, DiskLevel.LOW),
        (199, DiskLevel.ENOUGH, DiskLevel.NEARLY_FULL),
        (1049, DiskLevel.LOW, DiskLevel.LOW),
        (1050, DiskLevel.LOW, DiskLevel.ENOUGH),
        (209, DiskLevel.NEARLY_FULL, DiskLevel.NEARLY_FULL),
        (210, DiskLevel.NEARLY_FULL, DiskLevel.LOW),
    ],
)
def test_room_counts_by_its_limits_and_wavers_about_none(
    free_mb: int, before: DiskLevel, level: DiskLevel
) -> None:
    assert level_of(free_mb, before) is level


def test_nothing_is_told_while_there_is_room() -> None:
    assert told(90_000, 5_000, 1_000) == []


def test_each_limit_that_is_crossed_is_told_once_and_so_is_the_way_back() -> None:
    assert told(1_200, 990, 980, 1_010, 199, 198, 990, 4_000, 900) == [990, 199, 990, 4_000, 900]


def test_scarce_room_is_told_anew_as_it_dwindles() -> None:
    assert told(900, 721, 720, 600, 576, 250, 199, 160, 159, 0, 0) == [
        900, 720, 576, 250, 199, 159, 0
    ]  # fmt: skip


def test_a_disk_that_does_not_answer_tells_nothing_and_is_looked_at_again() -> None:
    assert told(None, OSError("gone"), 150) == [150]


def test_what_is_told_becomes_an_alarm_condition_and_ends_it() -> None:
    clock = FakeClock()
    session, _ = open_session(builders.opened(clock.now()), load_default())
    session, _ = step(session, DiskChanged(at=clock.advance(s=1), free_mb=180))
    assert [each.words for each in session.presented_alarms] == ["DISK NEARLY FULL: 180 MB left"]
    session, _ = step(session, DiskChanged(at=clock.advance(s=1), free_mb=4_000))
    assert session.presented_alarms == ()


def test_a_real_disk_is_looked_at(tmp_path: Path) -> None:
    inbox: SimpleQueue[Event] = SimpleQueue()
    seen = threading.Event()

    def look(record: Path) -> int | None:
        found = free_bytes(record)
        assert found is not None
        assert found > 0
        seen.set()
        return found

    watch = DiskWatch(inbox, FakeClock(), tmp_path / "not" / "yet" / "record.db", look=look)
    watch.start()
    assert seen.wait(WAIT_S)
    watch.stop()


def test_the_end_does_not_wait_for_a_disk_that_hangs() -> None:
    asked, is_let_go = threading.Event(), threading.Event()
    inbox: SimpleQueue[Event] = SimpleQueue()

    def hang(_record: Path) -> int | None:
        asked.set()
        is_let_go.wait(WAIT_S)
        return 0

    watch = DiskWatch(inbox, FakeClock(), RECORD, look=hang)
    watch.start()
    assert asked.wait(WAIT_S)
    watch.stop()
    is_let_go.set()
    watch._look_out.stop(WAIT_S)
    assert inbox.empty()
