"""The app in one process, off screen, at a monitor that crosses a limit again and again.

Everything between the wire and person is real but the far ends: a pseudo-serial port, a screen
that is not shown, and a sound device that nobody hears. Says all moments as one object.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QApplication

from devices.hub import DeviceHub
from devices.protocols.line import LineEncoder
from kmonitor.alarms.audio import AlarmSound
from kmonitor.alarms.conditions import AlarmPhase, AlarmTransition, Condition
from kmonitor.alarms.tones import RATE_HZ, Pcm
from kmonitor.clock import NS_PER_S, SystemClock, boot_ns
from kmonitor.effects import PersistRow
from kmonitor.events import AlarmAcknowledged
from kmonitor.infusion import InfusionPlan
from kmonitor.keeping import NoKeeper
from kmonitor.limit_sets import load_default
from kmonitor.people import DEMONSTRATION_NURSE, Patient
from kmonitor.session_state import Session
from kmonitor.store.writer import RecordWriter
from kmonitor.vitals import WaveBlock
from tests.bench.children import HERE
from tests.end_to_end.ports import PtyDevice
from ui.bridge import Bridge
from ui.look_of_app import hear_qt
from ui.record_file import RecordFile
from ui.setup.form import DEMONSTRATION
from ui.setup.monitors_box import SimulatedMonitors
from ui.setup.page import Confirmed, SetupPage
from ui.shell import Shell
from ui.sitting import Sitting, Sittings
from ui.theme import Theme, make_theme

NORMAL, CROSSED = 97, 78  # 78 is beyond the limit that has no delay
MOMENTS = ("read", "judged", "painted", "lit", "heard", "durable")
_COMES_WITHIN_S = 10.0
_QUIET_S = 0.1
_PLAN = InfusionPlan(
    ordered_mg=Decimal(41), concentration_mg_per_ml=Decimal("0.41"), container_ml=Decimal(100),
    rate_ml_per_h=Decimal(150), duration_s=2400, weight_kg=Decimal(82),
    basis_weight_kg=Decimal(82), basis="actual", dose_mg_per_kg=Decimal("0.5"),
)  # fmt: skip


class Watch:
    """Takes the moments of one crossing after the other; itself an observer of the monitor."""

    def __init__(self) -> None:
        self.told: dict[str, list[float]] = {name: [] for name in MOMENTS}
        self.is_all = threading.Event()
        self.is_calm = threading.Event()
        self.occurrence = 0
        self.heard_ns = 0
        self._written_ns: int | None = None
        self._seq: int | None = None
        self._seen: set[str] = set()

    def begin(self) -> None:
        """The bytes are written now."""
        self.is_all.clear()
        self.is_calm.clear()
        self._seen, self._seq = set(), None
        self._written_ns = boot_ns()

    def note(self, name: str, at_ns: int) -> None:
        """The first of its name counts, on whichever thread."""
        if self._written_ns is None or name in self._seen:
            return
        self._seen.add(name)
        self.told[name].append((at_ns - self._written_ns) / 1e6)
        if len(self._seen) == len(MOMENTS):
            self._written_ns = None
            self.is_all.set()

    def on_row(self, row: PersistRow) -> None:
        """The engine's word."""
        one = row.row
        if not isinstance(one, AlarmTransition) or one.condition is not Condition.SPO2_LOW:
            return
        if one.phase is AlarmPhase.ONSET and self._written_ns is not None and self._seq is None:
            now_ns = boot_ns()
            self.note("read", one.at.mono_ns)
            self.note("judged", now_ns)
            self._seq, self.occurrence = row.seq, one.occurrence

    def on_commit(self, seq: int) -> None:
        """All up to `seq` is on disk."""
        if self._seq is not None and seq >= self._seq:
            self.note("durable", boot_ns())

    def on_snapshot(self, session: Session) -> None:
        """Whether it is over."""
        if session.signal.sounding is None:
            self.is_calm.set()

    def on_wave(self, link: str, block: WaveBlock) -> None:
        """There is none."""

    def painted(self, _real_s: float, is_lit: bool) -> None:
        """A frame of the banner with a flash in it has been painted."""
        if self._seq is not None:
            now_ns = boot_ns()
            self.note("painted", now_ns)
            if is_lit:
                self.note("lit", now_ns)

    def listen(self, draw: Callable[[int], Pcm]) -> Callable[[int], Pcm]:
        """What the device is handed, and when: the moment of the first sample that is not zero."""

        def drawn(count: int) -> Pcm:
            samples = draw(count)
            if samples.any():
                self.heard_ns = boot_ns()
                waits_ns = int(samples.nonzero()[0][0]) * NS_PER_S // RATE_HZ
                self.note("heard", self.heard_ns + waits_ns)
            return samples

        return drawn


