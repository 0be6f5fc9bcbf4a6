"""This computer's record with its key, its lock and its people: the `RecordHouse` of the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kmonitor.alarms.limits import LimitSet
from kmonitor.clock import Clock, SystemClock
from kmonitor.errors import StoreError
from kmonitor.people import Person
from kmonitor.ports import (
    Accounts,
    AuditEntry,
    BackupResult,
    Captures,
    HouseState,
    Inbox,
    Protection,
    Record,
)
from kmonitor.site_files import FileSignature
from kmonitor.store import damaged, protecting
from kmonitor.store.beside import Shape, is_encrypted, keys_path, shape_of
from kmonitor.store.connection import plainly, reading
from kmonitor.store.hold import RecordHold, RecordInUse
from kmonitor.store.key_file import (
    KeyFile,
    new_key_file,
    protection_of,
    read_key_file,
    write_key_file,
)
from kmonitor.store.key_store import KeyStore
from kmonitor.store.keys import Locked, RecordKeys
from kmonitor.store.reader import RecordReader, StoredSession

if TYPE_CHECKING:
    from kmonitor.store.writer import RecordWriter

PRINT_A_CODE = "The key of the record is in this computer's key store alone; print a recovery code."
NOT_FINISHED = "Encrypting the record was interrupted; it is NOT ENCRYPTED, encrypt it again."
_CLOSED = (HouseState.LOCKED, HouseState.UNUSABLE)
_LOCKED = "The record is locked: its passphrase or recovery code opens it."
_NO_STORE = "This computer has no key store; give a passphrase."


class House:
    """See `kmonitor.record_house.RecordHouse`; `at` never raises for what a file can be."""

    def __init__(self, path: Path, clock: Clock, key_store: KeyStore) -> None:
        self._path = path
        self._clock = clock
        self._key_store = key_store
        self._hold: RecordHold | None = None
        self._keys: RecordKeys | None = None
        self._state = HouseState.UNUSABLE
        self._notes: list[str] = []
        self._record: RecordWriter | None = None
        self._accounts: Accounts | None = None

    @classmethod
    def at(
        cls,
        path: Path,
        keys_text: str | None = None,
        *,
        clock: Clock | None = None,
        key_store: KeyStore | None = None,
    ) -> House:
        """Take the record's lock, find its key and see whether it can be used.

        `keys_text` is what `keys_text()` gave before a restart.
        """
        house = cls(path, clock or SystemClock(), key_store or KeyStore())
        house._enter(keys_text)
        return house

    @property
    def path(self) -> Path:
        """The record's file."""
        return self._path

    @property
    def state(self) -> HouseState:
        """What can be done now."""
        return self._state

    @property
    def protection(self) -> Protection:
        """How its key is kept."""
        return protection_of(self._path)

    @property
    def notes(self) -> Sequence[str]:
        """What a person must know at the start."""
        return tuple(self._notes)

    @property
    def accounts(self) -> Accounts:
        """Its people; only while READY."""
        from kmonitor.store.accounts import StoredAccounts

        self.require_ready()
        if self._accounts is None:
            self._accounts = StoredAccounts(self._path, self._keys, self._clock)
        return self._accounts

    def keys_text(self) -> str | None:
        """The keys for the pipe to a supervisor, which hands them to a restarted program."""
        return None if self._keys is None else self._keys.as_text()

    def unlock(self, passphrase_or_code: str) -> None:
        """Open it by passphrase or recovery code; raises StoreError in one sentence."""
        if not is_encrypted(self._path):
            return
        self._keys = read_key_file(self._path).opened_by(passphrase_or_code)
        if self._state is HouseState.LOCKED:
            self._open()
            self.require_ready()
            if self._record is not None:
                self._record.unlock()

    def protect(self, passphrase: str | None, *, by: Person | None = None) -> str:
        """Encrypt an open record, or change the passphrase (None: by the key store).

        Returns the recovery code, to be printed once. Raises StoreError.
        """
        self.require_ready()
        if self._keys is not None:
            code = self._keep_keys(self._keys, self._key_file(self._keys), passphrase)
            self._note_change(by, "wrapped")
            return code
        if self._record is not None and self._record.is_running:
            raise StoreError("The record is encrypted when no session runs; end this one first.")
        keys = protecting.keys_for(self._path)
        code = self._keep_keys(keys, new_key_file(keys, self._clock.now()), passphrase)
        try:
            protecting.encrypt_in_place(self._path, keys)
        except BaseException:
            if shape_of(self._path) is Shape.PLAIN:
                keys_path(self._path).unlink(missing_ok=True)
            raise
        self._keys, self._accounts = keys, None
        self._forget(NOT_FINISHED)
        self._note_change(by, "encrypted")
        return code

    def new_recovery_code(self, *, by: Person | None = None) -> str:
        """A fresh code; the one before opens nothing any more."""
        self.require_ready()
        if self._keys is None:
            raise StoreError(f"The record {self._path} is not encrypted and has no recovery code.")
        file, code = read_key_file(self._path).with_new_code(self._keys)
        write_key_file(self._path, file)
        self._forget(PRINT_A_CODE)
        self._note_change(by, "recovery_code")
        return code

    def reader(self) -> RecordReader:
        """For looking; not while LOCKED or UNUSABLE."""
        if self._state in _CLOSED:
            self.require_ready()
        return RecordReader(self._path, self._keys)

    def writer(self, *, inbox: Inbox, clock: Clock, continues: str | None = None) -> Record:
        """For one session; while LOCKED rows wait, and are NOT SAVED, until `unlock`.

        While UNUSABLE they wait in vain and that is said: monitoring goes before the record.
        """
        from kmonitor.store.writer import RecordWriter

        is_unusable = self._state is HouseState.UNUSABLE
        if self._hold is None and not is_unusable:
            self.require_ready()
        self._record = RecordWriter(
            self._path,
            inbox=inbox,
            clock=clock,
            keys=self._given_keys,
            hold=self._hold or RecordHold.nothing(self._path),
            continues=continues,
        )
        return self._record

    def captures(self, session_id: str, *, limit_mb: int) -> Captures:
        """Keeps what the ports read in one session; while LOCKED it waits, as rows do."""
        from kmonitor.store.captures import CaptureWriter

        return CaptureWriter(
            self._path, keys=self._given_keys, session_id=session_id, limit_mb=limit_mb
        )

    def unfinished(self) -> StoredSession | None:
        """The newest session that has no end, if any."""
        if shape_of(self._path) is Shape.NONE:
            return None
        return self.reader().unfinished()

    def back_up(self, folder: Path) -> BackupResult:
        """A checked backup into `folder` under a new name; takes seconds, any thread."""
        from kmonitor.store.backup import back_up, name_for

        self.require_ready()
        to = folder / name_for(self._path, self._clock)
        return back_up(self._path, self._keys, to, clock=self._clock)

    def last_backup(self) -> BackupResult | None:
        """How the newest one went."""
        from kmonitor.store.backup import last_backup

        if self._state in _CLOSED or shape_of(self._path) is Shape.NONE:
            return None
        return last_backup(self._path, self._keys)

    def audit(
        self, *, text: str = "", author: str | None = None, limit: int = 200, offset: int = 0
    ) -> Sequence[AuditEntry]:
        """Who did what, the newest first; only while READY."""
        from kmonitor.store.audit import audit_entries

        self.require_ready()
        if shape_of(self._path) is Shape.NONE:
            return ()
        with reading(self._path, self._keys) as connection:
            return audit_entries(connection, text=text, author=author, limit=limit, offset=offset)

    def export_audit(
        self, to: Path, *, by: Person, text: str = "", author: str | None = None
    ) -> int:
        """All of these entries as a new CSV file, which is itself noted; how many there are."""
        from kmonitor.store.audit import audit_entries, export_audit

        with reading(self._path, self._keys) as connection:
            entries = audit_entries(connection, text=text, author=author, limit=None)
        export_audit(entries, to, by=by, accounts=self.accounts)
        return len(entries)

    def sign_limits(self, limits: LimitSet, *, by: Person) -> None:
        """Sign what `limits` was read from; see `store.file_signing`."""
        from kmonitor.store.file_signing import sign_limits

        self.require_ready()
        sign_limits(self._path, self._keys, limits, by, clock=self._clock)

    def signed_limits(self) -> Mapping[str, FileSignature]:
        """Who signed which file of limits, by its SHA-256; none while the record is closed."""
        if self._state in _CLOSED or shape_of(self._path) is Shape.NONE:
            return {}
        return self.reader().signed_limits()

    def close(self) -> None:
        """Let the record's lock go."""
        if self._hold is not None:
            self._hold.release()
            self._hold = None

    def _enter(self, keys_text: str | None) -> None:
        try:
            self._hold = RecordHold.take(self._path)
        except RecordInUse as error:
            self._state = HouseState.IN_USE
            self._notes.append(str(error))
        except StoreError as error:
            self._notes.append(str(error))
            return
        try:
            with plainly(self._path):
                is_open = self._find_keys(keys_text)
        except StoreError as error:
            self._state = HouseState.UNUSABLE
            self._notes.append(str(error))
            return
        if self._hold is None:
            return
        if is_open:
            self._open()
        else:
            self._state = HouseState.LOCKED

    def _find_keys(self, keys_text: str | None) -> bool:
        """Whether the record can be opened now, with `self._keys` or as an open one."""
        if not is_encrypted(self._path):
            shape = shape_of(self._path)
            if shape is Shape.PLAIN and keys_path(self._path).exists():
                self._notes.append(NOT_FINISHED)
            if shape is Shape.NONE and self._hold is not None and self._key_store.is_available():
                self._begin_with_key_store()
            return True
        try:
            file = read_key_file(self._path)
        except StoreError as error:  # a program that was restarted goes on without it
            self._keys = self._handed_over(None, keys_text)
            if self._keys is None:
                raise
            self._notes.append(f"{error} A new passphrase makes a new one.")
            return True
        self._keys = self._handed_over(file, keys_text)
        if self._keys is None and file.is_in_key_store:
            self._keys = self._from_key_store(file)
        return self._keys is not None

    def _begin_with_key_store(self) -> None:
        """A record that is not there yet is encrypted from its first byte."""
        keys = RecordKeys.new()
        try:
            self._key_store.put(keys)
        except StoreError as error:
            self._notes.append(f"{error} The record is NOT ENCRYPTED.")
            return
        file = new_key_file(keys, self._clock.now())
        write_key_file(self._path, replace(file, is_in_key_store=True))
        self._keys = keys

    def _handed_over(self, file: KeyFile | None, keys_text: str | None) -> RecordKeys | None:
        """The keys from before a restart, if they are those of this file."""
        with suppress(ValueError):
            keys = RecordKeys.from_text(keys_text or "")
            if file is None or keys.key_id == file.key_id:
                return keys
        return None

    def _key_file(self, keys: RecordKeys) -> KeyFile:
        """The one that is there, or where that is damaged a new one."""
        try:
            return read_key_file(self._path)
        except StoreError:
            return new_key_file(keys, self._clock.now())

    def _from_key_store(self, file: KeyFile) -> RecordKeys | None:
        try:
            keys = self._key_store.get(file.key_id)
        except StoreError as error:
            self._notes.append(str(error))
            return None
        if keys is None:
            self._notes.append("This computer's key store does not know the key of the record.")
        return keys

    def _open(self) -> None:
        """The key is there or none is needed: see that the file can be written, and say how."""
        try:
            aside = damaged.make_usable(self._path, self._keys, self._clock.now())
            if self._keys is not None:
                protecting.finish_encrypting(self._path, self._keys)
        except StoreError as error:
            self._state = HouseState.UNUSABLE
            self._notes.append(str(error))
            return
        self._state = HouseState.READY
        if aside is not None:
            self._notes.append(
                f"The record was damaged and has been set aside as {aside.name}; "
                "a new one was begun."
            )
            self.accounts.note(None, "record_set_aside", file=aside.name)
        if self.protection is Protection.KEY_STORE and not read_key_file(self._path).has(
            "recovery"
        ):
            self._notes.append(PRINT_A_CODE)

    def _keep_keys(self, keys: RecordKeys, file: KeyFile, passphrase: str | None) -> str:
        """Wrap them in another way and write the key file; the new recovery code."""
        if passphrase is not None:
            changed = replace(file.with_passphrase(keys, passphrase), is_in_key_store=False)
        elif self._key_store.is_available():
            self._key_store.put(keys)
            changed = replace(file.without("passphrase"), is_in_key_store=True)
        else:
            raise StoreError(_NO_STORE)
        changed, code = changed.with_new_code(keys)
        write_key_file(self._path, changed)
        if file.is_in_key_store and passphrase is not None:
            self._key_store.forget(keys.key_id)
        self._forget(PRINT_A_CODE)
        return code

    def _note_change(self, by: Person | None, what: str) -> None:
        self.accounts.note(by, "key_changed", what=what, way=str(self.protection))

    def _given_keys(self) -> RecordKeys | None:
        """For the threads that open the record later than the house."""
        if self._state is HouseState.LOCKED:
            raise Locked(_LOCKED)
        if self._state is HouseState.UNUSABLE:
            raise Locked(self._notes[-1])
        return self._keys

    def require_ready(self) -> None:
        """Raise in one sentence why it is not READY."""
        if self._state is HouseState.LOCKED:
            raise Locked(_LOCKED)
        if self._state is HouseState.IN_USE:
            raise RecordInUse(self._notes[0])
        if self._state is HouseState.UNUSABLE:
            raise StoreError(self._notes[-1])

    def _forget(self, note: str) -> None:
        self._notes = [each for each in self._notes if each != note]
