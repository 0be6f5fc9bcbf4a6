"""The only text that makes a table, an index or a trigger of the record.

Every table is STRICT and append-only: a correction is a new row. Times are two columns,
`..._utc_ms` (Unix milliseconds) and `..._mono_ns` (nanoseconds since the boot in `boot`).
`seq` counts through all rows of a session whatever their table; waves have a count of their
own. What is missing is NULL.

`numeric_live` and `wave_live` hold the running minute, counted together by `nr`; a `seal` says
which of them went over into blocks, and only then may they go. Every other row has a link in
`chain`. A session's rows may go only where a `removal` names it; their links stay.
"""

from __future__ import annotations

from functools import cache

from kmonitor.store.schema_1 import INDICES_1, TABLES_1
from kmonitor.store.table import SEAL_COVERS_IT, SESSION_IS_REMOVED, Table

__all__ = ["INDICES_1", "TABLES_1"]

APPLICATION_ID = 0x6B6D6F6E  # "kmon"
VERSION = 2

_SESSION = "session INTEGER NOT NULL REFERENCES session (session)"
_TIMES = """boot INTEGER NOT NULL REFERENCES boot (boot),
    utc_ms INTEGER NOT NULL,
    mono_ns INTEGER NOT NULL"""
_MARKS = "mac BLOB NOT NULL"
NUMERIC_LIVE = Table(
    "numeric_live",
    f"""
    {_SESSION},
    seq INTEGER NOT NULL CHECK (seq > 0),
    last_seq INTEGER NOT NULL CHECK (last_seq >= seq),
    boot INTEGER NOT NULL REFERENCES boot (boot),
    nr INTEGER NOT NULL,
    body TEXT NOT NULL CHECK (json_valid(body)),
    {_MARKS},
    PRIMARY KEY (session, seq)""",
    (("session", "seq"),),
    may_go=SEAL_COVERS_IT,
    is_chained=False,
)
WAVE_LIVE = Table(
    "wave_live",
    f"""
    {_SESSION},
    metric INTEGER NOT NULL REFERENCES metric (mdc),
    source INTEGER NOT NULL REFERENCES source (source),
    block INTEGER NOT NULL,
    {_TIMES},
    mode TEXT NOT NULL,
    rate_hz REAL NOT NULL CHECK (rate_hz > 0),
    samples BLOB NOT NULL CHECK (length(samples) > 0 AND length(samples) % 2 = 0),
    nr INTEGER NOT NULL,
    {_MARKS},
    PRIMARY KEY (session, block)""",
    (("session", "block"),),
    may_go=SEAL_COVERS_IT,
    is_chained=False,
)
LIVE = (NUMERIC_LIVE.name, WAVE_LIVE.name)


def _of_session(name: str, columns: str, *keys: tuple[str, ...], has_rowid: bool = False) -> Table:
    """A table whose rows go with their session."""
    return Table(name, columns, keys, has_rowid=has_rowid, may_go=SESSION_IS_REMOVED)


