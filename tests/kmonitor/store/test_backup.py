"""R16: a copy is complete, checked and opens elsewhere; putting one back loses nothing."""

import errno
import json
import shutil
from pathlib import Path

import pytest

from kmonitor.errors import StoreError
from kmonitor.store import backup
from kmonitor.store.backup import back_up, last_backup, name_for, restore
from kmonitor.store.beside import anchors_path, keys_path, wal_path
from kmonitor.store.connection import reading
from kmonitor.store.hold import RecordHold, RecordInUse
from kmonitor.store.key_file import new_key_file, read_key_file, write_key_file
from kmonitor.store.keys import RecordKeys
from kmonitor.store.reader import RecordReader
from kmonitor.store.summary import summarise
from kmonitor.store.verify import verify
from tests.kmonitor.store.record_help import KeptInbox, act, note, opened, writing
from tests.kmonitor.store.tampering import make_record, tamper

PASSPHRASE = "a passphrase for the tests"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return make_record(tmp_path / "record.db")


def exported(path: Path, keys: RecordKeys | None = None) -> str:
    """Everything that the record tells of its sessions; its head moves on, as by a backup."""
    reader = RecordReader(path, keys)
    told = [summarise(reader, each.session_id) for each in reader.sessions()]
    for each in told:
        del each["chain_head"]
    rows = [list(map(str, reader.rows(each.session_id))) for each in reader.sessions()]
    return json.dumps([told, rows], sort_keys=True)


def test_a_backup_on_an_empty_computer_tells_the_same_and_verifies(
    record: Path, tmp_path: Path
) -> None:
    before = exported(record)
    result = back_up(record, None, tmp_path / "copies" / "b.db")
    assert result.is_good
    assert verify(result.path).is_ok
    empty = tmp_path / "elsewhere" / "record.db"
    assert restore(result.path, None, empty) is None
    assert exported(empty) == before
    assert verify(empty).is_ok
    last = last_backup(record, None)
    assert last is not None
    assert (last.path, last.is_good, last.words) == (Path("b.db"), True, result.words)


def test_an_encrypted_backup_opens_by_the_recovery_code_alone(tmp_path: Path) -> None:
    keys = RecordKeys.new()
    path = make_record(tmp_path / "record.db", keys)
    file, code = new_key_file(keys).with_passphrase(keys, PASSPHRASE).with_new_code(keys)
    write_key_file(path, file)
    copy = back_up(path, keys, tmp_path / "stick" / "copy.db").path
    assert b"Demonstration" not in b"".join(p.read_bytes() for p in copy.parent.iterdir())
    there = tmp_path / "other" / "record.db"
    found = read_key_file(copy).opened_by(code)
    restore(copy, found, there)
    assert exported(there, keys) == exported(path, keys)
    assert read_key_file(there).opened_by(PASSPHRASE).as_text() == keys.as_text()
    assert keys_path(there).exists()


def test_a_backup_while_somebody_writes_is_a_whole_state(record: Path, tmp_path: Path) -> None:
    inbox = KeptInbox()
    with writing(record, inbox) as writer:
        writer.keep(act(1, opened("running")))
        inbox.wait_for_seq(1)
        result = back_up(record, None, tmp_path / "b.db")
        writer.keep(note(2))
        inbox.wait_for_seq(2)
    assert result.is_good
    assert [row for _, row in RecordReader(result.path).rows("running")] == [opened("running")]
    assert verify(record).is_ok


def test_a_backup_of_a_changed_record_is_kept_and_not_called_good(
    record: Path, tmp_path: Path
) -> None:
    tamper(record, lambda c: c.execute("UPDATE act SET author = 'x' WHERE seq = 1"))
    result = back_up(record, None, tmp_path / "b.db")
    assert not result.is_good
    assert "act 1.1" in result.words
    last = last_backup(record, None)
    assert last is not None
    assert not last.is_good


def test_a_backup_overwrites_nothing(record: Path, tmp_path: Path) -> None:
    there = tmp_path / "b.db"
    there.write_text("mine")
    with pytest.raises(StoreError, match="already"):
        back_up(record, None, there)
    assert there.read_text() == "mine"
    last = last_backup(record, None)
    assert last is not None
    assert not last.is_good


