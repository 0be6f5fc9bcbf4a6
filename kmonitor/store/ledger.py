"""Rows into tables, one transaction at a time, through the connection of the store thread."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence

from kmonitor.clock import Clock, Instant
from kmonitor.effects import PersistRow
from kmonitor.events import SessionOpened
from kmonitor.metrics import facts_of
from kmonitor.store.act_rows import ROW_REFUSED, ROWS_DROPPED
from kmonitor.store.connection import PROGRAM_ERRORS, Connection
from kmonitor.store.numbers import Numbers, insertion
from kmonitor.store.reading_rows import Fields
from kmonitor.store.record_facts import write_facts
from kmonitor.store.rows import COLUMNS, HEAD, fields_of, table_of
from kmonitor.store.waiting import DroppedRows, Item
from kmonitor.store.waves import WaveSecond

_WAVE = (
    *("session", "metric", "source", "block", "boot", "utc_ms", "mono_ns"),
    *("mode", "rate_hz", "samples"),
)


_INSERTIONS = {table: insertion(table, (*HEAD, *columns)) for table, columns in COLUMNS.items()}
_INSERTIONS["wave_live"] = insertion("wave_live", _WAVE)


class Ledger:
    """Writes rows in order; a session begins with its `SessionOpened`."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        self._boot = write_facts(connection, clock)
        self._numbers = Numbers(connection)

    def write(self, items: Sequence[Item]) -> None:
        """All of `items` in one transaction, or nothing."""
        self._in_transaction(lambda: self._insert(items))

    def write_apart(self, items: Sequence[Item]) -> list[str]:
        """As `write`, but a row that no table takes is noted in its place and told."""
        faults: list[str] = []

        def each() -> None:
            for item in items:
                fault = self._insert_or_note(item)
                faults.extend([fault] if fault else [])

        self._in_transaction(each)
        return faults

    def move_log_file(self) -> None:
        """Take the pages of the write-ahead log over into the main file."""
        self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _in_transaction(self, write: Callable[[], None]) -> None:
        before = self._numbers.copy()
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            write()
            self._connection.execute("COMMIT")
        except BaseException:
            self._numbers = before
            if self._connection.in_transaction:  # SQLITE_FULL has already rolled back
                self._connection.rollback()
            raise

    def _insert(self, items: Sequence[Item]) -> None:
        by_table: defaultdict[str, list[Fields]] = defaultdict(list)
        for item in items:
            table, fields = self._placed(item)
            by_table[table].append(fields)
        for table, rows in by_table.items():
            self._connection.executemany(_INSERTIONS[table], rows)

    def _insert_or_note(self, item: Item) -> str | None:
        before = self._numbers.copy()
        self._connection.execute("SAVEPOINT one_row")
        try:
            self._insert([item])
        except PROGRAM_ERRORS as error:
            self._connection.execute("ROLLBACK TO one_row")
            self._numbers = before
            self._note_refused(item, error)
            return f"A row could not be stored: {type(error).__name__}: {error}"
        finally:
            self._connection.execute("RELEASE one_row")
        return None

    def _note_refused(self, item: Item, error: Exception) -> None:
        if isinstance(item, PersistRow) and self._numbers.opened is not None:
            body = json.dumps({"row": ascii(item.row), "error": str(error)})
            note = (*self._head(item.seq, item.row.at), ROW_REFUSED, None, body)
            self._connection.execute(_INSERTIONS["system_event"], note)

    def _placed(self, item: Item) -> tuple[str, Fields]:
        match item:
            case PersistRow(seq=seq, row=row):
                if isinstance(row, SessionOpened):
                    self._numbers.open_session(row)
                self._numbers.know(getattr(row, "author", None), row.at)
                return table_of(row), (
                    *self._head(seq, row.at),
                    *fields_of(row, self._numbers.source),
                )
            case WaveSecond():
                return "wave_live", self._wave(item)
            case DroppedRows():
                first, last = item.seqs[0], item.seqs[-1]
                body = json.dumps({"first": first, "last": last, "count": len(item.seqs)})
                return "system_event", (*self._head(first, item.at), ROWS_DROPPED, None, body)

    def _head(self, seq: int, at: Instant) -> Fields:
        return (self._numbers.session, seq, self._boot, at.utc_ms, at.mono_ns)

    def _wave(self, wave: WaveSecond) -> Fields:
        return (
            *(self._numbers.session, facts_of(wave.metric).mdc, self._numbers.source(wave.link)),
            *(self._numbers.next_block(), self._boot, wave.until.utc_ms, wave.until.mono_ns),
            *(wave.mode.value, wave.rate_hz, wave.samples),
        )
