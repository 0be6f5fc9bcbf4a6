"""A complete, checked copy of the record, and the way back.

A copy is made page by page by the database itself, under the record's own key, opened and
verified before it gets its name, and lies there with the record's key file and anchors beside
it, so that passphrase or recovery code open it on any computer. Nothing is ever overwritten.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from kmonitor.clock import Clock, Instant, SystemClock
from kmonitor.errors import StoreError
from kmonitor.people import PROGRAM
from kmonitor.ports import BackupResult
from kmonitor.store import schema
from kmonitor.store.anchors import AnchorKind, add_anchor, copy_out
from kmonitor.store.beside import (
    Shape,
    anchors_path,
    keys_path,
    shape_of,
    shm_path,
    wal_path,
)
from kmonitor.store.connection import (
    DATABASE_ERROR,
    Connection,
    connect_to_read,
    make_folder,
    open_keyed,
    plainly,
    reading,
)
from kmonitor.store.durable import sync_file, sync_folder
from kmonitor.store.findings import Verification
from kmonitor.store.hold import RecordHold
from kmonitor.store.keys import RecordKeys
from kmonitor.store.scribe import writing
from kmonitor.store.site_notes import note, noting
from kmonitor.store.verify import Progress, verify

MADE, FAILED, RESTORED = "backup_made", "backup_failed", "restored"
_SIDES = (keys_path, anchors_path)
_FAMILY = (wal_path, shm_path, *_SIDES, Path)
_Opener = Callable[[Path, RecordKeys | None], Connection]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """Whose record a file is and how far its chain goes."""

    record_id: str
    link: int
    mac: bytes


def back_up(
    path: Path,
    keys: RecordKeys | None,
    to: Path,
    *,
    author: str = PROGRAM.person_id,
    clock: Clock | None = None,
    progress: Progress | None = None,
) -> BackupResult:
    """Copy the record at `path` to the new file `to`; the record notes how that went.

    A copy of a record that does not verify is kept and is not good. Raises StoreError where no
    copy could be made; that is noted too, as far as the record can be written.
    """
    clock = clock or SystemClock()
    _refuse_empty(path)
    try:
        _refuse_taken(to)
        with noting(path, keys, clock) as (connection, chain_key, _boot):
            with writing(connection, chain_key, clock) as scribe:
                add_anchor(scribe, AnchorKind.BACKUP)
            copy_out(connection, path)
        checked = _copy(path, keys, to, progress)
    except StoreError as error:
        with suppress(StoreError):
            note(path, keys, clock, FAILED, author, words=str(error))
        raise
    words = _result_words(to, checked)
    note(path, keys, clock, MADE, author, file=to.name, good=checked.is_ok, words=words)
    return BackupResult(at=clock.now().at_utc, path=to, is_good=checked.is_ok, words=words)


def last_backup(path: Path, keys: RecordKeys | None) -> BackupResult | None:
    """How the newest backup went, if any was tried."""
    with reading(path, keys) as connection:
        found = connection.execute(
            "SELECT utc_ms, kind, body FROM site_event WHERE kind IN (?, ?)"
            " ORDER BY number DESC LIMIT 1",
            (MADE, FAILED),
        ).fetchone()
    if found is None:
        return None
    utc_ms, kind, body = found
    said = json.loads(body)
    return BackupResult(
        at=Instant.from_stored(0, utc_ms).at_utc,
        path=Path(said.get("file", "")),
        is_good=kind == MADE and bool(said.get("good")),
        words=said["words"],
    )


def name_for(path: Path, clock: Clock | None = None) -> str:
    """A name for an automatic backup: when it was made, nothing of a patient."""
    at = (clock or SystemClock()).now().at_utc
    return f"{path.stem}-{at:%Y%m%d-%H%M%S}{path.suffix}"


def restore(
    backup: Path,
    keys: RecordKeys | None,
    path: Path,
    *,
    sets_aside: bool = False,
    clock: Clock | None = None,
    progress: Progress | None = None,
) -> Path | None:
    """Put the backup in the place of the record at `path`; where the old one lies now, if any.

    Refused with a sentence: a backup that does not verify; a record in use; and, unless
    `sets_aside`, a record that holds more than the backup or is another one. What is replaced
    is only renamed.
    """
    clock = clock or SystemClock()
    checked = verify(backup, keys, progress)
    if not checked.is_ok:
        raise StoreError(
            f"The backup {backup} does not verify ({checked.first_bad}); nothing was restored."
        )
    with RecordHold.take(path), plainly(path):
        if path.exists() and not sets_aside:
            _refuse_loss(backup, keys, path)
        beside = _beside(path)
        try:
            _put(backup, keys, beside, connect_to_read)  # whole before the old one moves
            aside = _set_aside(path, clock)
            _rename(beside, path)
        finally:
            _remove(beside)
        note(path, keys, clock, RESTORED, PROGRAM.person_id, file=backup.name)
        again = verify(path, keys)
        if not again.is_ok:
            raise StoreError(f"The restored record does not verify ({again.first_bad}).")
    return aside


def _refuse_empty(path: Path) -> None:
    """A note in it would make a record of it."""
    if shape_of(path) is Shape.NONE:
        if not path.exists():
            raise StoreError(f"There is no record at {path} yet.")
        raise StoreError(f"The record {path} is empty.")


def _refuse_taken(to: Path) -> None:
    for place in (to, *(side(to) for side in _SIDES)):
        if place.exists():
            raise StoreError(f"There is a file {place} already; it was left as it is.")


def _copy(path: Path, keys: RecordKeys | None, to: Path, progress: Progress | None) -> Verification:
    """Into a file beside, verified there, then renamed."""
    with plainly(to):
        make_folder(to.parent)
        beside = _beside(to)
        try:
            _put(path, keys, beside, open_keyed)
            checked = verify(beside, keys, progress)
            _refuse_difference(path, beside, keys)
            _rename(beside, to)
        finally:
            _remove(beside)
    return checked


def _put(source: Path, keys: RecordKeys | None, target: Path, open_source: _Opener) -> None:
    """A copy of all pages and of the files that belong to them, on the disk when it returns."""
    _remove(target)
    with closing(open_source(source, keys)) as reader:
        (page_bytes,) = reader.execute("PRAGMA page_size").fetchone()
        with closing(open_keyed(target, keys, page_bytes=page_bytes)) as writer:
            _copy_pages(reader, writer, target)
            writer.execute("PRAGMA journal_mode = DELETE")  # one file, whole in itself
            (version,) = writer.execute("PRAGMA user_version").fetchone()
            if version == schema.VERSION:  # an older one gets its anchors when it is brought over
                copy_out(writer, target)  # those of the copy: the record may have new ones by now
    if keys_path(source).exists():
        shutil.copyfile(keys_path(source), keys_path(target))
    for place in (target, *(side(target) for side in _SIDES)):
        if place.exists():
            place.chmod(0o600)
            sync_file(place)
    sync_folder(target.parent)


def _copy_pages(source: Connection, copy: Connection, target: Path) -> None:
    """All of them at once; of what fails here the driver says no number."""
    try:
        source.backup(copy, pages=-1)
    except DATABASE_ERROR as error:
        raise StoreError(
            f"The copy {target} could not be written: the disk is full or failed."
        ) from error


def _beside(path: Path) -> Path:
    """Where a copy lies until it is whole."""
    return path.with_name(path.name + ".part")


def _rename(whole: Path, to: Path) -> None:
    for side in _SIDES:
        if side(whole).exists():
            side(whole).replace(side(to))
    whole.replace(to)
    sync_folder(to.parent)


def _remove(path: Path) -> None:
    for place in (path, wal_path(path), shm_path(path), *(side(path) for side in _SIDES)):
        place.unlink(missing_ok=True)


def _refuse_difference(path: Path, copy: Path, keys: RecordKeys | None) -> None:
    """The record may have grown meanwhile; what the copy has must stand in it."""
    standing = _standing(copy, keys)
    if not _holds(path, keys, standing):
        raise StoreError(f"The copy {copy} is not what the record holds.")


def _refuse_loss(backup: Path, keys: RecordKeys | None, path: Path) -> None:
    """Refuse to replace what the backup does not hold, or what nobody can say that it holds."""
    try:
        there = _standing(path, keys)
    except StoreError as error:
        raise StoreError(
            f"The record at {path} cannot be read to see whether it is newer ({error}) "
            "It stays; --set-aside keeps it under a new name."
        ) from error
    if there.record_id != _standing(backup, keys).record_id:
        raise StoreError(
            f"There is another record at {path}; --set-aside keeps it under a new name."
        )
    if not _holds(backup, keys, there):
        raise StoreError(
            f"The record at {path} holds more than the backup; "
            "--set-aside keeps it under a new name."
        )


def _standing(path: Path, keys: RecordKeys | None) -> _Standing:
    with reading(path, keys) as connection:
        (record_id,) = connection.execute(
            "SELECT content FROM store_meta WHERE name = 'record_id'"
        ).fetchone()
        link, mac = connection.execute("SELECT link, link_mac FROM chain_head").fetchone()
    return _Standing(record_id=record_id, link=link, mac=bytes(mac))


def _holds(path: Path, keys: RecordKeys | None, standing: _Standing) -> bool:
    """Whether the record at `path` has that link; live rows behind it are seconds only."""
    with reading(path, keys) as connection:
        found = connection.execute(
            "SELECT mac FROM chain WHERE link = ?", (standing.link,)
        ).fetchone()
    return standing.link == 0 or (found is not None and bytes(found[0]) == standing.mac)


def _set_aside(path: Path, clock: Clock) -> Path | None:
    """Rename what is there of a record and beside it; never over another file."""
    family = [of for of in _FAMILY if of(path).exists()]
    if not family:
        return None
    stamp = f"{clock.now().at_utc:%Y%m%d-%H%M%S}"
    aside = path.with_name(f"{path.stem}.replaced-{stamp}{path.suffix}")
    with plainly(path):
        if aside.exists():
            raise StoreError(f"There is a file {aside} already; nothing was restored.")
        for of in family:  # the log first: beside a new file it would be applied
            of(path).rename(of(aside))
        sync_folder(path.parent)
    return aside


def _result_words(to: Path, checked: Verification) -> str:
    if checked.is_ok:
        return f"The backup {to.name} is complete and verified."
    return (
        f"The backup {to.name} was made, but the record itself does not verify: "
        f"{checked.findings[0].sentence}"
    )
