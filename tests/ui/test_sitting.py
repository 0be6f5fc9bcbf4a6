"""What is said of a session's end is so."""

from contextlib import closing
from pathlib import Path

import pytest

from kmonitor.clock import Clock, SystemClock
from kmonitor.errors import StoreError
from kmonitor.keeping import NoKeeper
from kmonitor.limit_sets import load_default
from kmonitor.people import DEMONSTRATION_NURSE
from kmonitor.ports import Inbox, Record
from kmonitor.store.connection import open_record
from kmonitor.store.reader import RecordReader
from kmonitor.store.writer import RecordWriter
from tests.kmonitor.store.record_help import KeptInbox, act, opened
from ui.sitting import NOT_CLOSED, Sittings

SESSION = "5e551014-0001"


class House:
    """A record that cannot be written any more once it is open, while `is_held`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._other = open_record(path)
        self.is_held = True

    def reader(self) -> RecordReader:
        return RecordReader(self._path)

    def writer(self, *, inbox: Inbox, clock: Clock, continues: str | None = None) -> Record:
        record = RecordWriter(self._path, inbox=inbox, clock=clock, continues=continues)
        if self.is_held:
            self._other.execute("BEGIN IMMEDIATE")
        return record

    def let_go(self) -> None:
        self.is_held = False
        self._other.rollback()

    def close(self) -> None:
        self._other.close()


def sittings(house: House) -> Sittings:
    return Sittings(
        hub=None,  # type: ignore[arg-type]  # no link is opened
        clock=SystemClock(), limits=load_default(), house=house, keeper=NoKeeper(),
        chair="Chair 2", observers=(),
    )  # fmt: skip


def test_a_session_that_could_not_be_closed_is_not_said_to_be(tmp_path: Path) -> None:
    path, inbox, clock = tmp_path / "r.db", KeptInbox(), SystemClock()
    record = RecordWriter(path, inbox=inbox, clock=clock)
    record.keep(act(1, opened(SESSION, clock.now())))
    record.stop()
    with closing(House(path)) as house:
        with pytest.raises(StoreError, match=NOT_CLOSED):
            sittings(house).close(SESSION, author=DEMONSTRATION_NURSE)
        assert RecordReader(path).unfinished() is not None
        house.let_go()
        sittings(house).close(SESSION, author=DEMONSTRATION_NURSE)
        assert RecordReader(path).unfinished() is None
