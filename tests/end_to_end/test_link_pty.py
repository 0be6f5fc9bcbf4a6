"""A link over a real pseudo-serial port: plugged, pulled, silent, noisy, taken, forbidden."""

import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.conversation import Conversation
from devices.hub import DeviceHub
from devices.link import SerialLink
from devices.port_errors import PortDeniedError, explained
from devices.protocols.contec_v7_packets import encode_command
from devices.protocols.line import LineEar
from devices.protocols.line_message import Message
from kmonitor.clock import FakeClock, SystemClock, monotonic_s
from kmonitor.effects import DeviceVerb
from kmonitor.errors import LinkError
from kmonitor.events import FrameFaulted, LinkChanged, LinkState, WaveArrived
from kmonitor.vitals import Mode
from tests.end_to_end.ports import LIMIT_S, PACKET, Beating, Collected, PtyDevice

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-serial ports")
GREETING, STILL_HERE, GOODBYE = (encode_command(code) for code in (0xA1, 0xAF, 0xA2))


@pytest.fixture
def inbox() -> Collected:
    return Collected()


@pytest.fixture
def device() -> Iterator[PtyDevice]:
    made = PtyDevice()
    yield made
    made.unplug()


def link_to(port: str, inbox: Collected, protocol: str = "contec-v7") -> SerialLink:
    return DeviceHub().link(f"{port}:{protocol}", clock=SystemClock(), inbox=inbox)


def test_bytes_come_in_as_readings_and_waves(device: PtyDevice, inbox: Collected) -> None:
    device.send(PACKET * 50)  # waited before the port was opened: old
    link = link_to(device.port, inbox)
    assert link.mode is Mode.SIMULATED
    link.start()
    assert device.hear(len(GREETING)) == GREETING
    assert [type(one) for one in inbox.rest()] == [LinkChanged]
    with Beating(device):
        inbox.until_state(LinkState.LIVE)
        inbox.until(lambda one: isinstance(one, WaveArrived))
    link.stop()
    assert {one.reading.value for one in inbox.readings()} == {97, 72, 4.2}
    states = [one.state for one in inbox.rest() if isinstance(one, LinkChanged)]
    assert states == [LinkState.CONNECTING, LinkState.LIVE, LinkState.CLOSED]


def test_still_here_comes_each_second_and_at_the_end_the_stop(
    device: PtyDevice, inbox: Collected
) -> None:
    link = link_to(device.port, inbox)
    link.start()
    with Beating(device):
        heard = device.hear(len(GREETING) + 2 * len(STILL_HERE))
    link.stop()
    assert heard == GREETING + STILL_HERE * 2
    assert device.hear(len(GOODBYE)).endswith(GOODBYE)


def test_a_silent_device_is_told_and_greeted_again(device: PtyDevice, inbox: Collected) -> None:
    link = link_to(device.port, inbox)
    link.start()
    with Beating(device):
        inbox.until_state(LinkState.LIVE)
    assert inbox.until_state(LinkState.SILENT).detail == "nothing comes from the monitor"
    heard = device.hear(3 * len(GREETING))
    assert heard.count(GREETING) >= 2
    with Beating(device):
        inbox.until_state(LinkState.LIVE)
    link.stop()


def test_a_pulled_cable_is_told_and_a_port_put_back_is_opened_again(
    tmp_path: Path, inbox: Collected
) -> None:
    port = tmp_path / "oximeter"
    first = PtyDevice(port)
    link = link_to(str(port), inbox)
    link.start()
    with Beating(first):
        inbox.until_state(LinkState.LIVE)
    first.unplug()
    inbox.until_state(LinkState.LOST)
    link.send(DeviceVerb.START_CUFF)  # refused, not kept for later
    second = PtyDevice(port)
    with Beating(second):
        inbox.until_state(LinkState.CONNECTING)
        inbox.until_state(LinkState.LIVE)
    link.stop()
    second.unplug()


def test_a_pty_of_the_same_number_that_is_somebody_elses_is_left_alone(inbox: Collected) -> None:
    first = PtyDevice()
    link = link_to(first.port, inbox)
    link.start()
    with Beating(first):
        inbox.until_state(LinkState.LIVE)
    first.unplug()
    inbox.until_state(LinkState.LOST)
    other = PtyDevice()
    assert other.port == first.port  # the lowest free number is given again
    with Beating(other):
        lost = inbox.until(lambda one: isinstance(one, LinkChanged) and "another" in one.detail)
    assert isinstance(lost, LinkChanged)
    assert lost.state is LinkState.LOST
    link.stop()
    other.unplug()


