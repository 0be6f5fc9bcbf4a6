"""A made-up record house and what it holds, for the start page and the front desk."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from kmonitor.errors import StoreError
from kmonitor.people import Patient
from kmonitor.ports import BackupResult, HouseState, Protection
from kmonitor.store.reader import PageKey, StoredSession
from kmonitor.vitals import Mode
from tests import builders

NOW = datetime(2026, 1, 5, 15, 4, tzinfo=UTC)
ZONE = "America/New_York"
PASSPHRASE = "a horse on the moon"


def stored(
    number: int = 0,
    *,
    ago_min: float = 90,
    is_ended: bool = True,
    label: str = "Demo patient",
    mode: Mode = Mode.REAL,
) -> StoredSession:
    started = NOW - timedelta(minutes=ago_min)
    return StoredSession(
        session_id=f"session-{number}",
        started=started,
        ended=started + timedelta(minutes=62) if is_ended else None,
        mode=mode,
        chair="Chair 2",
        zone=ZONE,
        limit_set="default",
        protocol="mood",
        patient=Patient(label=label, identifier="0417", weight_kg=Decimal(82)),
        plan=builders.PLAN,
        rows=22,
        key=PageKey(1, number),
    )


def backup(*, is_good: bool = True) -> BackupResult:
    words = "complete and checked." if is_good else "the folder is not there."
    at = NOW - timedelta(hours=20)
    return BackupResult(at=at, path=Path("copy.db"), is_good=is_good, words=words)


class MadeReader:
    def __init__(self, sessions: Sequence[StoredSession]) -> None:
        self._sessions = sessions

    def sessions(self, limit: int = 200) -> list[StoredSession]:
        return list(self._sessions)[:limit]


class MadeHouse:
    """Of a `RecordHouse` what the start page uses; a test changes it as the world does."""

    def __init__(
        self,
        state: HouseState = HouseState.READY,
        protection: Protection = Protection.KEY_STORE,
    ) -> None:
        self.path = Path("record.db")
        self.state = state
        self.protection = protection
        self.notes: list[str] = []
        self.today: list[StoredSession] = []
        self.open_one: StoredSession | None = None
        self.backups: list[Path] = []
        self.asked_on: set[str] = set()

    def reader(self) -> MadeReader:
        self.asked_on.add(threading.current_thread().name)
        return MadeReader(self.today)

    def unfinished(self) -> StoredSession | None:
        return self.open_one

    def last_backup(self) -> BackupResult | None:
        return backup()

    def unlock(self, passphrase_or_code: str) -> None:
        if passphrase_or_code != PASSPHRASE:
            raise StoreError("The passphrase is wrong.")
        self.state = HouseState.READY

    def back_up(self, folder: Path) -> BackupResult:
        self.backups.append(folder)
        return replace(backup(), path=folder)
