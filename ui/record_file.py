"""A record that is a plain file and nothing more: the demonstration's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kmonitor.clock import Clock
from kmonitor.ports import Inbox, Record
from kmonitor.store.reader import RecordReader


class OpenRecord(Protocol):
    """How the record at `path` is opened for writing; raises StoreError."""

    def __call__(
        self, path: Path, *, inbox: Inbox, clock: Clock, continues: str | None = None
    ) -> Record:
        """A record whose news come to `inbox`; `continues` names the session that goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFile:
    """Makes one session after the other in the file at `path`."""

    path: Path
    open_record: OpenRecord

    def writer(self, *, inbox: Inbox, clock: Clock, continues: str | None = None) -> Record:
        """For one session; `continues` names one that goes on."""
        return self.open_record(self.path, inbox=inbox, clock=clock, continues=continues)

    def reader(self) -> RecordReader:
        """For looking."""
        return RecordReader(self.path)
