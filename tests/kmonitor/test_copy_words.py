import io
import json
import sys
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest

from kmonitor import copy_words, session_words
from kmonitor.clock import SystemClock
from kmonitor.command_line import run
from kmonitor.people import Role
from kmonitor.store.accounts import StoredAccounts
from kmonitor.store.reader import RecordReader
from kmonitor.store.summary import summarise
from kmonitor.store.summary_text import summary_text
from tests.kmonitor.store.tampering import make_record, tamper

ENDED = "5e551014-0001"
TESS, DORA = "715392", "4826"
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return make_record(tmp_path / "record.db")


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    def said(word: str, *arguments: object, typed: tuple[str, ...] = ()) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
        home = copy_words if hasattr(copy_words, word) else session_words
        status = run(getattr(home, word), [str(each) for each in arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return said


def people(record: Path) -> None:
    accounts = StoredAccounts(record, None, SystemClock())
    tess = accounts.add(None, name="Tess", role=Role.TECHNICIAN, pin=bytearray(TESS.encode()))
    accounts.add(tess, name="Dora", role=Role.CLINICIAN, pin=bytearray(DORA.encode()))


def last_line(out: str) -> dict[str, object]:
    told: dict[str, object] = json.loads(out.splitlines()[-1])
    return told


def test_the_last_line_of_verify_says_whether_all_is_well(record: Path, say: Say) -> None:
    status, out, err = say("verify", "--db", record)
    assert (status, err) == (0, "")
    told = last_line(out)
    assert list(told) == ["ok", "rows", "first_bad"]
    assert (told["ok"], told["first_bad"]) == (True, None)


def test_verify_of_a_changed_record_names_the_row_and_fails(record: Path, say: Say) -> None:
    tamper(record, lambda c: c.execute("UPDATE nibp SET validity = 'valid '"))
    status, out, _ = say("verify", "--db", record)
    assert status == 1
    assert last_line(out)["ok"] is False
    assert str(last_line(out)["first_bad"]).startswith("nibp 1.")
    assert "it was changed" in out


def test_no_record_is_one_sentence(tmp_path: Path, say: Say) -> None:
    for word in ("verify", "backup"):
        arguments = ["--db", tmp_path / "none.db"] + (
            [tmp_path / "b.db"] if word == "backup" else []
        )
        status, out, err = say(word, *arguments)
        assert (status, out) == (1, "")
        assert err.count("\n") == 1
        assert "no record" in err


def test_a_record_goes_to_a_stick_and_comes_back(record: Path, tmp_path: Path, say: Say) -> None:
    copy, there = tmp_path / "stick" / "copy.db", tmp_path / "new" / "record.db"
    status, out, err = say("backup", copy, "--db", record)
    assert (status, err) == (0, "")
    assert "verified" in out
    status, out, err = say("restore", copy, "--db", there)
    assert (status, err) == (0, "")
    assert say("verify", "--db", there)[0] == 0
    status, out, err = say("restore", copy, "--db", record)
    assert (status, out) == (1, "")
    assert "--set-aside" in err
    status, out, err = say("restore", copy, "--db", record, "--set-aside")
    assert (status, err) == (0, "")
    assert "record.replaced-" in out


def test_a_backup_into_a_folder_gets_a_name_of_its_own(
    record: Path, tmp_path: Path, say: Say
) -> None:
    (tmp_path / "copies").mkdir()
    assert say("backup", tmp_path / "copies", "--db", record)[0] == 0
    assert len(list((tmp_path / "copies").glob("record-*.db"))) == 1


def test_a_signed_session_goes_to_another_computer_and_leaves_the_first(
    record: Path, tmp_path: Path, say: Say
) -> None:
    people(record)
    bundle, there = tmp_path / "s.kmbundle", tmp_path / "there" / "record.db"
    secret = "between the two of us"
    by_dora = ("--by", "dora", "--pin-stdin", "--db", record)
    refused = say(
        "bundle", ENDED, "--out", bundle, *by_dora, "--bundle-passphrase-stdin",
        typed=(DORA, secret),
    )  # fmt: skip
    assert refused[0] == 1
    assert "sign" in refused[2]
    assert say("sign", ENDED, *by_dora, typed=(DORA,))[::2] == (0, "")
    made = say(
        "bundle", ENDED, "--out", bundle, *by_dora, "--bundle-passphrase-stdin",
        typed=(DORA, secret),
    )  # fmt: skip
    assert made[::2] == (0, "")
    people(there)
    taken = say(
        "unbundle", bundle, "--by", "tess", "--pin-stdin", "--db", there,
        "--bundle-passphrase-stdin", typed=(TESS, secret),
    )  # fmt: skip
    assert taken[::2] == (0, "")
    assert say("verify", "--db", there)[0] == 0
    reader = RecordReader(there)
    shown = summarise(reader, ENDED)
    assert [(each["by"], each["meaning"]) for each in shown["signed"]] == [("Dora", "reviewed")]
    assert shown["origin"]["exported_by"] == "Dora"
    words = list(summary_text(shown, UTC))
    assert any(line.startswith("Signed as reviewed by Dora") for line in words)
    assert any(line.startswith("From ") for line in words)
    removal = (
        *("remove", ENDED, "--by", "tess", "--consent", "dora", "--reason", "it moved there"),
        *("--pin-stdin", "--db", record),
    )
    assert say(*removal, typed=(TESS, "0000"))[0] == 1
    assert say(*removal, typed=(TESS, DORA))[::2] == (0, "")
    assert say("verify", "--db", record)[0] == 0
    for told in (refused, made, taken):
        assert secret not in told[1] + told[2]
