"""What a record knows before any session: itself, this boot of the machine, the metrics."""

from __future__ import annotations

import platform
import sqlite3

from kmonitor.clock import Clock, boot_of
from kmonitor.metrics import TABLE
from kmonitor.store.scribe import Scribe, writing
from kmonitor.version import version

_NAMES = ("mdc", "label", "unit", "loinc", "plausible_low", "plausible_high", "decimals")


def write_facts(connection: sqlite3.Connection, clock: Clock, chain_key: bytes) -> int:
    """Add what the record does not know yet; returns the number of this boot."""
    with writing(connection, chain_key, clock) as scribe:
        _add_metrics(scribe)
        return _number_of_boot(scribe, clock)


def _add_metrics(scribe: Scribe) -> None:
    """Add new metrics; the numbers of a known one are changed by a migration, never here."""
    known = {mdc for (mdc,) in scribe.connection.execute("SELECT mdc FROM metric")}
    for facts in TABLE.values():
        if facts.mdc not in known:
            named = {name: getattr(facts, name) for name in _NAMES}
            scribe.insert("metric", **named, name=facts.metric.value, kind=facts.kind.value)


def _number_of_boot(scribe: Scribe, clock: Clock) -> int:
    """At another speed monotonic times compare within one clock only: a boot of its own."""
    name = boot_of(clock)
    known = scribe.connection.execute("SELECT boot FROM boot WHERE boot_id = ?", (name,)).fetchone()
    if known:
        number: int = known[0]
        return number
    now = clock.now()
    return scribe.insert(
        "boot",
        boot_id=name,
        utc_ms=now.utc_ms,
        mono_ns=now.mono_ns,
        speed=clock.speed,
        system=_system(),
        program=version(),
    )


def _system() -> str:
    return f"{platform.system()} {platform.release()} {platform.machine()}"
