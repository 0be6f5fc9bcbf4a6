"""The only way into the record: each row that is written gets its link, each commit its head.

The head is read inside the transaction, so several connections may write by turns.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from kmonitor.clock import Clock, SystemClock
from kmonitor.store import schema
from kmonitor.store.chain import Head, digest_of, link_mac, live_mac
from kmonitor.store.gone import number_after_gone
from kmonitor.store.table import NEVER

_READ_HEAD = (
    "SELECT link, link_mac, nr, live_mac, mac, (SELECT max(link) FROM chain) FROM chain_head"
)
_NO_PROOF = b""  # the mac of a head that was not ours when we found it; it stays so
_Links = tuple[int, int, str, str, bytes, bytes]
_Mark = tuple[Head, int]


@contextmanager
def writing(
    connection: sqlite3.Connection, chain_key: bytes, clock: Clock | None = None
) -> Iterator[Scribe]:
    """One transaction: all that the scribe is given, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        scribe = Scribe(connection, chain_key, clock or SystemClock())
        yield scribe
        scribe.finish()
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLITE_FULL has already rolled back
            connection.rollback()
        raise


class Scribe:
    """Adds rows with their links inside a running transaction; `finish` before its commit."""

    def __init__(self, connection: sqlite3.Connection, chain_key: bytes, clock: Clock) -> None:
        self.connection = connection
        self.utc_ms = clock.now().utc_ms
        self._chain_key = chain_key
        self._links: list[_Links] = []
        self.head, self._is_proven = self._read_head()
        self._was = self.head

    def insert(self, table: str, **columns: object) -> int:
        """Add one row, columns that are not named are NULL; its rowid, where the table has one."""
        row = tuple(columns.pop(name, None) for name in schema.columns_of(table))
        if columns:
            raise LookupError(f"{table} has no column {', '.join(columns)}")
        return self.add(table, row)

    def insert_all(
        self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> None:
        """Add many rows of the same columns."""
        for row in rows:
            self.insert(table, **dict(zip(columns, row, strict=True)))

    def add(self, table: str, row: tuple[object, ...]) -> int:
        """Add one row of all the table's columns in their order; as `insert`."""
        names, key = schema.columns_of(table), schema.BY_NAME[table].keys[0]
        if row[0] is None and schema.BY_NAME[table].may_go != NEVER:
            row = (number_after_gone(self.connection, table), *row[1:])
        number = self.connection.execute(insertion(table), row).lastrowid or 0
        if row[0] is None and key == names[:1]:
            row = (number, *row[1:])
        self.link(table, row)
        return number

    def link(self, table: str, row: Sequence[object]) -> None:
        """Chain a row that is in its table already: for migrations and copies."""
        digest = digest_of(self._chain_key, table, row)
        link, name = self.head.link + 1, key_of(table, row)
        mac = link_mac(
            self._chain_key,
            self.head.link_mac,
            link=link,
            utc_ms=self.utc_ms,
            tab=table,
            key=name,
            digest=digest,
        )
        self._links.append((link, self.utc_ms, table, name, digest, mac))
        self.head = Head(link, mac, self.head.nr, self.head.live_mac)

    def add_live(self, table: str, row: Sequence[object]) -> None:
        """Add a row of the running minute; `row` is without its `nr` and its mac."""
        nr, names = self.head.nr + 1, schema.columns_of(table)
        place = names.index("nr")
        fields = (*row[:place], nr, *row[place:])
        mac = live_mac(self._chain_key, self.head.live_mac, table, fields)
        self.connection.execute(insertion(table), (*fields, mac))
        self.head = Head(self.head.link, self.head.link_mac, nr, mac)

    def live_mac_of(self, table: str, fields: Sequence[object], before: bytes) -> bytes:
        """The mac that a live row behind the mac `before` must have."""
        return live_mac(self._chain_key, before, table, fields)

    def mark(self) -> _Mark:
        """Where the scribe stands, for `back_to` when a savepoint is rolled back."""
        return self.head, len(self._links)

    def back_to(self, mark: _Mark) -> None:
        """Forget what came since."""
        self.head = mark[0]
        del self._links[mark[1] :]

    def finish(self) -> None:
        """Write the links and the new head."""
        if self.head == self._was:
            return
        if self._links:
            self.connection.executemany(insertion("chain"), self._links)
            self._links.clear()
        head = self.head
        mac = head.mac(self._chain_key) if self._is_proven else _NO_PROOF
        self.connection.execute(
            "UPDATE chain_head SET link = ?, link_mac = ?, nr = ?, live_mac = ?, mac = ?",
            (head.link, head.link_mac, head.nr, head.live_mac, mac),
        )
        self._was = head

    def _read_head(self) -> tuple[Head, bool]:
        """The head, and whether it proves itself; one that does not is never mended.

        Behind a lost head the links go on where they are, so that the record still takes rows.
        """
        found = self.connection.execute(_READ_HEAD).fetchone()
        if found is None:
            self.connection.execute(insertion("chain_head"), (1, 0, b"", 0, b"", _NO_PROOF))
            found = self.connection.execute(_READ_HEAD).fetchone()
        *fields, mac, last = found
        head, last = Head(*fields), last or 0
        if mac == head.mac(self._chain_key) and last == head.link:
            return head, True
        return Head(max(last, head.link), head.link_mac, head.nr, head.live_mac), False


@cache
def insertion(table: str) -> str:
    """The statement that adds a row of all columns."""
    columns = schema.columns_of(table)
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  # our names


def key_of(table: str, row: Sequence[object]) -> str:
    """How a link names its row: the values of the primary key."""
    names = schema.columns_of(table)
    return ".".join(str(row[names.index(column)]) for column in schema.BY_NAME[table].keys[0])
