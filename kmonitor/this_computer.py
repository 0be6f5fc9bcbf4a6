"""What this computer itself must have right: restarts, disk, clock, zone; None is not known."""

from __future__ import annotations

import ctypes
import logging
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from kmonitor.clock import monotonic_s

LOW_DISK_BYTES = 2_000_000_000
NOTES_WITHIN_S = 1.5
CLOCK_WITHIN_S = 1.0
_RESTART_FILES = ("run/reboot-required", "var/run/reboot-required")
_WRITES_THEM = "etc/debian_version"  # Debian, and the systems made from it
_RESTART_KEYS = (
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired",
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending",
)
_ADJTIMEX_BYTES = 512  # more than the system's structure has on any machine
_NOT_SYNCHRONISED = 5  # TIME_ERROR
_LEAP = re.compile(r":\s*([0-3])\s*\(")  # the first line of w32tm, in every language
_LEAP_UNSYNCHRONISED = "3"
_T = TypeVar("_T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputerNote:
    """What a person must know of this computer; a loud one before they begin a session."""

    words: str
    is_loud: bool


class Question(Generic[_T]):
    """A look at the system on a thread of its own, since a disk or a service may stand still."""

    def __init__(self, look: Callable[[], _T]) -> None:
        self._answer: Future[_T | None] = Future()
        threading.Thread(target=self._run, args=(look,), name="this computer", daemon=True).start()

    def answer(self, within_s: float) -> _T | None:
        """What was seen; None where the look failed or still goes on."""
        try:
            return self._answer.result(within_s)
        except TimeoutError:
            return None

    def _run(self, look: Callable[[], _T]) -> None:
        try:
            self._answer.set_result(look())
        except Exception as failure:  # the top of this thread: what fails is not known
            log.info("a look at this computer failed: %s", type(failure).__name__)
            self._answer.set_result(None)


def start_notes(record: Path) -> tuple[ComputerNote, ...]:
    """What needs a person, the loud first; what is not known is left out. At most two seconds."""
    pending, free = Question(restart_pending), Question(lambda: free_bytes(record))
    synchronised = Question(clock_synchronised)
    end_s = monotonic_s() + NOTES_WITHIN_S

    def left_s() -> float:
        return max(0.0, end_s - monotonic_s())

    return notes_for(
        is_restart_pending=pending.answer(left_s()),
        free=free.answer(left_s()),
        is_synchronised=synchronised.answer(left_s()),
    )


def notes_for(
    *, is_restart_pending: bool | None, free: int | None, is_synchronised: bool | None
) -> tuple[ComputerNote, ...]:
    """The notes for what was found."""
    notes = []
    if is_restart_pending:
        words = "This computer waits for a restart after an update: restart it before a session."
        notes.append(ComputerNote(words=words, is_loud=True))
    if free is not None and free < LOW_DISK_BYTES:
        words = f"Only {size_words(free)} are free on the record's disk: make room."
        notes.append(ComputerNote(words=words, is_loud=True))
    if is_synchronised is False:
        words = "This computer's clock is not synchronised: check the time shown."
        notes.append(ComputerNote(words=words, is_loud=False))
    return tuple(notes)


def restart_pending(root: Path = Path("/"), platform: str = sys.platform) -> bool | None:
    """Whether an update waits for a restart of the operating system; None on macOS and others."""
    if platform == "win32":
        return any(has_registry_key(key) for key in _RESTART_KEYS)
    if platform != "linux":
        return None
    if any((root / name).exists() for name in _RESTART_FILES):
        return True
    return False if (root / _WRITES_THEM).exists() else None


def has_registry_key(name: str) -> bool:
    """Whether HKEY_LOCAL_MACHINE has a key of that name."""
    if sys.platform == "win32":
        import winreg

        try:
            winreg.CloseKey(winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, name))
        except OSError:
            return False
        return True
    return False


def free_bytes(path: Path) -> int | None:
    """What is free on the disk where `path` is or would be made."""
    for place in (path, *path.absolute().parents):
        if place.exists():
            return shutil.disk_usage(place).free
    return None


def clock_synchronised() -> bool | None:
    """Whether UTC is kept right by a time service, as the system itself judges it."""
    if sys.platform == "win32":
        return synchronised_by_w32tm(_output("w32tm", "/query", "/status"))
    if sys.platform != "linux":
        return None
    said = _output("timedatectl", "show", "--property=NTPSynchronized", "--value").strip()
    if said in ("yes", "no"):
        return said == "yes"
    return _synchronised_by_kernel()


def synchronised_by_w32tm(said: str) -> bool | None:
    """Read the answer of Windows' time service; its words depend on the language, its code not."""
    found = _LEAP.search(said.partition("\n")[0])
    return None if found is None else found[1] != _LEAP_UNSYNCHRONISED


def _synchronised_by_kernel() -> bool | None:
    """Asks only: the first field, which says what to set, is zero."""
    asking = getattr(ctypes.CDLL(None), "adjtimex", None)
    if asking is None:
        return None
    state = asking(ctypes.byref(ctypes.create_string_buffer(_ADJTIMEX_BYTES)))
    return None if state < 0 else state != _NOT_SYNCHRONISED


def time_zone() -> str | None:
    """The IANA name of this computer's zone; None where it cannot be told."""
    named = os.environ.get("TZ", "").removeprefix(":")
    if "/" in named or named == "UTC":
        return named
    if sys.platform == "win32":
        return _output("tzutil", "/g").strip() or None
    return os.path.realpath("/etc/localtime").partition("zoneinfo/")[2] or None


def size_words(count: int) -> str:
    """A size for people, in whole megabytes or in gigabytes."""
    if count < 1_000_000_000:
        return f"{count // 1_000_000} MB"
    return f"{count // 100_000_000 / 10:.1f} GB"


def _output(*command: str) -> str:
    """What a program of the system prints; empty where it is missing, fails or takes too long."""
    found = shutil.which(command[0])
    if found is None:
        return ""
    try:
        done = subprocess.run(
            [found, *command[1:]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=CLOCK_WITHIN_S,
            check=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode(errors="replace")
