"""`doctor` as a process: a line for each check, an exit status, nothing of a patient."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from devices.doctor_words import judged_ports
from devices.link import PortFound, serial_ports
from kmonitor.doctor import Verdict
from kmonitor.store.connection import open_record
from kmonitor.store.key_file import new_key_file, write_key_file
from kmonitor.store.keys import RecordKeys
from tests.kmonitor.store.make_record import make, whole_session
from tests.kmonitor.store.record_help import PATIENT

CHECKOUT = Path(__file__).resolve().parents[2]
Said = tuple[int, str, str]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "record.db"


@pytest.fixture
def say() -> Callable[..., Said]:
    def said(*arguments: object) -> Said:
        done = subprocess.run(
            [sys.executable, "main.py", "doctor", *map(str, arguments)],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=50,
            env=os.environ | {"PYTHONUTF8": "1"},
        )
        return done.returncode, done.stdout, done.stderr

    return said


def checks(out: str) -> dict[str, dict[str, str]]:
    return {one["check"]: one for one in map(json.loads, out.splitlines())}


def test_without_a_record_there_is_a_line_for_each_check(
    path: Path, say: Callable[..., Said]
) -> None:
    status, out, err = say("--db", path)
    assert (status, err) == (0, "")
    names = [line[6:22].strip() for line in out.splitlines() if line[:6].strip()]
    assert names[:4] == ["kmonitor", "Python", "Qt", "environment"]
    assert {"disk", "disk time", "clock", "sleep", "supervisor", "record", "key store"} <= set(
        names
    )
    assert not path.exists()


def test_an_open_record_is_well_and_nothing_of_its_patient_is_told(
    path: Path, say: Callable[..., Said]
) -> None:
    make(path, whole_session())
    status, out, err = say("--db", path, "--json")
    assert (status, err) == (0, "")
    assert "NOT ENCRYPTED" in checks(out)["protection"]["found"]
    assert checks(out)["record"]["verdict"] == "ok"
    assert PATIENT.label.encode() in path.read_bytes()
    assert PATIENT.label not in out


def test_a_locked_record_asks_nobody_for_its_key(path: Path, say: Callable[..., Said]) -> None:
    keys = RecordKeys.new()
    open_record(path, keys).close()
    write_key_file(path, new_key_file(keys).with_passphrase(keys, "a long enough passphrase"))
    status, out, err = say("--db", path, "--json")
    assert (status, err) == (0, "")
    assert checks(out)["protection"]["verdict"] == "ok"
    assert "not looked at" in checks(out)["record"]["found"]


def test_a_foreign_file_is_wrong_and_left_as_it_is(path: Path, say: Callable[..., Said]) -> None:
    path.write_bytes(b"something else " * 1000)
    status, out, err = say("--db", path, "--json")
    assert (status, err) == (1, "")
    assert checks(out)["record"]["verdict"] == "wrong"
    assert checks(out)["record"]["mend"]
    assert path.read_bytes() == b"something else " * 1000


def test_a_port_without_rights_is_wrong_with_the_way_to_get_them() -> None:
    good = PortFound(name="/dev/ttyUSB0", description="adapter", is_allowed=True)
    shut = PortFound(name="/dev/ttyUSB1", description="adapter", is_allowed=False)
    found = list(judged_ports([good, shut]))
    assert [check.verdict for check in found] == [Verdict.OK, Verdict.WRONG]
    assert found[1].mend
    assert [check.verdict for check in judged_ports([])] == [Verdict.LOOK]


def test_the_ports_of_this_computer_are_listed_without_opening_one() -> None:
    assert all(port.name for port in serial_ports())