class Crosses(threading.Thread):
    """The monitor at the other end of the wire, and the hand that acknowledges."""

    def __init__(self, device: PtyDevice, watch: Watch, sitting: Sitting, count: int) -> None:
        super().__init__(name="crosses", daemon=True)
        self._device, self._watch, self._sitting = device, watch, sitting
        self._count = count
        self._encoder = LineEncoder()
        self._chance = Random(1)
        self._pause = threading.Event()
        self._clock = SystemClock()
        self.trouble = ""

    def run(self) -> None:
        """At moments that belong to no frame, no commit and no phase of a flash."""
        self._send(NORMAL)
        self._pause.wait(2.0)
        for number in range(self._count):
            self._watch.begin()
            self._send(CROSSED)
            if not self._watch.is_all.wait(_COMES_WITHIN_S):
                self.trouble = f"crossing {number}: something never came"
                return
            self._watch.is_calm.clear()
            self._send(NORMAL)
            self._watch.is_calm.wait(_COMES_WITHIN_S)
            at = self._clock.now()
            occurrence = self._watch.occurrence
            self._sitting.put(
                AlarmAcknowledged(
                    at=at, author=DEMONSTRATION_NURSE.person_id, occurrence=occurrence
                )
            )
            while boot_ns() - self._watch.heard_ns < _QUIET_S * NS_PER_S:
                self._pause.wait(_QUIET_S)
            self._pause.wait(0.1 + 0.9 * self._chance.random())

    def _send(self, spo2: int) -> None:
        keys = {"spo2": spo2, "pr": 72}
        self._device.send(self._encoder.encode_keys("V", boot_ns() // 1_000_000, keys))


def main() -> None:
    """As many crossings as the first word says."""
    hear_qt()
    app = QApplication([])
    device, watch, voice = PtyDevice(), Watch(), AlarmSound(backends=("NULL",))
    sequencer = voice._sequencer
    sequencer.next_samples = watch.listen(sequencer.next_samples)  # type: ignore[assignment,method-assign]
    clock, bridge = SystemClock(), Bridge()
    with TemporaryDirectory(prefix="kmonitor-bench-") as folder:
        record = RecordFile(path=Path(folder) / "record.db", open_record=RecordWriter)
        sittings = Sittings(
            hub=DeviceHub(), clock=clock, limits=load_default(), house=record, keeper=NoKeeper(),
            chair="Bench", observers=(bridge, watch), voice=voice,
        )  # fmt: skip
        address = f"{device.port}:line"
        shell = _shell(clock, bridge, sittings, address)
        sitting = sittings.begin(
            Confirmed(
                patient=Patient(label="BENCH", identifier="0", weight_kg=Decimal(82)),
                plan=_PLAN, addresses=(address,), used_anyway=(), limits=load_default(),
            )
        )  # fmt: skip
        shell.show_sitting(sitting)
        assert shell.page is not None
        shell.page.banner.painted_phase = watch.painted
        crosses = Crosses(device, watch, sitting, int(sys.argv[1]))
        looks = QTimer(interval=200)
        looks.timeout.connect(lambda: None if crosses.is_alive() else app.exit(0))
        crosses.start()
        looks.start()
        app.exec()
        shell.leave()
        device.unplug()
    voice.close()
    if crosses.trouble:
        raise SystemExit(f"{HERE.name}: {crosses.trouble}")
    print(json.dumps(watch.told), flush=True)


def _shell(clock: SystemClock, bridge: Bridge, sittings: Sittings, address: str) -> Shell:
    def make_setup(theme: Theme) -> SetupPage:
        monitors = SimulatedMonitors(theme, [address])
        return SetupPage(theme, chair="Bench", monitors=monitors, form=DEMONSTRATION)

    shell = Shell(
        make_theme("dark", 3.6, QSize(1920, 1080)), clock=clock, bridge=bridge,
        make_setup=make_setup, begin=sittings.begin,
    )  # fmt: skip
    shell.resize(1920, 1080)
    shell.show()
    return shell


if __name__ == "__main__":
    main()
