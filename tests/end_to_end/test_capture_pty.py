"""What a real link reads is kept as it came, and keeping it never costs the link."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.hub import DeviceHub
from kmonitor.clock import Instant, SystemClock
from kmonitor.events import EngineFaulted, LinkChanged, LinkState, WaveArrived
from kmonitor.store.captures import CaptureWriter, capture_bytes
from kmonitor.store.keys import RecordKeys
from tests.end_to_end.ports import PACKET, Beating, Collected, PtyDevice

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-serial ports")
SESSION = "5e551014-0001"


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
    name = f"{device.port}:contec-v7"
    link = DeviceHub().link(name, clock=clock, inbox=inbox, tap=captures)
    began = clock.now()
    link.start()
    device.hear(1)  # it is open now, and what waited before is let go
    device.send_all(PACKET * 200)
    inbox.until_state(LinkState.LIVE)
    for _ in range(3):
        inbox.until(lambda one: isinstance(one, WaveArrived))
    link.stop()
    captures.stop()
    blocks = list(capture_bytes(record, keys, SESSION, name))
    heard = b"".join(content for _, content in blocks)
    assert heard
    assert (PACKET * 200).startswith(heard)
    assert not blocks[0][0].is_before(began)


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