def test_of_an_empty_file_no_record_is_made(tmp_path: Path) -> None:
    (tmp_path / "r.db").touch()
    with pytest.raises(StoreError, match="is empty"):
        back_up(tmp_path / "r.db", None, tmp_path / "b.db")
    assert [each.name for each in tmp_path.iterdir()] == ["r.db"]
    assert not (tmp_path / "r.db").stat().st_size


def test_a_backup_that_cannot_be_written_leaves_nothing_half(record: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        back_up(record, None, tmp_path / "file" / "b.db")
    assert not list(tmp_path.glob("*.part*"))


def test_a_damaged_backup_is_not_restored(record: Path, tmp_path: Path) -> None:
    copy = back_up(record, None, tmp_path / "b.db").path
    tamper(copy, lambda c: c.execute("UPDATE nibp SET systolic_mmhg = 1 WHERE systolic_mmhg > 1"))
    before = record.read_bytes()
    with pytest.raises(StoreError, match="does not verify"):
        restore(copy, None, record)
    assert record.read_bytes() == before


def test_a_newer_record_is_refused_and_set_aside_only_when_asked(
    record: Path, tmp_path: Path
) -> None:
    copy = back_up(record, None, tmp_path / "b.db").path  # the record notes it: it is newer now
    before = exported(record)
    with pytest.raises(StoreError, match="holds more"):
        restore(copy, None, record)
    assert exported(record) == before
    aside = restore(copy, None, record, sets_aside=True)
    assert aside is not None
    assert exported(aside) == before
    assert verify(aside).is_ok
    assert verify(record).is_ok


def test_another_record_is_refused(record: Path, tmp_path: Path) -> None:
    copy = back_up(record, None, tmp_path / "b.db").path
    (tmp_path / "other").mkdir()
    other = make_record(tmp_path / "other" / "record.db")
    with pytest.raises(StoreError, match="another record"):
        restore(copy, None, other)


def test_a_record_that_nobody_can_read_is_refused(record: Path, tmp_path: Path) -> None:
    copy = back_up(record, None, tmp_path / "b.db").path
    record.write_bytes(record.read_bytes()[:3000] + b"\0" * 9000)
    with pytest.raises(StoreError, match="newer"):
        restore(copy, None, record)


def test_a_record_in_use_is_not_replaced(record: Path, tmp_path: Path) -> None:
    copy = back_up(record, None, tmp_path / "b.db").path
    with RecordHold.take(record), pytest.raises(RecordInUse):
        restore(copy, None, record, sets_aside=True)


def test_an_older_record_of_the_same_kind_is_replaced_and_kept(
    record: Path, tmp_path: Path
) -> None:
    older = tmp_path / "older" / "record.db"
    older.parent.mkdir()
    for each in record.parent.glob("record.db*"):
        shutil.copyfile(each, older.parent / each.name)
    copy = back_up(record, None, tmp_path / "b.db").path
    aside = restore(copy, None, older)
    assert aside is not None
    assert verify(older).is_ok
    with reading(older) as connection:
        kinds = connection.execute("SELECT kind FROM site_event ORDER BY number DESC").fetchall()
    assert kinds[0] == ("restored",)


def test_a_restore_that_fails_leaves_the_record_where_it_was(
    record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    copy = back_up(record, None, tmp_path / "b.db").path
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir() if each.is_file()}
    monkeypatch.setattr(backup, "sync_file", fail)
    with pytest.raises(StoreError, match="no space left"):
        restore(copy, None, record, sets_aside=True)
    after = {each.name: each.read_bytes() for each in tmp_path.iterdir() if each.is_file()}
    after.pop("record.db.lock", None)
    assert after == before


def test_what_was_left_of_a_lost_record_is_kept_too(record: Path, tmp_path: Path) -> None:
    copy = back_up(record, None, tmp_path / "b.db").path
    anchors = anchors_path(record).read_bytes()
    record.unlink()
    wal_path(record).write_bytes(b"what was written last")
    aside = restore(copy, None, record)
    assert aside is not None
    assert wal_path(aside).read_bytes() == b"what was written last"
    assert anchors_path(aside).read_bytes() == anchors
    assert verify(record).is_ok


def test_the_name_of_an_automatic_backup_holds_time_and_no_patient(record: Path) -> None:
    name = name_for(record)
    assert name.startswith("record-20")
    assert name.endswith(".db")
