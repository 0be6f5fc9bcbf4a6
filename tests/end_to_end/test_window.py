"""The whole program over a pseudo-serial port: bytes in, pixels and rows out."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from devices.hub import DeviceHub
from kmonitor.clock import SystemClock
from kmonitor.events import EngineFaulted, FrameFaulted, LinkChanged, ReadingArrived
from kmonitor.keeping import NoKeeper
from kmonitor.limit_sets import load_default
from kmonitor.metrics import Metric
from kmonitor.store.reader import RecordReader
from kmonitor.store.writer import RecordWriter
from tests.end_to_end.ports import Beating, PtyDevice
from ui.bedside.page import BedsidePage
from ui.bridge import Bridge
from ui.record_file import RecordFile
from ui.setup.form import DEMONSTRATION
from ui.setup.monitors_box import SimulatedMonitors
from ui.setup.page import SetupPage
from ui.shell import Shell
from ui.sitting import Sittings
from ui.theme import Theme, make_theme

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-serial ports")
SPEED = 10.0


class Program:
    """The window on one port, its session confirmed on the set-up page."""

    def __init__(self, qtbot: QtBot, folder: Path, port: Path) -> None:
        self._qtbot = qtbot
        self.path = folder / "record.db"
        bridge = Bridge()
        clock = SystemClock(SPEED)
        self.sittings = Sittings(
            hub=DeviceHub(),
            clock=clock,
            limits=load_default(),
            house=RecordFile(path=self.path, open_record=RecordWriter),
            keeper=NoKeeper(),
            chair="Chair 2",
            observers=(bridge,),
        )

        def make_setup(theme: Theme) -> SetupPage:
            monitors = SimulatedMonitors(theme, [f"{port}:contec-v7"])
            return SetupPage(theme, chair="Chair 2", monitors=monitors, form=DEMONSTRATION)

        self.shell = Shell(
            make_theme("dark", 3.86, QSize(1280, 800)),
            clock=clock,
            bridge=bridge,
            make_setup=make_setup,
            begin=self.sittings.begin,
        )
        qtbot.addWidget(self.shell)
        self.shell.resize(1280, 800)
        self.shell.show()
        assert self.shell.setup is not None
        self.shell.setup.confirm.click()

    @property
    def page(self) -> BedsidePage:
        assert self.shell.page is not None
        return self.shell.page

    def until_spo2_says(self, words: str) -> None:
        self._qtbot.waitUntil(lambda: words in self.page.spo2.accessibleName(), timeout=10_000)

    def until_strip_says(self, words: str) -> None:
        def says() -> None:
            assert words in self.page.identity.accessibleName(), self.shell.session

        self._qtbot.waitUntil(says, timeout=20_000)

    def picture_of_spo2(self) -> bytes:
        image = self.page.spo2.grab().toImage()
        return bytes(image.constBits())

    def events(self) -> list[object]:
        """What is in the record, once everything has been ended."""
        self.shell.leave()
        return list(RecordReader(self.path).events(self.sittings.session_ids[0]))


@pytest.fixture
def device(tmp_path: Path) -> Iterator[PtyDevice]:
    made = PtyDevice(tmp_path / "oximeter")
    yield made
    made.unplug()


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path, device: PtyDevice) -> Iterator[Program]:
    running = Program(qtbot, tmp_path, tmp_path / "oximeter")
    yield running
    running.shell.leave()


def test_bytes_become_pixels_and_rows(program: Program, device: PtyDevice) -> None:
    before = program.picture_of_spo2()
    with Beating(device):
        program.until_spo2_says("97")
        program.until_strip_says("live")
    assert program.picture_of_spo2() != before
    readings = [event.reading for event in program.events() if isinstance(event, ReadingArrived)]
    assert {r.value for r in readings if r.metric is Metric.SPO2} == {97}
    assert {r.value for r in readings if r.metric is Metric.PULSE_RATE} == {72}
    assert {r.mode.value for r in readings} == {"simulated"}


def test_a_pulled_cable_is_seen_and_a_cable_put_back_goes_on(
    program: Program, device: PtyDevice, tmp_path: Path
) -> None:
    with Beating(device):
        program.until_spo2_says("97")
    shown = program.picture_of_spo2()
    device.unplug()
    program.until_strip_says("lost")
    program.until_spo2_says("no value")
    assert program.picture_of_spo2() != shown
    second = PtyDevice(tmp_path / "oximeter")
    with Beating(second):
        program.until_strip_says("live")
        program.until_spo2_says("97")
    events = program.events()
    second.unplug()
    states = [event.state.value for event in events if isinstance(event, LinkChanged)]
    assert states[:2] == ["connecting", "live"]
    assert states[2] == "lost"
    assert states[-2:] == ["live", "closed"]


def test_a_megabyte_of_noise_is_no_reading_and_no_growth(
    program: Program, device: PtyDevice
) -> None:
    noise = random.Random(7).randbytes(1_000_000)
    device.send_all(noise, limit_s=30)
    with Beating(device):
        program.until_spo2_says("97")
    events = program.events()
    first_good = next(i for i, event in enumerate(events) if isinstance(event, ReadingArrived))
    assert all(
        event.reading.value in (97, 72, 4.2)
        for event in events[first_good:]
        if isinstance(event, ReadingArrived)
    )
    assert not any(isinstance(event, EngineFaulted) for event in events)
    faults = [event for event in events if isinstance(event, FrameFaulted)]
    assert faults
    assert len(events) < 500
    assert sum(len(event.fault.raw) for event in faults) < 100_000
