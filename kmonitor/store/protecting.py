"""An open record becomes an encrypted one, in place: a copy under its key takes its name.

Nothing is lost whenever it is interrupted: until the copy has been verified and lies on the disk,
the open record is the record.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from kmonitor.errors import StoreError
from kmonitor.store import schema
from kmonitor.store.beside import Shape, captures_path, shape_of, shm_path, wal_path
from kmonitor.store.connection import (
    Connection,
    chain_key_of,
    missing_triggers,
    open_keyed,
    plainly,
    reading,
)
from kmonitor.store.durable import sync_file, sync_folder
from kmonitor.store.keys import RecordKeys

COPIES_STAY_OPEN = "Copies and backups made before are still readable by anybody who has them."
_PIECE = 1 << 20
_NUMBERS = ("application_id", "user_version")


def keys_for(path: Path) -> RecordKeys:
    """New keys for the open record at `path`; its chain goes on with the key that it has."""
    with reading(path) as connection:
        return RecordKeys.new(chain_key_of(connection, None))


def encrypt_in_place(path: Path, keys: RecordKeys) -> None:
    """Encrypt the open record, then its captures; the key file is there already.

    Raises StoreError in one sentence; the record is then as it was.
    """
    _exchange(path, keys, _leave_chain_key_out)
    finish_encrypting(path, keys)


def finish_encrypting(path: Path, keys: RecordKeys) -> None:
    """What may be left of an encryption that was interrupted behind the record itself."""
    with plainly(path):
        _wipe(_old_name(path))
        captures = captures_path(path)
        if shape_of(captures) is Shape.PLAIN:
            _exchange(captures, keys, lambda _: None)


def _exchange(path: Path, keys: RecordKeys, alter: Callable[[Connection], None]) -> None:
    copy = path.with_name(path.name + ".encrypting")
    with plainly(path):
        _remove(copy)
        with closing(open_keyed(path, None)) as opened:
            # All in one file; SQLite refuses while anybody else has it open.
            opened.execute("PRAGMA journal_mode = DELETE")
            opened.execute("BEGIN EXCLUSIVE")
            opened.execute("COMMIT")
            _export(opened, copy, keys)
            _check(opened, path, copy, keys)
            with closing(open_keyed(copy, keys)) as made:
                alter(made)
                made.execute("PRAGMA journal_mode = DELETE")
        sync_file(copy)
        _swap(path, copy)


def _export(opened: Connection, copy: Path, keys: RecordKeys) -> None:
    copy.touch(mode=0o600)  # for this user alone
    opened.execute("ATTACH ? AS copy KEY ?", (str(copy), keys.pragma))
    opened.execute("SELECT sqlcipher_export('copy')")
    for name in _NUMBERS:
        (number,) = opened.execute(f"PRAGMA main.{name}").fetchone()
        opened.execute(f"PRAGMA copy.{name} = {number}")
    opened.execute("DETACH copy")


def _check(opened: Connection, path: Path, copy: Path, keys: RecordKeys) -> None:
    """Raise StoreError unless the copy holds all of it: tables, triggers, rows, sound pages."""
    with closing(open_keyed(copy, keys)) as made:
        is_sound = (
            not made.execute("PRAGMA cipher_integrity_check").fetchall()
            and made.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            and _contents(made) == _contents(opened)
        )
    if not is_sound:
        _remove(copy)
        raise StoreError(f"The record {path} could not be encrypted; it is as it was.")


def _contents(connection: Connection) -> dict[tuple[str, ...], int]:
    """Every table, index and trigger in its own words, the tables with their number of rows."""
    found = connection.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return {
        (kind, name, sql): connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608  # our own names
        if kind == "table"
        else 0
        for kind, name, sql in found.fetchall()
    }


def _leave_chain_key_out(made: Connection) -> None:
    """The only row that ever goes without a trace: an encrypted record has it in its key file."""
    trigger = "store_meta_never_deleted"
    made.execute("PRAGMA secure_delete = ON")
    made.execute("BEGIN IMMEDIATE")
    made.execute(f"DROP TRIGGER {trigger}")
    made.execute("DELETE FROM store_meta WHERE name = 'chain_key'")
    made.execute(schema.triggers()[trigger])
    made.execute("COMMIT")
    if missing_triggers(made):
        raise StoreError("The record could not be encrypted; it is as it was.")


def _swap(path: Path, copy: Path) -> None:
    old = _old_name(path)
    _remove(old)
    with suppress(OSError):  # a disk that knows no second name just loses the old one
        os.link(path, old)
    copy.replace(path)
    sync_folder(path.parent)
    _wipe(old)


def _old_name(path: Path) -> Path:
    return path.with_name(path.name + ".open")


def _wipe(path: Path) -> None:
    """Zeros over what was readable, as far as the disk lets itself be overwritten, then away."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        stat = path.stat()
        left = stat.st_size if stat.st_nlink == 1 else 0  # not what is the record itself still
        while left > 0:
            left -= file.write(bytes(min(left, _PIECE)))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _remove(path: Path) -> None:
    for each in (path, wal_path(path), shm_path(path), path.with_name(path.name + "-journal")):
        each.unlink(missing_ok=True)
