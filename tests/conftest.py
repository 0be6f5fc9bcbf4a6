"""One fixed world for every test, and four things that fail the test that caused them.

A warning, a Qt message, a log line at WARNING or above and a thread left running are failures. The
first two are settings in pyproject.toml; the last two are the fixtures here, with the markers
`expects_log` and `leaves_threads` for the test that means it.
"""

import json
import logging
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

CHECKOUT = Path(__file__).resolve().parents[1]
_WORLD = Path(tempfile.mkdtemp(prefix="kmonitor-tests-"))
_THREADS_MAY_TAKE_S = 1.0
LEFT_OUT = "real_data left out"
_LEFT_OUT = pytest.StashKey[int]()


def _settle_the_world() -> None:
    """Before any import of Qt: screen, folders, language and time zone are the same everywhere."""
    screen = _WORLD / "screen.json"
    bed = {"name": "bed", "x": 0, "y": 0, "width": 1920, "height": 1080}
    dots = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    screen.write_text(json.dumps({"screens": [bed | dots]}), encoding="ascii")
    os.environ.setdefault("QT_QPA_PLATFORM", f"offscreen:configfile={screen.as_posix()}")
    os.environ["QT_SCALE_FACTOR"] = "1"
    for name in ("DATA_HOME", "CONFIG_HOME", "CACHE_HOME", "STATE_HOME", "RUNTIME_DIR"):
        folder = _WORLD / name.lower()
        folder.mkdir(mode=0o700)
        os.environ[f"XDG_{name}"] = str(folder)
    os.environ["APPDATA"] = os.environ["LOCALAPPDATA"] = str(_WORLD / "data_home")
    if sys.platform == "darwin":
        os.environ["HOME"] = str(_WORLD)
    os.environ["LC_ALL"] = os.environ["LANG"] = "C.UTF-8"
    os.environ["TZ"] = "EST5EDT,M3.2.0,M11.1.0"  # never UTC, which would hide a mistake
    if hasattr(time, "tzset"):
        time.tzset()
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # never the person's
    os.environ["KMONITOR_SETUP"] = "off"  # programs started by tests use this interpreter
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a job of a shell: programs
        signal.signal(signal.SIGINT, signal.default_int_handler)  # started by tests must hear it


_settle_the_world()
settings.register_profile("untimed", deadline=None)  # a slow machine is no failure
settings.load_profile("untimed")


def pytest_unconfigure() -> None:
    shutil.rmtree(_WORLD, ignore_errors=True)


def _shared() -> Path | None:
    """Where the recordings are: named by KMONITOR_SHARED, else beside the checkout."""
    if named := os.environ.get("KMONITOR_SHARED"):
        if not Path(named).is_dir():
            raise pytest.UsageError(f"KMONITOR_SHARED names no folder: {named}")
        return Path(named).resolve()
    beside = CHECKOUT.parent / "shared"
    return beside if beside.is_dir() else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests on recordings where there are none, and say how many in the last line."""
    if _shared():
        return
    without = [item for item in items if item.get_closest_marker("real_data")]
    if without:
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if item not in without]
        _tell_of_left_out(config, without)


def _tell_of_left_out(config: pytest.Config, without: Sequence[pytest.Item]) -> None:
    """In the last line; a worker of several has none and tells the process that started it."""
    if (output := getattr(config, "workeroutput", None)) is not None:
        output[LEFT_OUT] = len(without)
    elif reporter := config.pluginmanager.get_plugin("terminalreporter"):
        reporter.stats[LEFT_OUT] = list(without)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker has ended; each has left out the same."""
    node.config.stash[_LEFT_OUT] = getattr(node, "workeroutput", {}).get(LEFT_OUT, 0)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """What the workers told."""
    if count := config.stash.get(_LEFT_OUT, 0):
        terminalreporter.write_line(f"{count} {LEFT_OUT}")


@pytest.fixture
def shared_data(request: pytest.FixtureRequest) -> Path:
    """The folder of real recordings; only for tests marked `real_data`."""
    folder = _shared()
    if folder is None or not request.node.get_closest_marker("real_data"):
        pytest.fail("a test that uses shared_data is marked real_data")
    return folder / "data"


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    seen = _Lines()
    logging.getLogger().addHandler(seen)
    yield
    logging.getLogger().removeHandler(seen)
    patterns = [str(p) for mark in request.node.iter_markers("expects_log") for p in mark.args]
    unexpected = [line for line in seen.lines if not any(re.search(p, line) for p in patterns)]
    missing = [p for p in patterns if not any(re.search(p, line) for line in seen.lines)]
    if unexpected or missing:
        pytest.fail(f"unexpected log lines: {unexpected}; expected and not seen: {missing}")


@pytest.fixture(autouse=True)
def _no_thread_left(request: pytest.FixtureRequest) -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    if request.node.get_closest_marker("leaves_threads"):
        return
    deadline = time.monotonic() + _THREADS_MAY_TAKE_S
    for thread in _new_threads(before):
        thread.join(max(0.0, deadline - time.monotonic()))
    if left := _new_threads(before):
        pytest.fail(f"threads left running: {sorted(thread.name for thread in left)}")


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    # A "Dummy" is Python's name for a thread that something else started and ends.
    news = set(threading.enumerate()) - before
    return [t for t in news if t.is_alive() and not t.name.startswith("Dummy-")]
