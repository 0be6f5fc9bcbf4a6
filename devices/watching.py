"""The body of `watch`: a session without a window, from opening to its last commit."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import sys
import threading
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from devices.hub import DeviceHub
from devices.json_lines import line_of
from devices.link import SerialLink
from devices.watch_lines import row_line, status_line
from kmonitor import limit_sets
from kmonitor.clock import Clock, SystemClock, monotonic_s
from kmonitor.effects import PersistRow
from kmonitor.errors import LinkError, StoreError
from kmonitor.events import SessionEnded, SessionOpened
from kmonitor.monitor import Monitor
from kmonitor.people import WATCHER
from kmonitor.session import Session
from kmonitor.store.connection import default_path
from kmonitor.store.house import House
from kmonitor.store.unlocking import house_for_words
from kmonitor.vitals import WaveBlock

STATUS_EVERY_S = 10.0
LAST_LINES_S = 2.0
FIRST_COMMIT_S = 5.0
MOST_WAITING_LINES = 100_000
NO_SOUND = "No alarm sound: `watch` tells alarms in words only."
_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchAsked:
    """What stands on the command line."""

    ports: Sequence[str]
    seconds: float | None
    speed: float
    db: Path | None
    is_json: bool
    is_passphrase_from_stdin: bool = False


class Ending:
    """Wakes the one who waits for the end, from a signal or from any thread.

    A signal may reach any thread of the process, so the system itself writes into a socket.
    """

    def __init__(self) -> None:
        self._heard, self._said = socket.socketpair()
        self._said.setblocking(False)

    def ask(self) -> None:
        """Ask for the end; may be called in a signal handler."""
        with contextlib.suppress(OSError):
            self._said.send(b"!")

    def wait(self, real_s: float) -> bool:
        """Whether the end was asked for within so many real seconds."""
        return bool(select.select([self._heard], [], [], real_s)[0])

    @contextlib.contextmanager
    def by_signals(self) -> Iterator[None]:
        """Let signals ask for it; without this they would end the process at once."""
        before = {}
        for name in _ENDING:
            number = getattr(signal, name, None)
            if number is not None:
                before[number] = signal.signal(number, lambda *_: None)
        woken_before = signal.set_wakeup_fd(self._said.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(woken_before)
            for number, handler in before.items():
                signal.signal(number, handler)

    def close(self) -> None:
        """Give the sockets back."""
        self._heard.close()
        self._said.close()


class Printer:
    """Prints in a thread of its own, as a reader that stalls must not delay an alarm."""

    def __init__(self, ending: Ending) -> None:
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._ending = ending
        self._left_out = 0
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)
        self._thread.start()

    def say(self, line: str) -> None:
        """Hand over a line; never blocks."""
        if self._lines.qsize() >= MOST_WAITING_LINES:
            self._left_out += 1
            return
        if self._left_out:
            self._lines.put(line_of({"type": "left_out", "lines": self._left_out}))
            self._left_out = 0
        self._lines.put(line)

    def stop(self) -> None:
        """Print what waits, as far as anybody reads it within two seconds."""
        self._lines.put(None)
        self._thread.join(LAST_LINES_S)

    def _run(self) -> None:
        try:
            while (line := self._lines.get()) is not None:
                print(line, flush=True)
        except (BrokenPipeError, ValueError):  # nobody reads any more
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self._ending.ask()


class Lines:
    """Looks on at the session and says a JSON line for each row and commit."""

    def __init__(self, printer: Printer, *, is_json: bool) -> None:
        self._printer = printer
        self._is_json = is_json
        self._session: Session | None = None
        self._opened: SessionOpened | None = None
        self._highest_seq = self._committed_seq = 0
        self._has_answered = threading.Event()

    def check_record(self) -> None:
        """Wait for the record's first word; raises StoreError if nothing can be written."""
        self._has_answered.wait(FIRST_COMMIT_S)
        if self._committed_seq == 0:
            raise StoreError(self._failure() or "The record's disk does not answer.")

    def check_all_written(self) -> None:
        """After the end; raises StoreError if rows are missing in the record."""
        missing = self._highest_seq - self._committed_seq
        if missing > 0:
            raise StoreError(f"{missing} rows are missing in the record. {self._failure()}".strip())

    def _failure(self) -> str:
        return self._session.record.failing_reason if self._session is not None else ""

    def on_snapshot(self, session: Session) -> None:
        """Keep the session for the next status line."""
        self._session = session
        if session.record.failing_since is not None:
            self._has_answered.set()

    def on_wave(self, link: str, block: WaveBlock) -> None:
        """Waves are recorded, not printed."""

    def on_row(self, row: PersistRow) -> None:
        """Say a line for the row."""
        self._highest_seq = row.seq
        if isinstance(row.row, SessionOpened):
            self._opened = row.row
        if self._is_json and self._opened is not None:
            self._printer.say(row_line(row, self._opened.at))
        elif isinstance(row.row, SessionOpened):
            opened = row.row
            self._printer.say(f"Session {opened.session_id}, limits: {opened.limit_set}")

    def on_commit(self, seq: int) -> None:
        """Say up to where all is on disk."""
        self._committed_seq = seq
        self._has_answered.set()
        if self._is_json:
            self._printer.say(line_of({"type": "commit", "seq": seq}))

    def say_status(self) -> None:
        """Say the present state, if lines are for people."""
        if not self._is_json and self._session is not None:
            self._printer.say(status_line(self._session))


