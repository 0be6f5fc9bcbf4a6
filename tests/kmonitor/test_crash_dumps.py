"""A program that crashes leaves no dump: neither it nor what it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


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
