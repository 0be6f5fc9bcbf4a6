"""A program that crashes leaves no dump, and its last words repeat nothing of a patient."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
WORDS = "Zebulon Quickwater"
BEGIN = "import sys, threading\nfrom kmonitor.crash_dumps import forbid_dumps\nforbid_dumps()\n"
FAIL = "def fail(*_):\n    raise ValueError(sys.stdin.readline())\n"
ON_A_THREAD = "one = threading.Thread(target=fail)\none.start()\none.join()\n"
IN_A_DESTRUCTOR = "class Gone:\n    __del__ = fail\nGone()\n"


@pytest.mark.skipif(os.name == "nt", reason="limits")
def test_no_dump_is_written_by_a_crash_of_a_program_or_of_its_child(tmp_path: Path) -> None:
    program = (
        "import resource, subprocess, sys\n"
        "from kmonitor.crash_dumps import forbid_dumps\n"
        "forbid_dumps()\n"
        "forbid_dumps()\n"
        "code = 'import resource; print(resource.getrlimit(resource.RLIMIT_CORE))'\n"
        "subprocess.run([sys.executable, '-c', code])\n"
        "import os\n"
        "os.abort()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == -signal.SIGABRT
    assert ended.stdout.strip() in ("(0, 0)", "(1, 1)")
    assert list(tmp_path.iterdir()) == []


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True,
        input=f"{WORDS}\n", timeout=30,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("how", "status"), [("fail()\n", 1), (ON_A_THREAD, 0), (IN_A_DESTRUCTOR, 0)]
)
def test_a_fault_that_nobody_caught_is_told_by_kind_and_place(how: str, status: int) -> None:
    done = run(BEGIN + FAIL + how)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith("kmonitor failed: ValueError < fail (<string>:5)")
    assert done.stderr.count("\n") == 1


def test_a_press_of_control_c_looks_as_everywhere() -> None:
    assert run(f"{BEGIN}raise KeyboardInterrupt\n").stderr.endswith("KeyboardInterrupt\n")
