"""A damaged record is set aside under another name, whole, and a new one is begun.

Only what is surely ours is moved: what can be read as our record, or has our anchors or keys
beside it. Everything else is refused and left as it is.
"""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from kmonitor.clock import Instant
from kmonitor.errors import StoreError
from kmonitor.store import schema
from kmonitor.store.beside import (
    Shape,
    anchors_path,
    keys_path,
    lock_path,
    shape_of,
    shm_path,
    wal_path,
)
from kmonitor.store.connection import (
    DATABASE_ERROR,
    PROGRAM_ERRORS,
    Connection,
    Damaged,
    Foreign,
    Newer,
    connect_to_read,
    examining,
    open_record,
    plainly,
)
from kmonitor.store.durable import sync_folder, write_durably
from kmonitor.store.keys import RecordKeys

_CHECKED_WHOLE = 64_000_000  # bytes; a larger file is checked in full by `verify`
_LONG = ("chain", "numeric_block", "wave_block")
_NEWEST = 2_000
_BELIEVABLE = 1_000  # as the version of a program; a larger one is a damaged number
_MOVED = (wal_path, shm_path, anchors_path)  # the log first: beside a new file it would be applied


def make_usable(path: Path, keys: RecordKeys | None, at: Instant) -> Path | None:
    """Open the record for writing once; where it was damaged, the name it was set aside under.

    Raises StoreError for what is not ours, newer, locked or cannot be written.
    """
    with plainly(path):
        aside = None
        if _is_lost(path) or _is_damaged(path, keys):
            aside = set_aside(path, at)
        try:
            _open(path, keys)
        except Damaged:
            if aside is not None:
                raise
            aside = set_aside(path, at)
            _open(path, keys)
    return aside


def set_aside(path: Path, at: Instant) -> Path:
    """Move the record with all that belongs to it to a new name; nothing is ever overwritten."""
    aside = _free_name(path, at)
    if keys_path(path).exists():  # the new record goes on with the same keys
        write_durably(keys_path(aside), keys_path(path).read_bytes())
    for beside in _MOVED:
        if beside(path).exists():
            beside(path).rename(beside(aside))
    if path.exists():
        path.rename(aside)
    sync_folder(path.parent)
    return aside


def _free_name(path: Path, at: Instant) -> Path:
    stamp = at.at_utc.astimezone().strftime("%Y%m%d-%H%M%S")
    for count in range(1, 1000):
        again = "" if count == 1 else f"-{count}"
        aside = path.with_name(f"{path.stem}.damaged-{stamp}{again}{path.suffix}")
        family = (aside, keys_path(aside), lock_path(aside), *(of(aside) for of in _MOVED))
        if not any(os.path.lexists(each) for each in family):
            return aside
    raise StoreError(f"The damaged record {path} cannot be set aside: too many have been.")


def _is_lost(path: Path) -> bool:
    """Whether there was a record, and its file is gone or empty."""
    if shape_of(path) is not Shape.NONE:
        return False
    return any(of(path).exists() and of(path).stat().st_size for of in (anchors_path, wal_path))


def _open(path: Path, keys: RecordKeys | None) -> None:
    try:
        open_record(path, keys).close()
    except (DATABASE_ERROR, *PROGRAM_ERRORS) as error:  # its rows do not fit together
        raise StoreError(
            f"The record {path} cannot be brought to this version: {type(error).__name__}."
        ) from error


def _is_damaged(path: Path, keys: RecordKeys | None) -> bool:
    """Looks without changing a byte; StoreError where it is none of ours."""
    if shape_of(path) is Shape.NONE:
        return False
    try:
        with examining(path, keys) as connection:
            _check(connection, path)
    except Damaged:
        return True
    except Foreign:
        if not anchors_path(path).exists():
            raise
        return True
    except Newer:
        with plainly(path, keys), closing(connect_to_read(path, keys)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version <= _BELIEVABLE or _applied(connection) > schema.VERSION:
                raise
        return True
    return False


def _check(connection: Connection, path: Path) -> None:
    """Raise Damaged for what SQLite itself notices; the chain is walked by `verify`.

    Of an encrypted record every page that is read is proven, so nothing more is to be asked.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if path.stat().st_size < _CHECKED_WHOLE:
        found = connection.execute("PRAGMA quick_check(1)").fetchall()
    else:
        found = _check_where_it_goes_on(connection)
    if version != _applied(connection) or [words for (words,) in found if words != "ok"]:
        raise Damaged(f"The record {path} is damaged.")


def _applied(connection: Connection) -> int:
    """The version as the migrations tell it, a second time beside the file's head."""
    found = connection.execute("SELECT max(CAST(name AS INTEGER)) FROM _sqlite_migrations")
    return int(found.fetchone()[0] or 0)


def _check_where_it_goes_on(connection: Connection) -> list[tuple[str]]:
    """Of a large file all but the long tables, and of those the end, where the next rows come."""
    found: list[tuple[str]] = []
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (table,) in tables:
        if table not in _LONG:
            found += connection.execute(f"PRAGMA quick_check('{table}')").fetchall()
            continue
        key = schema.BY_NAME[table].keys[0]
        order = ", ".join(f"{column} DESC" for column in key)
        for what, way in (("*", "rowid DESC"), (", ".join(key), order)):
            connection.execute(
                f"SELECT {what} FROM {table} ORDER BY {way} LIMIT {_NEWEST}"  # noqa: S608  # our own names
            ).fetchall()
    return found
