"""What a record knows before any session: itself, this boot of the machine, the metrics."""

from __future__ import annotations

import platform
import uuid

from kmonitor.clock import Clock, boot_id
from kmonitor.metrics import TABLE
from kmonitor.store.connection import Connection
from kmonitor.version import version


def write_facts(connection: Connection, clock: Clock) -> int:
    """Add what the record does not know yet; returns the number of this boot."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        _name_the_record(connection, clock)
        _add_metrics(connection)
        boot = _number_of_boot(connection, clock)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.rollback()
        raise
    return boot


def _name_the_record(connection: Connection, clock: Clock) -> None:
    if connection.execute("SELECT 1 FROM store_meta WHERE name = 'record_id'").fetchone():
        return
    made = str(clock.now().utc_ms)
    facts = [("record_id", str(uuid.uuid4())), ("made_utc_ms", made), ("made_by", version())]
    connection.executemany("INSERT INTO store_meta (name, content) VALUES (?, ?)", facts)


def _add_metrics(connection: Connection) -> None:
    """Add new metrics; the numbers of a known one are changed by a migration, never here."""
    known = {mdc for (mdc,) in connection.execute("SELECT mdc FROM metric")}
    connection.executemany(
        "INSERT INTO metric (mdc, name, kind, label, unit, loinc, plausible_low,"
        " plausible_high, decimals) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(facts.mdc, facts.metric, facts.kind, facts.label, facts.unit, facts.loinc),
                *(facts.plausible_low, facts.plausible_high, facts.decimals),
            )
            for facts in TABLE.values()
            if facts.mdc not in known
        ],
    )


def _number_of_boot(connection: Connection, clock: Clock) -> int:
    """At another speed monotonic times compare within one run only: a boot of its own."""
    name = boot_id() if clock.speed == 1 else f"{boot_id()}+{uuid.uuid4()}"
    known = connection.execute("SELECT boot FROM boot WHERE boot_id = ?", (name,)).fetchone()
    if known:
        number: int = known[0]
        return number
    now = clock.now()
    added = connection.execute(
        "INSERT INTO boot (boot_id, utc_ms, mono_ns, speed, system, program)"
        " VALUES (?, ?, ?, ?, ?, ?) RETURNING boot",
        (name, now.utc_ms, now.mono_ns, clock.speed, _system(), version()),
    ).fetchone()
    boot: int = added[0]
    return boot


def _system() -> str:
    return f"{platform.system()} {platform.release()} {platform.machine()}"
