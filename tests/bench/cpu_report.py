"""Says how much of one core this whole process, all threads, takes in real time, and ends it."""

from __future__ import annotations

import json
import os
import threading
from time import perf_counter, process_time, sleep


class CpuReport:
    """A thread that only waits; `frames` is counted up by whoever draws."""

    def __init__(self, *, settle_s: float, measure_s: float) -> None:
        self.frames = 0
        self._settle_s = settle_s
        self._measure_s = measure_s

    def start(self) -> None:
        """Begin to wait."""
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        sleep(self._settle_s)
        frames, cpu_s, wall_s = self.frames, process_time(), perf_counter()
        sleep(self._measure_s)
        taken_s = perf_counter() - wall_s
        found = {
            "core_pct": (process_time() - cpu_s) / taken_s * 100,
            "frames_per_s": (self.frames - frames) / taken_s,
        }
        os.write(1, f"{json.dumps(found)}\n".encode())
        os._exit(0)
