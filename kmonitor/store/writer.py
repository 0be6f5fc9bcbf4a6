"""The store thread: alone holds the record's connection and tells the inbox what is on disk.

One transaction each real second and one at once for an act. What cannot be written waits in
a bounded queue and is tried again each second; nothing is said to be saved before its commit.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, SimpleQueue

from kmonitor.clock import Clock, monotonic_s
from kmonitor.effects import PersistRow, PersistWave
from kmonitor.errors import StoreError, way_of
from kmonitor.events import CommitFailed, Committed, EngineFaulted
from kmonitor.ports import Inbox
from kmonitor.session_state import Session
from kmonitor.store.connection import Connection, open_record, plainly
from kmonitor.store.hold import RecordHold
from kmonitor.store.keys import Locked, RecordKeys
from kmonitor.store.shelf import Shelf
from kmonitor.store.stall_watch import StallWatch
from kmonitor.store.waiting import Item, OnDisk, Waiting

log = logging.getLogger(__name__)

COMMIT_EVERY_S = 1.0
FIRST_LOT = 200  # rows tried first while the disk fails; the next lots double
_LAST_TRIES = 3
_ENDS_WITHIN_S = 10.0
_UNLOCK = "unlock"
_Handed = PersistRow | PersistWave | Session | str | None


class RecordWriter:
    """The record as `ports.Record`; the constructor returns when the file is open, or locked.

    It raises StoreError in one sentence where the file cannot be opened. `keys` may be a
    question that is asked anew at `unlock`; `opener` raises Locked while there are none. Without
    a `hold` it takes one of its own, and raises RecordInUse where another program has it.
    """

    def __init__(
        self,
        path: Path,
        *,
        inbox: Inbox,
        clock: Clock,
        opener: Callable[[Path], Connection] | None = None,
        keys: RecordKeys | Callable[[], RecordKeys | None] | None = None,
        continues: str | None = None,
        hold: RecordHold | None = None,
    ) -> None:
        self._path = path
        self._inbox = inbox
        self._clock = clock
        self._opener = opener
        self._keys = keys
        self._continues = continues
        self._handed_over: SimpleQueue[_Handed] = SimpleQueue()
        self._waiting = Waiting()
        self._on_disk = OnDisk(is_resumed=continues is not None)
        self._due_s = 0.0
        self._is_failing = False
        self._shelf: Shelf | None = None
        self._locked: Locked | None = None
        self._rounds = 0  # counted by the store thread, read by `keep`
        self._stall = StallWatch()
        self._own_hold = None if hold else RecordHold.take(path)
        opened: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(opened,), name="store", daemon=True)
        self._thread.start()
        opened.result()

    @property
    def is_running(self) -> bool:
        """Whether it has the record's file open."""
        return self._thread.is_alive()

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
        self._handed_over.put(session)

    def unlock(self) -> None:
        """The record's key is there now: write what waits."""
        self._handed_over.put(_UNLOCK)

    def stop(self) -> None:
        """Write what waits, commit, close; returns when done, or after ten seconds."""
        self._handed_over.put(None)
        self._thread.join(_ENDS_WITHIN_S)
        if self._thread.is_alive():
            log.error("the record's disk does not answer; its last rows may be missing")

    def _run(self, opened: Future[None]) -> None:
        try:
            self._open()
        except Exception as error:  # raised again on the caller's thread
            self._let_go()
            opened.set_exception(error)
            return
        opened.set_result(None)
        try:
            self._serve()
        finally:
            if self._shelf is not None:
                self._shelf.close()
            self._let_go()

    def _let_go(self) -> None:
        if self._own_hold is not None:
            self._own_hold.release()

    def _open(self) -> None:
        """Take the record in hand; one that is locked is waited for."""
        try:
            keys = self._keys() if callable(self._keys) else self._keys
            open_it = self._opener or (lambda path: open_record(path, keys))
            connection = open_it(self._path)
        except Locked as error:
            self._locked = error
            return
        try:
            with plainly(self._path, keys):
                self._shelf = Shelf(
                    self._path,
                    connection,
                    clock=self._clock,
                    keys=keys,
                    continues=self._continues,
                )
        except Exception:
            connection.close()
            raise
        self._locked = None

    def _serve(self) -> None:
        is_going_on = True
        while is_going_on:
            is_going_on, is_act = self._take()
            if is_act or (self._waiting and monotonic_s() >= self._due_s):
                self._commit()
            self._tend()
            self._rounds += 1
        self._waiting.end_waves()
        for _ in range(_LAST_TRIES):
            self._commit()
        if self._waiting:
            log.info("%d rows could not be written to the record", len(self._waiting))
        elif self._shelf is not None:
            self._guarded(self._shelf.rest)

    def _take(self) -> tuple[bool, bool]:
        """Wait for rows, at most until the next commit is due; (is it going on, is an act there).

        All that was handed over meanwhile comes along, so acts at the same moment share a commit.
        """
        is_act = False
        wait_s = max(0.0, self._due_s - monotonic_s()) if self._waiting else None
        try:
            thing = self._handed_over.get(timeout=wait_s)
            while thing is not None:
                is_act = self._take_over(thing) or is_act
                thing = self._handed_over.get_nowait()
        except Empty:
            return True, is_act
        return False, is_act

    def _take_over(self, thing: _Handed) -> bool:
        """Whether it asks for a commit at once."""
        match thing:
            case PersistRow() | PersistWave():
                self._waiting.add(thing)
                return isinstance(thing, PersistRow) and thing.is_act
            case Session():
                if self._shelf is not None:
                    self._shelf.mark(thing)
            case _:
                if self._locked is not None:
                    self._try_again()
                return True
        return False

    def _try_again(self) -> None:
        try:
            self._open()
        except StoreError as error:
            self._say_failed(str(error))

    def _tend(self) -> None:
        """Upkeep piece by piece, until it is done or something comes."""
        while (
            self._shelf is not None
            and not (self._waiting or self._is_failing)
            and self._handed_over.empty()
            and self._guarded(self._shelf.tend)
        ):
            self._rounds += 1

    def _guarded(self, tend: Callable[[], bool | None]) -> bool:
        try:
            return bool(tend())
        except Exception as error:
            log.error("the record's upkeep failed: %s", way_of(error))
            self._say_fault(f"The record's upkeep failed: {type(error).__name__}: {error}")
        return False

    def _commit(self) -> None:
        """Write all that waits; while the disk fails, ever larger lots up to the first failure."""
        items = self._waiting.items()
        if not items:
            return
        size = FIRST_LOT if self._is_failing else len(items)
        is_further, begin = False, 0
        faults: list[str] = []
        while begin < len(items):
            lot = items[begin : begin + size]
            if not self._commit_lot(lot, faults):
                break
            is_further |= self._on_disk.add(lot)
            begin, size = begin + size, 2 * size
        else:
            self._say_committed(is_further)
        for fault in faults:
            self._say_fault(fault)
        self._due_s = monotonic_s() + COMMIT_EVERY_S

    def _commit_lot(self, lot: list[Item], faults: list[str]) -> bool:
        """Whether the oldest waiting rows are on disk and forgotten; a failure is told."""
        try:
            faults += self._write(lot)
        except StoreError as error:
            self._say_failed(str(error))
            return False
        except Exception as error:
            if not self._is_failing:
                log.error("the store thread failed: %s", way_of(error))
                self._say_fault(f"The store thread failed: {type(error).__name__}: {error}")
            self._say_failed("The record cannot be written for a fault of the program.")
            return False
        self._waiting.forget(len(lot))
        self._rounds += 1
        return True

    def _write(self, items: list[Item]) -> list[str]:
        if self._shelf is None:
            raise StoreError(str(self._locked or "The record is locked."))
        return self._shelf.write(items)

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
