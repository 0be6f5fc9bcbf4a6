import csv
import io
import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from kmonitor import people_words
from kmonitor.clock import SystemClock
from kmonitor.command_line import run
from kmonitor.people import Role
from kmonitor.pins import Pins
from kmonitor.ports import SignInRefused
from kmonitor.store import accounts as stored
from kmonitor.store.accounts import StoredAccounts

CHECKOUT = Path(__file__).resolve().parents[2]
TESS, NED = "715392", "4826"


class Words:
    """Says words to the record at `path`, with `typed` as standard input."""

    def __init__(self, path, monkeypatch, capsys):
        self.path = path
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def say(self, word, *arguments, typed=()):
        text = "".join(f"{line}\n" for line in typed)
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        command = getattr(people_words, word)
        status = run(command, [*map(str, arguments), "--db", str(self.path)])
        said = self._capsys.readouterr()
        for pin in (TESS, NED):
            assert pin not in said.out + said.err
        return status, said.out, said.err

    def done(self, *arguments, typed=()):
        status, out, err = self.say(*arguments, typed=typed)
        assert (status, err) == (0, "")
        return out

    def first(self):
        words = ("--name", "Tess", "--role", "technician", "--pin-stdin")
        return self.done("users", "add", *words, typed=[TESS])

    def nurse(self):
        words = ("--name", "Ned", "--role", "nurse", "--by", "tess", "--pin-stdin")
        return self.done("users", "add", *words, typed=[TESS, NED])

    def can_sign_in(self, name, pin):
        accounts = StoredAccounts(self.path, None, SystemClock())
        (person,) = [each for each in accounts.people() if each.name == name]
        return not isinstance(
            accounts.sign_in(person.person_id, bytearray(pin.encode())), SignInRefused
        )


@pytest.fixture
def words(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(stored, "Pins", partial(Pins, time_cost=1, memory_cost_kib=8))
    return Words(tmp_path / "r.db", monkeypatch, capsys)


def test_the_first_person_adds_the_next_and_the_list_tells_them(words):
    assert "nobody yet" in words.done("users")
    assert words.done("users", "--json") == ""
    assert words.first() == "Tess can sign in now as a technician.\n"
    assert words.nurse() == "Ned can sign in now as a nurse.\n"
    assert words.done("users").splitlines() == ["nurse       Ned", "technician  Tess"]
    people = [json.loads(line) for line in words.done("users", "list", "--json").splitlines()]
    assert [(each["name"], each["role"], each["active"]) for each in people] == [
        ("Ned", "nurse", True),
        ("Tess", "technician", True),
    ]
    assert words.can_sign_in("Ned", NED)


def test_the_first_person_is_a_technician(words):
    status, _, err = words.say(
        "users", "add", "--name", "Ned", "--role", "nurse", "--pin-stdin", typed=[NED]
    )
    assert status == 1
    assert err.startswith("The first person is a technician")


def test_a_word_that_changes_people_asks_who_does_it(words):
    words.first()
    words.nurse()
    status, _, err = words.say("users", "off", "Ned", "--pin-stdin", typed=[TESS])
    assert (status, err) == (2, "Say who does it: --by NAME.\n")
    status, _, err = words.say("users", "off", "Tess", "--by", "Ned", "--pin-stdin", typed=[NED])
    assert (status, "that is for a technician" in err) == (1, True)
    status, _, err = words.say("users", "off", "Ned", "--by", "Tess", "--pin-stdin", typed=["1"])
    assert (status, err) == (1, "This PIN is not right.\n")
    status, _, err = words.say("users", "off", "Ned", "--by", "Eve", "--pin-stdin", typed=["1"])
    assert (status, err) == (1, "There is nobody named Eve here.\n")
    assert words.can_sign_in("Ned", NED)


def test_roles_access_and_pins_change(words):
    words.first()
    words.nurse()
    by = ("--by", "Tess", "--pin-stdin")
    assert words.done("users", "role", "ned", "clinician", *by, typed=[TESS]) == (
        "Ned is a clinician now.\n"
    )
    assert words.done("users", "off", "Ned", *by, typed=[TESS]) == ("Ned has no access any more.\n")
    assert "clinician   Ned  no access" in words.done("users")
    assert words.done("users", "on", "Ned", *by, typed=[TESS]) == "Ned can sign in again.\n"
    words.done("users", "pin", "Ned", "--pin-stdin", typed=[NED, "9153"])
    assert words.can_sign_in("Ned", "9153")
    words.done("users", "pin", "Ned", *by, typed=[TESS, NED])
    assert words.can_sign_in("Ned", NED)


def test_without_a_terminal_a_pin_is_never_waited_for(words):
    status, _, err = words.say("users", "add", "--name", "Tess", "--role", "technician")
    assert status == 2
    assert "--pin-stdin" in err


def test_the_trail_tells_who_did_it_and_is_filtered(words):
    words.first()
    words.nurse()
    lines = words.done("audit").splitlines()
    assert [line.split("  ", 1)[1] for line in lines] == [
        "Tess: signed out (command line)",
        "Tess: Ned added (as a nurse)",
        "Tess: signed in",
        "Tess: Tess added (as a technician)",
    ]
    assert len(words.done("audit", "--text", "added").splitlines()) == 2
    assert words.done("audit", "--person", "Ned") == ""
    (told,) = [
        json.loads(line) for line in words.done("audit", "--json", "--limit", 1).splitlines()
    ]
    assert (told["name"], told["what"], told["session"]) == ("Tess", "signed out", None)


def test_the_trail_is_exported_by_somebody_who_may(words, tmp_path):
    words.first()
    words.nurse()
    file = tmp_path / "trail.csv"
    status, _, err = words.say("audit", "--csv", file, "--by", "Ned", "--pin-stdin", typed=[NED])
    assert (status, "may not see and export the audit trail" in err) == (1, True)
    assert not file.exists()
    assert words.say("audit", "--csv", file)[0] == 2
    words.done("audit", "--csv", file, "--by", "Tess", "--pin-stdin", typed=[TESS])
    rows = list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8"), newline="")))
    assert rows[-1][2:4] == ["Tess", "Tess added"]
    assert "exported" in words.done("audit", "--text", "exported")


@pytest.mark.skipif(sys.platform == "win32", reason="has no pseudo-terminal")
def test_a_pin_is_asked_twice_on_the_terminal_and_never_shown(tmp_path):
    ours, theirs = os.openpty()
    db = tmp_path / "r.db"
    words = ["users", "add", "--name", "Tess", "--role", "technician", "--db", str(db)]
    program = subprocess.Popen(
        [sys.executable, str(CHECKOUT / "main.py"), *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen = b""
    for question in (b"New PIN of Tess: ", b"Repeat for confirmation: "):
        while question not in seen:
            seen += os.read(ours, 1000)
        os.write(ours, f"{TESS}\n".encode())
    try:
        while some := os.read(ours, 1000):
            seen += some
    except OSError:  # Linux says so at the end of a terminal
        pass
    os.close(ours)
    assert program.wait(timeout=20) == 0
    assert TESS.encode() not in seen
    (person,) = StoredAccounts(db, None, SystemClock()).people()
    assert (person.name, person.role) == ("Tess", Role.TECHNICIAN)
