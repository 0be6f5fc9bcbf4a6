"""What `doctor` finds out about the record: its key, its lock, its triggers, its last backup."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil

from kmonitor.clock import SystemClock
from kmonitor.doctor import Check, Look, look, ok, wrong
from kmonitor.errors import StoreError
from kmonitor.ports import BackupResult
from kmonitor.store.examine import VERSION, RecordFacts, cipher_version, examine, holder
from kmonitor.store.key_store import KeyStore
from kmonitor.this_computer import size_words

OLD_BACKUP = timedelta(days=7)
_SUPERVISED = "--supervised"


def record_looks(path: Path) -> tuple[tuple[str, Look], ...]:
    """Every look at the record."""
    return (
        ("SQLCipher", cipher),
        ("key store", key_store),
        ("record", lambda: record(path)),
        ("record in use", lambda: in_use(path)),
    )


def cipher() -> Iterator[Check]:
    """The database's own version."""
    yield ok("SQLCipher", cipher_version())


def key_store() -> Iterator[Check]:
    """Whether this computer can keep a key for us."""
    if KeyStore().is_available():
        yield ok("key store", "this computer has one")
    else:
        yield look(
            "key store",
            "there is none that kmonitor can use",
            "Protect the record by a passphrase, or install the extra `keyring`.",
        )


def record(path: Path) -> Iterator[Check]:
    """All that can be told of it."""
    try:
        facts = examine(path)
    except StoreError as fault:
        yield wrong("record", str(fault), "Check the folder's rights and the disk.")
        return
    if not facts.is_there:
        yield ok("record", "none yet; it is made with the first session")
        return
    yield protection(facts)
    if facts.fault:
        yield wrong("record", facts.fault, "Run `kmonitor verify`; restore the newest backup.")
    elif not facts.is_opened:
        yield ok("record", "it is opened by passphrase; its inside was not looked at")
    if facts.is_opened:
        yield from inside(facts)


def protection(facts: RecordFacts) -> Check:
    """Whether who carries the disk away can read it."""
    if not facts.is_encrypted:
        return look(
            "protection",
            "NOT ENCRYPTED: whoever takes the disk can read the record",
            "Encrypt it on the settings page.",
        )
    kept = "in this computer's key store" if facts.is_in_key_store else "behind a passphrase"
    return ok("protection", f"encrypted, its key is {kept}")


def inside(facts: RecordFacts) -> Iterator[Check]:
    """What an opened record shows."""
    if not facts.fault:
        room = f"{size_words(facts.size_bytes)}, {size_words(facts.free_bytes)} of it free"
        yield ok("record", f"it opens, version {facts.version} of {VERSION}, {room}")
    if facts.missing_triggers:
        yield wrong(
            "record's guards",
            f"{facts.missing_triggers} of them are missing: rows could be changed",
            "Run `kmonitor verify` and call whoever looks after kmonitor.",
        )
    else:
        yield ok("record's guards", "complete")
    yield last_backup(facts.backup)


def last_backup(backup: BackupResult | None) -> Check:
    """How the newest backup went, and how old it is."""
    mend = "Run `kmonitor backup FOLDER`, or choose a folder on the settings page."
    if backup is None:
        return look("backup", "there was none yet", mend)
    if not backup.is_good:
        return wrong("backup", f"the last one failed: {backup.words}", mend)
    age = SystemClock().now().at_utc - backup.at
    found = f"the last one was good, {backup.at.astimezone():%Y-%m-%d %H:%M}"
    return look("backup", found, mend) if age > OLD_BACKUP else ok("backup", found)


def in_use(path: Path) -> Iterator[Check]:
    """Which program writes the record now, and whether a supervisor watches it."""
    held = holder(path)
    if held is None or not psutil.pid_exists(held.process):
        yield ok("record in use", "no program holds it")
        return
    found = f"process {held.process} holds it since {held.since.astimezone():%Y-%m-%d %H:%M}"
    if _is_supervised(held.process):
        yield ok("record in use", f"{found}, watched by its supervisor")
    else:
        yield look("record in use", f"{found}, without a supervisor")


def _is_supervised(process: int) -> bool:
    try:
        return _SUPERVISED in psutil.Process(process).cmdline()
    except psutil.Error:
        return False
