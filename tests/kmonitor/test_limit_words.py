"""The word `limits` at a computer with a site's folder and a record of its own."""

import io
import json
import sys
from functools import partial
from importlib import resources
from pathlib import Path

import pytest

from kmonitor import limit_words, settings
from kmonitor.clock import SystemClock
from kmonitor.command_line import run
from kmonitor.limit_sets import SHIPPED
from kmonitor.people import Role
from kmonitor.pins import Pins
from kmonitor.store import accounts as stored
from kmonitor.store.accounts import StoredAccounts

TESS, DORA = "715392", "4826"


class Desk:
    """Says `limits` at a computer whose record is at `record`, `typed` on standard input."""

    def __init__(self, folder: Path, monkeypatch, capsys):
        self.record = folder / "record.db"
        self.folder = folder / "site"
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def say(self, *arguments, typed=(), db=True):
        self._monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{x}\n" for x in typed)))
        more = ("--db", str(self.record)) if db else ()
        status = run(limit_words.limits, [*map(str, arguments), *more])
        said = self._capsys.readouterr()
        return status, said.out, said.err

    def people(self):
        accounts = StoredAccounts(self.record, None, SystemClock())
        tess = accounts.add(None, name="Tess", role=Role.TECHNICIAN, pin=bytearray(TESS.encode()))
        accounts.add(tess, name="Dora", role=Role.CLINICIAN, pin=bytearray(DORA.encode()))

    def write(self, name="own", old="limit = 90", new="limit = 91"):
        text = resources.files("resources").joinpath("limits", "default.toml").read_text("utf-8")
        path = self.folder / "limits" / f"{name}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace('"default"', f'"{name}"').replace(old, new), encoding="utf-8")
        return path


@pytest.fixture
def desk(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(stored, "Pins", partial(Pins, time_cost=1, memory_cost_kib=8))
    made = Desk(tmp_path, monkeypatch, capsys)
    monkeypatch.setattr(settings, "folder", lambda: made.folder)
    return made


def test_the_shipped_sets_are_listed_also_where_there_is_no_record_yet(desk):
    status, out, err = desk.say()
    assert (status, err) == (0, "")
    *sets, where = out.splitlines()
    assert [line.split()[0] for line in sets] == list(SHIPPED)
    assert f"is a file in {desk.folder / 'limits'};" in where
    assert "Adult ketamine, tighter, version 1. Comes with the program." in out
    assert not desk.record.exists()


def test_a_sites_set_is_listed_as_unusable_until_a_clinician_has_signed_it(desk):
    desk.people()
    path = desk.write()
    _, out, _ = desk.say()
    assert "own           Adult ketamine, version 1. CANNOT BE USED: No clinician" in out
    by = ("--by", "dora", "--pin-stdin")
    status, out, err = desk.say("sign", "own", *by, typed=[DORA])
    assert (status, err) == (0, "")
    assert "SpO2 low      medium     below 91 %, for 10 s" in out, "what was signed is told"
    assert out.endswith(f"{path} is signed by Dora; when it is changed, no longer.\n")
    _, out, _ = desk.say()
    assert "own           Adult ketamine, version 1. Signed by Dora, " in out
    told = json.loads(desk.say("--json")[1].splitlines()[-1])
    assert (told["name"], told["signed_by"], told["problem"]) == ("own", "Dora", None)
    assert (told["shipped"], told["file"]) == (False, str(path))
    desk.write(new="limit = 88")
    assert "CANNOT BE USED: No clinician" in desk.say()[1]


def test_a_wrong_file_is_listed_with_what_is_wrong(desk):
    path = desk.write(old="limit = 90", new="limit = 900")
    _, out, _ = desk.say()
    assert f"own           CANNOT BE USED: {path} rule[1] level[2]: field limit is imposs" in out
    told = json.loads(desk.say("--json")[1].splitlines()[-1])
    assert (told["title"], told["version"], told["sha256"]) == (None, None, None)


def test_only_a_clinician_signs_and_only_with_their_pin(desk):
    desk.people()
    desk.write()
    status, _, err = desk.say("sign", "own", "--by", "Tess", "--pin-stdin", typed=[TESS])
    assert (status, "that is for a clinician" in err) == (1, True)
    status, _, err = desk.say("sign", "own", "--by", "Dora", "--pin-stdin", typed=["1"])
    assert (status, err) == (1, "This PIN is not right.\n")
    status, _, err = desk.say("sign", "own", "--pin-stdin", typed=[DORA])
    assert (status, err) == (2, "Say who does it: --by NAME.\n")
    assert "CANNOT BE USED" in desk.say()[1]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("wider", "comes with the program and needs no signature"),
        ("elsewhere", f"{Path('limits') / 'elsewhere.toml'}."),
    ],
)
def test_what_is_not_the_sites_own_is_not_signed(desk, name, words):
    desk.people()
    status, _, err = desk.say("sign", name, "--by", "Dora", "--pin-stdin", typed=[DORA])
    assert status == 1
    assert words in err
    assert name == "wider" or str(desk.folder) in err, "where the program looks is told"


def test_a_wrong_file_is_not_signed(desk):
    desk.people()
    desk.write(old="limit = 90", new="limit = 900")
    status, _, err = desk.say("sign", "own", "--by", "Dora", "--pin-stdin", typed=[DORA])
    assert (status, "field limit is impossible" in err) == (1, True)


def test_a_file_is_checked_without_a_record_and_told_level_by_level(desk):
    status, out, err = desk.say("check", desk.write(), db=False)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "Adult ketamine, version 1, by kmonitor, 2026-11-22"
    assert "  SpO2 low      medium     below 91 %, for 10 s" in lines
    assert "  Observation              every 15 min while infusing" in lines
    assert lines[-1] == "This file can be used."
    status, out, _ = desk.say("check", desk.write().rename(desk.folder / "copy.toml"), db=False)
    assert (status, out.splitlines()[-1]) == (
        0,
        "As a set of this site it must be called own.toml.",
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("limit = 90", "limit = 99", "rule[1]: field level must be ordered"),
        ("dated", "datum", "field dated is missing"),
        ("schema = 1", "schema = ", "line 6"),
    ],
)
def test_a_wrong_file_is_one_sentence_with_file_and_field_and_status_1(desk, old, new, words):
    path = desk.write(old=old, new=new)
    status, out, err = desk.say("check", path, db=False)
    assert (status, out) == (1, "")
    assert str(path) in err
    assert words in err
    assert err.count("\n") == 1
