"""One simulated monitor on one wire: moves bytes both ways, with the faults between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from devices.simulator.faults import Fault, Outage
from devices.simulator.wire import Wire
from kmonitor.clock import monotonic_s

LATE_S = 2.0  # real seconds after which what was due is lost instead of sent in one burst


class Device(Protocol):
    """A monitor without its wire; times are patient seconds, answers are whole messages."""

    @property
    def settle_s(self) -> float:
        """Real seconds to leave a host that just opened the port before speaking."""

    def connected(self, at_s: float) -> None:
        """Somebody holds the other end."""

    def disconnected(self) -> None:
        """Nobody does any more."""

    def heard(self, chunk: bytes, at_s: float) -> list[bytes]:
        """Act on what the host sent; return the answers."""

    def until(self, at_s: float) -> list[bytes]:
        """The messages due up to `at_s`."""


class Station:
    """Turn it at every slice of time with the patient's time."""

    def __init__(
        self,
        device: Device,
        wire: Wire,
        *,
        faults: Sequence[Fault] = (),
        unplugging: Outage | None = None,
        say: Callable[[str], None],
    ) -> None:
        """The wire is plugged in; `unplugging` says when it is not, `say` is for people."""
        self._say = say
        self.wire = wire
        self._device = device
        self._faults = faults
        self._unplugging = unplugging
        self._opened_s: float | None = None  # real time
        self._is_talking = False
        self._turned_s = monotonic_s()

    @property
    def is_open(self) -> bool:
        """Whether somebody has the port open."""
        return self._opened_s is not None

    def waits_on(self) -> Sequence[int]:
        """File numbers that become readable when the host does something."""
        return self.wire.waits_on()

    def turn(self, at_s: float) -> None:
        """Do what is due at `at_s`."""
        now_s = monotonic_s()
        is_late, self._turned_s = now_s - self._turned_s > LATE_S, now_s
        if self._unplugging:
            self._move_plug(self._unplugging.is_out(at_s))
        self._greet(at_s, now_s)
        if not self._is_talking:
            return
        chunk = self.wire.read()
        messages = self._device.until(at_s)
        if chunk:
            messages += self._device.heard(chunk, at_s)
        if is_late:
            messages = []
        for fault in self._faults:
            messages = fault.spoil(messages, at_s)
        self.wire.write(b"".join(messages))

    def _greet(self, at_s: float, now_s: float) -> None:
        if not self.wire.is_connected():
            if self._is_talking:
                self._device.disconnected()
            self._opened_s, self._is_talking = None, False
            return
        if self._opened_s is None:
            self._opened_s = now_s
        if not self._is_talking and now_s - self._opened_s >= self._device.settle_s:
            self._is_talking = True
            self._device.connected(at_s)

    def _move_plug(self, is_out: bool) -> None:
        if is_out and self.wire.is_plugged:
            self.wire.unplug()
        elif not is_out and not self.wire.is_plugged:
            address = self.wire.address
            self.wire.plug_in()
            if self.wire.address != address:
                self._say(f"The port {address} is now {self.wire.address}.")
