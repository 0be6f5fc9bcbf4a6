"""What removals took: rows that `verify` must not miss, and numbers that no new row may get."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from operator import itemgetter

KIND = "session_removed"
SEALED = "sealed"


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


def newest_seal(connection: sqlite3.Connection) -> tuple[int, bytes] | None:
    """Up to which live row anything was sealed, and its mac; also where a removal took the seal."""
    found = connection.execute(
        "SELECT last_nr, live_mac FROM seal WHERE last_nr > 0 ORDER BY last_nr DESC LIMIT 1"
    ).fetchall()
    for (body,) in connection.execute("SELECT body FROM site_event WHERE kind = ?", (KIND,)):
        if (sealed := json.loads(body).get(SEALED)) is not None:
            found.append((int(sealed[0]), bytes.fromhex(sealed[1])))
    last_nr, mac = max(found, key=itemgetter(0), default=(0, b""))
    return (last_nr, bytes(mac)) if last_nr else None


def is_every_seal_told(connection: sqlite3.Connection) -> bool:
    """Whether each removal told what had been sealed; the first versions did not."""
    (removals,) = connection.execute("SELECT count(*) FROM removal").fetchone()
    bodies = connection.execute("SELECT body FROM site_event WHERE kind = ?", (KIND,)).fetchall()
    return int(removals) == sum(SEALED in json.loads(body) for (body,) in bodies)


def number_after_gone(connection: sqlite3.Connection, table: str) -> int | None:
    """The number of a new row where removals took the highest ones; None: the next free one.

    A number that the chain names already must not name another row.
    """
    if connection.execute("SELECT 1 FROM removal LIMIT 1").fetchone() is None:
        return None
    highest = max(gone_rows(connection).get(table, ()), default=0)
    (last,) = connection.execute(f"SELECT max(rowid) FROM {table}").fetchone()  # noqa: S608  # our own names
    return highest + 1 if highest > (last or 0) else None
