"""Make the program's own environment complete; standard library only, run before anything else."""

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from kmonitor.environment import Environment
from kmonitor.errors import WorldError
from kmonitor.file_lock import take
from kmonitor.system_packages import (
    ENSUREPIP,
    Need,
    SetUpError,
    missing_libraries,
    provide,
)

_QUIETLY = {
    "LC_ALL": "C",
    "DEBIAN_FRONTEND": "noninteractive",
    "PIP_NO_INPUT": "1",
    "PIP_USER": "0",
}
# pip's "connection broken by ... [Errno -3] Temporary failure in name resolution')..."
_NETWORK = re.compile(r"connection broken by .*?\[[^]]+\] ([^'()]+)")

# How the lines of pip and apt begin that say how far they are.
_WIPE = " "
_PROGRESS = ("Collecting", "Installing", "Get:", "Unpacking", "Setting up", _WIPE)
_COLUMNS = 78


def complete(environment: Environment, kinds: list[str], needs_qt: bool) -> None:
    """Install what is missing, or end the program with one sentence that says why it cannot."""

    def is_needed() -> bool:
        return bool(_needs(environment, kinds, needs_qt) or environment.stale(kinds))

    try:
        if is_needed():
            with _alone(environment.lock.path, is_needed):
                _install(environment, kinds, needs_qt)
        if needs_qt:
            environment.stamp_qt()
    except KeyboardInterrupt:
        _end("The set-up was interrupted; the next start goes on with it.", 130)
    except WorldError as failure:
        _end(str(failure), 1)
    except OSError as error:
        place = error.filename or environment.folder
        _end(f"kmonitor cannot be set up: {place}: {error.strerror or error}.", 1)


def say(text: str) -> None:
    """Tell the person what goes on; stdout stays free for what the program prints."""
    print(text, file=sys.stderr, flush=True)


def _end(sentence: str, status: int) -> NoReturn:
    say(sentence)
    sys.exit(status)


def _needs(environment: Environment, kinds: list[str], needs_qt: bool) -> list[Need]:
    needs = []
    if "runtime" in environment.stale(kinds) and importlib.util.find_spec("ensurepip") is None:
        needs.append(ENSUREPIP)
    if needs_qt and sys.platform.startswith("linux"):
        needs += missing_libraries(is_x11=bool(os.environ.get("DISPLAY")))
    return needs


@contextmanager
def _alone(path: str, is_needed: Callable[[], bool]) -> Iterator[None]:
    """Hold the lock alone; who must wait says so, and waits no longer than a change is needed."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if not take(file, is_shared=False, waits=False):
            say("Waiting: another start sets kmonitor up, or kmonitor is running.")
            take(file, is_shared=True, waits=True)  # a set-up ends before a program does
            if is_needed():
                take(file, is_shared=False, waits=True)
        yield
    finally:
        os.close(file)


def _install(environment: Environment, kinds: list[str], needs_qt: bool) -> None:
    if needs := _needs(environment, kinds, needs_qt):
        provide(needs, run, say)
        importlib.invalidate_caches()
        if still := _needs(environment, kinds, needs_qt):
            names = ", ".join(need.what for need in still)
            raise SetUpError(f"These are still missing after the installation: {names}.")
    if not (stale := environment.stale(kinds)):
        return
    say(f"Setting kmonitor up in {environment.folder}; this is done once and takes about a minute.")
    if "runtime" in stale:
        _make_folder(environment)
    for kind in environment.stale(kinds):
        say(f"Installing the {kind} packages.")
        _install_packages(environment, kind)
        environment.stamp(kind)
    say("The set-up is complete.")


def _make_folder(environment: Environment) -> None:
    if environment.is_running:  # cannot be cleared from inside
        run([sys.executable, "-m", "ensurepip"])
    else:
        base = getattr(sys, "_base_executable", None) or sys.executable
        run([base, "-m", "venv", "--clear", environment.folder])


def _install_packages(environment: Environment, kind: str) -> None:
    pip = [environment.python, "-m", "pip", "install", "--disable-pip-version-check"]
    try:
        run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", environment.packages(kind)])
    except SetUpError as failure:
        raise SetUpError(
            f"The {kind} packages could not be installed; is this computer online? {failure}"
        ) from failure


def run(command: Sequence[str]) -> str:
    """Run a step and return what it printed; its last complaint is the sentence when it fails."""
    lines = []
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **_QUIETLY},
        text=True,
        errors="replace",
    ) as step:
        try:
            for line in step.stdout or ():
                lines.append(line.strip())
                _show_progress(lines[-1])
        except BaseException:
            step.kill()
            raise
        finally:
            _show_progress(_WIPE)
    if step.returncode:
        who = command[2] if "-m" in command else command[0]
        raise SetUpError(f"{who} said: {_complaint(lines)}")
    return "\n".join(lines)


def _complaint(lines: Sequence[str]) -> str:
    """Return what says most: why the network failed, else the last error, else the last line."""
    said = [line for line in lines if line]
    network = [why[1].strip() for line in said if (why := _NETWORK.search(line))]
    errors = [line for line in said if line.startswith(("ERROR:", "E:", "Error:"))]
    return (network or errors or said or ["nothing"])[-1]


def _show_progress(line: str) -> None:
    """Keep the latest step of a long one in view, on a terminal only; blanks wipe it."""
    if sys.stderr.isatty() and line.startswith(_PROGRESS):
        print(f"\r{line[:_COLUMNS]:{_COLUMNS}}\r", end="", file=sys.stderr, flush=True)
