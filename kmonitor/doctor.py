"""What `doctor` finds out about this computer; one line a check, and how to mend it."""

from __future__ import annotations

import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from importlib import metadata
from pathlib import Path
from queue import Empty, SimpleQueue
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kmonitor.clock import SystemClock, monotonic_s
from kmonitor.hold_off import try_to_hold_off
from kmonitor.one_voice import OwnVoice, device_voice
from kmonitor.ports import SoundState
from kmonitor.power import level_of, read_battery
from kmonitor.sound_words import sound_words
from kmonitor.this_computer import (
    LOW_DISK_BYTES,
    Question,
    clock_synchronised,
    free_bytes,
    restart_pending,
    size_words,
    time_zone,
)
from kmonitor.version import version

ANSWERS_WITHIN_S = 10.0
SYNCS = 20
_SYNC_BYTES = 4096
_ALONE = "disk time"
SLOW_SYNC_S, HOPELESS_SYNC_S = 0.05, 0.5
_SOUND_WITHIN_S = 2.0
_CHILD_WITHIN_S = 8.0
_HOLDS_OFF_WITHIN_S = 5.0
_FORBIDDEN_QT = "6.12."  # aborts under Python 3.11
_PACKAGES = (
    *("PySide6", "pyqtgraph", "numpy", "serial", "click", "sqlite_utils", "sqlcipher3", "argon2"),
    *("cryptography", "psutil", "wakepy", "miniaudio", "platformdirs", "tomlkit"),
)


class Verdict(StrEnum):
    """Whether a check is good, worth a look, or keeps the program from its work."""

    OK = "ok"
    LOOK = "look"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One finding; it holds nothing of a patient, as a support person reads it."""

    name: str
    verdict: Verdict
    found: str
    mend: str = ""


Look = Callable[[], Iterable[Check]]


def ok(name: str, found: str) -> Check:
    """A good one."""
    return Check(name=name, verdict=Verdict.OK, found=found)


def look(name: str, found: str, mend: str = "") -> Check:
    """One that a person should see."""
    return Check(name=name, verdict=Verdict.LOOK, found=found, mend=mend)


def wrong(name: str, found: str, mend: str) -> Check:
    """One that has to be mended."""
    return Check(name=name, verdict=Verdict.WRONG, found=found, mend=mend)


def examined(
    looks: Iterable[tuple[str, Look]], within_s: float = ANSWERS_WITHIN_S
) -> Iterator[Check]:
    """All findings in order; the looks go on side by side, and none of them can stop the rest.

    The disk is timed before the others begin, as they would be in its way.
    """
    asked: dict[str, Question[tuple[Check, ...]]] = {}
    listed = list(looks)
    for name, each in sorted(listed, key=lambda one: one[0] != _ALONE):
        asked[name] = Question(partial(_all_of, each))
        if name == _ALONE:
            asked[name].answer(within_s)
    end_s = monotonic_s() + within_s
    for name, _ in listed:
        found = asked[name].answer(max(0.0, end_s - monotonic_s()))
        yield from found if found is not None else (look(name, "not known: it did not answer"),)


def _all_of(find: Look) -> tuple[Check, ...]:
    return tuple(find())


def computer_looks(record: Path) -> tuple[tuple[str, Look], ...]:
    """Every look at the computer itself; `record` tells the disk that is meant."""
    return (
        ("versions", versions),
        ("environment", environment),
        ("display", lambda: display(sys.platform)),
        ("sound", sound),
        ("disk", lambda: disk(record)),
        ("disk time", lambda: disk_time(record)),
        ("clock", clock),
        ("time zone", zone),
        ("sleep", sleep),
        ("power", power),
        ("restart", restart),
        ("supervisor", child_process),
    )


def versions() -> Iterator[Check]:
    """Of Python, of Qt and of ourselves; one pair of them cannot run."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield ok("kmonitor", version())
    yield ok("Python", python)
    yield from qt_version(sys.version_info[:2], _version_of("PySide6-Essentials"))


def qt_version(python: tuple[int, ...], qt: str | None) -> Iterator[Check]:
    """Whether this Qt runs under this Python."""
    if qt is None:
        yield wrong("Qt", "PySide6 is not installed", "Run `python main.py` once from a checkout.")
    elif qt.startswith(_FORBIDDEN_QT) and python == (3, 11):
        yield wrong(
            "Qt",
            f"PySide6 {qt} aborts under Python 3.11",
            "Install PySide6-Essentials below 6.12, or use Python 3.12 or newer.",
        )
    else:
        yield ok("Qt", f"PySide6 {qt}")


def environment() -> Iterator[Check]:
    """Where the packages come from, and whether all are there."""
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if missing == ["miniaudio"]:
        yield look("environment", "the sound library is missing", "There is no alarm sound here.")
    elif missing:
        yield wrong(
            "environment",
            f"packages are missing: {', '.join(missing)}",
            "Run `python main.py` once from a checkout, or install kmonitor again.",
        )
    else:
        yield ok("environment", f"complete, in {sys.prefix}")


def display(platform: str) -> Iterator[Check]:
    """Whether a window could be shown."""
    if platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        yield look(
            "display",
            "there is none",
            "Sign in at the screen; without one only `--demo` and the other words run.",
        )
    else:
        yield ok("display", "there is one")


