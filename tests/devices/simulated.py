"""A simulator in its own process and a small host that reads it, for tests."""

import contextlib
import os
import select
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from devices.protocols.catalogue import CATALOGUE
from kmonitor.clock import SystemClock, monotonic_s
from kmonitor.effects import DeviceVerb
from kmonitor.metrics import Metric
from kmonitor.vitals import FrameFault, Mode, NumericReading, Reading, WaveBlock

CHECKOUT = Path(__file__).resolve().parents[2]
LIMIT_S = 20.0  # real time a test waits for what must come
R = TypeVar("R")
_PROGRAM = "import sys; from devices.simulator.run import main; sys.exit(main())"


def start(*arguments: str, stdin: int | None = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *arguments],
        cwd=CHECKOUT,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.communicate()


@contextlib.contextmanager
def simulator(*arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A running simulator and the port of its first line, without the protocol."""
    process = start(*arguments)
    try:
        yield process, address(process)
    finally:
        end(process)


def address(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout
    line = process.stdout.readline().decode()
    assert line, process.stderr and process.stderr.read()
    return line.strip().rpartition(":")[0]


class Host:
    """Opens a pseudo-serial port as a computer does and decodes what comes."""

    def __init__(self, port: str, protocol: str, *, speed: float = 1.0) -> None:
        self.clock = SystemClock(speed)
        self.began = self.clock.now()
        self.readings: list[Reading] = []
        self.faults: list[FrameFault] = []
        self.bytes_read = 0
        self.samples: list[int | None] = []
        self.last: dict[Metric, NumericReading] = {}
        self.counts: Counter[Metric] = Counter()
        self._decoder = CATALOGUE[protocol].decoder(Mode.SIMULATED)
        self._talk = CATALOGUE[protocol].host()
        self._file = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        self._alive_s = -1.0
        self.keeps_alive = True

    def greet(self) -> None:
        self.began = self.clock.now()
        os.write(self._file, self._talk.greeting())

    def bid_farewell(self) -> None:
        os.write(self._file, self._talk.farewell())

    def start_cuff(self) -> None:
        command = self._talk.command(DeviceVerb.START_CUFF)
        assert command
        os.write(self._file, command)

    def read_until(self, is_enough: Callable[[], bool], *, limit_s: float = LIMIT_S) -> bool:
        """Read and keep alive until it is enough; False when the time is over."""
        return read_until([self], is_enough, limit_s=limit_s)

    def fileno(self) -> int:
        return self._file

    def turn(self) -> None:
        """Keep alive and read what is there."""
        self._keep_alive()
        self._read()

    def passed_s(self) -> float:
        """Patient time since the greeting."""
        return self.clock.now().seconds_since(self.began)

    def of(self, kind: type[R]) -> list[R]:
        return [reading for reading in self.readings if isinstance(reading, kind)]

    def close(self) -> None:
        os.close(self._file)

    def _keep_alive(self) -> None:
        if self.keeps_alive and self.passed_s() - self._alive_s >= 1.0:
            self._alive_s = self.passed_s()
            os.write(self._file, self._talk.keep_alive())

    def _read(self) -> None:
        try:
            chunk = os.read(self._file, 65536)
        except BlockingIOError:
            return
        self.bytes_read += len(chunk)
        for found in self._decoder.feed(chunk, self.clock.now()):
            if isinstance(found, FrameFault):
                self.faults.append(found)
            elif isinstance(found, WaveBlock):
                self.samples += found.samples
            elif not isinstance(found, NumericReading) or self._is_news(found):
                self.readings.append(found)

    def _is_news(self, found: NumericReading) -> bool:
        """Whether it differs from the last of its metric; sixty a second are too many to keep."""
        self.counts[found.metric] += 1
        last = self.last.get(found.metric)
        self.last[found.metric] = found
        return last is None or (last.value, last.reason) != (found.value, found.reason)


def read_until(
    hosts: Sequence[Host], is_enough: Callable[[], bool], *, limit_s: float = LIMIT_S
) -> bool:
    """Let all hosts read and keep alive until it is enough; False when the time is over."""
    end_s = monotonic_s() + limit_s
    while monotonic_s() < end_s:
        if is_enough():
            return True
        select.select(hosts, [], [], 0.02)
        for host in hosts:
            host.turn()
    return False
