"""The text that names a port and what speaks on it, such as `/dev/ttyUSB0:contec-v7`."""

from __future__ import annotations

from dataclasses import dataclass

from devices.protocols.catalogue import CATALOGUE, NOT_BUILT, DeviceProtocol, names, refusal
from kmonitor.errors import LinkError


class AddressError(LinkError):
    """An address that names no port or no protocol that we speak."""


@dataclass(frozen=True, slots=True)
class Address:
    """A port and its protocol."""

    port: str
    protocol: DeviceProtocol


def read_address(text: str) -> Address:
    """Split `PORT:PROTOCOL` at its last colon; raises AddressError in one sentence."""
    port, colon, name = text.rpartition(":")
    if colon and port and name in CATALOGUE:
        return Address(port, CATALOGUE[name])
    if colon and name in NOT_BUILT:
        raise AddressError(refusal(name))
    raise AddressError(
        f"{text!r} does not say what speaks on the port: "
        f"write PORT:PROTOCOL with one of the protocols {names()}."
    )
