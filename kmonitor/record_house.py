"""What the screen may ask of this computer's record: key, lock, people, sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from kmonitor.alarms.limits import LimitSet
from kmonitor.clock import Clock
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
from kmonitor.store.reader import RecordReader, StoredSession


class RecordHouse(Protocol):
    """This computer's record with its key, its lock and its people; built by `main.py`."""

    @property
    def path(self) -> Path:
        """The record's file."""

    @property
    def state(self) -> HouseState:
        """What can be done now."""

    @property
    def protection(self) -> Protection:
        """How its key is kept."""

    @property
    def notes(self) -> Sequence[str]:
        """What a person must know at the start: a damaged record set aside, who else uses it."""

    @property
    def accounts(self) -> Accounts:
        """Its people; only while READY."""

    def keys_text(self) -> str | None:
        """The keys for the pipe to the supervisor, once it is open; never to be shown or stored."""

    def unlock(self, passphrase_or_code: str) -> None:
        """Open it by passphrase or recovery code; raises StoreError in one sentence."""

    def protect(self, passphrase: str | None, *, by: Person | None = None) -> str:
        """Encrypt an open record, or change the passphrase (None: by the key store).

        Takes seconds; it stands in the audit trail as done by `by`. Returns the recovery code,
        to be printed once. Raises StoreError.
        """

    def new_recovery_code(self, *, by: Person | None = None) -> str:
        """A fresh code for an encrypted record; the one before opens nothing any more."""

    def reader(self) -> RecordReader:
        """For looking; not while LOCKED or UNUSABLE."""

    def writer(self, *, inbox: Inbox, clock: Clock, continues: str | None = None) -> Record:
        """For one session; `continues` names the session that is resumed.

        While LOCKED rows wait, and are NOT SAVED, until `unlock`.
        """

    def captures(self, session_id: str, *, limit_mb: int) -> Captures:
        """The `tap` for the links of one session; raw bytes in a ring beside the record.

        Begin it before the links, stop it after them.
        """

    def unfinished(self) -> StoredSession | None:
        """The newest session that has no end, if any."""

    def back_up(self, folder: Path) -> BackupResult:
        """A checked backup into `folder` under a new name; takes seconds, any thread."""

    def last_backup(self) -> BackupResult | None:
        """How the newest one went."""

    def audit(
        self, *, text: str = "", author: str | None = None, limit: int = 200, offset: int = 0
    ) -> Sequence[AuditEntry]:
        """Who did what, the newest first; only while READY."""

    def export_audit(
        self, to: Path, *, by: Person, text: str = "", author: str | None = None
    ) -> int:
        """All of these entries as a new CSV file, which is itself noted; how many there are.

        Raises StoreError, and PermissionRefused where `by` may not.
        """

    def sign_limits(self, limits: LimitSet, *, by: Person) -> None:
        """A clinician signs the file that `limits` was read from, as it was then.

        Raises StoreError, and PermissionRefused where `by` may not.
        """

    def signed_limits(self) -> Mapping[str, FileSignature]:
        """Who signed which file of limits, by its SHA-256; none while the record is closed.

        Raises StoreError.
        """

    def close(self) -> None:
        """Let the record's lock go."""
