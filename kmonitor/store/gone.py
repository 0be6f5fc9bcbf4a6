"""What removals took: rows that `verify` must not miss, and numbers that no new row may get."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict

KIND = "session_removed"


def gone_rows(connection: sqlite3.Connection) -> dict[str, frozenset[int]]:
    """By table, the numbers of the rows that removals took and that no session names."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for (body,) in connection.execute("SELECT body FROM site_event WHERE kind = ?", (KIND,)):
        for table, numbers in json.loads(body)["rows"].items():
            found[table].update(numbers)
    for session, patient in connection.execute("SELECT session, patient FROM removal"):
        found["session"].add(session)
        if patient is not None:
            found["patient"].add(patient)
    return {table: frozenset(numbers) for table, numbers in found.items()}


def number_after_gone(connection: sqlite3.Connection, table: str) -> int | None:
    """The number of a new row where removals took the highest ones; None: the next free one.

    A number that the chain names already must not name another row.
    """
    if connection.execute("SELECT 1 FROM removal LIMIT 1").fetchone() is None:
        return None
    highest = max(gone_rows(connection).get(table, ()), default=0)
    (last,) = connection.execute(f"SELECT max(rowid) FROM {table}").fetchone()  # noqa: S608  # our own names
    return highest + 1 if highest > (last or 0) else None
