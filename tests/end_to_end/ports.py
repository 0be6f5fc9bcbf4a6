"""A device's end of a port, and an inbox that waits for what must come."""

import contextlib
import os
import select
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue

from devices.protocols.contec_v7_packets import LivePacket, encode_live
from kmonitor.clock import monotonic_s
from kmonitor.events import Event, LinkChanged, LinkState, ReadingArrived

if sys.platform != "win32":
    import pty
    import tty

LIMIT_S = 15.0  # real time a test waits for what must come
PACKET = encode_live(
    LivePacket(spo2_pct=97, pulse_rate_per_min=72, perfusion_index_pct=4.2, pleth=64)
)


class Collected:
    """An inbox that keeps all and waits for one."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._queue: SimpleQueue[Event] = SimpleQueue()

    def put(self, event: Event) -> None:
        self._queue.put(event)

    def until(self, is_it: Callable[[Event], bool], limit_s: float = LIMIT_S) -> Event:
        """Take events until one fits; all are kept."""
        end_s = monotonic_s() + limit_s
        with contextlib.suppress(Empty):
            while (left_s := end_s - monotonic_s()) > 0:
                event = self._queue.get(timeout=left_s)
                self.events.append(event)
                if is_it(event):
                    return event
        raise AssertionError(f"it did not come; what came: {self.events[-20:]}")

    def until_state(self, state: LinkState) -> LinkChanged:
        event = self.until(lambda one: isinstance(one, LinkChanged) and one.state is state)
        assert isinstance(event, LinkChanged)
        return event

    def rest(self) -> list[Event]:
        """All that came, once the links have ended."""
        with contextlib.suppress(Empty):
            while True:
                self.events.append(self._queue.get_nowait())
        return self.events

    def readings(self) -> list[ReadingArrived]:
        return [one for one in self.rest() if isinstance(one, ReadingArrived)]


class PtyDevice:
    """The device's end of a pseudo-serial port; what nobody reads is lost, as on a wire."""

    def __init__(self, link: Path | None = None) -> None:
        self._is_pulled, self._link = False, link
        self._file, self._held = pty.openpty()
        tty.setraw(self._held)
        os.set_blocking(self._file, False)
        self.port = os.ttyname(self._held)
        if link is not None:
            link.unlink(missing_ok=True)
            link.symlink_to(self.port)

    def send(self, raw: bytes) -> int:
        try:
            return os.write(self._file, raw)
        except BlockingIOError:
            return 0

    def send_all(self, raw: bytes, limit_s: float = LIMIT_S) -> None:
        """Write as fast as the other end reads."""
        end_s = monotonic_s() + limit_s
        while raw and monotonic_s() < end_s:
            select.select([], [self._file], [], 0.1)
            raw = raw[self.send(raw) :]
        assert not raw

    def hear(self, count: int, limit_s: float = LIMIT_S) -> bytes:
        """At least `count` bytes that the host said."""
        heard = b""
        end_s = monotonic_s() + limit_s
        while len(heard) < count and monotonic_s() < end_s:
            if select.select([self._file], [], [], 0.1)[0]:
                heard += os.read(self._file, 4096)
        return heard

    def unplug(self) -> None:
        """Pull the cable; once is enough."""
        if not self._is_pulled:
            self._is_pulled = True
            if self._link is not None:
                self._link.unlink(missing_ok=True)
            os.close(self._held)
            os.close(self._file)


class SocketDevice:
    """The device's end of a network port; sends a packet sixty times a second."""

    def __init__(self, port: int = 0) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self.number = self._listener.getsockname()[1]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="socket device")
        self._thread.start()

    def _run(self) -> None:
        self._listener.settimeout(0.05)
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = self._listener.accept()
                with connection, contextlib.suppress(OSError):
                    while not self._stopping.wait(1 / 60):
                        connection.sendall(PACKET)

    def unplug(self) -> None:
        self._stopping.set()
        self._thread.join()
        self._listener.close()


class Beating:
    """Sends a packet sixty times a second while it is entered."""

    def __init__(self, device: PtyDevice, raw: bytes = PACKET) -> None:
        self._device, self._raw = device, raw
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="beating")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(1 / 60):
            self._device.send(self._raw)
