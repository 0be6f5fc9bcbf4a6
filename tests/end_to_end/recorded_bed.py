"""A bed that is monitored and recorded under a key, for tests in which its disk fails."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kmonitor.alarms.conditions import Condition
from kmonitor.clock import SystemClock
from kmonitor.events import Event, NoteWritten, SessionEnded
from kmonitor.limit_sets import load_default
from kmonitor.metrics import Metric
from kmonitor.monitor import Monitor, Observer
from kmonitor.session_state import Session
from kmonitor.store.connection import open_record, reading
from kmonitor.store.keys import RecordKeys
from kmonitor.store.reader import RecordReader
from kmonitor.store.verify import verify
from kmonitor.store.writer import RecordWriter
from tests import builders
from tests.monitor_looker import Looker

_MUCH = "UPDATE checkpoint SET body = zeroblob(1000000)"
SPEED = 10  # so that the delays of alarms pass quickly; the disk's seconds are real ones


class TightDisk:
    """Opens a keyed record that grows no further while the disk is full.

    With `fills_while` only from the statement on that begins so, in whatever transaction.
    """

    def __init__(self, keys: RecordKeys, *, fills_while: str = "BEGIN") -> None:
        self.is_full = False
        self.refused = threading.Event()
        self._keys = keys
        self._begins = fills_while

    def __call__(self, path: Path) -> Any:
        disk, connection = self, open_record(path, self._keys)

        class Watched:
            def __getattr__(self, name: str) -> Any:
                return getattr(connection, name)

            def execute(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
                return disk.execute(connection, sql, values)

        return Watched()

    def execute(
        self, connection: sqlite3.Connection, sql: str, values: Sequence[object]
    ) -> sqlite3.Cursor:
        """As the connection does, with as much room as there is."""
        if sql.startswith("BEGIN"):
            connection.execute("PRAGMA max_page_count = 1000000")
        if self.is_full and sql.startswith(self._begins):
            connection.execute("PRAGMA max_page_count = 1")  # no more than there are
        try:
            if self.is_full and sql.startswith(self._begins) and connection.in_transaction:
                connection.execute(_MUCH)  # what is free inside the file is taken
            return connection.execute(sql, values)
        except Exception as error:
            if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL:
                self.refused.set()
            raise


class RecordedBed:
    """Monitor, record and an oximeter that tells its numbers each second of the patient."""

    def __init__(
        self,
        path: Path,
        keys: RecordKeys,
        *,
        opener: Callable[[Path], Any] | None = None,
        observers: Sequence[Observer] = (),
    ) -> None:
        self.path, self.keys, self.clock, self.looker = path, keys, SystemClock(SPEED), Looker()
        self.spo2 = 97.0
        self.monitor = Monitor(
            clock=self.clock, limits=load_default(), observers=[self.looker, *observers]
        )
        self.record = RecordWriter(
            path, inbox=self.monitor, clock=self.clock, keys=keys, opener=opener
        )
        self.monitor.keep_in(self.record)
        self.session_id = builders.opened(self.clock.now()).session_id
        self._stopping = threading.Event()
        self._oximeter = threading.Thread(target=self._tell, name="oximeter")

    def __enter__(self) -> RecordedBed:
        self.monitor.start(builders.opened(self.clock.now()))
        self.monitor.put(builders.link(self.clock.now()))
        self._oximeter.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._oximeter.join()
        self.monitor.stop()

    def _tell(self) -> None:
        while not self._stopping.wait(1 / SPEED):
            for metric, shown in ((Metric.SPO2, self.spo2), (Metric.PULSE_RATE, 72.0)):
                self.put(builders.reading(self.clock.now(), metric, shown))

    def put(self, event: Event) -> None:
        self.monitor.put(event)

    def note(self, words: str) -> None:
        self.put(NoteWritten(at=self.clock.now(), author="N1", text=words))

    def end(self) -> None:
        self.put(SessionEnded(at=self.clock.now(), author="N1"))

    def wait(self, is_so: Callable[[Session], bool], within_s: float = 20) -> Session:
        session: Session = self.looker.wait_for(is_so, within_s)
        return session

    def wait_until_saved(self, within_s: float = 20) -> None:
        """All that there is now."""
        seq = self.looker.snapshots[-1].seq
        self.wait(lambda session: session.record.committed_seq >= seq, within_s)

    def wait_for_alarm(self, condition: Condition, within_s: float = 20) -> None:
        self.wait(lambda s: any(a.condition is condition for a in s.presented_alarms), within_s)

    def rows(self) -> list[int]:
        """What is on disk, by sequence."""
        reader = RecordReader(self.path, self.keys)
        return [seq for seq, _ in reader.rows(self.session_id)]

    def seals(self) -> int:
        """How often rows were sealed."""
        with reading(self.path, self.keys) as connection:
            (count,) = connection.execute("SELECT count(*) FROM seal").fetchone()
        return int(count)

    def assert_nothing_false_was_said(self) -> None:
        """Whatever was told to be saved is there."""
        said = max(self.looker.commits, default=0)
        assert set(range(1, said + 1)) <= set(self.rows())

    def assert_all_is_there(self) -> None:
        """After the end: each row that the monitor made, in a record that verifies."""
        assert self.rows() == [row.seq for row in self.looker.rows]
        assert verify(self.path, self.keys).findings == ()
