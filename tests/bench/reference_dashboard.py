"""The least dashboard of one bed: a wave, six numbers, a decoder on a thread, a durable record.

`reference_dashboard.py sweep|curve SETTLE_S MEASURE_S`; says what it takes of a core.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue
from time import time_ns

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QGridLayout, QLabel, QWidget

from tests.bench.children import start
from tests.bench.cpu_report import CpuReport
from tests.bench.oximeter import FRAME_BYTES, START_BIT

FRAME_MS = 40  # as the app's
_NUMBERS = 6
_WAVE_PX = 240
_TABLES = """
CREATE TABLE numeric (at INTEGER, metric INTEGER, number REAL, PRIMARY KEY (at, metric))
    WITHOUT ROWID;
CREATE TABLE wave (at INTEGER PRIMARY KEY, samples BLOB)
"""
Second = tuple[Sequence[int], bytes]


def decode(descriptor: int, waiting: deque[int], latest: list[int]) -> None:
    """Heights into `waiting`, the saturation into `latest`; a loop over what came, no more."""
    pending = bytearray()
    while chunk := os.read(descriptor, 4096):
        pending += chunk
        at = 0
        while at + FRAME_BYTES <= len(pending):
            if pending[at] & START_BIT:
                waiting.append(pending[at + 1])
                latest[0] = pending[at + 4]
                at += FRAME_BYTES
            else:
                at += 1
        del pending[:at]


def write(path: Path, seconds: SimpleQueue[Second]) -> None:
    """One transaction a second, synchronised in full."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(_TABLES)
        while True:
            numbers, samples = seconds.get()
            at = time_ns() // 1_000_000
            connection.execute("BEGIN")
            rows = [(at, metric, number) for metric, number in enumerate(numbers)]
            connection.executemany("INSERT INTO numeric VALUES (?, ?, ?)", rows)
            connection.execute("INSERT INTO wave VALUES (?, ?)", (at, samples))
            connection.execute("COMMIT")


class Dashboard(QWidget):
    """One wave and six labels; `push` draws what came since the last frame."""

    def __init__(self, wave: QWidget, push: Callable[[Sequence[int]], None]) -> None:
        super().__init__()
        self.waiting: deque[int] = deque()
        self.latest = [97]
        self.seconds: SimpleQueue[Second] = SimpleQueue()
        self._push = push
        self._second = bytearray()
        self._labels = [QLabel("--") for _ in range(_NUMBERS)]
        grid = QGridLayout(self)
        wave.setFixedHeight(_WAVE_PX)
        grid.addWidget(wave, 0, 0, 1, _NUMBERS)
        for column, label in enumerate(self._labels):
            label.setFont(QFont(label.font().family(), 60))
            label.setFixedWidth(200)
            grid.addWidget(label, 1, column)

    def frame(self) -> None:
        """Draw the samples that wait."""
        samples = [self.waiting.popleft() for _ in range(len(self.waiting))]
        self._second += bytes(samples)
        if samples:
            self._push(samples)

    def second(self) -> None:
        """Show the numbers and hand the second to the record."""
        numbers = [self.latest[0] + column for column in range(_NUMBERS)]
        for label, number in zip(self._labels, numbers, strict=True):
            label.setText(str(number))
        self.seconds.put((numbers, bytes(self._second)))
        self._second.clear()


def make_wave(kind: str) -> tuple[QWidget, Callable[[Sequence[int]], None]]:
    """The least sweep, or a plot curve; the second is imported only where it is asked for."""
    if kind == "sweep":
        from tests.bench.reference_sweep import ReferenceSweep

        sweep = ReferenceSweep()
        return sweep, sweep.push
    from tests.bench.reference_curves import FixedCurve

    curve = FixedCurve()
    return curve.widget, curve.push


def run(kind: str, report: CpuReport) -> None:
    """Show it and never return."""
    app = QApplication([])
    board = Dashboard(*make_wave(kind))
    oximeter = start("oximeter.py", env=os.environ)
    assert oximeter.stdout is not None
    reading = (oximeter.stdout.fileno(), board.waiting, board.latest)
    threading.Thread(target=decode, args=reading, daemon=True).start()
    record = Path(tempfile.mkdtemp(dir=os.environ["XDG_DATA_HOME"])) / "reference.db"
    threading.Thread(target=write, args=(record, board.seconds), daemon=True).start()

    def frame() -> None:
        report.frames += 1
        board.frame()

    frames, seconds = QTimer(board), QTimer(board)
    frames.setTimerType(Qt.TimerType.PreciseTimer)
    frames.timeout.connect(frame)
    seconds.timeout.connect(board.second)
    board.showMaximized()
    frames.start(FRAME_MS)
    seconds.start(1000)
    report.start()
    app.exec()


if __name__ == "__main__":
    run(sys.argv[1], CpuReport(settle_s=float(sys.argv[2]), measure_s=float(sys.argv[3])))
