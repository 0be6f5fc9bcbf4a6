"""A link over a network address, as on every system."""

from devices.hub import DeviceHub
from kmonitor.clock import SystemClock
from kmonitor.events import LinkState
from tests.end_to_end.ports import Collected, SocketDevice


def test_a_socket_is_read_lost_and_connected_again() -> None:
    inbox = Collected()
    device = SocketDevice()
    address = f"socket://127.0.0.1:{device.number}:contec-v7"
    link = DeviceHub().link(address, clock=SystemClock(), inbox=inbox)
    link.start()
    inbox.until_state(LinkState.LIVE)
    device.unplug()
    lost = inbox.until_state(LinkState.LOST)
    assert lost.detail == "the connection broke off: is the cable plugged in?"
    device = SocketDevice(device.number)
    inbox.until_state(LinkState.LIVE)
    link.stop()
    device.unplug()
    assert {one.reading.value for one in inbox.readings()} == {97, 72, 4.2}


def test_an_address_where_nobody_listens_is_told_and_tried_again() -> None:
    inbox = Collected()
    device = SocketDevice()
    device.unplug()
    address = f"socket://127.0.0.1:{device.number}:contec-v7"
    link = DeviceHub().link(address, clock=SystemClock(), inbox=inbox)
    link.start()
    assert inbox.until_state(LinkState.LOST).detail.startswith("Nobody answers at socket://")
    device = SocketDevice(device.number)
    inbox.until_state(LinkState.LIVE)
    link.stop()
    device.unplug()
