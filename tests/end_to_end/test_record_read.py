"""`sessions` and `show` as a person starts them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
OLD = CHECKOUT / "tests" / "data" / "databases" / "version-1.db"


def kmonitor(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CHECKOUT / "main.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_record_is_listed_and_shown_and_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    shutil.copyfile(OLD, path)
    (line,) = kmonitor("sessions", "--json", "--db", path).stdout.splitlines()
    shown = kmonitor("show", "last", "--json", "--db", path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert json.loads(shown.stdout)["session"] == json.loads(line)["session"]
    assert path.read_bytes() == OLD.read_bytes()
    assert [each.name for each in tmp_path.iterdir()] == ["r.db"]


def test_a_missing_record_is_one_sentence_and_nothing_is_made(tmp_path: Path) -> None:
    said = kmonitor("show", "last", "--db", tmp_path / "r.db")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == f"There is no record at {tmp_path / 'r.db'} yet.\n"
    assert list(tmp_path.iterdir()) == []
