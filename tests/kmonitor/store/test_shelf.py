"""What the store thread does between commits: seals, marks, closed books, and a late key."""

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kmonitor.clock import FakeClock
from kmonitor.events import CommitFailed, SessionEnded
from kmonitor.limit_sets import load_default
from kmonitor.metrics import Metric
from kmonitor.session import open_session
from kmonitor.store import shelf
from kmonitor.store import writer as writer_module
from kmonitor.store.anchors import read_copies
from kmonitor.store.connection import chain_key_of, open_record
from kmonitor.store.connection import reading as reading_of
from kmonitor.store.keys import Locked, RecordKeys
from kmonitor.store.ledger import Ledger
from kmonitor.store.reader import RecordReader
from kmonitor.store.writer import RecordWriter
from tests.kmonitor.store.chain_help import faults_of
from tests.kmonitor.store.record_help import (
    NURSE,
    START,
    KeptInbox,
    act,
    note,
    opened,
    reading,
    wave,
    writing,
)

ID = "5e551014-0001"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "r.db"


def count(path: Path, table: str) -> int:
    with reading_of(path) as connection:
        (found,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(found)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Upkeep says nothing when it is done; ten seconds are its limit."""
    for _ in range(1000):
        if is_so():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not come to that")


def assert_whole(path: Path) -> None:
    with reading_of(path) as connection:
        assert faults_of(connection, chain_key_of(connection, None)) == []


def test_the_store_thread_seals_while_rows_come_and_readers_see_each_row_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "COMMIT_EVERY_S", 0.01)
    monkeypatch.setattr(shelf, "SEAL_EVERY_S", 0.02)
    inbox = KeptInbox()
    with writing(path, inbox) as record:
        record.keep(act(1, opened()))
        inbox.wait_for_seq(1)
        for seq in range(2, 402):
            record.keep(note(seq) if seq % 40 == 0 else reading(seq))
            record.keep(wave(START.plus(seq), (seq,) * 60))
            if seq % 20 == 0:
                inbox.wait_for_seq(seq)
                found = [each for each, _ in RecordReader(path).rows(ID)]
                assert found == list(range(1, len(found) + 1))
        assert count(path, "seal") > 1
    assert count(path, "numeric_live") == count(path, "wave_live") == 0
    assert [each for each, _ in RecordReader(path).rows(ID)] == list(range(1, 402))
    assert RecordReader(path).wave_seconds(ID) == {Metric.PLETH: 400}
    assert_whole(path)


def test_an_ended_session_is_sealed_its_books_closed_and_its_anchor_copied_out(path: Path) -> None:
    inbox = KeptInbox()
    reader = RecordReader(path)
    with writing(path, inbox) as record:
        record.keep(act(1, opened()))
        record.keep(reading(2))
        inbox.wait_for_seq(1)
        assert reader.anchor_of(ID) is None
        record.keep(act(3, SessionEnded(at=START.plus(9), author=NURSE)))
        inbox.wait_for_seq(3)
        record.keep(act(1, opened("next")))
        record.keep(note(2))
        inbox.wait_for_seq(2)
        wait_until(lambda: reader.anchor_of(ID) is not None)
        assert count(path, "numeric_live") == 0
    copies = read_copies(path)
    assert [each["kind"] for each in copies] == ["made", "day", "session_end"]
    mac = reader.anchor_of(ID)
    assert mac is not None
    assert copies[-1]["mac"] == mac.hex()
    assert len({each["record"] for each in copies}) == 1
    assert (reader.session(ID).rows, reader.session("next").rows) == (3, 2)
    assert count(path, "session_total") == 1
    unfinished = reader.unfinished()
    assert unfinished is not None
    assert unfinished.session_id == "next"
    assert_whole(path)


def test_a_new_utc_day_in_an_open_session_has_an_anchor(path: Path) -> None:
    clock, inbox = FakeClock(), KeptInbox()
    with writing(path, inbox, clock) as record:
        record.keep(act(1, opened()))
        inbox.wait_for_seq(1)
        for day in range(3):
            record.keep(note(2 + day))
            inbox.wait_for_seq(2 + day)
            clock.advance(s=86_400)
    kinds = [each["kind"] for each in read_copies(path)]
    assert kinds == ["made", "day", "day", "day"]


def test_what_a_dead_process_left_open_is_sealed_and_closed_by_the_next(path: Path) -> None:
    inbox, ended = KeptInbox(), SessionEnded(at=START.plus(9), author=NURSE)
    with closing(open_record(path)) as connection:
        ledger = Ledger(connection, FakeClock(), chain_key_of(connection, None))
        ledger.write([act(1, opened()), reading(2), act(3, ended)])
    assert count(path, "numeric_live") == 1
    with writing(path, inbox) as record:
        record.keep(act(1, opened("next")))
        wait_until(lambda: RecordReader(path).anchor_of(ID) is not None)
        assert count(path, "numeric_live") == 0


def test_a_mark_is_kept_and_replaced(path: Path) -> None:
    opening = replace(opened(), limits=load_default())
    session, _ = open_session(opening, load_default())
    inbox, reader = KeptInbox(), RecordReader(path)
    with writing(path, inbox) as record:
        record.keep(act(1, opening))
        inbox.wait_for_seq(1)
        assert reader.checkpoint(ID) is None
        bodies: list[bytes | None] = []
        for seq in (2, 3):
            record.mark(replace(session, seq=seq))
            record.keep(note(seq))
            wait_until(lambda: reader.checkpoint(ID) not in (None, *bodies))
            bodies.append(reader.checkpoint(ID))
    assert count(path, "checkpoint") == 1
    assert reader.limits(ID) == load_default()


class LateKey:
    """Keys that somebody gives later."""

    def __init__(self) -> None:
        self.keys: RecordKeys | None = None
        self.asked = threading.Event()

    def __call__(self) -> RecordKeys | None:
        self.asked.set()
        if self.keys is None:
            raise Locked("The record is locked.")
        return self.keys


def test_rows_wait_for_the_key_and_are_written_when_it_comes(path: Path) -> None:
    inbox, late = KeptInbox(), LateKey()
    keys = RecordKeys.new()
    record = RecordWriter(path, inbox=inbox, clock=FakeClock(), keys=late)
    try:
        record.keep(act(1, opened()))
        record.keep(reading(2))
        assert inbox.wait(CommitFailed).reason == "The record is locked."
        record.unlock()
        assert inbox.wait(CommitFailed)
        assert not path.exists()
        late.keys = keys
        record.unlock()
        inbox.wait_for_seq(2)
    finally:
        record.stop()
    assert [seq for seq, _ in RecordReader(path, keys).rows(ID)] == [1, 2]
