"""The app in a session on simulated monitors; says what it takes of a core.

The monitors are another process, their ports real pseudo-terminals, the record a file. It is
`main.py` as a person starts it, with the set-up page confirmed by us.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from importlib import import_module
from typing import Any

import main
from kmonitor.metrics import Metric
from kmonitor.ports import Simulator
from tests.bench.app_to_numbers import confirm
from tests.bench.cpu_report import CpuReport


def simulate() -> Simulator:
    """An oximeter of 60 Hz, and a monitor with a cuff and a pleth of 100 Hz."""
    import devices.hub

    return devices.hub.DeviceHub().simulate(
        ("contec-v7", "line"), scenario="hypertension", seed=7, speed=1.0, patient_kg=Decimal(82)
    )


def meddle(simulator: Simulator, report: CpuReport) -> None:
    """Confirm the set-up page, and count the frames that show live numbers."""
    import_module("kmonitor.store.writer")  # the app's order: before Qt
    import ui.shell

    class CountedShell(ui.shell.Shell):
        def __init__(self, *things: Any, **named: Any) -> None:
            super().__init__(*things, **named)
            self.framed.connect(self._count)

        def showMaximized(self) -> None:
            confirm(self, tuple(simulator.addresses))
            super().showMaximized()

        def _count(self) -> None:
            if self.session is not None and Metric.SPO2 in self.session.numerics:
                report.frames += 1

    ui.shell.Shell = CountedShell  # type: ignore[misc]


if __name__ == "__main__":
    report = CpuReport(settle_s=float(sys.argv[1]), measure_s=float(sys.argv[2]))
    sys.argv = ["main.py", "--unsupervised"]
    meddle(simulate(), report)
    report.start()
    sys.exit(main.main())
