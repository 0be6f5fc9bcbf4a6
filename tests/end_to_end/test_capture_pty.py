"""What a real link reads is kept as it came, and keeping it never costs the link."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.hub import DeviceHub
from devices.protocols.contec_v7_packets import LivePacket, encode_live
from kmonitor.clock import Instant, SystemClock
from kmonitor.events import EngineFaulted, LinkChanged, LinkState, WaveArrived
from kmonitor.store.captures import CaptureWriter, capture_bytes
from kmonitor.store.keys import RecordKeys
from tests.end_to_end.ports import LIMIT_S, Beating, Collected, PtyDevice

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-serial ports")
SESSION = "5e551014-0001"
SENT = b"".join(
    encode_live(
        LivePacket(spo2_pct=97, pulse_rate_per_min=72, perfusion_index_pct=4.2, pleth=height % 100)
    )
    for height in range(300)
)


@pytest.fixture
def device() -> Iterator[PtyDevice]:
    made = PtyDevice()
    yield made
    made.unplug()


@pytest.mark.parametrize("keys", [None, RecordKeys.new()])
def test_what_was_read_is_captured_byte_for_byte(
    device: PtyDevice, tmp_path: Path, keys: RecordKeys | None
) -> None:
    clock, inbox, record = SystemClock(), Collected(), tmp_path / "record.db"
    captures = CaptureWriter(record, keys=lambda: keys, session_id=SESSION)
    count, is_all_read = [0], threading.Event()

    def tap(link: str, at: Instant, chunk: bytes) -> None:
        captures(link, at, chunk)
        count[0] += len(chunk)
        if count[0] >= len(SENT):
            is_all_read.set()

    name = f"{device.port}:contec-v7"
    link = DeviceHub().link(name, clock=clock, inbox=inbox, tap=tap)
    began = clock.now()
    link.start()
    device.hear(1)  # it is open now, and what waited before is let go
    for begin in range(0, len(SENT), 100):
        device.send_all(SENT[begin : begin + 100])
    assert is_all_read.wait(LIMIT_S)
    link.stop()
    captures.stop()
    blocks = list(capture_bytes(record, keys, SESSION, name))
    assert b"".join(content for _, content in blocks) == SENT
    assert not blocks[0][0].is_before(began)
    assert inbox.readings()


@pytest.mark.expects_log("is not captured: ZeroDivisionError")
def test_a_tap_that_fails_costs_the_captures_and_not_the_link(
    device: PtyDevice, caplog: pytest.LogCaptureFixture
) -> None:
    taps = []

    def fail(link: str, at: Instant, chunk: bytes) -> None:
        taps.append(chunk)
        raise ZeroDivisionError

    inbox = Collected()
    link = DeviceHub().link(f"{device.port}:contec-v7", clock=SystemClock(), inbox=inbox, tap=fail)
    link.start()
    with Beating(device):
        inbox.until_state(LinkState.LIVE)
        for _ in range(3):
            inbox.until(lambda one: isinstance(one, WaveArrived))
    link.stop()
    states = [one.state for one in inbox.rest() if isinstance(one, LinkChanged)]
    assert states == [LinkState.CONNECTING, LinkState.LIVE, LinkState.CLOSED]
    assert not [one for one in inbox.events if isinstance(one, EngineFaulted)]
    assert len(taps) == 1
    assert len(caplog.messages) == 1
