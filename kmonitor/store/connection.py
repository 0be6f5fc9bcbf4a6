"""Opens the record's file; the only importer of sqlcipher3, whose errors end here in a sentence."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import cast

from sqlcipher3 import dbapi2

from kmonitor.errors import StoreError
from kmonitor.store import schema
from kmonitor.store.beside import (
    SMALLEST_DATABASE,
    Shape,
    anchors_path,
    is_encrypted,
    is_under_another_key,
    keys_path,
    looks_encrypted,
    shape_of,
    wal_path,
)
from kmonitor.store.keys import Locked, RecordKeys

__all__ = ["Locked"]

Connection = sqlite3.Connection  # sqlcipher3 has the same shape and no types
DATABASE_ERROR = dbapi2.Error
# What a row that no table takes raises: our mistake, not the world's.
PROGRAM_ERRORS = (
    *(dbapi2.IntegrityError, dbapi2.DataError, dbapi2.InterfaceError, dbapi2.ProgrammingError),
    *(ValueError, TypeError, LookupError, OverflowError, AttributeError),
)

BUSY_TIMEOUT_S = 1.0  # shorter than the two seconds in which a failing record is to be said
_NEARLY_FULL = 1_000_000
_QUIET = "PRAGMA cipher_log_level = NONE"  # before the key
SAFETY = (
    "PRAGMA temp_store = MEMORY",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA trusted_schema = OFF",
)
_WRITING = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -2000",  # KiB: who adds rows all day reads the newest pages only
)
_SENTENCES = {
    3: "There is no permission to write the record {path}.",  # SQLITE_PERM
    5: "The record {path} is locked by another program.",  # SQLITE_BUSY
    6: "The record {path} is locked by another program.",  # SQLITE_LOCKED
    8: "The record {path} cannot be written: it is read-only.",  # SQLITE_READONLY
    10: "The disk failed at the record {path}.",  # SQLITE_IOERR
    11: "The record {path} is damaged.",  # SQLITE_CORRUPT
    13: "The disk is full: the record {path} cannot be written.",  # SQLITE_FULL
    14: "The record {path} cannot be opened or made there.",  # SQLITE_CANTOPEN
    26: "{path} is not a record of kmonitor; it was left as it is.",  # SQLITE_NOTADB
}
_FULL, _IOERR, _CORRUPT, _NOT_OURS = 13, 10, 11, 26


class Foreign(StoreError):  # noqa: N818  # said of the file
    """By its own words the file is none of ours, or so damaged that it has none left."""


class Newer(StoreError):  # noqa: N818  # said of the file
    """By its version a newer program made the file."""


class Damaged(StoreError):  # noqa: N818  # said of the file
    """The file is a record, and some of it cannot be read."""


def default_path() -> Path:
    """Where this computer's own record lies."""
    import platformdirs

    return Path(platformdirs.user_data_dir("kmonitor", appauthor=False)) / "record.db"


