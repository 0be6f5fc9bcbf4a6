"""The house of the record: what state it finds, and how it gets from one to the other."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kmonitor.clock import FakeClock
from kmonitor.errors import StoreError
from kmonitor.events import CommitFailed, Committed, SessionEnded
from kmonitor.ports import HouseState, Protection
from kmonitor.record_house import RecordHouse
from kmonitor.store.beside import anchors_path, captures_path, keys_path
from kmonitor.store.connection import open_keyed, open_record
from kmonitor.store.hold import RecordHold, RecordInUse
from kmonitor.store.house import NOT_FINISHED, PRINT_A_CODE, House
from kmonitor.store.key_file import WrongPassphrase
from kmonitor.store.keys import Locked, RecordKeys
from kmonitor.store.verify import verify
from tests.kmonitor.store.house_help import (
    PASSPHRASE,
    StoreOfTheTests,
    all_bytes,
    key_store_of_tests,
    make_argon2_fast,
)
from tests.kmonitor.store.record_help import NURSE, START, KeptInbox, act, note, opened, reading

At = Callable[..., House]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_argon2_fast(monkeypatch)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "record.db"


@pytest.fixture
def house_at(path: Path) -> Iterator[At]:
    """Houses that are closed at the end; the next one closes the one before."""
    built: list[House] = []

    def at(keys_text: str | None = None) -> House:
        for each in built:
            each.close()
        built.append(House.at(path, keys_text, clock=FakeClock()))
        return built[-1]

    yield at
    for each in built:
        each.close()


@pytest.fixture
def key_store() -> Iterator[StoreOfTheTests]:
    with key_store_of_tests() as backend:
        yield backend


def write_session(house: House, session_id: str = "5e551014-0001") -> None:
    inbox = KeptInbox()
    record = house.writer(inbox=inbox, clock=FakeClock())
    record.keep(act(1, opened(session_id, has_plan=True)))
    record.keep(reading(2))
    record.keep(note(3, "The patient sleeps."))
    inbox.wait_for_seq(3)
    record.stop()


def is_verified(house: House) -> bool:
    text = house.keys_text()
    found = verify(house.path, RecordKeys.from_text(text) if text else None)
    assert found.is_ok, found.findings
    return found.rows > 0


def test_the_first_start_without_a_key_store_makes_an_open_record(house_at: At) -> None:
    house: RecordHouse = house_at()
    assert (house.state, house.protection, house.notes) == (HouseState.READY, Protection.NONE, ())
    assert house.unfinished() is None
    assert house.reader().sessions() == []
    assert house.accounts.people() == ()


def test_an_unfinished_session_is_found_and_an_ended_one_is_not(house_at: At) -> None:
    house = house_at()
    write_session(house)
    unfinished = house.unfinished()
    assert unfinished is not None
    assert unfinished.session_id == "5e551014-0001"
    inbox = KeptInbox()
    record = house.writer(inbox=inbox, clock=FakeClock(), continues="5e551014-0001")
    record.keep(act(4, SessionEnded(at=START.plus(9), author=NURSE)))
    inbox.wait_for_seq(4)
    record.stop()
    assert house.unfinished() is None


def test_an_open_record_is_encrypted_in_place_and_verifies(house_at: At, path: Path) -> None:
    house = house_at()
    write_session(house)
    house.protect(PASSPHRASE)
    assert (house.state, house.protection) == (HouseState.READY, Protection.PASSPHRASE)
    assert is_verified(house)
    assert [seq for seq, _ in house.reader().rows("5e551014-0001")] == [1, 2, 3]
    names = set(all_bytes(path.parent))
    assert names == {"record.db", "record.db.keys", "record.db.anchors", "record.db.lock"}
    write_session(house, "5e551014-0002")
    assert is_verified(house)


def test_the_chain_goes_on_with_the_same_key_and_its_row_is_gone(house_at: At, path: Path) -> None:
    house = house_at()
    with closing(open_record(path)) as connection:
        ((hex_key,),) = connection.execute(
            "SELECT content FROM store_meta WHERE name = 'chain_key'"
        ).fetchall()
    house.protect(PASSPHRASE)
    keys = RecordKeys.from_text(house.keys_text() or "")
    assert keys.chain_key.hex() == hex_key
    with closing(open_record(path, keys)) as connection:
        found = connection.execute("SELECT name FROM store_meta").fetchall()
        assert ("record_id",) in found
        assert ("chain_key",) not in found


def test_captures_are_encrypted_with_the_record(house_at: At, path: Path) -> None:
    house = house_at()
    with closing(open_keyed(captures_path(path), None)) as connection:
        connection.execute("CREATE TABLE capture (content BLOB) STRICT")
        connection.execute("INSERT INTO capture VALUES (x'534553414d45')")
    house.protect(PASSPHRASE)
    assert b"SESAME" not in captures_path(path).read_bytes()
    keys = RecordKeys.from_text(house.keys_text() or "")
    with closing(open_keyed(captures_path(path), keys)) as connection:
        assert connection.execute("SELECT content FROM capture").fetchall() == [(b"SESAME",)]


def test_passphrase_and_code_unlock_and_nothing_else(house_at: At, path: Path) -> None:
    code = house_at().protect(PASSPHRASE)
    for right in (PASSPHRASE, code.lower()):
        house = house_at()
        assert house.state is HouseState.LOCKED
        with pytest.raises(Locked):
            house.reader()
        before = all_bytes(path.parent)
        stamps = {p.name: p.stat().st_mtime_ns for p in path.parent.iterdir()}
        with pytest.raises(WrongPassphrase):
            house.unlock("the blue chair")
        assert all_bytes(path.parent) == before
        assert {p.name: p.stat().st_mtime_ns for p in path.parent.iterdir()} == stamps
        assert (house.state, house.keys_text()) == (HouseState.LOCKED, None)
        house.unlock(right)
        assert house.reader().sessions() == []


def test_while_locked_rows_wait_until_the_passphrase_comes(house_at: At) -> None:
    house_at().protect(PASSPHRASE)
    house, inbox = house_at(), KeptInbox()
    record = house.writer(inbox=inbox, clock=FakeClock())
    record.keep(act(1, opened()))
    record.keep(note(2))
    assert inbox.wait(CommitFailed)
    house.unlock(PASSPHRASE)
    inbox.wait_for_seq(2)
    record.stop()
    assert [seq for seq, _ in house.reader().rows("5e551014-0001")] == [1, 2]


def test_a_restarted_program_is_handed_the_keys_and_nobody_types(house_at: At) -> None:
    house = house_at()
    house.protect(PASSPHRASE)
    text = house.keys_text()
    assert house_at(text).state is HouseState.READY
    assert house_at(RecordKeys.new().as_text()).state is HouseState.LOCKED
    assert house_at("nonsense").state is HouseState.LOCKED


def test_another_passphrase_opens_the_same_record(house_at: At) -> None:
    house = house_at()
    old_code, keys_text = house.protect(PASSPHRASE), house.keys_text()
    code = house.protect("quite another one")
    assert house.keys_text() == keys_text
    house = house_at()
    for worthless in (PASSPHRASE, old_code):
        with pytest.raises(WrongPassphrase):
            house.unlock(worthless)
    house.unlock("quite another one")
    newer = house.new_recovery_code()
    house = house_at()
    with pytest.raises(WrongPassphrase):
        house.unlock(code)
    house.unlock(newer)
    assert house.keys_text() == keys_text


def test_what_changes_about_the_key_is_in_the_audit_trail(house_at: At, path: Path) -> None:
    house = house_at()
    house.protect(PASSPHRASE)
    house.protect("quite another one")
    house.new_recovery_code()
    with closing(open_record(path, RecordKeys.from_text(house.keys_text() or ""))) as connection:
        found = connection.execute(
            "SELECT json_extract(body, '$.what') FROM site_event WHERE kind = 'key_changed'"
        ).fetchall()
    assert found == [("encrypted",), ("wrapped",), ("recovery_code",)]


def test_a_session_is_not_encrypted_under_its_writer(house_at: At, path: Path) -> None:
    house, inbox = house_at(), KeptInbox()
    record = house.writer(inbox=inbox, clock=FakeClock())
    record.keep(act(1, opened()))
    inbox.wait_for_seq(1)
    with pytest.raises(StoreError, match="when no session runs"):
        house.protect(PASSPHRASE)
    assert not keys_path(path).exists()
    record.keep(note(2))
    inbox.wait_for_seq(2)
    record.stop()
    house.protect(PASSPHRASE)


def test_a_new_record_is_encrypted_by_the_key_store_and_opens_by_itself(
    house_at: At, key_store: StoreOfTheTests
) -> None:
    house = house_at()
    assert (house.state, house.protection) == (HouseState.READY, Protection.KEY_STORE)
    assert list(house.notes) == [PRINT_A_CODE]
    write_session(house)
    assert is_verified(house)
    code = house.protect(None)
    assert not house.notes
    again = house_at()
    assert (again.state, again.notes) == (HouseState.READY, ())
    key_store.kept.clear()
    lost = house_at()
    assert lost.state is HouseState.LOCKED
    assert "does not know the key" in lost.notes[0]
    lost.unlock(code)
    assert lost.reader().sessions()[0].session_id == "5e551014-0001"


def test_a_locked_key_store_leaves_the_record_locked_with_a_sentence(
    house_at: At, key_store: StoreOfTheTests
) -> None:
    house_at()
    key_store.is_locked = True
    house = house_at()
    assert house.state is HouseState.LOCKED
    assert house.notes == ("This computer's key store cannot be read: it is locked.",)


def test_a_key_store_that_takes_nothing_leaves_a_new_record_open_and_says_so(
    house_at: At, key_store: StoreOfTheTests
) -> None:
    key_store.is_locked = True
    house = house_at()
    assert (house.state, house.protection) == (HouseState.READY, Protection.NONE)
    assert "NOT ENCRYPTED" in house.notes[0]


def test_a_passphrase_takes_the_key_out_of_the_key_store(
    house_at: At, key_store: StoreOfTheTests
) -> None:
    house = house_at()
    assert key_store.kept
    house.protect(PASSPHRASE)
    assert key_store.kept == {}
    assert house_at().state is HouseState.LOCKED


def test_without_a_key_store_none_can_be_asked_for(house_at: At, path: Path) -> None:
    house = house_at()
    with pytest.raises(StoreError, match="has no key store; give a passphrase"):
        house.protect(None)
    with pytest.raises(StoreError, match="at least 10"):
        house.protect("short")
    assert (house.protection, keys_path(path).exists()) == (Protection.NONE, False)


def test_a_second_house_may_only_look(house_at: At, path: Path) -> None:
    write_session(house_at())
    second = House.at(path, clock=FakeClock())
    assert second.state is HouseState.IN_USE
    assert f"process {os.getpid()}" in second.notes[0]
    assert second.reader().sessions()[0].session_id == "5e551014-0001"
    for forbidden in (
        lambda: second.writer(inbox=KeptInbox(), clock=FakeClock()),
        lambda: second.protect(PASSPHRASE),
        lambda: second.accounts,
    ):
        with pytest.raises(RecordInUse, match="can only be looked at"):
            forbidden()
    second.close()


def test_the_house_holds_the_record_between_sessions(house_at: At, path: Path) -> None:
    house = house_at()
    write_session(house)
    with pytest.raises(RecordInUse):
        RecordHold.take(path)
    house.close()
    RecordHold.take(path).release()


def test_a_foreign_file_is_a_sentence_and_untouched(house_at: At, path: Path) -> None:
    path.write_bytes(b"Dear colleague, " * 400)
    house = house_at()
    assert house.state is HouseState.UNUSABLE
    assert "is not a record of kmonitor" in house.notes[0]
    assert path.read_bytes() == b"Dear colleague, " * 400
    inbox = KeptInbox()
    record = house.writer(inbox=inbox, clock=FakeClock())
    record.keep(act(1, opened()))
    assert "is not a record of kmonitor" in inbox.wait(CommitFailed).reason
    record.stop()
    assert not any(isinstance(each, Committed) for each in inbox.rest())
    assert path.read_bytes() == b"Dear colleague, " * 400


def test_a_missing_key_file_is_a_sentence_and_nothing_is_touched(house_at: At, path: Path) -> None:
    house_at().protect(PASSPHRASE)
    kept = keys_path(path).read_bytes()
    keys_path(path).unlink()
    before = path.read_bytes()
    house = house_at()
    assert house.state is HouseState.UNUSABLE
    assert "its key file record.db.keys is missing" in house.notes[0]
    assert path.read_bytes() == before
    keys_path(path).write_bytes(kept)
    assert house_at().state is HouseState.LOCKED


def test_a_hurt_key_file_is_a_sentence_and_the_handed_over_key_does_not_need_it(
    house_at: At, path: Path
) -> None:
    house = house_at()
    house.protect(PASSPHRASE)
    keys_path(path).write_bytes(b"{")
    again = house_at()
    assert again.state is HouseState.UNUSABLE
    assert "is damaged" in again.notes[0]
    handed_over = house_at(house.keys_text())
    assert handed_over.state is HouseState.READY
    assert "A new passphrase makes a new one" in handed_over.notes[0]
    handed_over.protect("quite another one")
    healed = house_at()
    healed.unlock("quite another one")
    assert healed.notes == ()


def test_a_key_file_of_another_record_is_a_sentence_and_nothing_is_touched(
    house_at: At, path: Path, tmp_path: Path
) -> None:
    house_at().protect(PASSPHRASE)
    other = House.at(tmp_path / "other" / "record.db")
    other.protect(PASSPHRASE)
    other.close()
    keys_path(path).write_bytes(keys_path(other.path).read_bytes())
    before = all_bytes(path.parent)
    house = house_at()
    with pytest.raises(StoreError, match="one of the two belongs to another record"):
        house.unlock(PASSPHRASE)
    assert house.state is HouseState.UNUSABLE
    house.close()
    after = all_bytes(path.parent)
    assert after.pop("record.db.lock") is not None
    assert before.pop("record.db.lock") is not None
    assert after == before


@pytest.mark.parametrize("at", ["before the swap", "behind the swap"])
def test_an_encryption_that_was_interrupted_loses_nothing(
    house_at: At, path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    from kmonitor.store import protecting

    class PulledPlug(BaseException):
        """Nothing of ours runs after it."""

    def pull(*_: object) -> None:
        raise PulledPlug

    house = house_at()
    write_session(house)
    monkeypatch.setattr(protecting, "_swap" if at == "before the swap" else "_wipe", pull)
    monkeypatch.setattr("kmonitor.store.house.keys_path", lambda _: path.with_name("nothing"))
    with pytest.raises(PulledPlug):
        house.protect(PASSPHRASE)
    monkeypatch.undo()
    make_argon2_fast(monkeypatch)
    house = house_at()
    if at == "before the swap":
        assert (house.state, house.notes) == (HouseState.READY, (NOT_FINISHED,))
        house.protect(PASSPHRASE)
        assert house.notes == ()
    else:
        assert house.state is HouseState.LOCKED
        house.unlock(PASSPHRASE)
    assert [seq for seq, _ in house.reader().rows("5e551014-0001")] == [1, 2, 3]
    assert not [name for name in all_bytes(path.parent) if name.endswith((".open", ".encrypting"))]
    assert not [n for n, b in all_bytes(path.parent).items() if b"patient sleeps" in b]


def test_a_backup_of_an_encrypted_record_is_a_house_of_its_own(
    house_at: At, path: Path, tmp_path: Path
) -> None:
    house = house_at()
    assert house.last_backup() is None
    write_session(house)
    house.protect(PASSPHRASE)
    result = house.back_up(tmp_path / "elsewhere")
    newest = house.last_backup()
    assert result.is_good
    assert newest is not None
    assert (newest.is_good, newest.path.name) == (True, result.path.name)
    assert not [n for n, b in all_bytes(result.path.parent).items() if b"patient sleeps" in b]
    copy = House.at(result.path, clock=FakeClock())
    assert copy.state is HouseState.LOCKED
    copy.unlock(PASSPHRASE)
    assert [seq for seq, _ in copy.reader().rows("5e551014-0001")] == [1, 2, 3]
    copy.close()
    assert house_at().last_backup() is None  # locked


def test_a_record_that_is_gone_is_said_and_its_anchors_are_kept(house_at: At, path: Path) -> None:
    write_session(house_at())
    anchors = anchors_path(path).read_bytes()
    path.unlink()
    house = house_at()
    assert house.state is HouseState.READY
    assert "has been set aside as record.damaged-" in house.notes[0]
    kept = [b for n, b in all_bytes(path.parent).items() if "damaged" in n and "anchors" in n]
    assert kept == [anchors]