def sound(make: Callable[[], OwnVoice] = device_voice) -> Iterator[Check]:
    """Opens the sound device on silence, as the program does."""
    state = _told_by(make())
    said = sound_words(state)
    if not said.is_loud:
        yield ok("sound", f"{said.headline}. {said.meaning}")
    elif state is None or not state.is_there:
        mend = "Plug in a loudspeaker and choose it in the system's sound settings."
        yield look("sound", "NO ALARM SOUND: no sound device takes our sound", mend)
    else:
        yield look("sound", said.headline, said.meaning)


def _told_by(voice: OwnVoice) -> SoundState | None:
    """How the device stands; the system's own word on its volume may come a moment later."""
    told: SimpleQueue[SoundState] = SimpleQueue()
    state = None
    voice.attend(told.put)
    try:
        end_s = monotonic_s() + _SOUND_WITHIN_S
        while state is None or state.volume_pct is None:
            state = told.get(timeout=max(0.0, end_s - monotonic_s()))
    except Empty:
        pass  # what it told last holds
    finally:
        voice.close()
    return state


def disk(record: Path) -> Iterator[Check]:
    """What is free where the record lies."""
    free = free_bytes(record)
    if free is None:
        yield look("disk", "not known")
    elif free < LOW_DISK_BYTES:
        yield wrong("disk", f"only {size_words(free)} are free", "Remove what is not needed there.")
    else:
        yield ok("disk", f"{size_words(free)} are free")


def disk_time(record: Path) -> Iterator[Check]:
    """How long the disk takes to have something for sure."""
    folder = next((each for each in record.absolute().parents if each.is_dir()), None)
    try:
        yield judged_sync(statistics.median(sync_times(folder or Path.cwd())))
    except OSError as error:
        reason = (error.strerror or "it cannot be written").lower()
        yield wrong(
            "disk time",
            f"the record's folder cannot be written: {reason}",
            "Give this user the right to write there, or choose another folder with --db.",
        )


def judged_sync(median_s: float) -> Check:
    """Whether a record can be kept on such a disk."""
    found = f"4 KiB are safe after {median_s * 1000:.2f} ms (median of {SYNCS})"
    mend = "Keep the record on a disk inside this computer, not on a network or a stick."
    if median_s >= HOPELESS_SYNC_S:
        return wrong("disk time", found, mend)
    return (
        look("disk time", f"slow: {found}", mend)
        if median_s >= SLOW_SYNC_S
        else ok("disk time", found)
    )


def sync_times(folder: Path) -> list[float]:
    """The real seconds of writing and syncing 4 KiB, some times over; leaves nothing behind."""
    taken = []
    sync = getattr(os, "fdatasync", os.fsync)
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(SYNCS):
            began_s = monotonic_s()
            file.write(os.urandom(_SYNC_BYTES))
            file.flush()
            sync(file.fileno())
            taken.append(monotonic_s() - began_s)
    return taken


def clock() -> Iterator[Check]:
    """Whether a time service keeps UTC right."""
    is_synchronised = clock_synchronised()
    if is_synchronised is None:
        yield look("clock", "not known whether a time service keeps it right")
    elif is_synchronised:
        yield ok("clock", "a time service keeps UTC right")
    else:
        yield look("clock", "no time service keeps it right", "Turn on the system's network time.")


def zone() -> Iterator[Check]:
    """Whether the zone of this computer is known by its name."""
    name = time_zone()
    if name is None:
        yield look("time zone", "it has no name here", "Set the time zone in the system settings.")
    elif sys.platform == "win32" or _is_known(name):
        yield ok("time zone", name)
    else:
        yield look("time zone", f"{name} is not known here", "Install the package tzdata.")


def sleep() -> Iterator[Check]:
    """Whether a session could hold off sleep and screen lock; tries it for a moment."""
    answer = try_to_hold_off(SystemClock(), _HOLDS_OFF_WITHIN_S)
    if answer is None:
        yield look("sleep", "the desktop does not answer")
    elif answer.is_held:
        yield ok("sleep", "sleep, blanking and screen lock can be held off")
    else:
        yield look("sleep", answer.detail, "Turn sleep and screen lock off in the system settings.")


def power() -> Iterator[Check]:
    """What feeds this computer now."""
    reading = read_battery()
    if reading is None:
        yield ok("power", "no battery")
        return
    level = level_of(reading)
    rest = "" if reading.pct is None else f", {reading.pct} %"
    if reading.is_on_mains:
        yield ok("power", f"mains{rest}")
    else:
        yield look("power", f"{level.value}{rest}", "Plug in the mains.")


def restart() -> Iterator[Check]:
    """Whether an update waits for a restart."""
    is_pending = restart_pending()
    if is_pending:
        yield look("restart", "an update waits for a restart", "Restart before the next session.")
    else:
        yield ok("restart", "none waits" if is_pending is False else "not known of this system")


def child_process() -> Iterator[Check]:
    """Whether the supervisor could start the program again."""
    began_s = monotonic_s()
    try:
        done = subprocess.run(
            [sys.executable, "-c", "print('here')"],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_CHILD_WITHIN_S,
        )
    except (OSError, subprocess.SubprocessError):
        done = None
    if done is not None and done.stdout.strip() == b"here":
        yield ok("supervisor", f"a process starts in {monotonic_s() - began_s:.2f} s")
    else:
        yield wrong(
            "supervisor",
            "the program cannot start a process of its own",
            "Ask whoever looks after this computer what forbids it.",
        )


def _version_of(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
