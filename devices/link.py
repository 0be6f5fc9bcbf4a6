"""One port in one thread, which alone opens, reads, writes and closes it.

This is the only file that imports serial.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import select
import sys
import threading
from dataclasses import dataclass
from queue import Empty, SimpleQueue

import serial
from serial.tools import list_ports

from devices.address import Address
from devices.conversation import Conversation
from devices.port_errors import PortDeniedError, explained
from kmonitor.clock import Clock, monotonic_s
from kmonitor.effects import DeviceVerb
from kmonitor.errors import LinkError
from kmonitor.events import EngineFaulted
from kmonitor.ports import Inbox, Tap
from kmonitor.vitals import Mode

_PTS = "/dev/pts/"
READ_S = 0.1
WRITE_S = 0.2
FIRST_REOPEN_S, DENIED_REOPEN_S, LONGEST_REOPEN_S = 0.25, 1.0, 5.0
ENDS_WITHIN_S = 3.0  # the screen's thread waits for it
CHUNK_BYTES = 4096

_BROKEN: tuple[type[Exception], ...] = (OSError,)  # serial's own errors are OSErrors
if sys.platform != "win32":
    import termios

    _BROKEN = (OSError, termios.error)
_CANNOT_OPEN = (*_BROKEN, ValueError)  # ValueError: an address of unknown kind

_HARDWARE = re.compile(r"/dev/tty(USB|ACM|S)\d+|COM\d+", re.IGNORECASE)
_NO_HARDWARE_ID = ("", "n/a", None)

log = logging.getLogger(__name__)


class SerialLink:
    """Reads a port until stopped; opens it again with rising delay when it breaks."""

    def __init__(
        self, name: str, address: Address, *, clock: Clock, inbox: Inbox, tap: Tap | None = None
    ) -> None:
        self._name = name
        self._port_name = address.port
        self._protocol = address.protocol
        self._mode = mode_of(address.port)
        if self._mode is Mode.REAL and clock.speed != 1:
            raise LinkError(f"{address.port} is a real port: time cannot run faster on it.")
        self._clock = clock
        self._inbox = inbox
        self._tap = tap
        self._talk = Conversation(name, address.protocol, self._mode, clock=clock, inbox=inbox)
        self._seen: tuple[int, int] | None = None  # when the name and what it leads to were made
        self._asked: SimpleQueue[DeviceVerb | None] = SimpleQueue()
        self._first_failure: SimpleQueue[LinkError | None] = SimpleQueue()
        self._is_told_to_talk = threading.Event()
        self._is_told_to_stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"port {name}", daemon=True)

    @property
    def name(self) -> str:
        """The address as it was given."""
        return self._name

    @property
    def mode(self) -> Mode:
        """Real for a hardware serial port, else simulated."""
        return self._mode

    def prepare(self) -> None:
        """Open the port and read nothing until `start`; raises LinkError if it cannot be opened."""
        self._thread.start()
        failure = self._first_failure.get()
        if failure is not None:
            self.stop()
            raise failure

    def start(self) -> None:
        """Begin to open, if that was not done, and to read; returns at once."""
        self._is_told_to_talk.set()
        if not self._thread.is_alive():
            self._thread.start()

    def send(self, verb: DeviceVerb) -> None:
        """Ask the device for something; never blocks."""
        self._asked.put(verb)

    def stop(self) -> None:
        """Close the port and end the thread; returns then, or after `ENDS_WITHIN_S`."""
        self._is_told_to_stop.set()
        self._is_told_to_talk.set()
        self._asked.put(None)
        if self._thread.is_alive():
            self._thread.join(ENDS_WITHIN_S)
        if self._thread.is_alive():  # a daemon: it holds up nobody who leaves
            log.info("port %s did not end in %s s", self._name, ENDS_WITHIN_S)

    def _run(self) -> None:
        port = self._open()
        self._first_failure.put(port if isinstance(port, LinkError) else None)
        self._is_told_to_talk.wait()
        if self._is_told_to_stop.is_set():
            self._close(port)
            return
        self._talk.connect()
        delay_s = FIRST_REOPEN_S
        while not self._is_told_to_stop.is_set():
            failure = port if isinstance(port, LinkError) else self._converse(port)
            if failure is None:
                break
            self._talk.lose(str(failure))
            if isinstance(failure, PortDeniedError):
                delay_s = max(delay_s, DENIED_REOPEN_S)
            delay_s = FIRST_REOPEN_S if self._talk.was_live else delay_s
            self._wait(delay_s)
            delay_s = min(2 * delay_s, LONGEST_REOPEN_S)
            port = self._open()
        self._close(port)
        self._talk.close()

    def _wait(self, delay_s: float) -> None:
        """Wait before the next try; whoever asks the device for something meanwhile is refused."""
        end_s = monotonic_s() + delay_s
        while not self._is_told_to_stop.is_set() and (left_s := end_s - monotonic_s()) > 0:
            with contextlib.suppress(Empty):
                self._say_asked(self._asked.get(timeout=left_s), None)

    def _open(self) -> serial.Serial | LinkError:
        if self._is_told_to_stop.is_set():
            return LinkError("stopped")
        if self._is_another_terminal():
            return LinkError("another terminal has this name now; it is left alone")
        try:
            return serial.serial_for_url(
                self._port_name,
                baudrate=self._protocol.baud,
                parity=self._protocol.parity,
                timeout=READ_S,
                write_timeout=WRITE_S,
                exclusive=True,
            )
        except _CANNOT_OPEN as failure:
            return explained(self._port_name, failure)

    def _is_another_terminal(self) -> bool:
        """Whether a pty's number was given to somebody else since it was first open.

        A name (a link) that was made anew meanwhile is the user's word that it may be another.
        """
        try:
            if not os.path.realpath(self._port_name).startswith(_PTS):
                return False
            is_link = os.path.islink(self._port_name)
            named = os.lstat(self._port_name).st_ctime_ns if is_link else 0
            made = os.stat(self._port_name).st_ctime_ns
        except OSError:
            return False  # not there: opening says so
        before, self._seen = self._seen, (named, made)
        if before is None or before[1] == made or before[0] != named:
            return False
        self._seen = before
        return True

    def _converse(self, port: serial.Serial) -> LinkError | None:
        """Talk until told to stop, then None, or until the port breaks, then why."""
        try:
            self._exchange(port)
        except _BROKEN as failure:
            log.info("port %s broke: %s", self._name, failure)
            return LinkError("the connection broke off: is the cable plugged in?")
        except Exception as failure:  # we failed: the top of this thread
            what = f"port {self._name}: {type(failure).__name__}: {failure}"
            self._inbox.put(EngineFaulted(at=self._clock.now(), what=what))
            return LinkError("the program failed on this port")
        finally:
            self._close(port)
        return None

    def _exchange(self, port: serial.Serial) -> None:
        descriptor = _descriptor(port)
        if "://" not in self._port_name:
            port.reset_input_buffer()  # what waited is old
        self._write(port, self._talk.open())
        still_s = 0.0
        while not self._is_told_to_stop.is_set():
            wait_s = min(READ_S, self._talk.wait_s())
            chunk = _read(port, descriptor, wait_s)
            if chunk:
                self._talk.hear(chunk)
                self._pass_on(chunk)
            still_s = 0.0 if chunk else still_s + wait_s
            if still_s >= READ_S:
                self._talk.pause()
            self._write(port, self._talk.to_say())
            while not self._asked.empty():
                self._say_asked(self._asked.get(), port)
        self._write(port, self._talk.farewell())

    def _pass_on(self, chunk: bytes) -> None:
        """Give what was read to whoever keeps it; their trouble must not cost the link."""
        if self._tap is None:
            return
        try:
            self._tap(self._name, self._clock.now(), chunk)
        except Exception as failure:
            self._tap = None
            log.error("port %s is not captured: %s", self._name, type(failure).__name__)

    def _say_asked(self, verb: DeviceVerb | None, port: serial.Serial | None) -> None:
        asked = self._talk.ask(verb) if verb else b""
        if verb and port and asked and not self._write(port, asked):
            self._talk.refuse("it takes no bytes")

    def _write(self, port: serial.Serial, said: bytes) -> bool:
        """Whether the port took the bytes; what nobody takes is lost, as on a wire."""
        if not said:
            return True
        descriptor = _descriptor(port)
        if descriptor is not None and not select.select([], [descriptor], [], 0)[1]:
            return False
        try:
            port.write(said)
        except serial.SerialTimeoutException:
            return False
        return True

    def _close(self, port: serial.Serial | LinkError) -> None:
        if isinstance(port, LinkError):
            return
        connection = getattr(port, "_socket", None)  # serial forgets it unclosed if the peer did
        try:
            port.close()
        except _BROKEN as failure:
            log.info("port %s did not close: %s", self._name, failure)
        if connection is not None:
            connection.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class PortFound:
    """A serial port of this computer; `is_allowed`: this user may read and write it."""

    name: str
    description: str
    is_allowed: bool


def serial_ports() -> list[PortFound]:
    """The ports that are hardware; none of them is opened."""
    return [
        PortFound(
            name=each.device,
            description=each.description,
            is_allowed=os.name != "posix" or os.access(each.device, os.R_OK | os.W_OK),
        )
        for each in list_ports.comports()
        if each.hwid not in _NO_HARDWARE_ID
    ]


def mode_of(port: str) -> Mode:
    """Real for a serial port that is hardware; a pty and any network address are simulated."""
    if "://" in port:
        return Mode.SIMULATED
    path = os.path.realpath(port) if os.path.exists(port) else port
    if _HARDWARE.fullmatch(path):
        return Mode.REAL
    known = {info.device: info.hwid for info in list_ports.comports()}
    return Mode.SIMULATED if known.get(path) in _NO_HARDWARE_ID else Mode.REAL


def _descriptor(port: serial.Serial) -> int | None:
    """What the system can wait for; None on Windows and for ports made of nothing but memory."""
    if os.name != "posix":
        return None
    try:
        return int(port.fileno())
    except (AttributeError, OSError):
        return None


def _read(port: serial.Serial, descriptor: int | None, wait_s: float) -> bytes:
    """What came, as soon as anything comes; empty after `wait_s` real seconds without."""
    if descriptor is None:
        first = port.read(1)
        return bytes(first + port.read(port.in_waiting)) if first else b""
    if not select.select([descriptor], [], [], wait_s)[0]:
        return b""
    chunk = os.read(descriptor, CHUNK_BYTES)
    if not chunk:
        raise serial.SerialException("nobody is at the other end")
    return chunk
