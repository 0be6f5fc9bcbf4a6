"""The open record in the hands of the store thread: its commits, and its upkeep between them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from kmonitor.clock import Clock, monotonic_s
from kmonitor.errors import StoreError
from kmonitor.session_state import Session
from kmonitor.store import seals
from kmonitor.store.anchors import copy_out
from kmonitor.store.beside import wal_path
from kmonitor.store.connection import (
    BUSY_TIMEOUT_S,
    PROGRAM_ERRORS,
    Connection,
    chain_key_of,
    plainly,
)
from kmonitor.store.keys import RecordKeys
from kmonitor.store.ledger import Ledger, ends_session
from kmonitor.store.scribe import Scribe
from kmonitor.store.totals import add_totals
from kmonitor.store.waiting import Item

log = logging.getLogger(__name__)

SEAL_EVERY_S = 300.0  # blocks of fewer seconds fill their pages badly
SEAL_FROM = 4000  # waiting rows; sooner only where the patient's time runs fast
_LOG_FILE_LIMIT = 4_000_000  # bytes; then its pages go over into the main file


class Shelf:
    """One record, open for one session after the other; raises StoreError in one sentence."""

    def __init__(
        self,
        path: Path,
        connection: Connection,
        *,
        clock: Clock,
        keys: RecordKeys | None,
        continues: str | None = None,
    ) -> None:
        self._path = path
        self._connection = connection
        chain_key = chain_key_of(connection, keys)
        self._ledger = Ledger(connection, clock, chain_key, continues=continues)
        self._marked: Session | None = None
        self._is_sealing = True  # what a dead process left; afterwards when it is due
        self._is_closing_books = True
        self._seal_due_s = monotonic_s() + SEAL_EVERY_S
        self._unsealed = 0
        self._is_hurt = False
        self._copied: int | None = None

    def write(self, items: Sequence[Item]) -> list[str]:
        """Commit; a row that no table takes is noted in its place, and told."""
        faults: list[str] = []
        with plainly(self._path):
            try:
                self._ledger.write(items)
            except PROGRAM_ERRORS:
                faults = self._ledger.write_apart(items)
        self._unsealed += len(items)
        if ends_session(items):
            self._is_sealing = self._is_closing_books = True
        return faults

    def mark(self, session: Session) -> None:
        """Keep the session as it stands at the next upkeep; its rows are on disk then."""
        self._marked = session

    def tend(self) -> bool:
        """One piece of upkeep, short enough that an act can wait for it; whether more is due."""
        if self._is_hurt:
            return False
        try:
            with plainly(self._path), self._without_waiting():
                return self._tend()
        except StoreError as error:  # the next commit tells it too
            log.info("the record's upkeep waits: %s", type(error).__name__)
        except PROGRAM_ERRORS:
            self._is_hurt = True
            raise
        return False

    def rest(self) -> None:
        """All upkeep that is left, at the end."""
        self._is_sealing = self._is_closing_books = True
        while self.tend():
            pass

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def _without_waiting(self) -> Iterator[None]:
        """Upkeep never waits for another program: an act may be about to come."""
        self._connection.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000:.0f}")

    def _tend(self) -> bool:
        self._move_log_file()
        if self._marked is not None:
            self._keep_mark()
            return True
        if self._is_sealing or self._is_seal_due():
            self._is_sealing = self._seal() > 0
            self._seal_due_s, self._unsealed = monotonic_s() + SEAL_EVERY_S, 0
            return True
        if self._is_closing_books:
            self._is_closing_books = False
            self._ledger.also(add_totals)
        self._copy_anchors()
        return False

    def _copy_anchors(self) -> None:
        (last,) = self._connection.execute("SELECT max(anchor) FROM anchor").fetchone()
        if last != self._copied:
            with suppress(OSError):  # one that lacks comes with the next
                copy_out(self._connection, self._path)
                self._copied = last

    def _is_seal_due(self) -> bool:
        return self._unsealed >= SEAL_FROM or monotonic_s() >= self._seal_due_s

    def _seal(self) -> int:
        sealed = 0

        def seal(scribe: Scribe) -> None:
            nonlocal sealed
            sealed = seals.seal_lot(scribe)

        self._ledger.also(seal)
        return sealed

    def _keep_mark(self) -> None:
        from kmonitor.checkpoints import encode

        session, number = self._marked, self._ledger.session
        self._marked = None
        if session is None or number is None:
            return
        try:
            body = encode(session)
        except PROGRAM_ERRORS:
            log.exception("a session could not be marked; resuming it takes longer")
            return
        row = (number, session.seq, session.now.utc_ms, body)
        self._ledger.also(
            lambda scribe: scribe.connection.execute(
                "INSERT INTO checkpoint (session, seq, utc_ms, body) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (session) DO UPDATE"
                " SET (seq, utc_ms, body) = (excluded.seq, excluded.utc_ms, excluded.body)",
                row,
            )
        )

    def _move_log_file(self) -> None:
        """Between two commits, so that no act waits for it; a failure shows at the next commit."""
        with suppress(OSError):
            if wal_path(self._path).stat().st_size > _LOG_FILE_LIMIT:
                self._ledger.move_log_file()
