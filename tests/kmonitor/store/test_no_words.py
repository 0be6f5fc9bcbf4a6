"""Whoever carries the disk away reads nothing: no word of the patient, no key, in any byte."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kmonitor.store.house import House
from kmonitor.store.keys import RecordKeys
from kmonitor.store.reader import RecordReader
from tests.kmonitor.store.house_help import PASSPHRASE, all_bytes, make_argon2_fast
from tests.kmonitor.store.write_encrypted import IDENTIFIER, LABEL, WORDS

CHECKOUT = Path(__file__).resolve().parents[3]
SESSION = "5e551014-0009"
FILES = {"record.db", "record.db-wal", "record.db-shm", "record.db.anchors", "record.db.keys"}


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RecordKeys:
    """Those of a record that was made open and then encrypted."""
    make_argon2_fast(monkeypatch)
    (tmp_path / "data").mkdir()
    house = House.at(tmp_path / "data" / "record.db")
    house.protect(PASSPHRASE)
    house.close()
    return RecordKeys.from_text(house.keys_text() or "")


def secrets_in_every_form(keys: RecordKeys) -> list[bytes]:
    words = [LABEL, IDENTIFIER, WORDS, "Zebulon", PASSPHRASE]
    plain = [form for word in words for form in (word.encode(), word.encode("utf-16-le"))]
    raw = [keys.record_key, keys.chain_key]
    hexed = [form for key in raw for form in (key.hex().encode(), key.hex().upper().encode())]
    return [*plain, *raw, *hexed]


def found_in(content: dict[str, bytes], secrets: list[bytes]) -> list[tuple[str, bytes]]:
    return [(n, each) for n, text in content.items() for each in secrets if each in text]


@contextmanager
def writing_process(path: Path, keys: RecordKeys) -> Iterator["subprocess.Popen[str]"]:
    """It has a folder for temporary files of its own."""
    temporary = path.parent.parent / "temporary"
    temporary.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.kmonitor.store.write_encrypted", str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=CHECKOUT, env={**os.environ, "TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary)},
    ) as child:  # fmt: skip
        assert child.stdin
        child.stdin.write(keys.as_text() + "\n")
        child.stdin.flush()
        try:
            yield child
        finally:
            child.kill()


def wait_for_rows(child: "subprocess.Popen[str]", rows: int) -> None:
    assert child.stdout
    while int(child.stdout.readline()) < rows:
        pass


def told_of(process: int) -> dict[str, bytes]:
    """What the system tells everybody of a process."""
    told = Path(f"/proc/{process}")
    names = ("cmdline", "environ", "comm")
    listed = (
        subprocess.run(["ps", "-ef"], capture_output=True).stdout if shutil.which("ps") else b""
    )
    return {"ps": listed, **{n: (told / n).read_bytes() for n in names if (told / n).exists()}}


def test_no_byte_on_disk_and_no_process_list_tells_of_the_patient_or_the_key(
    tmp_path: Path, keys: RecordKeys
) -> None:
    path, secrets = tmp_path / "data" / "record.db", secrets_in_every_form(keys)
    with writing_process(path, keys) as child:
        wait_for_rows(child, 200)
        while_open = all_bytes(path.parent) | all_bytes(tmp_path / "temporary")
        assert set(while_open) > FILES
        assert found_in(while_open, secrets) == []
        assert found_in(told_of(child.pid), secrets) == []
        child.kill()
        _, said = child.communicate(timeout=10)
    killed = all_bytes(path.parent) | all_bytes(tmp_path / "temporary")
    assert found_in(killed | {"stderr": said.encode()}, secrets) == []
    notes = [row for _, row in RecordReader(path, keys).rows(SESSION) if WORDS in repr(row)]
    assert len(notes) >= 40


def test_the_same_search_finds_them_in_an_open_record(tmp_path: Path) -> None:
    """So the search above would have found them."""
    (tmp_path / "data").mkdir()
    path, keys = tmp_path / "data" / "record.db", RecordKeys.new()
    with writing_process(path, keys) as child:
        wait_for_rows(child, 100)
        content = all_bytes(path.parent)
    assert {word for _, word in found_in(content, secrets_in_every_form(keys))} >= {
        LABEL.encode(), IDENTIFIER.encode(), WORDS.encode(),
    }  # fmt: skip


def test_what_was_open_is_readable_nowhere_after_it_was_encrypted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_argon2_fast(monkeypatch)
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "record.db"
    with writing_process(path, RecordKeys.new()) as child:
        wait_for_rows(child, 100)
    house = House.at(path)
    house.protect(PASSPHRASE)
    house.close()
    keys = RecordKeys.from_text(house.keys_text() or "")
    assert found_in(all_bytes(path.parent), secrets_in_every_form(keys)) == []
    assert len(list(RecordReader(path, keys).rows(SESSION))) >= 100
