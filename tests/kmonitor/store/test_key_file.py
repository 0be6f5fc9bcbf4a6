"""The wrapped keys: opened by passphrase or code, and by nothing else."""

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from kmonitor.errors import StoreError
from kmonitor.store import key_file
from kmonitor.store.beside import keys_path
from kmonitor.store.key_file import (
    KeyFile,
    WrongPassphrase,
    new_key_file,
    read_key_file,
    write_key_file,
)
from kmonitor.store.keys import RecordKeys
from kmonitor.store.recovery_code import looks_like_code, new_code, secret_of
from tests.kmonitor.store.record_help import whole

PASSPHRASE = "the blue chair ä"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id with little memory: the tests ask whether, not how slowly."""
    monkeypatch.setattr(key_file, "_MEMORY_KIB", 64)


@pytest.fixture
def keys() -> RecordKeys:
    return RecordKeys.new()


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "r.db"


def made(keys: RecordKeys) -> tuple[KeyFile, str]:
    return new_key_file(keys).with_passphrase(keys, PASSPHRASE).with_new_code(keys)


def test_passphrase_and_code_each_open_it(record: Path, keys: RecordKeys) -> None:
    file, code = made(keys)
    write_key_file(record, file)
    again = read_key_file(record)
    assert again == file
    typed = ["the blue chair a\u0308", f"  {PASSPHRASE}\n", code, code.lower().replace("-", " ")]
    assert [again.opened_by(text) for text in typed] == [keys] * 4


def test_nothing_else_opens_it_and_the_file_stays_as_it_was(record: Path, keys: RecordKeys) -> None:
    file, _ = made(keys)
    write_key_file(record, file)
    path = keys_path(record)
    before, stamp = whole(path), path.stat().st_mtime_ns
    for wrong in ("", "the blue chair", PASSPHRASE.upper(), new_code(), keys.key_id):
        with pytest.raises(WrongPassphrase, match=r"^That does not open the record: [^\n]*\.$"):
            read_key_file(record).opened_by(wrong)
    assert (whole(path), path.stat().st_mtime_ns) == (before, stamp)


def test_the_file_holds_no_secret_and_is_its_owners_alone(record: Path, keys: RecordKeys) -> None:
    file, code = made(keys)
    write_key_file(record, file)
    path = keys_path(record)
    content = path.read_bytes()
    secrets = [PASSPHRASE.encode(), code.encode(), secret_of(code).encode()]
    secrets += [s for k in (keys.record_key, keys.chain_key) for s in (k, k.hex().encode())]
    assert not [secret for secret in secrets if secret in content or repr(secret) in repr(file)]
    assert list(path.parent.iterdir()) == [path]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_another_passphrase_is_another_wrap_of_the_same_keys(keys: RecordKeys) -> None:
    file, code = made(keys)
    changed = file.with_passphrase(keys, "quite another one")
    assert changed.opened_by("quite another one") == changed.opened_by(code) == keys
    with pytest.raises(WrongPassphrase):
        changed.opened_by(PASSPHRASE)


def test_a_new_code_makes_the_old_one_worthless(keys: RecordKeys) -> None:
    file, old = made(keys)
    changed, new = file.with_new_code(keys)
    assert changed.opened_by(new) == keys
    with pytest.raises(WrongPassphrase):
        changed.opened_by(old)


def test_a_wrap_of_another_record_is_not_taken(keys: RecordKeys) -> None:
    mine, _ = made(keys)
    other, _ = made(RecordKeys.new())
    mixed = KeyFile(key_id=mine.key_id, made_utc_ms=0, wraps=other.wraps)
    with pytest.raises(WrongPassphrase):
        mixed.opened_by(PASSPHRASE)


def test_a_short_passphrase_is_refused(keys: RecordKeys) -> None:
    with pytest.raises(StoreError, match="at least 10 characters"):
        new_key_file(keys).with_passphrase(keys, " 123456789 ")


def test_the_slow_way_is_slow_and_opens(keys: RecordKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    file, _ = made(keys)
    assert all(w.memory_kib >= 64 * 1024 and w.passes >= 3 for w in file.wraps)
    assert file.opened_by(PASSPHRASE) == keys


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.pop("wraps"),
        lambda said: said.update(wraps=[7]),
        lambda said: said["wraps"][0].update(salt="xyz"),
        lambda said: said["wraps"][0].update(memory_kib=10**12),
        lambda said: said["wraps"][0].update(passes=0),
        lambda said: said.update(key_id=5),
        lambda said: said.update(version="one"),
    ],
)
def test_a_hurt_key_file_is_a_sentence(record: Path, keys: RecordKeys, change: Any) -> None:
    write_key_file(record, made(keys)[0])
    said = json.loads(keys_path(record).read_bytes())
    change(said)
    keys_path(record).write_text(json.dumps(said), encoding="ascii")
    with pytest.raises(StoreError, match=r"^The key file .* is damaged"):
        read_key_file(record)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_key_file_is_a_sentence(record: Path, content: bytes) -> None:
    keys_path(record).write_bytes(content)
    with pytest.raises(StoreError, match="is damaged"):
        read_key_file(record)


def test_a_missing_and_a_newer_key_file_are_sentences(record: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        read_key_file(record)
    keys_path(record).write_text('{"version": 2}', encoding="ascii")
    with pytest.raises(StoreError, match="newer kmonitor"):
        read_key_file(record)


def test_a_bit_flipped_anywhere_opens_nothing_false(record: Path, keys: RecordKeys) -> None:
    file, _ = made(keys)
    write_key_file(record, file)
    content = keys_path(record).read_bytes()
    for place in range(0, len(content), 7):
        hurt = bytearray(content)
        hurt[place] ^= 1
        keys_path(record).write_bytes(hurt)
        try:
            opened = read_key_file(record).opened_by(PASSPHRASE)
        except StoreError:
            continue
        assert opened == keys


def test_a_code_has_128_bits_and_no_letters_that_look_alike() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    for code in codes:
        assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}", code)
        assert len(secret_of(code)) * 5 >= 128


def test_typing_errors_in_a_code_are_said_as_such() -> None:
    code = new_code()
    letters = code.replace("-", "")
    other = "8" if letters[0] != "8" else "9"
    for wrong, said in (
        (other + letters[1:], "typing error"),
        (letters[1] + letters[0] + letters[2:], "typing error"),
        (code[:-1], "has 32 letters and digits, not 31"),
        (code[:-1] + "U", "has no 'U' in it"),
    ):
        if wrong != letters:
            with pytest.raises(StoreError, match=said):
                secret_of(wrong)
    assert secret_of(code.replace("0", "o").replace("1", "l")) == secret_of(code)


def test_a_mistyped_code_is_told_from_a_passphrase(keys: RecordKeys) -> None:
    file, code = made(keys)
    with pytest.raises(StoreError, match="not 31"):
        file.opened_by(code[:-1])
    assert looks_like_code(code)
    assert not looks_like_code(PASSPHRASE)
    dashed = new_key_file(keys).with_passphrase(keys, "a-pass-phrase-with-many-dashes")
    assert dashed.opened_by("a-pass-phrase-with-many-dashes") == keys
