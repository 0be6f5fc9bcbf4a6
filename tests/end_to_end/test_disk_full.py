"""The disk is full: numbers and alarms go on, it is said at once, and nothing is lost or untrue."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from kmonitor.alarms.conditions import Condition
from kmonitor.errors import StoreError
from kmonitor.events import CommitFailed, RecordHealed
from kmonitor.metrics import Metric
from kmonitor.store import shelf
from kmonitor.store.anchors import AnchorKind, add_anchor, copy_out, read_copies
from kmonitor.store.backup import back_up
from kmonitor.store.beside import anchors_path, wal_path
from kmonitor.store.connection import open_record
from kmonitor.store.keys import RecordKeys
from kmonitor.store.scribe import writing
from kmonitor.store.verify import verify
from tests.end_to_end.recorded_bed import RecordedBed, TightDisk

needs_limits = pytest.mark.skipif(os.name != "posix", reason="limits of the size of files")
TOLD_WITHIN_S = 2.0


@pytest.fixture
def keys() -> RecordKeys:
    return RecordKeys.new()


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """The system lets no file of this process grow further, as a quota would."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_on_a_full_disk_numbers_and_alarms_go_on_and_all_is_written_when_space_returns(
    tmp_path: Path, keys: RecordKeys
) -> None:
    disk = TightDisk(keys)
    with RecordedBed(tmp_path / "r.db", keys, opener=disk) as bed:
        bed.wait_until_saved()
        disk.is_full = True
        bed.note("so much to say " * 2000)
        bed.wait_for_alarm(Condition.STORE_FAILING, within_s=TOLD_WITHIN_S)
        bed.spo2 = 84.0
        bed.wait_for_alarm(Condition.SPO2_LOW)
        session = bed.wait(lambda s: s.numerics[Metric.SPO2].latest.value == 84)
        assert not session.is_saved
        assert "disk is full" in session.record.failing_reason
        bed.assert_nothing_false_was_said()
        assert max(bed.rows()) < session.seq
        disk.is_full = False
        bed.wait(lambda s: s.record.failing_since is None)
        bed.wait_until_saved()
        bed.assert_nothing_false_was_said()
    bed.assert_all_is_there()
    kinds = [type(row.row) for row in bed.looker.rows]
    assert (kinds.count(CommitFailed), kinds.count(RecordHealed)) == (1, 1)


def test_a_session_that_ends_on_a_full_disk_is_never_said_to_be_saved(
    tmp_path: Path, keys: RecordKeys
) -> None:
    disk = TightDisk(keys)
    with RecordedBed(tmp_path / "r.db", keys, opener=disk) as bed:
        bed.wait_until_saved()
        disk.is_full = True
        bed.note("so much to say " * 2000)
        bed.wait_for_alarm(Condition.STORE_FAILING)
        bed.end()
    assert not bed.looker.snapshots[-1].is_saved
    bed.assert_nothing_false_was_said()
    assert verify(bed.path, keys).findings == ()


def test_a_disk_that_fills_while_rows_are_sealed_costs_no_row(
    tmp_path: Path, keys: RecordKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "SEAL_FROM", 40)
    disk = TightDisk(keys, fills_while="INSERT INTO numeric_block")
    disk.is_full = True
    with RecordedBed(tmp_path / "r.db", keys, opener=disk) as bed:
        bed.wait(lambda _: disk.refused.is_set())
        bed.wait_until_saved()  # only what need not be done now is held up
        bed.assert_nothing_false_was_said()
        disk.is_full = False
        bed.wait(lambda _: bed.seals() > 0)
    bed.assert_all_is_there()


@needs_limits
def test_a_disk_that_fills_while_the_log_file_is_moved_over_costs_no_row(
    tmp_path: Path, keys: RecordKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "_LOG_FILE_LIMIT", 50_000)
    path = tmp_path / "r.db"
    with RecordedBed(path, keys) as bed:
        size = path.stat().st_size
        while path.stat().st_size < size + 1_000_000:  # until it is longer than its log file
            bed.note("what was said before " * 2000)
            bed.wait_until_saved()
        with no_file_beyond(path.stat().st_size + 100):
            for _ in range(20):
                bed.note("and what is said now " * 500)
            bed.wait(lambda _: wal_path(path).stat().st_size > 100_000)
            while bed.looker.snapshots[-1].record.failing_since is None:
                bed.note("until the log file can grow no more " * 500)
                bed.wait(lambda s: s.is_saved or s.record.failing_since is not None)
            bed.wait_for_alarm(Condition.STORE_FAILING, within_s=TOLD_WITHIN_S)
            bed.assert_nothing_false_was_said()
        bed.wait(lambda s: s.record.failing_since is None)
        bed.wait_until_saved()
    bed.assert_all_is_there()


def add_day(path: Path, keys: RecordKeys) -> None:
    with (
        closing(open_record(path, keys)) as connection,
        writing(connection, keys.chain_key) as scribe,
    ):
        add_anchor(scribe, AnchorKind.DAY)


@needs_limits
def test_a_torn_line_of_an_anchor_costs_none_of_the_others(
    tmp_path: Path, keys: RecordKeys
) -> None:
    path = tmp_path / "r.db"
    open_record(path, keys).close()
    beside = anchors_path(path)
    add_day(path, keys)
    with closing(open_record(path, keys)) as connection:
        with no_file_beyond(beside.stat().st_size + 40), pytest.raises(OSError, match="large"):
            copy_out(connection, path)
        assert not beside.read_bytes().endswith(b"\n")
        copy_out(connection, path)
    assert [each["anchor"] for each in read_copies(path)] == [1, 2]
    assert verify(path, keys).findings == ()


@needs_limits
def test_a_disk_that_fills_during_a_backup_leaves_no_half_of_one_and_a_whole_record(
    tmp_path: Path, keys: RecordKeys
) -> None:
    path, copy = tmp_path / "r.db", tmp_path / "copy.db"
    with RecordedBed(path, keys) as bed:
        bed.note("what was said " * 5000)
        bed.wait_until_saved()
    with no_file_beyond(path.stat().st_size // 2), pytest.raises(StoreError):
        back_up(path, keys, copy)
    assert [each.name for each in tmp_path.iterdir() if "copy" in each.name] == []
    assert back_up(path, keys, copy).is_good
    bed.assert_all_is_there()