# Rows of blocks are large: in a table without a rowid most of each would lie on pages apart.
TABLES_2 = (
    NUMERIC_LIVE,
    WAVE_LIVE,
    _of_session(
        "numeric_block",
        f"""
    {_SESSION},
    metric INTEGER NOT NULL REFERENCES metric (mdc),
    block INTEGER NOT NULL,
    source INTEGER NOT NULL REFERENCES source (source),
    boot INTEGER NOT NULL REFERENCES boot (boot),
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    utc_ms INTEGER NOT NULL,
    mono_ns INTEGER NOT NULL,
    at_ns BLOB NOT NULL CHECK (length(at_ns) = 8 * n),
    shown BLOB NOT NULL CHECK (length(shown) = 8 * n),
    rest BLOB NOT NULL,
    PRIMARY KEY (session, metric, block)""",
        ("session", "metric", "block"),
        has_rowid=True,
    ),
    _of_session(
        "wave_block",
        f"""
    {_SESSION},
    metric INTEGER NOT NULL REFERENCES metric (mdc),
    block INTEGER NOT NULL,
    source INTEGER NOT NULL REFERENCES source (source),
    boot INTEGER NOT NULL REFERENCES boot (boot),
    mode TEXT NOT NULL,
    rate_hz REAL NOT NULL,
    first_block INTEGER NOT NULL,
    last_block INTEGER NOT NULL,
    utc_ms INTEGER NOT NULL,
    mono_ns INTEGER NOT NULL,
    parts BLOB NOT NULL,
    samples BLOB NOT NULL,
    PRIMARY KEY (session, metric, block)""",
        ("session", "metric", "block"),
        has_rowid=True,
    ),
    _of_session(
        "seal",
        f"""
    {_SESSION},
    seal INTEGER NOT NULL,
    utc_ms INTEGER NOT NULL,
    first_nr INTEGER NOT NULL,
    last_nr INTEGER NOT NULL CHECK (last_nr >= first_nr),
    live_mac BLOB NOT NULL,
    is_whole INTEGER NOT NULL CHECK (is_whole IN (0, 1)),
    readings INTEGER NOT NULL,
    first_seq INTEGER,
    last_seq INTEGER,
    wave_seconds INTEGER NOT NULL,
    first_wave INTEGER,
    last_wave INTEGER,
    numeric_blocks INTEGER NOT NULL,
    wave_blocks INTEGER NOT NULL,
    PRIMARY KEY (session, seal)""",
        ("session", "seal"),
    ),
    Table(
        "chain",
        """
    link INTEGER PRIMARY KEY,
    utc_ms INTEGER NOT NULL,
    tab TEXT NOT NULL,
    key TEXT NOT NULL,
    digest BLOB NOT NULL,
    mac BLOB NOT NULL""",
        (("link",),),
        has_rowid=True,
        is_chained=False,
    ),
    Table(
        "chain_head",
        """
    head INTEGER PRIMARY KEY CHECK (head = 1),
    link INTEGER NOT NULL,
    link_mac BLOB NOT NULL,
    nr INTEGER NOT NULL,
    live_mac BLOB NOT NULL,
    mac BLOB NOT NULL""",
        (("head",),),
        has_rowid=True,
        is_chained=False,
        is_head=True,
    ),
    Table(
        "anchor",
        """
    anchor INTEGER PRIMARY KEY,
    utc_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    session INTEGER,
    link INTEGER NOT NULL,
    mac BLOB NOT NULL""",
        (("anchor",),),
        has_rowid=True,
    ),
    Table(
        "limit_set",
        """
    limit_set INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    author TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    body TEXT NOT NULL CHECK (json_valid(body))""",
        (("limit_set",),),
        has_rowid=True,
    ),
    _of_session(
        "session_total",
        """
    session INTEGER PRIMARY KEY REFERENCES session (session),
    rows INTEGER NOT NULL,
    ended_utc_ms INTEGER NOT NULL,
    counts TEXT NOT NULL CHECK (json_valid(counts))""",
        ("session",),
        has_rowid=True,
    ),
    Table(
        "credential",
        """
    credential INTEGER PRIMARY KEY,
    person_id TEXT NOT NULL,
    since_utc_ms INTEGER NOT NULL,
    verifier TEXT NOT NULL,
    author TEXT NOT NULL""",
        (("credential",),),
        has_rowid=True,
    ),
    Table(
        "site_event",
        f"""
    number INTEGER PRIMARY KEY,
    {_TIMES},
    kind TEXT NOT NULL,
    author TEXT NOT NULL,
    session INTEGER,
    body TEXT NOT NULL CHECK (json_valid(body))""",
        (("number",),),
        has_rowid=True,
    ),
    _of_session(
        "signoff",
        f"""
    number INTEGER PRIMARY KEY,
    {_SESSION},
    person_id TEXT NOT NULL,
    meaning TEXT NOT NULL,
    utc_ms INTEGER NOT NULL,
    link INTEGER NOT NULL""",
        ("number",),
        has_rowid=True,
    ),
    Table(
        "removal",
        """
    number INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    session_id TEXT NOT NULL,
    patient INTEGER,
    technician TEXT NOT NULL,
    clinician TEXT NOT NULL,
    reason TEXT NOT NULL,
    utc_ms INTEGER NOT NULL,
    first_link INTEGER,
    last_link INTEGER""",
        (("number",),),
        has_rowid=True,
    ),
    _of_session(
        "origin",
        """
    session INTEGER PRIMARY KEY REFERENCES session (session),
    record_id TEXT NOT NULL,
    computer TEXT NOT NULL,
    exported_utc_ms INTEGER NOT NULL,
    exported_by TEXT NOT NULL,
    head BLOB NOT NULL,
    bundle_sha256 TEXT NOT NULL""",
        ("session",),
        has_rowid=True,
    ),
    Table(
        "checkpoint",
        """
    session INTEGER PRIMARY KEY REFERENCES session (session) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    utc_ms INTEGER NOT NULL,
    body BLOB NOT NULL""",
        (("session",),),
        has_rowid=True,
        is_chained=False,
        is_free=True,
    ),
)
INDICES_2 = (
    "CREATE INDEX act_by_time ON act (utc_ms)",
    "CREATE INDEX noted_by_time ON system_event (utc_ms) WHERE author IS NOT NULL",
    "CREATE INDEX site_event_by_time ON site_event (utc_ms)",
    "CREATE INDEX seal_by_nr ON seal (last_nr)",
    "CREATE INDEX anchor_by_session ON anchor (session)",
)
# Columns that a table of version 1 got since; as the migrations add them, at its end.
ADDED_2 = {
    "person": "is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1))",
    "session": "limits INTEGER REFERENCES limit_set (limit_set)",
}
# sqlite-utils keeps here which migrations were applied; it refuses changes as the rest does.
_MIGRATIONS = Table(
    "_sqlite_migrations",
    "id INTEGER, migration_set TEXT, name TEXT, applied_at TEXT",
    (("id",), ("migration_set", "name")),
    has_rowid=True,
)
TABLES = (
    *(table for table in TABLES_1 if table.name not in LIVE),
    *TABLES_2,
    _MIGRATIONS,
)
BY_NAME = {table.name: table for table in TABLES}
CHAINED = tuple(table.name for table in TABLES if table.is_chained)
# The tables of single rows of the session-wide sequence.
SEQUENCED = tuple(
    table.name
    for table in TABLES_1
    if table.keys == (("session", "seq"),) and table.name not in LIVE
)


@cache
def columns_of(table: str) -> tuple[str, ...]:
    """All columns of a table in their order, those that migrations added too."""
    added = [ADDED_2[table].split()[0]] if table in ADDED_2 else []
    return (*BY_NAME[table].names, *added)


def triggers() -> dict[str, str]:
    """By name, every trigger that a record of this version must have."""
    return {name: statement for table in TABLES for name, statement in table.triggers.items()}
