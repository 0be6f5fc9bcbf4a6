"""The only text that makes a table, an index or a trigger of the record.

Every table is STRICT and append-only: a correction is a new row. Times are two columns,
`..._utc_ms` (Unix milliseconds) and `..._mono_ns` (nanoseconds since the boot in `boot`).
`seq` counts through all rows of a session whatever their table; waves have a count of their
own. `received_...` is NULL where it is the same as the row's own time. What is missing is
NULL. `numeric_live` and `wave_live` hold the running minutes; sealed blocks come beside them.
"""

from __future__ import annotations

from dataclasses import dataclass

APPLICATION_ID = 0x6B6D6F6E  # "kmon"
VERSION = 1

_ROW = """
    session INTEGER NOT NULL REFERENCES session (session),
    seq INTEGER NOT NULL CHECK (seq > 0),
    boot INTEGER NOT NULL REFERENCES boot (boot),
    utc_ms INTEGER NOT NULL,
    mono_ns INTEGER NOT NULL"""
_READ = (
    _ROW
    + """,
    source INTEGER NOT NULL REFERENCES source (source),
    received_utc_ms INTEGER,
    received_mono_ns INTEGER,
    mode TEXT NOT NULL"""
)


@dataclass(frozen=True, slots=True)
class Table:
    """One append-only table; `keys` are its primary key and its unique columns."""

    name: str
    columns: str
    keys: tuple[tuple[str, ...], ...]
    has_rowid: bool = False

    @property
    def creation(self) -> str:
        """The statement that makes it."""
        options = "STRICT" if self.has_rowid else "STRICT, WITHOUT ROWID"
        return f"CREATE TABLE {self.name} ({self.columns}) {options}"

    @property
    def triggers(self) -> dict[str, str]:
        """By name, the statements that make it refuse UPDATE, DELETE and REPLACE.

        The third holds also against a program that left `recursive_triggers` off.
        """
        same = " OR ".join(
            "(" + " AND ".join(f"{column} IS NEW.{column}" for column in key) + ")"
            for key in self.keys
        )
        exists = f"EXISTS (SELECT 1 FROM {self.name} WHERE {same})"  # noqa: S608  # our own names
        return {
            f"{self.name}_never_{what}": (
                f"CREATE TRIGGER {self.name}_never_{what} BEFORE {when} "
                f"BEGIN SELECT RAISE (ABORT, 'rows of {self.name} are never {what}'); END"
            )
            for what, when in (
                ("changed", f"UPDATE ON {self.name}"),
                ("deleted", f"DELETE ON {self.name}"),
                ("replaced", f"INSERT ON {self.name} WHEN {exists}"),
            )
        }


def _rows(name: str, columns: str) -> Table:
    """A table of rows of the session-wide sequence."""
    return Table(name, f"{columns},\n    PRIMARY KEY (session, seq)", (("session", "seq"),))


