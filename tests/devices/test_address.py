import pytest

from devices.address import AddressError, read_address
from devices.link import mode_of
from kmonitor.vitals import Mode


@pytest.mark.parametrize(
    ("text", "port", "protocol"),
    [
        ("/dev/ttyUSB0:contec-v7", "/dev/ttyUSB0", "contec-v7"),
        ("COM3:line", "COM3", "line"),
        ("socket://127.0.0.1:4001:line", "socket://127.0.0.1:4001", "line"),
    ],
)
def test_an_address_is_split_at_its_last_colon(text: str, port: str, protocol: str) -> None:
    address = read_address(text)
    assert (address.port, address.protocol.facts.name) == (port, protocol)


@pytest.mark.parametrize(
    "text", ["", ":", ":line", "/dev/ttyUSB0", "socket://127.0.0.1:4001", "/dev/pts/3:contec-v8"]
)
def test_an_address_without_a_known_protocol_is_refused_with_their_names(text: str) -> None:
    with pytest.raises(AddressError, match=r"line and contec-v7"):
        read_address(text)


def test_a_protocol_that_is_not_built_is_said_to_be() -> None:
    with pytest.raises(AddressError, match=r"nonin-7 is not built yet"):
        read_address("/dev/ttyUSB0:nonin-7")


@pytest.mark.parametrize(
    ("port", "mode"),
    [
        ("/dev/ttyUSB7", Mode.REAL),
        ("/dev/ttyACM0", Mode.REAL),
        ("/dev/ttyS0", Mode.REAL),
        ("COM12", Mode.REAL),
        ("/dev/pts/3", Mode.SIMULATED),
        ("/mnt/a/ttyUSB0", Mode.SIMULATED),
        ("socket://10.0.0.5:4001", Mode.SIMULATED),
    ],
)
def test_only_a_hardware_port_is_real(port: str, mode: Mode) -> None:
    assert mode_of(port) is mode
