"""Fresh processes to measure: the same Python, the same screen, folders of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ui.look_of_app import go_off_screen

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
_PLATFORM = "QT_QPA_PLATFORM"


@contextmanager
def surroundings() -> Iterator[dict[str, str]]:
    """The environment of every child: off screen unless asked otherwise, and nobody's own data."""
    before = os.environ.get(_PLATFORM)
    with TemporaryDirectory(prefix="kmonitor-bench-") as folder:
        if not before or before == "offscreen":
            go_off_screen(Path(folder))
        there = dict(os.environ, KMONITOR_SETUP="off", PYTHONPATH=str(CHECKOUT))
        there.pop("PYTHONDONTWRITEBYTECODE", None)  # who uses the program has it compiled
        there["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "compiled")
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "APPDATA", "LOCALAPPDATA"):
            there[name] = folder
        if sys.platform == "darwin":
            there["HOME"] = folder
        try:
            yield there
        finally:
            os.environ.pop(_PLATFORM, None)
            if before:
                os.environ[_PLATFORM] = before


def start(program: str, *arguments: str, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """A child that runs a file of this folder; -P keeps our names from hiding Python's own."""
    command = [sys.executable, "-P", str(HERE / program), *arguments]
    return subprocess.Popen(command, env=dict(env), stdout=subprocess.PIPE)


def answer(child: subprocess.Popen[bytes]) -> dict[str, float]:
    """The child's first line that is an object of numbers."""
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith(b"{"):
            found: dict[str, float] = json.loads(line)
            return found
    raise SystemExit(f"{child.args!r} ended without an answer")