def _say_that_nothing_sounds() -> None:
    """To whoever sits at a terminal; a program that reads us knows the words."""
    if sys.stderr is not None and sys.stderr.isatty():
        print(NO_SOUND, file=sys.stderr, flush=True)


def watch_ports(asked: WatchAsked) -> None:
    """Run one session until a signal or the end of its seconds; raises WorldError."""
    clock = SystemClock(asked.speed)
    limits = limit_sets.load_default()
    ending = Ending()
    printer = Printer(ending)
    try:
        lines = Lines(printer, is_json=asked.is_json)
        monitor = Monitor(clock=clock, limits=limits, observers=(lines,))
        with (
            ending.by_signals(),
            contextlib.ExitStack() as houses,
            _prepared(asked.ports, monitor, clock) as links,
        ):
            modes = {link.mode for link in links}
            if len(modes) > 1:
                raise LinkError("One session takes either real or simulated ports, not both.")
            house = houses.enter_context(_house(asked))
            monitor.keep_in(house.writer(inbox=monitor, clock=clock))
            for link in links:
                monitor.attach(link)
            opened = SessionOpened(
                at=clock.now(), author=WATCHER.person_id, session_id=str(uuid.uuid4()),
                mode=modes.pop(), chair="", zone=_zone(), limit_set=limits.name,
            )  # fmt: skip
            _say_that_nothing_sounds()
            monitor.start(opened)
            try:
                lines.check_record()
                _wait(ending, asked.seconds, lines)
            finally:
                for link in links:
                    link.stop()  # before the end, so that the last link states are in the record
                monitor.put(SessionEnded(at=clock.now(), author=WATCHER.person_id))
                monitor.stop()
                lines.say_status()
            lines.check_all_written()
    finally:
        printer.stop()
        ending.close()


@contextlib.contextmanager
def _house(asked: WatchAsked) -> Iterator[House]:
    """The record to write, with its key; what a person must know of it goes to stderr."""
    path = asked.db or default_path()
    house = house_for_words(path, is_from_stdin=asked.is_passphrase_from_stdin)
    try:
        for note in house.notes:
            print(note, file=sys.stderr)
        yield house
    finally:
        house.close()


@contextlib.contextmanager
def _prepared(ports: Sequence[str], monitor: Monitor, clock: Clock) -> Iterator[list[SerialLink]]:
    """Links whose ports are open; all are closed at the end, also when one cannot be opened."""
    hub = DeviceHub()
    links = [hub.link(port, clock=clock, inbox=monitor) for port in ports]
    opened: list[SerialLink] = []
    try:
        for link in links:
            link.prepare()
            opened.append(link)
        yield links
    finally:
        for link in opened:
            link.stop()


def _wait(ending: Ending, seconds: float | None, lines: Lines) -> None:
    begun_s = status_s = monotonic_s()
    while True:
        now_s = monotonic_s()
        if seconds is not None and now_s - begun_s >= seconds:
            return
        if now_s >= status_s:
            lines.say_status()
            status_s += STATUS_EVERY_S
        until_s = status_s if seconds is None else min(status_s, begun_s + seconds)
        if ending.wait(max(0.0, until_s - now_s)):
            return


def _zone() -> str:
    """The name of this computer's time zone, UTC where it has none."""
    named = os.environ.get("TZ", "").removeprefix(":")
    place = os.path.realpath("/etc/localtime")
    return named or place.partition("zoneinfo/")[2] or "UTC"
