"""Somebody who looks on at a monitor and waits for what it says."""

import threading

from kmonitor.effects import PersistRow
from kmonitor.session import Session
from kmonitor.vitals import WaveBlock


class Looker:
    def __init__(self) -> None:
        self.snapshots: list[Session] = []
        self.rows: list[PersistRow] = []
        self.commits: list[int] = []
        self.waves: list[WaveBlock] = []
        self.changed = threading.Condition()

    def on_snapshot(self, session) -> None:
        with self.changed:
            self.snapshots.append(session)
            self.changed.notify_all()

    def on_wave(self, link: str, block: WaveBlock) -> None:
        self.waves.append(block)

    def on_row(self, row) -> None:
        self.rows.append(row)

    def on_commit(self, seq: int) -> None:
        self.commits.append(seq)

    def wait_for(self, what, within_s: float = 5.0):
        with self.changed:
            assert self.changed.wait_for(
                lambda: bool(self.snapshots) and what(self.snapshots[-1]), within_s
            )
        return self.snapshots[-1]
