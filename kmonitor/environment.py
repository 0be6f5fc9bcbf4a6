"""The folder with the packages, and the stamps that say what it holds; standard library only.

Every start reads this, so it imports nothing that takes time.
"""

import os
import sys

from kmonitor.environment_lock import EnvironmentLock

_LOCKS = {"runtime": "requirements.lock", "test": "requirements-test.lock"}


class Environment:
    """`.venv` beside the checkout, or the folder that KMONITOR_VENV names."""

    def __init__(self, checkout: str) -> None:
        named = os.environ.get("KMONITOR_VENV") or os.path.join(checkout, ".venv")
        self.folder = os.path.abspath(named)
        self.is_running = os.path.realpath(sys.prefix) == os.path.realpath(self.folder)
        inside = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
        own = os.path.join(self.folder, *inside)
        self.python = sys.executable if self.is_running else own
        self.lock = EnvironmentLock(self.folder)
        self._checkout = checkout

    def is_complete(self, kinds: list[str], needs_qt: bool) -> bool:
        """Say whether the packages of these kinds, and what Qt loads, were found or installed."""
        return not self.stale(kinds) and not (needs_qt and self.is_qt_unsure())

    def stale(self, kinds: list[str]) -> list[str]:
        """Return the kinds whose lock is not what was installed, or for another interpreter."""
        if not os.path.exists(self.python):
            return kinds
        return [kind for kind in kinds if _read(self._stamp(kind)) != self._wanted(kind)]

    def packages(self, kind: str) -> str:
        """Return the file that lists the packages of this kind with their hashes."""
        return os.path.join(self._checkout, _LOCKS[kind])

    def stamp(self, kind: str) -> None:
        """Note, as the last step, that everything in the lock is installed."""
        with open(self._stamp(kind), "wb") as file:
            file.write(self._wanted(kind))

    def is_qt_unsure(self) -> bool:
        """Say whether Qt's system libraries have not been found yet, for this kind of display."""
        return sys.platform.startswith("linux") and _read(self._stamp("libraries")) != _display()

    def stamp_qt(self) -> None:
        """Note that Qt's system libraries are there; without the note they are looked for again."""
        try:
            with open(self._stamp("libraries"), "wb") as file:
                file.write(_display())
        except OSError:
            return

    def _stamp(self, kind: str) -> str:
        return os.path.join(self.folder, f"kmonitor-{kind}.stamp")

    def _wanted(self, kind: str) -> bytes:
        # The whole lock, not its hash: as strict, and loading OpenSSL would cost 4 ms each start.
        return sys.version.encode() + b"\n" + (_read(self.packages(kind)) or b"")


def _display() -> bytes:
    return b"X11" if os.environ.get("DISPLAY") else b"no X11"


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None
