"""A record that two programs find new, or old, at the same moment."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from kmonitor.store.connection import missing_triggers, open_keyed
from kmonitor.store.migrations import migrate
from kmonitor.store.verify import verify


class Later:
    """A connection that gets its turn only when `other` has migrated."""

    def __init__(self, connection: sqlite3.Connection, other: sqlite3.Connection) -> None:
        self._connection = connection
        self._other: sqlite3.Connection | None = other

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statement: str, *what: Any) -> Any:
        other, self._other = self._other, None
        if other is not None and statement == "BEGIN IMMEDIATE":
            migrate(other)
        else:
            self._other = other
        return self._connection.execute(statement, *what)


def test_whoever_comes_second_finds_the_record_made(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with closing(open_keyed(path, None)) as first, closing(open_keyed(path, None)) as second:
        migrate(Later(second, first))  # type: ignore[arg-type]  # it passes everything on
        assert missing_triggers(second) == []
    assert verify(path).findings == ()
