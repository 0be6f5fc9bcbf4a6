"""What can be told of a record without its people's words: for `doctor`, which changes nothing."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from kmonitor.clock import Instant
from kmonitor.errors import StoreError
from kmonitor.ports import BackupResult
from kmonitor.store import schema
from kmonitor.store.backup import last_backup
from kmonitor.store.beside import Shape, is_encrypted, lock_path, shape_of
from kmonitor.store.connection import missing_triggers, open_in_memory, plainly, reading
from kmonitor.store.key_file import read_key_file
from kmonitor.store.key_store import KeyStore
from kmonitor.store.keys import RecordKeys

VERSION = schema.VERSION
_QUICKLY_CHECKED_BYTES = 200_000_000  # above, `verify` has the time for it
_LOCK_WORDS_BYTES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The process that took the record's lock last and has not let it go by itself."""

    process: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """What was found; `fault` is the sentence of what kept the rest from being found."""

    is_there: bool
    is_encrypted: bool = False
    has_key_file: bool = False
    is_in_key_store: bool = False
    is_opened: bool = False
    fault: str = ""
    version: int | None = None
    missing_triggers: int = 0
    size_bytes: int = 0
    free_bytes: int = 0
    backup: BackupResult | None = None


def examine(path: Path, keys: RecordKeys | None = None) -> RecordFacts:
    """Look at the record; where no `keys` are given the key store is asked, never a person."""
    with plainly(path):
        if shape_of(path) is Shape.NONE:
            return RecordFacts(is_there=False)
        is_keyed = is_encrypted(path)
        size = path.stat().st_size
    told = RecordFacts(is_there=True, is_encrypted=is_keyed, size_bytes=size)
    try:
        is_in_key_store = is_keyed and read_key_file(path).is_in_key_store
        if is_in_key_store and keys is None:
            keys = KeyStore().get(read_key_file(path).key_id)
    except StoreError as fault:
        return replace(told, fault=str(fault), has_key_file=True)
    told = replace(told, has_key_file=is_keyed, is_in_key_store=is_in_key_store)
    if is_keyed and keys is None:
        missing = "The key store has lost the record's key." if is_in_key_store else ""
        return replace(told, fault=missing)
    try:
        return _looked_into(told, path, keys)
    except StoreError as fault:
        return replace(told, fault=str(fault))


def _looked_into(told: RecordFacts, path: Path, keys: RecordKeys | None) -> RecordFacts:
    with reading(path, keys) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (free,) = connection.execute("PRAGMA freelist_count").fetchone()
        (page,) = connection.execute("PRAGMA page_size").fetchone()
        checked = "ok"
        if told.size_bytes < _QUICKLY_CHECKED_BYTES:
            (checked,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        missing = len(missing_triggers(connection))
    return replace(
        told,
        is_opened=True,
        fault="" if checked == "ok" else f"The record {path} is damaged.",
        version=int(version),
        missing_triggers=missing,
        free_bytes=int(free) * int(page),
        backup=last_backup(path, keys),
    )


def holder(path: Path) -> Holder | None:
    """Who has the record's lock, as its file tells; that process may have died since."""
    try:
        with lock_path(path).open("rb") as file:
            process, since_ms = (int(word) for word in file.read(_LOCK_WORDS_BYTES).split())
        return Holder(process=process, since=Instant.from_stored(0, since_ms).at_utc)
    except (OSError, ValueError, OverflowError):
        return None


def cipher_version() -> str:
    """The version of SQLCipher that is in use."""
    with closing(open_in_memory(RecordKeys.new())) as connection:
        (version,) = connection.execute("PRAGMA cipher_version").fetchone()
    return str(version)
