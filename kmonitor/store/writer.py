"""The store thread: alone holds the record's connection and tells the inbox what is on disk.

One transaction each real second and one at once for an act. What cannot be written waits in
a bounded queue and is tried again each second; nothing is said to be saved before its commit.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing, suppress
from pathlib import Path
from queue import Empty, SimpleQueue

from kmonitor.clock import Clock, monotonic_s
from kmonitor.effects import PersistRow, PersistWave
from kmonitor.errors import StoreError
from kmonitor.events import CommitFailed, Committed, EngineFaulted
from kmonitor.ports import Inbox
from kmonitor.session_state import Session
from kmonitor.store.connection import PROGRAM_ERRORS, Connection, open_record, plainly
from kmonitor.store.ledger import Ledger
from kmonitor.store.stall_watch import StallWatch
from kmonitor.store.waiting import Item, OnDisk, Waiting

log = logging.getLogger(__name__)

COMMIT_EVERY_S = 1.0
FIRST_LOT = 200  # rows tried first while the disk fails; the next lots double
_LAST_TRIES = 3
_ENDS_WITHIN_S = 10.0
_LOG_FILE_LIMIT = 4_000_000  # bytes; then its pages go over into the main file


class RecordWriter:
    """The record as `ports.Record`; the constructor returns when the file is open.

    It raises StoreError in one sentence where the file cannot be opened.
    """

    def __init__(
        self,
        path: Path,
        *,
        inbox: Inbox,
        clock: Clock,
        opener: Callable[[Path], Connection] = open_record,
    ) -> None:
        self._path = path
        self._inbox = inbox
        self._clock = clock
        self._opener = opener
        self._handed_over: SimpleQueue[PersistRow | PersistWave | None] = SimpleQueue()
        self._waiting = Waiting()
        self._on_disk = OnDisk()
        self._due_s = 0.0
        self._is_failing = False
        self._rounds = 0  # counted by the store thread, read by `keep`
        self._stall = StallWatch()
        opened: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(opened,), name="store", daemon=True)
        self._thread.start()
        opened.result()

    def keep(self, row: PersistRow | PersistWave) -> None:
        """Take over a row; never blocks. News come to the inbox as commits.

        The store thread cannot say that its disk holds it up, so that is noticed here.
        """
        is_stalled = self._stall.notices(self._rounds, monotonic_s())
        self._handed_over.put(row)
        if is_stalled:
            at = self._clock.now()
            self._inbox.put(CommitFailed(at=at, reason="the disk does not answer"))

    def mark(self, session: Session) -> None:
        """The session as it stands, to resume from; never blocks."""

    def unlock(self) -> None:
        """The record's key is there now: write what waits."""

    def stop(self) -> None:
        """Write what waits, commit, close; returns when done, or after ten seconds."""
        self._handed_over.put(None)
        self._thread.join(_ENDS_WITHIN_S)
        if self._thread.is_alive():
            log.error("the record's disk does not answer; its last rows may be missing")

    def _run(self, opened: Future[None]) -> None:
        try:
            connection = self._opener(self._path)
            try:
                with plainly(self._path):
                    ledger = Ledger(connection, self._clock)
            except Exception:
                connection.close()
                raise
        except Exception as error:  # raised again on the caller's thread
            opened.set_exception(error)
            return
        opened.set_result(None)
        with closing(connection):
            self._serve(ledger)

    def _serve(self, ledger: Ledger) -> None:
        is_going_on = True
        while is_going_on:
            is_going_on, is_act = self._take()
            if is_act:
                self._commit(ledger)
            elif monotonic_s() >= self._due_s:
                self._commit(ledger)
                self._move_log_file(ledger)
            self._rounds += 1
        self._waiting.end_waves()
        for _ in range(_LAST_TRIES):
            self._commit(ledger)
        if self._waiting:
            log.info("%d rows could not be written to the record", len(self._waiting))

    def _take(self) -> tuple[bool, bool]:
        """Wait for rows, at most until the next commit is due; (is it going on, is an act there).

        All that was handed over meanwhile comes along, so acts at the same moment share a commit.
        """
        is_act = False
        wait_s = max(0.0, self._due_s - monotonic_s()) if self._waiting else None
        try:
            row = self._handed_over.get(timeout=wait_s)
            while row is not None:
                self._waiting.add(row)
                is_act = is_act or (isinstance(row, PersistRow) and row.is_act)
                row = self._handed_over.get_nowait()
        except Empty:
            return True, is_act
        return False, is_act

    def _commit(self, ledger: Ledger) -> None:
        """Write all that waits; while the disk fails, ever larger lots up to the first failure."""
        items = self._waiting.items()
        if not items:
            return
        size = FIRST_LOT if self._is_failing else len(items)
        is_further, begin = False, 0
        faults: list[str] = []
        while begin < len(items):
            lot = items[begin : begin + size]
            if not self._commit_lot(ledger, lot, faults):
                break
            is_further |= self._on_disk.add(lot)
            begin, size = begin + size, 2 * size
        else:
            self._say_committed(is_further)
        for fault in faults:
            self._say_fault(fault)
        self._due_s = monotonic_s() + COMMIT_EVERY_S

    def _commit_lot(self, ledger: Ledger, lot: list[Item], faults: list[str]) -> bool:
        """Whether the oldest waiting rows are on disk and forgotten; a failure is told."""
        try:
            faults += self._write(ledger, lot)
        except StoreError as error:
            self._say_failed(str(error))
            return False
        except Exception as error:
            if not self._is_failing:
                log.exception("the store thread failed")
                self._say_fault(f"The store thread failed: {type(error).__name__}: {error}")
            self._say_failed("The record cannot be written for a fault of the program.")
            return False
        self._waiting.forget(len(lot))
        self._rounds += 1
        return True

    def _write(self, ledger: Ledger, items: list[Item]) -> list[str]:
        with plainly(self._path):
            try:
                ledger.write(items)
            except PROGRAM_ERRORS:
                return ledger.write_apart(items)
        return []

    def _say_failed(self, reason: str) -> None:
        at = self._clock.now()
        lost = self._waiting.trim(at)
        self._is_failing = True
        self._inbox.put(CommitFailed(at=at, reason=f"{reason} {lost}" if lost else reason))

    def _say_fault(self, what: str) -> None:
        self._inbox.put(EngineFaulted(at=self._clock.now(), what=what))

    def _say_committed(self, is_further: bool) -> None:
        if is_further or self._is_failing:
            self._inbox.put(Committed(at=self._clock.now(), seq=self._on_disk.seq))
        self._is_failing = False

    def _move_log_file(self, ledger: Ledger) -> None:
        """Between two commits, so that no act waits for it; a failure shows at the next commit."""
        log_file = self._path.with_name(self._path.name + "-wal")
        with suppress(OSError, StoreError), plainly(self._path):
            if log_file.stat().st_size > _LOG_FILE_LIMIT:
                ledger.move_log_file()