def open_record(path: Path, keys: RecordKeys | None = None) -> Connection:
    """Open the record for writing; makes it, or brings an older one to this version.

    Without `keys` it is an open one; an encrypted one raises Locked. The connection has no
    implicit transactions and belongs to the calling thread.
    """
    with plainly(path, keys):
        make_folder(path.parent)
        version = _version_of(path, keys)
        connection = open_keyed(path, keys)
        try:
            if version < schema.VERSION:
                from kmonitor.store.anchors import copy_out
                from kmonitor.store.migrations import migrate

                migrate(connection, keys)
                copy_out(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def open_keyed(path: Path, keys: RecordKeys | None, *, page_bytes: int = 0) -> Connection:
    """Open or make any file of a record for writing, in the same way and under the same key.

    An open file that is made gets pages of `page_bytes`; under a key all have the same size.
    """
    if not path.exists():
        with suppress(OSError):  # of what stands in the way the driver tells
            path.touch(mode=0o600)  # for this user alone; the files beside it follow
    connection = _connect(str(path), keys)
    try:
        if page_bytes and keys is None:
            connection.execute(f"PRAGMA page_size = {page_bytes}")
        for pragma in _WRITING:
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def open_in_memory(keys: RecordKeys | None = None) -> Connection:
    """A database that no file holds."""
    return _connect(":memory:", keys)


@contextmanager
def reading(path: Path, keys: RecordKeys | None = None) -> Iterator[Connection]:
    """The record for reading, one state of it throughout; makes and changes nothing.

    What the body cannot make sense of is damage too: nothing else has written there.
    """
    with plainly(path, keys), _damage(path):
        if not path.exists():
            raise StoreError(f"There is no record at {path} yet.")
        version = _version_of(path, keys)
        if not version:
            raise StoreError(f"The record {path} is empty.")
        connection = _connect_beside_others(path, keys)
        if version < schema.VERSION:
            connection = _brought_over(connection)
        with closing(connection):
            connection.execute("BEGIN")
            yield connection


@contextmanager
def examining(path: Path, keys: RecordKeys | None = None) -> Iterator[Connection]:
    """As `reading`, of whatever version the file says it is; for a look at the file itself."""
    with plainly(path, keys), _damage(path):
        _version_of(path, keys)
        with closing(_connect_beside_others(path, keys)) as connection:
            yield connection


def chain_key_of(connection: Connection, keys: RecordKeys | None) -> bytes:
    """What the chain is reckoned with; an open record holds it itself."""
    if keys is not None:
        return keys.chain_key
    found = connection.execute("SELECT content FROM store_meta WHERE name = 'chain_key'").fetchone()
    if found is None:
        raise Damaged("The record has lost the key of its chain.")
    return bytes.fromhex(found[0])


def missing_triggers(connection: Connection) -> list[str]:
    """The triggers that a whole record has and this one lacks, or has in other words."""
    found = dict(
        connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    )
    return sorted(name for name, sql in schema.triggers().items() if found.get(name) != sql)


def foreign_triggers(connection: Connection) -> list[str]:
    """The triggers that no program of ours made: one could swallow rows without a word."""
    found = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    return sorted({name for (name,) in found} - set(schema.triggers()))


@contextmanager
def plainly(path: Path, keys: RecordKeys | None = None) -> Iterator[None]:
    """Turn what the world does to the record at `path` into a StoreError of one sentence.

    Keys that were unwrapped are the right ones, so with them an unreadable file is damaged.
    """
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise StoreError(f"The record {path} cannot be used: {reason}.") from error
    except UnicodeDecodeError as error:  # the driver met it in a damaged file's own words
        raise _damaged(path) from error
    except dbapi2.Error as error:
        fault = _fault(error, path, is_keyed=keys is not None)
        if fault is None:
            raise
        raise fault from error


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, LookupError, TypeError, ArithmeticError) as error:
        raise _damaged(path) from error
    except dbapi2.OperationalError as error:
        raise _fault(error, path) or _damaged(path) from error


def _fault(error: Exception, path: Path, *, is_keyed: bool = False) -> StoreError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == _IOERR and _has_no_room(path):
        code = _FULL
    if code == _CORRUPT or (is_keyed and code == _NOT_OURS):
        return _damaged(path)
    if code == _NOT_OURS:
        return _foreign(path)
    words = _SENTENCES.get(code)
    return StoreError(words.format(path=path)) if words else None


def _foreign(path: Path) -> Foreign:
    return Foreign(_SENTENCES[_NOT_OURS].format(path=path))


def _damaged(path: Path) -> Damaged:
    return Damaged(_SENTENCES[_CORRUPT].format(path=path))


def _has_no_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _NEARLY_FULL
    except OSError:
        return False