def test_a_megabyte_of_noise_gives_no_reading_and_few_events(
    device: PtyDevice, inbox: Collected
) -> None:
    link = link_to(device.port, inbox)
    link.start()
    device.hear(len(GREETING))
    device.send_all(random.Random(4).randbytes(1_000_000), limit_s=40)
    with Beating(device):
        inbox.until_state(LinkState.LIVE)
    link.stop()
    assert {one.reading.value for one in inbox.readings()} == {97, 72, 4.2}
    faults = [one for one in inbox.rest() if isinstance(one, FrameFaulted)]
    span_s = faults[-1].at.seconds_since(faults[0].at)
    assert 1 <= len(faults) <= span_s + 2
    assert len([one for one in inbox.rest() if isinstance(one, LinkChanged)]) < 10


def test_a_cuff_is_started_over_the_port(device: PtyDevice, inbox: Collected) -> None:
    link = link_to(device.port, inbox, "line")
    link.start()
    ear = LineEar()
    now = FakeClock().now()
    ear.hear(device.hear(1), now)
    link.send(DeviceVerb.START_CUFF)
    heard: list[Message] = []
    while not heard:
        heard = [one for one in ear.hear(device.hear(1), now) if one.kind == "C"]
    link.stop()
    assert heard[0].words[1:] == ("BP", "start")


def test_a_port_that_is_in_use_is_refused(device: PtyDevice, inbox: Collected) -> None:
    first = link_to(device.port, inbox)
    first.prepare()
    with pytest.raises(PortDeniedError, match="is in use by another program"):
        link_to(device.port, inbox).prepare()
    first.stop()
    assert inbox.rest() == []


def test_a_prepared_link_goes_on_when_started(device: PtyDevice, inbox: Collected) -> None:
    link = link_to(device.port, inbox)
    link.prepare()
    link.start()
    with Beating(device):
        inbox.until_state(LinkState.LIVE)
    link.stop()


@pytest.mark.parametrize(
    ("port", "sentence"),
    [
        ("/dev/no-such-port", "/dev/no-such-port is not there; is the cable plugged in?"),
        (__file__, f"{__file__} is not a serial port."),
        ("/", "/ is not a serial port."),
        ("foo://bar", "foo://bar is no address of a port: write socket://HOST:PORT."),
        ("socket://x", "socket://x is no address of a port: write socket://HOST:PORT."),
    ],
)
def test_a_port_that_cannot_be_opened_says_why(port: str, sentence: str, inbox: Collected) -> None:
    with pytest.raises(LinkError) as failure:
        link_to(port, inbox).prepare()
    assert str(failure.value) == sentence


def test_a_forbidden_port_names_the_group() -> None:
    told = explained("/dev/ttyUSB0", PermissionError(13, "Permission denied"))
    assert isinstance(told, PortDeniedError)
    assert "sudo usermod -aG dialout $USER" in str(told)


def test_a_real_port_takes_no_faster_time(inbox: Collected) -> None:
    with pytest.raises(LinkError, match="real port"):
        DeviceHub().link("/dev/ttyUSB0:line", clock=SystemClock(20), inbox=inbox)


def test_stop_comes_back_also_from_a_port_that_does_not_end(
    device: PtyDevice, inbox: Collected, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr("devices.link.ENDS_WITHIN_S", 0.2)
    caplog.set_level("INFO", "devices.link")
    is_held, may_end = threading.Event(), threading.Event()

    def hold(_: Conversation) -> bytes:
        is_held.set()
        may_end.wait(LIMIT_S)
        return b""

    monkeypatch.setattr(Conversation, "to_say", hold)
    link = link_to(device.port, inbox)
    link.start()
    assert is_held.wait(LIMIT_S)
    began_s = monotonic_s()
    link.stop()
    assert monotonic_s() - began_s < 2
    assert "did not end" in caplog.text
    may_end.set()
    link.stop()
    inbox.until_state(LinkState.CLOSED)


def test_a_program_that_never_stops_its_link_still_ends(device: PtyDevice) -> None:
    program = (
        "import sys; from devices.hub import DeviceHub; from kmonitor.clock import SystemClock\n"
        "class Inbox:\n    def put(self, event): pass\n"
        "DeviceHub().link(sys.argv[1], clock=SystemClock(), inbox=Inbox()).start()\n"
    )
    checkout = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program, f"{device.port}:line"],
        cwd=checkout, capture_output=True, check=False, timeout=30,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
