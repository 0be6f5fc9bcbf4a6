"""What every protocol offers: a decoder, and the host's own half of the conversation."""

from __future__ import annotations

from typing import Protocol

from kmonitor.clock import Instant
from kmonitor.effects import DeviceVerb
from kmonitor.vitals import DeviceStatus, FrameFault, Mode, Reading, Reason, StatusKind

LONGEST_FAULT_BYTES = 256


class Decoder(Protocol):
    """Bytes in, readings out; never raises, and every byte is accounted for.

    Bytes of whole frames, of faults and `pending` ones are together all that were fed.
    """

    @property
    def frames(self) -> int:
        """Whole frames understood so far, also those that carry no reading."""

    @property
    def pending(self) -> int:
        """Bytes held because more must come before they can be judged; bounded."""

    def feed(self, chunk: bytes, received: Instant) -> list[Reading | FrameFault]:
        """Take what the port gave; return what is complete."""

    def settle(self, received: Instant) -> list[Reading | FrameFault]:
        """Say that for now nothing follows: return what was held only to see what follows."""

    def finish(self, received: Instant) -> list[Reading | FrameFault]:
        """Say that nothing will follow, as at the end of a file."""

    def reset(self, received: Instant) -> list[FrameFault]:
        """Begin anew after a reopened port; what was held comes back as a fault."""


class Host(Protocol):
    """What the computer says to a device of this protocol."""

    def greeting(self) -> bytes:
        """Bytes sent when the port is open, and again when the device is silent."""

    def keep_alive(self) -> bytes:
        """Bytes sent once in each `keep_alive_s`; empty where the device needs none."""

    def farewell(self) -> bytes:
        """Bytes sent before the port is closed."""

    def command(self, verb: DeviceVerb) -> bytes | None:
        """Bytes that ask for `verb`; None where this protocol cannot."""


class FaultRun:
    """Gathers bytes that could not be read, so that a long run makes few faults.

    A fault has at most `LONGEST_FAULT_BYTES` and bears the reason of its first byte.
    """

    def __init__(self) -> None:
        self._raw = bytearray()
        self._offset = 0
        self._reason = ""

    def __len__(self) -> int:
        return len(self._raw)

    def add(self, raw: bytes, offset: int, reason: str, received: Instant) -> list[FrameFault]:
        """Take bytes that follow the last ones; return the faults that became full."""
        full = []
        while raw:
            if not self._raw:
                self._offset, self._reason = offset, reason
            part = raw[: LONGEST_FAULT_BYTES - len(self._raw)]
            self._raw += part
            raw, offset = raw[len(part) :], offset + len(part)
            if len(self._raw) == LONGEST_FAULT_BYTES:
                full += self.close(received)
        return full

    def close(self, received: Instant) -> list[FrameFault]:
        """Return the run as a fault, if there is one."""
        if not self._raw:
            return []
        fault = FrameFault(
            received=received, offset=self._offset, raw=bytes(self._raw), reason=self._reason
        )
        self._raw.clear()
        return [fault]


class SensorWatch:
    """Turns the sensor's state, told in every frame, into one status at each change."""

    def __init__(self, mode: Mode) -> None:
        self._mode = mode
        self._state = StatusKind.SENSOR_ON

    def turn(self, reason: Reason | None, received: Instant) -> list[DeviceStatus]:
        """Take why there is no value, None if there is one; return what is new."""
        state = _SENSOR_STATES.get(reason, StatusKind.SENSOR_ON)
        if state is self._state:
            return []
        self._state = state
        return [DeviceStatus(received=received, what=state, mode=self._mode)]


_SENSOR_STATES: dict[Reason | None, StatusKind] = {
    Reason.SENSOR_OFF: StatusKind.SENSOR_OFF,
    Reason.SEARCHING: StatusKind.SEARCHING,
}
