"""Rows into tables, one transaction at a time, through the connection of the store thread."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence

from kmonitor.clock import Clock, Instant
from kmonitor.effects import PersistRow
from kmonitor.events import ReadingArrived, SessionEnded, SessionOpened
from kmonitor.metrics import facts_of
from kmonitor.store.act_rows import ROW_REFUSED, ROWS_DROPPED
from kmonitor.store.anchors import AnchorKind, add_anchor, day_of, last_day
from kmonitor.store.connection import PROGRAM_ERRORS, Connection
from kmonitor.store.numbers import Numbers
from kmonitor.store.reading_rows import Fields, write_numeric
from kmonitor.store.record_facts import write_facts
from kmonitor.store.rows import fields_of, table_of
from kmonitor.store.scribe import Scribe, writing
from kmonitor.store.sealing import LiveReading, live_body
from kmonitor.store.waiting import DroppedRows, Item
from kmonitor.store.waves import WaveSecond

MOST_READINGS = 256  # in one live row


class Ledger:
    """Writes rows in order; a session begins with its `SessionOpened`, or is gone on with."""

    def __init__(
        self,
        connection: Connection,
        clock: Clock,
        chain_key: bytes,
        *,
        continues: str | None = None,
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._chain_key = chain_key
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        self._boot = write_facts(connection, clock, chain_key)
        self._numbers = Numbers()
        if continues is not None:
            self._numbers.go_on(connection, continues)
        self._anchored_day = last_day(connection)

    @property
    def session(self) -> int | None:
        """The number of the session that is being written."""
        return self._numbers.opened

    def write(self, items: Sequence[Item]) -> None:
        """All of `items` in one transaction, or nothing."""
        self._in_transaction(lambda scribe: self._insert(scribe, items))

    def write_apart(self, items: Sequence[Item]) -> list[str]:
        """As `write`, but a row that no table takes is noted in its place and told."""
        faults: list[str] = []

        def each(scribe: Scribe) -> None:
            for item in items:
                fault = self._insert_or_note(scribe, item)
                faults.extend([fault] if fault else [])

        self._in_transaction(each)
        return faults

    def also(self, write: Callable[[Scribe], object]) -> None:
        """Something else of the store thread's own, in a transaction."""
        with writing(self._connection, self._chain_key, self._clock) as scribe:
            write(scribe)

    def move_log_file(self) -> None:
        """Take the pages of the write-ahead log over into the main file."""
        self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _in_transaction(self, write: Callable[[Scribe], None]) -> None:
        before = self._numbers.copy()
        try:
            with writing(self._connection, self._chain_key, self._clock) as scribe:
                write(scribe)
                day = self._anchor_the_day(scribe)
        except BaseException:
            self._numbers = before
            raise
        self._anchored_day = day

    def _anchor_the_day(self, scribe: Scribe) -> int:
        day = day_of(scribe.utc_ms)
        if self._numbers.opened is None or day == self._anchored_day:
            return self._anchored_day
        add_anchor(scribe, AnchorKind.DAY, self._numbers.opened)
        return day

    def _insert(self, scribe: Scribe, items: Sequence[Item]) -> None:
        readings: list[LiveReading] = []
        for item in items:
            if isinstance(item, PersistRow) and isinstance(item.row, ReadingArrived):
                readings.append(self._reading(scribe, item.seq, item.row))
                if len(readings) == MOST_READINGS:
                    self._keep_readings(scribe, readings)
                continue
            if isinstance(item, PersistRow) and isinstance(item.row, SessionOpened):
                self._keep_readings(scribe, readings)
            self._insert_single(scribe, item)
        self._keep_readings(scribe, readings)

    def _reading(self, scribe: Scribe, seq: int, row: ReadingArrived) -> LiveReading:
        number, at = row.reading.value, row.at
        if (number is not None) != row.reading.validity.has_value:
            raise ValueError("a reading has a number just when its validity says so")
        if number is not None and not math.isfinite(number):
            raise ValueError("a reading's number must be finite")
        found = write_numeric(row, lambda link: self._numbers.source(scribe, link))
        return (seq, at.utc_ms, at.mono_ns, *found)

    def _keep_readings(self, scribe: Scribe, readings: list[LiveReading]) -> None:
        """One live row; the list is empty afterwards."""
        if readings:
            first, last = readings[0][0], readings[-1][0]
            row = (self._numbers.session, first, last, self._boot, live_body(readings))
            scribe.add_live("numeric_live", row)
            readings.clear()

    def _insert_or_note(self, scribe: Scribe, item: Item) -> str | None:
        before, mark = self._numbers.copy(), scribe.mark()
        self._connection.execute("SAVEPOINT one_row")
        try:
            self._insert(scribe, [item])
        except PROGRAM_ERRORS as error:
            self._connection.execute("ROLLBACK TO one_row")
            self._numbers = before
            scribe.back_to(mark)
            self._note_refused(scribe, item, error)
            return f"A row could not be stored: {type(error).__name__}: {error}"
        finally:
            self._connection.execute("RELEASE one_row")
        return None

    def _note_refused(self, scribe: Scribe, item: Item, error: Exception) -> None:
        if isinstance(item, PersistRow) and self._numbers.opened is not None:
            body = json.dumps({"row": ascii(item.row), "error": str(error)})
            note = (*self._head(item.seq, item.row.at), ROW_REFUSED, None, body)
            scribe.add("system_event", note)

    def _insert_single(self, scribe: Scribe, item: Item) -> None:
        match item:
            case PersistRow(seq=seq, row=row):
                if isinstance(row, SessionOpened):
                    self._numbers.open_session(scribe, row)
                self._numbers.know(scribe, getattr(row, "author", None), row.at)
                fields = fields_of(row, lambda link: self._numbers.source(scribe, link))
                scribe.add(table_of(row), (*self._head(seq, row.at), *fields))
            case WaveSecond():
                scribe.add_live("wave_live", self._wave(scribe, item))
            case DroppedRows():
                first, last = item.seqs[0], item.seqs[-1]
                body = json.dumps({"first": first, "last": last, "count": len(item.seqs)})
                note = (*self._head(first, item.at), ROWS_DROPPED, None, body)
                scribe.add("system_event", note)

    def _head(self, seq: int, at: Instant) -> Fields:
        return (self._numbers.session, seq, self._boot, at.utc_ms, at.mono_ns)

    def _wave(self, scribe: Scribe, wave: WaveSecond) -> Fields:
        source = self._numbers.source(scribe, wave.link)
        return (
            *(self._numbers.session, facts_of(wave.metric).mdc, source),
            *(self._numbers.next_block(), self._boot, wave.until.utc_ms, wave.until.mono_ns),
            *(wave.mode.value, wave.rate_hz, wave.samples),
        )


def ends_session(items: Sequence[Item]) -> bool:
    """Whether a session's end is among them."""
    return any(
        isinstance(item, PersistRow) and isinstance(item.row, SessionEnded) for item in items
    )
