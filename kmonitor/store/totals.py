"""What a session came to, written once after its end, so that lists need no counting."""

from __future__ import annotations

import json
import sqlite3

from kmonitor.store import schema
from kmonitor.store.anchors import AnchorKind, add_anchor
from kmonitor.store.scribe import Scribe
from kmonitor.store.seals import has_live

_ENDED = (
    "SELECT session, utc_ms FROM act WHERE kind = 'session_ended' AND NOT EXISTS"
    " (SELECT 1 FROM session_total AS t WHERE t.session = act.session) ORDER BY session"
)
_NUMERICS = (
    "SELECT (SELECT coalesce(sum(readings), 0) FROM seal WHERE session = ?1)"
    " + (SELECT coalesce(sum(json_array_length(body)), 0) FROM numeric_live WHERE session = ?1)"
)
_WAVES = (
    "SELECT (SELECT coalesce(sum(wave_seconds), 0) FROM seal WHERE session = ?1)"
    " + (SELECT count(*) FROM wave_live WHERE session = ?1)"
)
# The highest sequence of the session in `s`; of those that have no total yet.
HIGHEST_SEQ = "max({})".format(
    ", ".join(
        (
            *(
                f"coalesce((SELECT max(seq) FROM {table} WHERE session = s.session), 0)"  # noqa: S608  # our own names
                for table in schema.SEQUENCED
            ),
            "coalesce((SELECT max(last_seq) FROM numeric_live WHERE session = s.session), 0)",
            "coalesce((SELECT max(last_seq) FROM seal WHERE session = s.session), 0)",
        )
    )
)


def counts_of(connection: sqlite3.Connection, session: int) -> dict[str, int]:
    """How many rows of the session each table holds; readings and seconds of waves one by one."""
    counts = {
        table: connection.execute(
            f"SELECT count(*) FROM {table} WHERE session = ?",  # noqa: S608  # our own names
            (session,),
        ).fetchone()[0]
        for table in schema.SEQUENCED
    }
    for name, query in (("numeric_live", _NUMERICS), ("wave_live", _WAVES)):
        (counts[name],) = connection.execute(query, (session,)).fetchone()
    return counts


def add_totals(scribe: Scribe) -> int:
    """Close the books of each ended session whose rows are all sealed; how many those were."""
    connection = scribe.connection
    done = 0
    for session, ended_utc_ms in connection.execute(_ENDED).fetchall():
        if has_live(connection, session):
            continue
        (rows,) = connection.execute(
            f"SELECT {HIGHEST_SEQ} FROM session AS s WHERE session = ?",  # noqa: S608  # our own names
            (session,),
        ).fetchone()
        scribe.insert(
            "session_total",
            session=session,
            rows=rows,
            ended_utc_ms=ended_utc_ms,
            counts=json.dumps(counts_of(connection, session)),
        )
        connection.execute("DELETE FROM checkpoint WHERE session = ?", (session,))
        add_anchor(scribe, AnchorKind.SESSION_END, session)
        done += 1
    return done
