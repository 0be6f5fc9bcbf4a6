"""What the monitors sent, byte for byte, in a ring beside the record and under the same key.

It serves to find out later what a device did. It never holds up or harms the record: one thread,
one connection, a bounded wait, and where the disk fails the bytes are let go.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

from kmonitor.clock import Instant, boot_id, monotonic_s
from kmonitor.errors import StoreError
from kmonitor.store.beside import Shape, captures_path, shape_of, shm_path, wal_path
from kmonitor.store.connection import (
    Connection,
    Damaged,
    connect_to_read,
    open_keyed,
    plainly,
)
from kmonitor.store.keys import RecordKeys

log = logging.getLogger(__name__)

APPLICATION_ID = 0x6B6D6362  # "kmcb"
VERSION = 1
DEFAULT_MB = 64
BLOCK_S = 1.0
ENDS_WITHIN_S = 3.0
MOST_WAITING_CHUNKS = 4096
MOST_WAITING_BYTES = 8_000_000
KEPT_FREE_BYTES = 500_000_000  # on the disk, for the record
_LOG_FILE_LIMIT = 4_000_000
_ROWS_AT_A_TIME = 16
_LAST_TRIES = 2
_NOT_A_DATABASE = 26  # SQLITE_NOTADB
_TABLE = (
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {VERSION}",
    """CREATE TABLE capture (
    number INTEGER PRIMARY KEY,
    session TEXT NOT NULL,
    link TEXT NOT NULL,
    boot TEXT NOT NULL,
    utc_ms INTEGER NOT NULL,
    mono_ns INTEGER NOT NULL,
    content BLOB NOT NULL) STRICT""",
    "CREATE INDEX capture_by_session ON capture (session, link, number)",
)
_INSERT = (
    "INSERT INTO capture (session, link, boot, utc_ms, mono_ns, content) VALUES (?, ?, ?, ?, ?, ?)"
)
_DROP_OLDEST = (
    "DELETE FROM capture WHERE number <= "
    "(SELECT max(number) FROM (SELECT number FROM capture ORDER BY number LIMIT ?))"
)


@dataclass(slots=True, kw_only=True)
class Block:
    """What came on one link in a second; `at` is when its first byte came."""

    link: str
    at: Instant
    content: bytearray = field(default_factory=bytearray)


class CaptureWriter:
    """Takes what the ports read, as `ports.Captures`; begins at once, the file opens later.

    `keys` is asked before each try to open and raises Locked while nobody has given the key.
    """

    def __init__(
        self,
        record: Path,
        *,
        keys: Callable[[], RecordKeys | None],
        session_id: str,
        limit_mb: int = DEFAULT_MB,
    ) -> None:
        self._path = captures_path(record)
        self._keys = keys
        self._session_id = session_id
        self._limit_bytes = limit_mb * 1_000_000
        self._boot = boot_id()
        self._heard: SimpleQueue[tuple[str, Instant, bytes] | None] = SimpleQueue()
        self._open_blocks: dict[str, Block] = {}
        self._waiting: deque[Block] = deque()
        self._connection: Connection | None = None
        self._is_failing = False
        self._thread = threading.Thread(target=self._run, name="captures", daemon=True)
        self._thread.start()

    def __call__(self, link: str, at: Instant, chunk: bytes) -> None:
        """Take over what a port read; never blocks, never raises."""
        if self._heard.qsize() < MOST_WAITING_CHUNKS:
            self._heard.put((link, at, chunk))

    def stop(self) -> None:
        """Write what waits and close; returns then, or after three seconds."""
        self._heard.put(None)
        self._thread.join(ENDS_WITHIN_S)

    def _run(self) -> None:
        try:
            while self._take():
                self._write()
            for _ in range(_LAST_TRIES):
                self._write()
        except Exception as failure:  # the top of this thread
            log.info("nothing is captured any more: %s", type(failure).__name__)
        finally:
            self._close()

    def _take(self) -> bool:
        """Gather for a second; False at the end."""
        end_s = monotonic_s() + BLOCK_S
        with suppress(Empty):
            while (left_s := end_s - monotonic_s()) > 0:
                heard = self._heard.get(timeout=left_s if self._has_something else None)
                if heard is None:
                    return False
                if not self._has_something:
                    end_s = monotonic_s() + BLOCK_S
                self._add(*heard)
        return True

    @property
    def _has_something(self) -> bool:
        return bool(self._open_blocks or self._waiting)

    def _add(self, link: str, at: Instant, chunk: bytes) -> None:
        block = self._open_blocks.get(link)
        if block is None or at.seconds_since(block.at) >= BLOCK_S:
            if block is not None:
                self._waiting.append(block)
            block = self._open_blocks[link] = Block(link=link, at=at)
        block.content += chunk

    def _write(self) -> None:
        self._waiting += self._open_blocks.values()
        self._open_blocks.clear()
        if not self._waiting:
            return
        try:
            keys = self._keys()
            with plainly(self._path, keys):
                if self._connection is None:
                    self._path.parent.mkdir(parents=True, exist_ok=True)
                    self._connection = _opened(self._path, keys)
                self._store(self._connection)
        except StoreError as failure:
            self._fail(failure)
            return
        self._waiting.clear()
        if self._is_failing:
            log.info("capturing goes on")
        self._is_failing = False

    def _store(self, connection: Connection) -> None:
        limit = self._limit_bytes
        if shutil.disk_usage(self._path.parent).free < KEPT_FREE_BYTES:
            limit = min(limit, used_bytes(connection))
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.executemany(
                _INSERT,
                [
                    (self._session_id, each.link, self._boot, each.at.utc_ms, each.at.mono_ns,
                     bytes(each.content))
                    for each in self._waiting
                ],
            )  # fmt: skip
            while used_bytes(connection) > limit:
                if connection.execute(_DROP_OLDEST, (_ROWS_AT_A_TIME,)).rowcount <= 0:
                    break
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _fail(self, failure: StoreError) -> None:
        if not self._is_failing:
            log.info("captures are not written: %s", failure)
        self._is_failing = True
        self._close()
        if _is_useless(failure) and self._path.is_file():
            with suppress(OSError):
                _put_aside(self._path)
        too_many = sum(len(each.content) for each in self._waiting) - MOST_WAITING_BYTES
        while too_many > 0:
            too_many -= len(self._waiting.popleft().content)

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(StoreError), plainly(self._path):
                connection.close()


def capture_bytes(
    record: Path, keys: RecordKeys | None, session_id: str, link: str
) -> Iterator[tuple[Instant, bytes]]:
    """What `link` sent in a session, a second at a time, as far as the ring still holds it."""
    path = captures_path(record)
    if not path.exists():
        return
    with plainly(path, keys), closing(connect_to_read(path, keys)) as connection:
        for utc_ms, mono_ns, content in connection.execute(
            "SELECT utc_ms, mono_ns, content FROM capture WHERE session = ? AND link = ? "
            "ORDER BY number",
            (session_id, link),
        ):
            yield Instant.from_stored(mono_ns, utc_ms), content


def used_bytes(connection: Connection) -> int:
    """What the rows take; free pages of the file are used again before it grows."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    return (int(pages) - int(free)) * int(size)  # under a key the size comes as text


