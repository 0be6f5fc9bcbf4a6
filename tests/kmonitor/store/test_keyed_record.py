"""An encrypted record: opened with its keys alone, and everything else is a sentence."""

import logging
import pickle
import traceback
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kmonitor.errors import StoreError
from kmonitor.store.beside import anchors_path, keys_path
from kmonitor.store.connection import (
    Damaged,
    chain_key_of,
    missing_triggers,
    open_keyed,
    open_record,
    reading,
)
from kmonitor.store.keys import Locked, RecordKeys
from tests.kmonitor.store.record_help import whole


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "r.db"


@pytest.fixture
def keys(path: Path) -> RecordKeys:
    """Random ones; a key file lies beside the record, as in life."""
    keys_path(path).write_text("{}", encoding="ascii")
    return RecordKeys.new()


def refusal(path: Path, keys: RecordKeys | None, kind: type[StoreError] = StoreError) -> str:
    before = whole(path)
    stamp = path.stat().st_mtime_ns
    with pytest.raises(kind) as caught:
        open_record(path, keys).close()
    with pytest.raises(kind), reading(path, keys):
        pass
    assert (whole(path), path.stat().st_mtime_ns) == (before, stamp)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def read_all(path: Path, keys: RecordKeys) -> None:
    with reading(path, keys) as opened:
        opened.execute("PRAGMA integrity_check").fetchall()


def test_an_encrypted_record_is_whole_and_opens_again(path: Path, keys: RecordKeys) -> None:
    with closing(open_record(path, keys)) as opened:
        assert opened.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert opened.execute("PRAGMA temp_store").fetchone() == (2,)
        assert missing_triggers(opened) == []
        assert opened.execute("PRAGMA cipher_integrity_check").fetchall() == []
        assert chain_key_of(opened, keys) == keys.chain_key
        assert not opened.execute("SELECT * FROM store_meta WHERE name = 'chain_key'").fetchall()
    with reading(path, RecordKeys.from_text(keys.as_text())) as again:
        assert again.execute("SELECT count(*) FROM session").fetchone() == (0,)


def test_an_open_record_keeps_the_key_of_its_chain_inside(path: Path) -> None:
    with closing(open_record(path)) as opened:
        first = chain_key_of(opened, None)
        assert len(first) == 32
    with reading(path) as again:
        assert chain_key_of(again, None) == first


def test_without_its_key_an_encrypted_record_is_locked_and_untouched(
    path: Path, keys: RecordKeys
) -> None:
    open_record(path, keys).close()
    assert "is encrypted" in refusal(path, None, Locked)


def test_no_open_record_is_made_beside_a_key_file(path: Path, keys: RecordKeys) -> None:
    with pytest.raises(Locked):
        open_record(path)
    assert not path.exists()


def test_an_encrypted_record_whose_key_file_is_gone_says_so(path: Path, keys: RecordKeys) -> None:
    open_record(path, keys).close()
    keys_path(path).unlink()
    anchors_path(path).unlink()
    assert "is not a record of kmonitor" in refusal(path, None)
    anchors_path(path).touch()
    assert "its key file r.db.keys is missing" in refusal(path, None)


def test_a_plain_record_takes_no_key(path: Path, keys: RecordKeys) -> None:
    keys_path(path).unlink()
    open_record(path).close()
    assert "is not encrypted" in refusal(path, keys)


@pytest.mark.parametrize("place", [20, 4000, 9000])
def test_with_its_key_a_record_that_cannot_be_read_is_damaged(
    path: Path, keys: RecordKeys, place: int
) -> None:
    open_record(path, keys).close()
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(Damaged, match="is damaged"):
        read_all(path, keys)


def test_the_first_bytes_of_an_encrypted_record_may_be_hurt(path: Path, keys: RecordKeys) -> None:
    open_record(path, keys).close()
    content = path.read_bytes()
    assert content[:16] == keys.file_salt
    path.write_bytes(bytes(16) + content[16:])
    with reading(path, keys) as opened:
        assert opened.execute("SELECT count(*) FROM session").fetchone() == (0,)


def test_another_file_of_the_record_is_under_the_same_key(path: Path, keys: RecordKeys) -> None:
    beside = path.with_name("r.captures.db")
    with closing(open_keyed(beside, keys)) as opened:
        opened.execute("CREATE TABLE piece (content TEXT) STRICT")
        opened.execute("INSERT INTO piece VALUES ('a word of the patient')")
        assert opened.execute("PRAGMA synchronous").fetchone() == (2,)
        for each in path.parent.iterdir():
            assert b"patient" not in each.read_bytes()
    with closing(open_keyed(beside, keys)) as opened:
        assert opened.execute("SELECT count(*) FROM piece").fetchone() == (1,)


def _texts_of_an_error(keys: RecordKeys) -> Iterator[str]:
    wrong = keys.as_text()[:-2]
    try:
        RecordKeys.from_text(wrong)
    except ValueError as error:
        yield "".join(traceback.format_exception(error))


def test_keys_show_themselves_nowhere(keys: RecordKeys, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("kmonitor").debug("%s %r", keys, [keys])
    shown = [repr(keys), str(keys), f"{keys}", caplog.text, *_texts_of_an_error(keys)]
    for secret in (keys.record_key, keys.chain_key):
        assert not [text for text in shown if secret.hex()[:16] in text or repr(secret) in text]
    assert pickle.loads(pickle.dumps(keys)) == keys
