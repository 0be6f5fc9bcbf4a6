import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kmonitor.clock import SystemClock, boot_id, monotonic_s
from kmonitor.effects import PersistRow
from kmonitor.errors import StoreError
from kmonitor.events import (
    CommitFailed,
    Committed,
    EngineFaulted,
    ReadingArrived,
    SessionEnded,
)
from kmonitor.metrics import Metric
from kmonitor.store import shelf, stall_watch
from kmonitor.store import writer as writer_module
from kmonitor.store.beside import anchors_path, lock_path
from kmonitor.store.connection import _connect, open_record
from kmonitor.store.connection import reading as reading_of
from kmonitor.store.hold import RecordInUse
from kmonitor.store.ledger import Ledger
from kmonitor.store.reader import RecordReader
from kmonitor.store.waiting import Item, Waiting
from kmonitor.store.waves import unpack
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


@pytest.fixture
def inbox() -> KeptInbox:
    return KeptInbox()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second of the store thread is a twentieth."""
    monkeypatch.setattr(writer_module, "COMMIT_EVERY_S", 0.05)


def seqs(path: Path, session_id: str = ID) -> list[int]:
    return [seq for seq, _ in RecordReader(path).rows(session_id)]


def query(path: Path, sql: str) -> list[Any]:
    with reading_of(path) as connection:
        return connection.execute(sql).fetchall()


def test_an_act_is_on_disk_at_once(path: Path, inbox: KeptInbox) -> None:
    with writing(path, inbox) as record:
        record.keep(act(1, opened()))
        inbox.wait_for_seq(1)
        began = monotonic_s()
        record.keep(reading(2))
        record.keep(note(3))
        inbox.wait_for_seq(3)
        assert monotonic_s() - began < 0.5
        assert seqs(path) == [1, 2, 3]


def test_readings_are_committed_once_a_second(path: Path, inbox: KeptInbox) -> None:
    with writing(path, inbox) as record:
        record.keep(act(1, opened()))
        inbox.wait_for_seq(1)
        for seq in range(2, 8):
            record.keep(reading(seq))
        began = monotonic_s()
        assert inbox.wait(Committed).seq == 7
        assert 0.5 < monotonic_s() - began < 1.5


def test_stop_writes_what_waits_and_leaves_no_log_file(path: Path, inbox: KeptInbox) -> None:
    with writing(path, inbox) as record:
        record.keep(act(1, opened()))
        for seq in range(2, 1002):
            record.keep(reading(seq))
    assert seqs(path) == list(range(1, 1002))
    assert inbox.rest()[-1] == Committed(at=START, seq=1001)
    assert set(path.parent.iterdir()) == {path, anchors_path(path), lock_path(path)}


def test_a_failure_to_open_is_raised_where_it_was_asked_for(
    tmp_path: Path, inbox: KeptInbox
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="folder"):
        writing(tmp_path / "file" / "r.db", inbox).__enter__()


class SmallDisk:
    """Opens a record that may grow to `pages` and no further."""

    def __init__(self) -> None:
        self.pages = 1_000_000

    def __call__(self, path: Path) -> Any:
        disk, connection = self, open_record(path)

        class Watched:
            in_transaction = property(lambda _: connection.in_transaction)
            executemany, rollback, close = (
                connection.executemany,
                connection.rollback,
                connection.close,
            )

            def execute(self, sql: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
                if sql.startswith("BEGIN"):
                    connection.execute(f"PRAGMA max_page_count = {disk.pages}")
                return connection.execute(sql, values)

        return Watched()


@pytest.mark.usefixtures("impatient")
def test_a_full_disk_is_said_and_heals_without_a_lost_row(path: Path, inbox: KeptInbox) -> None:
    disk = SmallDisk()
    with writing(path, inbox, opener=disk) as record:
        record.keep(act(1, opened()))
        inbox.wait_for_seq(1)
        disk.pages = 1
        big = "so much to say " * 2000
        record.keep(note(2, big))
        began = monotonic_s()
        failed = inbox.wait(CommitFailed)
        assert monotonic_s() - began < 2
        assert "disk is full" in failed.reason
        for seq in range(3, 30):
            record.keep(reading(seq))
        record.keep(note(30, big))
        for _ in range(3):
            inbox.wait(CommitFailed)
        assert not [e for e in inbox.seen if isinstance(e, Committed) and e.seq > 1]
        assert seqs(path) == [1]
        disk.pages = 1_000_000
        inbox.wait_for_seq(30)
        assert seqs(path) == list(range(1, 31))


@pytest.mark.usefixtures("impatient")
def test_a_record_locked_by_another_program_is_said_and_heals(path: Path, inbox: KeptInbox) -> None:
    with writing(path, inbox) as record, closing(_connect(str(path))) as other:
        record.keep(act(1, opened()))
        inbox.wait_for_seq(1)
        other.execute("BEGIN IMMEDIATE")
        record.keep(note(2))
        began = monotonic_s()
        assert "locked by another program" in inbox.wait(CommitFailed).reason
        assert monotonic_s() - began < 2
        assert seqs(path) == [1]
        other.rollback()
        inbox.wait_for_seq(2)
    assert seqs(path) == [1, 2]


@pytest.mark.usefixtures("impatient")
def test_stop_comes_back_also_from_a_record_that_stays_locked(path: Path, inbox: KeptInbox) -> None:
    with closing(open_record(path)) as other:
        began = monotonic_s()
        with writing(path, inbox) as record:
            record.keep(act(1, opened()))
            inbox.wait_for_seq(1)
            other.execute("BEGIN IMMEDIATE")
            record.keep(reading(2))
        assert monotonic_s() - began < 9
        other.rollback()
    assert not [e for e in inbox.rest() if isinstance(e, Committed) and e.seq > 1]


def test_a_reader_sees_whole_transactions_while_the_record_is_written(
    path: Path, inbox: KeptInbox
) -> None:
    with writing(path, inbox) as record:
        record.keep(act(1, opened()))
        inbox.wait_for_seq(1)
        for seq in range(2, 200):
            record.keep(note(seq) if seq % 10 == 0 else reading(seq))
            if seq % 10 == 0:
                found = seqs(path)
                assert found == list(range(1, len(found) + 1))
        inbox.wait_for_seq(190)
        assert len(seqs(path)) >= 190


def test_a_second_program_is_refused_and_writes_nothing(path: Path, inbox: KeptInbox) -> None:
    with writing(path, inbox) as first:
        first.keep(act(1, opened("a-first")))
        with pytest.raises(RecordInUse, match=r"Another kmonitor \(process \d+, since"):
            writing(path, KeptInbox()).__enter__()
        first.keep(note(2))
        inbox.wait_for_seq(2)
    assert [s.session_id for s in RecordReader(path).sessions()] == ["a-first"]
    with writing(path, inbox) as next_one:
        next_one.keep(act(1, opened("b-second")))
    assert seqs(path, "b-second") == [1]


def test_one_record_takes_one_session_after_the_other(path: Path, inbox: KeptInbox) -> None:
    with writing(path, inbox) as record:
        for name in ("a", "b", "c"):
            record.keep(act(1, opened(name)))
            record.keep(wave(START.plus(1), (1,) * 30))
            record.keep(reading(2))
            record.keep(act(3, SessionEnded(at=START.plus(9), author=NURSE)))
            inbox.wait_for_seq(3)
    for name in ("a", "b", "c"):
        assert seqs(path, name) == [1, 2, 3]
        assert RecordReader(path).wave_seconds(name) == {Metric.PLETH: 0.5}


def test_waves_are_stored_by_the_second_and_a_break_begins_anew(
    path: Path, inbox: KeptInbox
) -> None:
    with writing(path, inbox) as record:
        record.keep(act(1, opened()))
        at = START
        for _ in range(25):
            at = at.plus(0.1)
            record.keep(wave(at, (5, None, -7, 32767, 40_000, 0)))
        at = at.plus(3)
        record.keep(wave(at, (1,) * 6))
    stored = RecordReader(path).waves(ID, Metric.PLETH)
    assert [round(each.seconds, 3) for each in stored] == [1, 1, 0.5, 0.1]
    assert stored[0].until.seconds_since(START) == pytest.approx(1)
    assert stored[-1].until == at
    assert unpack(stored[0].samples)[:6] == (5, None, -7, 32767, None, 0)
    assert RecordReader(path).wave_seconds(ID)[Metric.PLETH] == pytest.approx(2.6)


def test_a_row_that_no_table_takes_is_noted_and_stops_nothing(path: Path, inbox: KeptInbox) -> None:
    with writing(path, inbox) as record:
        record.keep(act(1, opened()))
        record.keep(reading(2, float("nan")))
        record.keep(note(3))
        inbox.wait_for_seq(3)
        assert "could not be stored" in inbox.wait(EngineFaulted).what
    assert seqs(path) == [1, 3]
    assert query(path, "SELECT seq, kind FROM system_event") == [(2, "row_refused")]


def test_a_boot_of_the_machine_is_known_once_and_a_scaled_clock_is_one_of_its_own(
    path: Path, inbox: KeptInbox
) -> None:
    for clock in (SystemClock(), SystemClock(), SystemClock(speed=60)):
        with writing(path, inbox, clock=clock):
            pass
    boots = query(path, "SELECT boot_id, speed FROM boot ORDER BY boot")
    assert boots[0] == (boot_id(), 1)
    assert len(boots) == 2
    assert boots[1][1] == 60
    assert boots[1][0].startswith(boot_id() + "+")


def test_the_people_who_act_are_known_by_name(path: Path, inbox: KeptInbox) -> None:
    with writing(path, inbox) as record:
        record.keep(act(1, opened()))
        record.keep(note(2))
    assert query(path, "SELECT person_id, name, role FROM person") == [("N1", "N1 nurse", "nurse")]
    assert query(path, "SELECT DISTINCT author FROM act") == [("N1",)]


def test_a_full_queue_gives_up_waves_then_readings_and_never_an_act() -> None:
    waiting = Waiting(most_rows=100, most_waves=10)
    waiting.add(act(1, opened()))
    for seq in range(2, 152):
        waiting.add(note(seq) if seq % 50 == 0 else reading(seq))
        waiting.add(wave(START.plus(seq), (1,) * 60))
    said = waiting.trim(START)
    assert said == "141 s of waves could not be kept. 61 readings could not be kept."
    kept = [item for item in waiting.items() if isinstance(item, PersistRow)]
    assert [item.seq for item in kept if not isinstance(item.row, ReadingArrived)] == [
        1,
        50,
        100,
        150,
    ]
    assert waiting.trim(START) is None


def test_what_was_given_up_is_a_row_of_the_record(
    path: Path, inbox: KeptInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "COMMIT_EVERY_S", 0.05)
    monkeypatch.setattr(writer_module, "Waiting", _small)
    disk = SmallDisk()
    with writing(path, inbox, opener=disk) as record:
        record.keep(act(1, opened()))
        inbox.wait_for_seq(1)
        disk.pages = 1
        for seq in range(2, 200):
            record.keep(reading(seq))
        record.keep(note(200, "much " * 20_000))
        while "readings could not be kept" not in inbox.wait(CommitFailed).reason:
            pass
        disk.pages = 1_000_000
        inbox.wait_for_seq(200)
    ((seq, kind, body),) = query(path, "SELECT seq, kind, body FROM system_event")
    assert (seq, kind) == (2, "rows_dropped")
    assert body == '{"first": 2, "last": 110, "count": 109}'
    assert seqs(path) == [1, *range(111, 201)]


def _small(**_: int) -> Waiting:
    return Waiting(most_rows=100, most_waves=10)


def test_the_log_file_is_moved_over_between_two_commits(
    path: Path, inbox: KeptInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "COMMIT_EVERY_S", 0.05)
    monkeypatch.setattr(shelf, "_LOG_FILE_LIMIT", 50_000)
    with writing(path, inbox) as record:
        record.keep(act(1, opened()))
        inbox.wait_for_seq(1)
        before = path.stat().st_size
        for seq in range(2, 3000):
            record.keep(reading(seq))
        inbox.wait_for_seq(2999)
        record.keep(reading(3000))
        inbox.wait_for_seq(3000)
        assert path.stat().st_size > before + 100_000


class StuckDisk:
    """Opens a record whose commits wait for `answers`."""

    def __init__(self) -> None:
        self.answers = threading.Event()
        self.answers.set()

    def __call__(self, path: Path) -> Any:
        disk, connection = self, open_record(path)

        class Watched:
            def __getattr__(self, name: str) -> Any:
                return getattr(connection, name)

            def execute(self, sql: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
                if sql == "COMMIT":
                    disk.answers.wait(20)
                return connection.execute(sql, values)

        return Watched()


def test_a_disk_that_does_not_answer_is_said_once_in_each_stall_and_heals(
    path: Path, inbox: KeptInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stall_watch, "STALLED_AFTER_S", 0.4)
    disk = StuckDisk()
    seq = 1
    with writing(path, inbox, opener=disk) as record:
        record.keep(act(1, opened()))
        inbox.wait_for_seq(1)
        for _ in range(2):
            disk.answers.clear()
            for _ in range(12):
                seq += 1
                record.keep(note(seq))
                threading.Event().wait(0.1)
            failed = [e for e in inbox.rest() if isinstance(e, CommitFailed)]
            assert [e.reason for e in failed] == ["the disk does not answer"]
            inbox.seen.clear()
            disk.answers.set()
            inbox.wait_for_seq(seq)
    assert seqs(path) == list(range(1, seq + 1))


def test_only_a_standstill_of_real_seconds_is_a_stall() -> None:
    watch = stall_watch.StallWatch()
    assert not watch.notices(5, 100.0)
    assert not watch.notices(6, 900.0)  # rare rows, each of them written
    assert not watch.notices(6, 5000.0)  # the machine slept
    assert [n for n in range(1, 9) if watch.notices(6, 5000.0 + n)] == [4]
    assert not watch.notices(7, 5009.0)
    assert [n for n in range(1, 50) if watch.notices(7, 5009.0 + n / 10)] == [41]


def test_a_failing_disk_is_tried_with_a_small_lot_and_takes_the_rest_when_it_heals(
    path: Path, inbox: KeptInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "COMMIT_EVERY_S", 0.05)
    tried: list[int] = []
    write = Ledger.write

    def noted(ledger: Ledger, items: Sequence[Item]) -> None:
        tried.append(len(items))
        write(ledger, items)

    monkeypatch.setattr(Ledger, "write", noted)
    disk = SmallDisk()
    with writing(path, inbox, opener=disk) as record:
        record.keep(act(1, opened()))
        inbox.wait_for_seq(1)
        disk.pages = 1
        record.keep(note(2, "so much to say " * 2000))
        inbox.wait(CommitFailed)
        for seq in range(3, 2003):
            record.keep(reading(seq))
        for _ in range(5):
            inbox.wait(CommitFailed)
        assert max(tried) <= writer_module.FIRST_LOT
        disk.pages = 1_000_000
        inbox.wait_for_seq(2002)
        committed = [e.seq for e in inbox.seen if isinstance(e, Committed)]
    assert committed == [1, 2002]
    assert tried[-4:] == [200, 400, 800, 601]
    assert seqs(path) == list(range(1, 2003))