TABLES_1 = (
    Table("store_meta", "name TEXT PRIMARY KEY, content TEXT NOT NULL", (("name",),)),
    Table(
        "boot",
        """
    boot INTEGER PRIMARY KEY,
    boot_id TEXT NOT NULL UNIQUE,
    utc_ms INTEGER NOT NULL,
    mono_ns INTEGER NOT NULL,
    speed REAL NOT NULL,
    system TEXT NOT NULL,
    program TEXT NOT NULL""",
        (("boot",), ("boot_id",)),
        has_rowid=True,
    ),
    Table(
        "metric",
        """
    mdc INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    unit TEXT NOT NULL,
    loinc TEXT,
    plausible_low REAL NOT NULL,
    plausible_high REAL NOT NULL,
    decimals INTEGER NOT NULL""",
        (("mdc",), ("name",)),
        has_rowid=True,
    ),
    Table(
        "person",
        """
    person INTEGER PRIMARY KEY,
    person_id TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    since_utc_ms INTEGER NOT NULL""",
        (("person",),),
        has_rowid=True,
    ),
    Table(
        "patient",
        """
    patient INTEGER PRIMARY KEY,
    label TEXT NOT NULL,
    identifier TEXT NOT NULL,
    sex TEXT""",
        (("patient",),),
        has_rowid=True,
    ),
    Table(
        "session",
        """
    session INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL UNIQUE,
    opened_utc_ms INTEGER NOT NULL,
    mode TEXT NOT NULL,
    chair TEXT NOT NULL,
    zone TEXT NOT NULL,
    limit_set TEXT NOT NULL,
    protocol TEXT,
    patient INTEGER REFERENCES patient (patient),
    weight_kg TEXT CHECK ((weight_kg IS NULL) = (patient IS NULL)),
    height_cm TEXT,
    plan TEXT CHECK (plan IS NULL OR json_valid(plan))""",
        (("session",), ("session_id",)),
        has_rowid=True,
    ),
    Table(
        "source",
        """
    source INTEGER PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES session (session),
    link TEXT NOT NULL,
    UNIQUE (session, link)""",
        (("source",), ("session", "link")),
        has_rowid=True,
    ),
    _rows(
        "numeric_live",
        f"""{_READ},
    metric INTEGER NOT NULL REFERENCES metric (mdc),
    value REAL CHECK ((value IS NOT NULL) = (validity IN ('valid', 'questionable'))),
    validity TEXT NOT NULL,
    reason TEXT,
    device_time TEXT""",
    ),
    _rows(
        "nibp",
        f"""{_READ},
    measured_utc_ms INTEGER,
    measured_mono_ns INTEGER CHECK ((measured_mono_ns IS NULL) = (measured_utc_ms IS NULL)),
    systolic_mmhg INTEGER,
    diastolic_mmhg INTEGER,
    mean_mmhg INTEGER,
    pulse_rate_per_min INTEGER,
    validity TEXT NOT NULL,
    reason TEXT,
    determination TEXT,
    device_time TEXT""",
    ),
    _rows("status", f"{_READ},\n    what TEXT NOT NULL,\n    detail TEXT NOT NULL"),
    _rows(
        "device",
        f"""{_READ},
    model TEXT NOT NULL,
    serial_number TEXT NOT NULL,
    firmware TEXT NOT NULL""",
    ),
    _rows(
        "frame_fault",
        f"""{_ROW},
    source INTEGER NOT NULL REFERENCES source (source),
    received_utc_ms INTEGER,
    received_mono_ns INTEGER,
    position INTEGER NOT NULL,
    raw BLOB NOT NULL,
    reason TEXT NOT NULL""",
    ),
    _rows(
        "link_event",
        f"""{_ROW},
    source INTEGER NOT NULL REFERENCES source (source),
    mode TEXT NOT NULL,
    protocol TEXT NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL,
    can_start_cuff INTEGER NOT NULL CHECK (can_start_cuff IN (0, 1)),
    gives_nibp INTEGER NOT NULL CHECK (gives_nibp IN (0, 1))""",
    ),
    _rows(
        "act",
        f"""{_ROW},
    kind TEXT NOT NULL,
    author TEXT NOT NULL,
    effective_utc_ms INTEGER,
    effective_mono_ns INTEGER,
    body TEXT NOT NULL CHECK (json_valid(body))""",
    ),
    _rows(
        "alarm_event",
        f"""{_ROW},
    occurrence INTEGER NOT NULL,
    condition TEXT NOT NULL,
    kind TEXT NOT NULL,
    priority TEXT NOT NULL,
    phase TEXT NOT NULL,
    value REAL,
    limit_value REAL,
    about TEXT NOT NULL,
    words TEXT NOT NULL,
    author TEXT""",
    ),
    _rows(
        "system_event",
        f"""{_ROW},
    kind TEXT NOT NULL,
    author TEXT,
    body TEXT NOT NULL CHECK (json_valid(body))""",
    ),
    Table(
        "wave_live",
        """
    session INTEGER NOT NULL REFERENCES session (session),
    metric INTEGER NOT NULL REFERENCES metric (mdc),
    source INTEGER NOT NULL REFERENCES source (source),
    block INTEGER NOT NULL,
    boot INTEGER NOT NULL REFERENCES boot (boot),
    utc_ms INTEGER NOT NULL,
    mono_ns INTEGER NOT NULL,
    mode TEXT NOT NULL,
    rate_hz REAL NOT NULL CHECK (rate_hz > 0),
    samples BLOB NOT NULL CHECK (length(samples) > 0 AND length(samples) % 2 = 0),
    PRIMARY KEY (session, block)""",
        (("session", "block"),),
    ),
)
INDICES_1 = (
    "CREATE INDEX session_by_time ON session (opened_utc_ms, session)",
    "CREATE INDEX act_that_ends ON act (session) WHERE kind = 'session_ended'",
)
SEQUENCED = tuple(table.name for table in TABLES_1 if table.keys == (("session", "seq"),))
# sqlite-utils keeps here which migrations were applied; it refuses changes as the rest does.
_MIGRATIONS = Table("_sqlite_migrations", "", (("id",), ("migration_set", "name")))


def triggers() -> dict[str, str]:
    """By name, every trigger that a record of this version must have."""
    return {
        name: statement
        for table in (*TABLES_1, _MIGRATIONS)
        for name, statement in table.triggers.items()
    }
