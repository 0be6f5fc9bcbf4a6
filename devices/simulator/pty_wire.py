"""A pseudo-serial port (Linux, macOS): raw, non-blocking, survives readers coming and going.

No end of the host's side is kept open here, so that the system tells when nobody listens.
"""

from __future__ import annotations

import contextlib
import functools
import os
import select
import termios
import tty
from collections.abc import Sequence

from devices.simulator.wire import Outbox
from kmonitor.errors import LinkError

_READ_BYTES = 4096


class PtyWire:
    """The master end of a pseudo-terminal; `address` is the other end's path."""

    def __init__(self) -> None:
        """Open the pair and make it raw; raises LinkError when the system has none left."""
        self._outbox = Outbox()
        self._was_connected = False
        self._master: int | None = None
        self.plug_in()

    @property
    def is_plugged(self) -> bool:
        """Whether the pair is there."""
        return self._master is not None

    def plug_in(self) -> None:
        """Open a pair; the system mostly gives the same path again."""
        try:
            self._master, slave = os.openpty()
        except OSError as error:
            raise LinkError(f"Cannot open a pseudo-serial port: {error.strerror}.") from error
        tty.setraw(slave)
        self.address = os.ttyname(slave)
        os.close(slave)
        os.set_blocking(self._master, False)
        self._poll = select.poll()
        self._poll.register(self._master, 0)  # a hang-up is told without being asked for

    def is_connected(self) -> bool:
        """Whether a host has the port open; cleans up behind one that left."""
        if self._master is None:
            return False
        is_connected = not any(events & select.POLLHUP for _, events in self._poll.poll(0))
        if self._was_connected and not is_connected:
            self._forget(self._master)
        self._was_connected = is_connected
        return is_connected

    def _forget(self, master: int) -> None:
        """The next host finds a raw port with nothing in it."""
        self._outbox.clear()
        with contextlib.suppress(OSError, termios.error):
            tty.setraw(master)
            termios.tcflush(master, termios.TCIOFLUSH)

    def waits_on(self) -> Sequence[int]:
        """The master; not while nobody is there, when it would always be ready."""
        return (self._master,) if self._master is not None and self._was_connected else ()

    def read(self) -> bytes:
        """What the host sent."""
        if self._master is None:
            return b""
        try:
            return os.read(self._master, _READ_BYTES)
        except OSError:  # nothing there, or nobody there
            return b""

    def write(self, chunk: bytes) -> None:
        """Write as much as goes; without a reader nothing is kept."""
        if self._master is None or not self._was_connected:
            return
        self._outbox.put(chunk)
        with contextlib.suppress(OSError):
            self._outbox.flush(functools.partial(os.write, self._master))

    def unplug(self) -> None:
        """Hang up on the host."""
        self._outbox.clear()
        self._was_connected = False
        if self._master is not None:
            os.close(self._master)
        self._master = None
