"""The word `key`, and how the other words get the record's key."""

import io
import json
import os
import re
import select
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kmonitor import commands, key_words
from kmonitor.command_line import run
from kmonitor.store.connection import open_record
from kmonitor.store.hold import RecordHold
from kmonitor.store.key_file import read_key_file
from tests.kmonitor.store.house_help import (
    PASSPHRASE,
    all_bytes,
    key_store_of_tests,
    make_argon2_fast,
)
from tests.kmonitor.store.make_record import make, whole_session

CHECKOUT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"^([0-9A-Z]{4}-){7}[0-9A-Z]{4}$", re.MULTILINE)
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def record(tmp_path: Path) -> Path:
    make(tmp_path / "r.db", whole_session())
    return tmp_path / "r.db"


@pytest.fixture
def say(record: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    make_argon2_fast(monkeypatch)

    def said(*words: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        options = ["--db", str(record), *(["--passphrase-stdin"] if typed else [])]
        if words[0] == "key":
            status = run(key_words.key, [*options, *words[1:]])
        else:
            status = run(getattr(commands, words[0]), [*words[1:], *options])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return said


def test_an_open_record_is_said_to_be_not_encrypted(say: Say, record: Path) -> None:
    before = all_bytes(record.parent)
    assert say("key") == (0, f"The record {record} is NOT ENCRYPTED.\n", "")
    assert all_bytes(record.parent) == before


def test_the_options_may_stand_behind_the_last_word(
    record: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_argon2_fast(monkeypatch)
    options = ["--db", str(record), "--passphrase-stdin"]
    for word, typed in (
        ("protect", f"{PASSPHRASE}\n"),
        ("recovery", f"{PASSPHRASE}\n"),
        ("passphrase", f"{PASSPHRASE}\nanother passphrase\n"),
    ):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        assert run(key_words.key, [word, *options]) == 0
        assert CODE.search(capsys.readouterr().out)


@pytest.mark.skipif(os.name != "posix", reason="rights are kept otherwise there")
def test_an_encrypted_record_is_for_this_user_alone(say: Say, record: Path) -> None:
    record.chmod(0o644)
    assert say("key", "protect", typed=f"{PASSPHRASE}\n")[0] == 0
    assert record.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("is_random", [True, False])
def test_of_a_file_that_is_no_record_nothing_is_claimed(
    say: Say, record: Path, is_random: bool
) -> None:
    for each in record.parent.glob("r.db*"):
        each.unlink()
    record.write_bytes(os.urandom(20_000) if is_random else b"my letters" * 1000)
    before = all_bytes(record.parent)
    status, out, err = say("key")
    assert (status, out) == (1, "")
    assert err.startswith(f"{record} is not a record of kmonitor")
    assert ("r.db.keys is missing" in err) == is_random
    assert all_bytes(record.parent) == before


def test_protect_encrypts_and_shows_the_code_once(say: Say, record: Path) -> None:
    status, out, err = say("key", "protect", typed=f"{PASSPHRASE}\n")
    assert (status, err) == (0, "")
    code = CODE.search(out)
    assert code
    assert PASSPHRASE not in out
    assert "are still readable" in out
    assert say("key")[1] == f"The record {record} is encrypted; a passphrase opens it.\n"
    for secret in (PASSPHRASE, code[0]):
        status, out, _ = say("sessions", "--json", typed=f"{secret}\n")
        assert (status, json.loads(out)["session"]) == (0, "5e551014-0001")
        assert say("show", "last", typed=f"{secret}\n")[0] == 0
    assert "is encrypted already" in say("key", "protect", typed=f"{PASSPHRASE}\n")[2]


def test_a_word_without_the_key_is_one_sentence_and_changes_nothing(say: Say, record: Path) -> None:
    say("key", "protect", typed=f"{PASSPHRASE}\n")
    before = all_bytes(record.parent)
    status, out, err = say("sessions")
    assert (status, out) == (1, "")
    assert "--passphrase-stdin reads its passphrase" in err
    status, out, err = say("show", "last", typed="wrong\n")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "wrong passphrase or code" in err
    assert all_bytes(record.parent) == before


def test_the_passphrase_is_changed_and_a_new_code_made(say: Say, record: Path) -> None:
    say("key", "protect", typed=f"{PASSPHRASE}\n")
    status, _, err = say("key", "passphrase", typed=f"{PASSPHRASE}\nquite another one\n")
    assert (status, err) == (0, "")
    assert say("sessions", typed=f"{PASSPHRASE}\n")[0] == 1
    status, out, _ = say("key", "recovery", typed="quite another one\n")
    code = CODE.search(out)
    assert code
    assert say("sessions", typed=f"{code[0].lower()}\n")[0] == 0
    assert "at least 10" in say("key", "passphrase", typed="quite another one\nshort\n")[2]


def test_the_key_store_opens_without_a_question(say: Say, record: Path) -> None:
    assert "has no key store" in say("key", "protect", "--key-store")[2]
    with key_store_of_tests():
        assert say("key", "protect", "--key-store")[0] == 0
        assert "in this computer's key store" in say("key")[1]
        assert say("sessions")[0] == 0
    assert read_key_file(record).is_in_key_store


def test_a_record_in_use_is_neither_encrypted_nor_changed(say: Say, record: Path) -> None:
    with RecordHold.take(record):
        status, _, err = say("key", "protect", typed=f"{PASSPHRASE}\n")
    assert status == 1
    assert "can only be looked at" in err


@pytest.mark.parametrize("action", ["passphrase", "recovery"])
def test_an_open_record_has_no_passphrase_to_change(say: Say, action: str) -> None:
    assert "key protect does that" in say("key", action, typed="x\ny\n")[2]


def test_there_has_to_be_a_record(say: Say, record: Path) -> None:
    record.unlink()
    for words in ([], ["protect"], ["recovery"]):
        assert say("key", *words, typed="x\n")[2] == f"There is no record at {record} yet.\n"
    assert not record.exists()


def answer(terminal: int, question: str, typed: str) -> str:
    """What was shown up to the question, which is then answered."""
    shown = ""
    while question not in shown:
        ready, _, _ = select.select([terminal], [], [], 20)
        assert ready, f"not asked: {shown}"
        shown += os.read(terminal, 1000).decode()
    os.write(terminal, f"{typed}\n".encode())
    return shown


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal")
def test_on_a_terminal_the_passphrase_is_asked_and_not_shown(record: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "main.py", "key", "--db", str(record), "protect"],
        cwd=CHECKOUT, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, text=True,
    ) as child:  # fmt: skip
        os.close(theirs)
        shown = answer(ours, "New passphrase", PASSPHRASE)
        shown += answer(ours, "Repeat", PASSPHRASE)
        out, _ = child.communicate(timeout=20)
    os.close(ours)
    assert child.returncode == 0
    assert CODE.search(out)
    assert PASSPHRASE not in shown + out
    with pytest.raises(Exception, match="is encrypted"), closing(open_record(record)):
        pass
