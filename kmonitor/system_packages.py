"""What the operating system must add before Python's packages can work; standard library only."""

import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from kmonitor.errors import WorldError


class SetUpError(WorldError):
    """The environment could not be made; the text is the sentence for the person."""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to find, why, and the packages that bring it; apt's names are alternatives."""

    what: str
    reason: str
    apt: tuple[str, ...]
    dnf: str
    pacman: str


_VENV = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
ENSUREPIP = Need(
    "ensurepip",
    "Python installs packages with it",
    (_VENV, "python3-venv"),
    "python3-libs",
    "python",
)

_BASE = (
    ("libglib-2.0.so.0", "every part of Qt", "libglib2.0-0", "glib2", "glib2"),
    ("libGL.so.1", "Qt draws with it", "libgl1", "libglvnd-glx", "libglvnd"),
    ("libEGL.so.1", "Qt draws with it", "libegl1", "libglvnd-egl", "libglvnd"),
    ("libdbus-1.so.3", "Qt speaks to the desktop", "libdbus-1-3", "dbus-libs", "dbus"),
    ("libfontconfig.so.1", "text", "libfontconfig1", "fontconfig", "fontconfig"),
    ("libxkbcommon.so.0", "the keyboard", "libxkbcommon0", "libxkbcommon", "libxkbcommon"),
)
_X11 = (
    ("libxcb-cursor.so.0", "the pointer", "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    ("libxcb-icccm.so.4", "the window", "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    ("libxcb-image.so.0", "the window", "libxcb-image0", "xcb-util-image", "xcb-util-image"),
    ("libxcb-keysyms.so.1", "keys", "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    (
        "libxcb-render-util.so.0",
        "the window",
        "libxcb-render-util0",
        "xcb-util-renderutil",
        "xcb-util-renderutil",
    ),
    ("libxcb-shape.so.0", "the window", "libxcb-shape0", "libxcb", "libxcb"),
    ("libxcb-xkb.so.1", "the keyboard", "libxcb-xkb1", "libxcb", "libxcb"),
    (
        "libxkbcommon-x11.so.0",
        "the keyboard",
        "libxkbcommon-x11-0",
        "libxkbcommon-x11",
        "libxkbcommon-x11",
    ),
)

Run = Callable[[Sequence[str]], str]
Say = Callable[[str], None]


def missing_libraries(*, is_x11: bool) -> list[Need]:
    """Try to load what Qt loads; a missing one would abort the program without an exception."""
    wanted = _BASE + _X11 if is_x11 else _BASE
    return [
        Need(soname, reason, (apt, f"{apt}t64"), dnf, pacman)
        for soname, reason, apt, dnf, pacman in wanted
        if not _loads(soname)
    ]


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def provide(needs: Sequence[Need], run: Run, say: Say) -> None:
    """Install as root with apt; everybody else is told what to install."""
    say("Missing on this computer: " + ", ".join(f"{n.what} ({n.reason})" for n in needs) + ".")
    if shutil.which("apt-get"):
        _provide_with_apt(needs, run, say)
    elif shutil.which("dnf"):
        _ask_for("sudo dnf install " + _joined(need.dnf for need in needs))
    elif shutil.which("pacman"):
        _ask_for("sudo pacman -S --needed " + _joined(need.pacman for need in needs))
    else:
        raise SetUpError(
            "Install what is missing with this system's package manager, then start again."
        )


def _provide_with_apt(needs: Sequence[Need], run: Run, say: Say) -> None:
    install = ["apt-get", "install", "-y", "--no-install-recommends"]
    if not (hasattr(os, "geteuid") and os.geteuid() == 0):
        _ask_for("sudo apt-get update && sudo " + " ".join(install + _apt_names(needs, run)))
    say("Installing them with apt-get.")
    trouble = ""
    try:
        run(["apt-get", "update"])
    except SetUpError as failure:  # an old list may still do
        trouble = f" ({failure})"
    command = install + _apt_names(needs, run)
    try:
        run(command)
    except SetUpError as failure:
        raise SetUpError(
            f"`{' '.join(command)}` failed: {failure}{trouble}; run it by hand, then start again."
        ) from failure


def _apt_names(needs: Sequence[Need], run: Run) -> list[str]:
    names = (
        next((name for name in need.apt if _is_known_to_apt(name, run)), need.apt[0])
        for need in needs
    )
    return list(dict.fromkeys(names))


def _is_known_to_apt(name: str, run: Run) -> bool:
    said = run(["apt-cache", "policy", name])
    return "Candidate:" in said and "Candidate: (none)" not in said


def _joined(names: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(names))


def _ask_for(command: str) -> NoReturn:
    raise SetUpError(f"Install what is missing with this command, then start again: {command}")
