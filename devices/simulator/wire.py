"""The simulator's end of the wire. Nothing here blocks; what nobody reads is lost."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from kmonitor.clock import monotonic_s
from kmonitor.errors import LinkError

LOST_AFTER_S = 2.0  # real seconds a byte waits for a slow reader, as in a system's own buffer
_READ_BYTES = 4096


class Wire(Protocol):
    """One simulated port; `address` is what the host opens."""

    @property
    def address(self) -> str:
        """A device's path or a `socket://` address."""

    @property
    def is_plugged(self) -> bool:
        """Whether the port is there at all."""

    def unplug(self) -> None:
        """Vanish, for the host as a pulled cable."""

    def plug_in(self) -> None:
        """Be there again, if possible under the same address."""

    def is_connected(self) -> bool:
        """Whether somebody has the other end open now."""

    def waits_on(self) -> Sequence[int]:
        """File numbers that become readable when the host does something."""

    def read(self) -> bytes:
        """What the host sent; empty if nothing."""

    def write(self, chunk: bytes) -> None:
        """Send now, or as soon as the reader makes room; dropped when that takes too long."""


class Outbox:
    """Bytes that wait for a slow reader, for `LOST_AFTER_S` at most."""

    def __init__(self) -> None:
        """Empty."""
        self._waiting: deque[tuple[float, memoryview]] = deque()

    def put(self, chunk: bytes) -> None:
        """Add `chunk`, and drop what has waited too long."""
        now_s = monotonic_s()
        if chunk:
            self._waiting.append((now_s, memoryview(chunk)))
        while self._waiting and self._waiting[0][0] < now_s - LOST_AFTER_S:
            self._waiting.popleft()

    def flush(self, write: Callable[[memoryview], int]) -> None:
        """Write as much as goes; `write` raises OSError when the other end has gone."""
        while self._waiting:
            since_s, rest = self._waiting[0]
            try:
                written = write(rest)
            except BlockingIOError:
                return
            if written < len(rest):
                self._waiting[0] = (since_s, rest[written:])
                return
            self._waiting.popleft()

    def clear(self) -> None:
        """Lose everything."""
        self._waiting.clear()


class StdoutWire:
    """Raw bytes to standard output; nobody can answer. A pipe whose reader has gone ends it."""

    address = "-"

    def __init__(self) -> None:
        """Write to this process's standard output, which waits for its reader as pipes do."""
        self._is_open = True
        self.is_plugged = True

    def plug_in(self) -> None:
        """Go on."""
        self.is_plugged = True

    def is_connected(self) -> bool:
        """Whether the reader is still there."""
        return self._is_open and self.is_plugged

    def waits_on(self) -> Sequence[int]:
        """Nothing comes by this wire."""
        return ()

    def read(self) -> bytes:
        """Nothing comes by this wire."""
        return b""

    def write(self, chunk: bytes) -> None:
        """Write through."""
        try:
            sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            self._is_open = False

    def unplug(self) -> None:
        """Say nothing for now; keep Python from flushing into a pipe that has gone."""
        self.is_plugged = False
        if not self._is_open:
            with contextlib.suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


class SocketWire:
    """A loopback listener for one client at a time."""

    def __init__(self, host: str, port: int) -> None:
        """Listen; port 0 takes a free one. Raises LinkError when that cannot be."""
        self._host, self._port = host, port
        self._client: socket.socket | None = None
        self._listener: socket.socket | None = None
        self._has_left = False
        self._outbox = Outbox()
        self.plug_in()
        self.address = f"socket://{host}:{self._port}"

    @property
    def is_plugged(self) -> bool:
        """Whether it listens."""
        return self._listener is not None

    def plug_in(self) -> None:
        """Listen on the same port as before; raises LinkError when that cannot be."""
        where = (self._host, self._port)
        try:
            self._listener = socket.create_server(where, backlog=1)
        except (OSError, OverflowError) as error:
            raise LinkError(f"Cannot listen on {where[0]}:{where[1]}: {_words(error)}.") from error
        self._listener.setblocking(False)
        self._port = self._listener.getsockname()[1]

    def is_connected(self) -> bool:
        """Take a waiting client if none is there; one that left is told once as nobody."""
        has_left, self._has_left = self._has_left, False
        if has_left:
            return False
        if self._client is None and self._listener:
            with contextlib.suppress(OSError):
                self._client, _ = self._listener.accept()
                self._client.setblocking(False)
                self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._client is not None

    def waits_on(self) -> Sequence[int]:
        """The client, or the listener while there is none."""
        waiting = self._client or self._listener
        return (waiting.fileno(),) if waiting else ()

    def read(self) -> bytes:
        """What the client sent; a client that closed is gone."""
        if self._client is None:
            return b""
        try:
            chunk = self._client.recv(_READ_BYTES)
        except BlockingIOError:
            return b""
        except OSError:
            chunk = b""
        if not chunk:
            self._drop_client()
        return chunk

    def write(self, chunk: bytes) -> None:
        """Send as much as goes."""
        self._outbox.put(chunk)
        if self._client is None:
            self._outbox.clear()
            return
        try:
            self._outbox.flush(self._client.send)
        except OSError:
            self._drop_client()

    def _drop_client(self) -> None:
        if self._client:
            self._client.close()
            self._has_left = True
        self._client = None
        self._outbox.clear()

    def unplug(self) -> None:
        """Close client and listener."""
        self._drop_client()
        if self._listener:
            self._listener.close()
        self._listener = None


def _words(error: Exception) -> str:
    number = getattr(error, "errno", None)
    return (os.strerror(number) if number and number > 0 else str(error)).lower()