def forget_captures(record: Path, keys: RecordKeys | None, session_id: str) -> None:
    """Remove what was captured in a session whose rows are removed too; raises StoreError."""
    path = captures_path(record)
    if not path.exists():
        return
    with plainly(path, keys), closing(open_keyed(path, keys)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("DELETE FROM capture WHERE session = ?", (session_id,))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _opened(path: Path, keys: RecordKeys | None) -> Connection:
    """The file, made where there is none; one that no key or another key fits gives way."""
    shape = shape_of(path)
    if keys is not None and shape is Shape.PLAIN:
        log.info("captures without a key give way to those with one")
        _remove(path)
    elif keys is None and shape is Shape.OPAQUE and path.is_file():
        _put_aside(path)
    connection = open_keyed(path, keys)
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA journal_size_limit = {_LOG_FILE_LIMIT}")
        _check_or_make(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_or_make(connection: Connection, path: Path) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (objects,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if (application, version) == (APPLICATION_ID, VERSION):
        return
    if application or objects:
        raise Damaged(f"{path.name} does not hold captures of this kmonitor.")
    connection.execute("BEGIN IMMEDIATE")
    for statement in _TABLE:
        connection.execute(statement)
    connection.execute("COMMIT")


def _is_useless(failure: StoreError) -> bool:
    """Whether no later try can read the file."""
    code = getattr(failure.__cause__, "sqlite_errorcode", 0) & 0xFF
    return isinstance(failure, Damaged) or code == _NOT_A_DATABASE


def _put_aside(path: Path) -> None:
    """Make room for a new file; only the newest useless one is kept."""
    log.info("captures that are of no use are put aside")
    wal_path(path).unlink(missing_ok=True)
    shm_path(path).unlink(missing_ok=True)
    path.replace(path.with_name(f"{path.stem}.aside{path.suffix}"))


def _remove(path: Path) -> None:
    for each in (wal_path(path), shm_path(path), path):
        each.unlink(missing_ok=True)