def make_folder(folder: Path) -> None:
    """Make the folder of a record, or say what stands in its way."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "something else has its name" if folder.exists() else error.strerror
        raise StoreError(f"The folder {folder} cannot be made: {reason}.") from error


def _version_of(path: Path, keys: RecordKeys | None) -> int:
    """The version of the record at `path`, 0 where there is none yet; refuses what is not ours."""
    shape = shape_of(path)
    _check_key(path, shape, keys)
    if shape is Shape.NONE:
        return 0
    if not path.is_file():
        raise StoreError(_SENTENCES[_NOT_OURS].format(path=path))
    if path.stat().st_size < SMALLEST_DATABASE:
        raise _damaged(path) if keys else _foreign(path)
    with closing(connect_to_read(path, keys)) as connection:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application == 0 and not connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
            return 0  # died between making the file and filling it
    if application != schema.APPLICATION_ID:
        raise Foreign(f"{path} is a database of another program; it was left as it is.")
    if version > schema.VERSION:
        raise Newer(
            f"The record {path} was made by a newer kmonitor (version {version}, this one "
            f"knows {schema.VERSION}); it was left as it is."
        )
    return cast(int, version)


def _brought_over(old: Connection) -> Connection:
    """A copy in memory of a record of an older version, which stays as it is."""
    from kmonitor.store.migrations import migrate

    copy = open_in_memory()
    try:
        with closing(old):
            old.backup(copy)
        migrate(copy)
    except BaseException:
        copy.close()
        raise
    return copy


def _check_key(path: Path, shape: Shape, keys: RecordKeys | None) -> None:
    """Refuse what a key would not fit, and an encrypted record without one."""
    if keys is not None:
        if shape is Shape.PLAIN:
            raise StoreError(f"The record {path} is not encrypted, and a key was given for it.")
        if shape is Shape.OPAQUE and path.is_file() and is_under_another_key(path, keys.file_salt):
            raise StoreError(
                f"{path} is not under the key in {keys_path(path).name}: one of the two belongs to "
                "another record; both were left as they are."
            )
    elif is_encrypted(path):
        raise Locked(f"The record {path} is encrypted, and its key was not given.")
    elif shape is Shape.OPAQUE and anchors_path(path).exists() and looks_encrypted(path):
        raise StoreError(
            f"The record {path} is encrypted and its key file {keys_path(path).name} is missing; "
            "it was left as it is."
        )
    elif shape is Shape.OPAQUE and path.is_file() and looks_encrypted(path):
        raise Foreign(
            f"{path} is not a record of kmonitor, or it is encrypted and its key file "
            f"{keys_path(path).name} is missing; it was left as it is."
        )


def connect_to_read(path: Path, keys: RecordKeys | None) -> Connection:
    """For a short look that leaves no trace: without a log file beside it nobody writes."""
    options = "?mode=ro&immutable=1" if _is_quiet(path) else "?mode=ro"
    return _connect(path.absolute().as_uri() + options, keys, is_uri=True)


def _connect_beside_others(path: Path, keys: RecordKeys | None) -> Connection:
    """For a long look: who begins to write meanwhile must see it, and leave its pages alone.

    For that SQLite makes its log file while it lasts; where that cannot be, nobody writes either.
    """
    if not _is_quiet(path):
        return connect_to_read(path, keys)
    connection = _connect(path.absolute().as_uri() + "?mode=rw", keys, is_uri=True)
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
    except dbapi2.OperationalError:
        connection.close()
        return connect_to_read(path, keys)
    except BaseException:
        connection.close()
        raise
    return connection


def _is_quiet(path: Path) -> bool:
    log_file = wal_path(path)
    return not log_file.exists() or log_file.stat().st_size == 0


def _connect(address: str, keys: RecordKeys | None = None, *, is_uri: bool = False) -> Connection:
    connection = cast(
        Connection,
        dbapi2.connect(address, isolation_level=None, timeout=BUSY_TIMEOUT_S, uri=is_uri),
    )
    try:
        connection.execute(_QUIET)
        if keys is not None:
            connection.execute(f'PRAGMA key = "{keys.pragma}"')
        for pragma in SAFETY:
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection
