"""A supervised demonstration in a folder of its own, and what its record says afterwards.

As a program it is the same demonstration, whose app hangs when it hears SIGUSR1 (its event loop)
or SIGUSR2 (the interpreter itself, as a C call that keeps the GIL).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import psutil

CHECKOUT = Path(__file__).resolve().parents[2]
HANGS_S = 12
HIDDEN = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def wait_until(is_so: Callable[[], object], within_s: float = 60) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)  # looking into the record costs the app its processor


class SupervisedDemo:
    """A running `--demo`; `lines` holds what it said on stderr, each with its real second."""

    def __init__(self, folder: Path, program: Path, *, speed: int) -> None:
        kept = {name: text for name, text in os.environ.items() if name not in HIDDEN}
        self.folder = folder
        self.speed = speed
        self.lines: list[tuple[float, str]] = []
        self.parent = subprocess.Popen(
            [sys.executable, str(program), "--demo", f"--speed={speed}", "--seconds=600"],
            cwd=folder,
            env=kept | {"TMPDIR": str(folder), "KMONITOR_SETUP": "off"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._hearer = threading.Thread(target=self._hear, daemon=True)
        self._hearer.start()

    def _hear(self) -> None:
        assert self.parent.stderr is not None
        for line in self.parent.stderr:
            self.lines.append((time.monotonic(), line.strip()))

    def family(self) -> list[psutil.Process]:
        """Everything that the supervisor has started and that lives."""
        return psutil.Process(self.parent.pid).children(recursive=True)

    def app(self) -> psutil.Process:
        """The app of now: the one that writes the record, not the one that is kept in reserve."""
        found: list[psutil.Process] = []

        def is_found() -> bool:
            for child in self.family():
                with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                    if str(self.record) in {file.path for file in child.open_files()}:
                        found.append(child)
            return bool(found)

        wait_until(is_found)
        return found[0]

    @property
    def record(self) -> Path:
        """The record, as soon as there is one."""
        return next(iter(self.folder.glob("kmonitor-demo-*/record.db")), self.folder / "none")

    def rows(self, kind: str) -> list[object]:
        """All rows of a kind of all sessions, read while the app writes."""
        from kmonitor.store.reader import RecordReader

        if not self.record.exists():
            return []
        reader = RecordReader(self.record)
        return [
            row
            for session in reader.sessions()
            for _, row in reader.rows(session.session_id)
            if type(row).__name__ == kind
        ]

    def wait_for_rows(self, kind: str, number: int = 1) -> None:
        """Until so many are on disk."""
        from kmonitor.errors import StoreError

        def are_there() -> bool:
            try:
                return len(self.rows(kind)) >= number
            except StoreError:  # it is just being made
                return False

        try:
            wait_until(are_there)
        except AssertionError as error:
            raise AssertionError(f"no {kind} {number}: {self.lines}") from error

    def kill(self) -> float:
        """End the app as nothing can be prepared for; when, in real seconds."""
        app = self.app()
        app.kill()
        at_s = time.monotonic()
        wait_until(lambda: not app.is_running() or app.status() == psutil.STATUS_ZOMBIE)
        return at_s

    def hang(self, number: int) -> float:
        """Let the app hang; when, in real seconds."""
        self.app().send_signal(number)
        return time.monotonic()

    def lost_s(self, place: int) -> float:
        """When the supervisor said, and sounded, that the app is lost."""

        def said() -> list[float]:
            return [at_s for at_s, line in self.lines if line.startswith("kmonitor was lost")]

        wait_until(lambda: len(said()) > place)
        return said()[place]

    def end(self) -> str:
        """Ask it to close; returns what it printed. Nothing it started may be left."""
        family = self.family()
        self.parent.send_signal(signal.SIGTERM)
        out, _ = self.parent.communicate(timeout=40)
        self._hearer.join(5)
        wait_until(lambda: not any(child.is_running() for child in family), within_s=10)
        return out

    def abandon(self) -> None:
        """Whatever happened, leave nothing running."""
        family = self.family() if self.parent.poll() is None else []
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.parent.kill()
        self.parent.communicate()


def truth_mg(demo: SupervisedDemo, session_id: str) -> Decimal:
    """What the simulated pump gave: it ran on at its rate, whether anybody looked or not."""
    from kmonitor.events import InfusionStarted, SessionOpened
    from kmonitor.store.reader import RecordReader

    rows = [row for _, row in RecordReader(demo.record).rows(session_id)]
    (opened,) = (row for row in rows if isinstance(row, SessionOpened))
    (started,) = (row for row in rows if isinstance(row, InfusionStarted))
    plan = opened.plan
    assert plan is not None
    seconds = Decimal(rows[-1].at.mono_ns - started.effective.mono_ns) / 10**9
    given_mg = plan.rate_ml_per_h * plan.concentration_mg_per_ml * seconds / 3600
    return min(given_mg, plan.ordered_mg)


def _hang_loop(_number: int, _frame: object) -> None:
    time.sleep(HANGS_S)


def _hold_interpreter(_number: int, _frame: object) -> None:
    import ctypes

    ctypes.PyDLL(None).sleep(HANGS_S)


def main() -> int:
    """The program with a weakness, for the tests of hanging."""
    sys.path.insert(0, str(CHECKOUT))
    import main as program

    arguments = sys.argv[1:]
    if "--supervised" in arguments:
        signal.signal(signal.SIGUSR1, _hang_loop)
        signal.signal(signal.SIGUSR2, _hold_interpreter)
        return int(program.main())
    from devices.simulator.kept import SERVICE, KeptSimulator
    from kmonitor.supervisor import supervise

    return supervise(arguments, __file__, {SERVICE: KeptSimulator()}, "ui.last_message")


if __name__ == "__main__":
    sys.exit(main())
