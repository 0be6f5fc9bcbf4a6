"""The demonstration as it is, at the patient's own speed; says what it takes of a core.

Its simulated monitors are another process, their ports real pseudo-terminals, its record a file.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import main
from kmonitor.metrics import Metric
from tests.bench.cpu_report import CpuReport


def count_frames(report: CpuReport) -> None:
    """Count the frames of the app's window that show a live session."""
    import_module("devices.hub")
    import_module("kmonitor.store.writer")  # the app's order: before Qt
    import ui.shell

    class CountedShell(ui.shell.Shell):
        def __init__(self, *things: Any, **named: Any) -> None:
            super().__init__(*things, **named)
            self.framed.connect(self._count)

        def _count(self) -> None:
            if self.session is not None and Metric.SPO2 in self.session.numerics:
                report.frames += 1

    ui.shell.Shell = CountedShell  # type: ignore[misc]


if __name__ == "__main__":
    settle_s, measure_s = float(sys.argv[1]), float(sys.argv[2])
    sys.argv = ["main.py", "--demo", "--seconds", str(settle_s + measure_s + 60)]
    report = CpuReport(settle_s=settle_s, measure_s=measure_s)
    count_frames(report)
    report.start()
    sys.exit(main.main())
