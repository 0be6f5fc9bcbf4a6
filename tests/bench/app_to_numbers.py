"""The app itself up to the first painted number; says what that took and ends.

It is `main.py` as after the set-up's hand-over, with two things of ours: the monitor, which sends
as soon as it is asked, and the hand, which confirms a set-up page as soon as the window is there.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

import main

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from kmonitor.clock import Clock
    from kmonitor.ports import Inbox, Tap
    from kmonitor.vitals import Mode
    from ui.bedside.numerics import NumericWidget
    from ui.shell import Shell

ADDRESS = "bench:contec-v7"


class PromptLink:
    """A monitor that is there at once: SpO2, pulse and a quarter of a second of pleth."""

    name = ADDRESS

    def __init__(self, clock: Clock, inbox: Inbox) -> None:
        from kmonitor.vitals import Mode

        self._clock, self._inbox = clock, inbox
        self.mode: Mode = Mode.SIMULATED

    def start(self) -> None:
        """Send what a monitor sends in its first quarter of a second."""
        from kmonitor.events import LinkChanged, LinkState, ReadingArrived, WaveArrived
        from kmonitor.metrics import Metric
        from kmonitor.vitals import NumericReading, Validity, WaveBlock

        now = self._clock.now()
        live = LinkChanged(
            at=now, link=ADDRESS, protocol="contec-v7", state=LinkState.LIVE, mode=self.mode
        )
        self._inbox.put(live)
        for metric, number in ((Metric.SPO2, 97.0), (Metric.PULSE_RATE, 66.0)):
            reading = NumericReading(
                received=now,
                metric=metric,
                value=number,
                validity=Validity.VALID,
                reason=None,
                mode=self.mode,
            )
            self._inbox.put(ReadingArrived(at=now, link=ADDRESS, reading=reading))
        block = WaveBlock(
            received=now, metric=Metric.PLETH, rate_hz=60, samples=(64,) * 15, mode=self.mode
        )
        self._inbox.put(WaveArrived(at=now, link=ADDRESS, block=block))

    def send(self, verb: object) -> None:
        """It has nothing to start."""

    def stop(self) -> None:
        """Nothing runs."""


def meddle() -> None:
    """Put our monitor and our hand into the app's own modules, imported in the app's order."""
    import_module("kmonitor.command_line")
    import devices.hub

    import_module("kmonitor.store.writer")
    import ui.shell
    from ui.bedside.numerics import NumericWidget

    class Hub(devices.hub.DeviceHub):
        def link(  # type: ignore[override]  # in the place of a serial link
            self, address: str, *, clock: Clock, inbox: Inbox, tap: Tap | None = None
        ) -> PromptLink:
            return PromptLink(clock, inbox)

    class ConfirmedShell(ui.shell.Shell):
        def showMaximized(self) -> None:
            confirm(self)
            super().showMaximized()

    paint = NumericWidget.paintEvent

    def paint_and_look(widget: NumericWidget, event: QPaintEvent) -> None:
        paint(widget, event)
        if widget.model is not None and widget.model.text.isdigit():
            from PySide6.QtCore import QTimer

            from tests.bench.bare_window import say_and_end

            QTimer.singleShot(0, say_and_end)

    devices.hub.DeviceHub = Hub  # type: ignore[misc]
    ui.shell.Shell = ConfirmedShell  # type: ignore[misc]
    NumericWidget.paintEvent = paint_and_look  # type: ignore[assignment,method-assign]


def confirm(shell: Shell, addresses: tuple[str, ...] = (ADDRESS,)) -> None:
    """What the set-up page sends after its read-back."""
    from decimal import Decimal

    from PySide6.QtCore import QTimer

    from kmonitor.infusion import InfusionPlan
    from kmonitor.limit_sets import load_default
    from kmonitor.people import Patient
    from ui.setup.page import Confirmed

    plan = InfusionPlan(
        ordered_mg=Decimal(41),
        concentration_mg_per_ml=Decimal("0.41"),
        container_ml=Decimal(100),
        rate_ml_per_h=Decimal(150),
        duration_s=2400,
        weight_kg=Decimal(82),
        basis_weight_kg=Decimal(82),
        basis="actual",
        dose_mg_per_kg=Decimal("0.5"),
    )
    patient = Patient(label="BENCH", identifier="0", weight_kg=Decimal(82))
    confirmed = Confirmed(
        patient=patient, plan=plan, addresses=addresses, used_anyway=(),
        limits=load_default(),
    )  # fmt: skip

    def begin() -> None:
        shell.ask_to_begin = lambda then: then()  # nobody signs in
        (shell.setup or shell.show_setup()).confirmed.emit(confirmed)

    QTimer.singleShot(0, begin)


if __name__ == "__main__":
    meddle()
    sys.argv = ["main.py", "--unsupervised"]
    sys.exit(main.main())
