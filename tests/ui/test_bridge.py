"""The bridge: at most one signal of a kind on its way, the latest wins, waves are bounded."""

from __future__ import annotations

import threading

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kmonitor.clock import FakeClock
from kmonitor.limit_sets import load_default
from kmonitor.metrics import Metric
from kmonitor.session import open_session
from kmonitor.session_state import Session
from kmonitor.vitals import Mode, WaveBlock
from tests import builders
from ui.bridge import Bridge


def snapshots(count: int) -> list[Session]:
    clock = FakeClock()
    return [
        open_session(builders.opened(clock.advance(s=1)), load_default())[0] for _ in range(count)
    ]


def block(number: int) -> WaveBlock:
    return WaveBlock(
        received=FakeClock().now(),
        metric=Metric.PLETH,
        rate_hz=60,
        samples=(number,),
        mode=Mode.SIMULATED,
    )


def test_many_snapshots_from_another_thread_are_one_call_and_the_latest(qtbot: QtBot) -> None:
    bridge, taken, calls = Bridge(), [], []

    def take(_session: Session) -> None:
        calls.append(1)
        taken.append(bridge.take_snapshot())

    bridge.changed.connect(take, Qt.ConnectionType.QueuedConnection)
    many = snapshots(200)

    def send() -> None:
        for each in many:
            bridge.on_snapshot(each)

    thread = threading.Thread(target=send)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(taken) and taken[-1] is many[-1], timeout=2000)
    assert len(calls) == 1


def test_waves_keep_the_newest_and_come_in_order(qtbot: QtBot) -> None:
    bridge = Bridge()
    for number in range(1000):
        bridge.on_wave("port", block(number))
    blocks = bridge.take_blocks()
    assert len(blocks) == 256
    assert [(link, each.samples[0]) for link, each in blocks][-1] == ("port", 999)
    assert bridge.take_blocks() == []
