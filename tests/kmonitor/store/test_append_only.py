import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from kmonitor.alarms.conditions import AlarmKind, AlarmPhase, AlarmTransition, Condition, Priority
from kmonitor.clock import FakeClock
from kmonitor.effects import PersistRow, Row
from kmonitor.events import (
    ClockJumped,
    FrameFaulted,
    LinkChanged,
    LinkState,
    NibpArrived,
    StatusArrived,
)
from kmonitor.metrics import Metric
from kmonitor.store import schema
from kmonitor.store.connection import open_record
from kmonitor.store.ledger import Ledger
from kmonitor.store.waves import WaveSecond, pack
from kmonitor.vitals import (
    DeviceIdentity,
    DeviceStatus,
    FrameFault,
    Mode,
    NibpReading,
    StatusKind,
    Validity,
)
from tests.kmonitor.store.record_help import LINK, START, opened, reading

M = Mode.SIMULATED
TABLES = [*(table.name for table in schema.TABLES_1), "_sqlite_migrations"]
FAILED_CUFF = NibpReading(
    received=START, measured=None, systolic_mmhg=None, diastolic_mmhg=None, mean_mmhg=None,
    pulse_rate_per_min=None, validity=Validity.INVALID, reason=None, mode=M,
)  # fmt: skip
ONE_OF_EACH: list[Row] = [
    opened(has_plan=True),
    reading(2).row,
    NibpArrived(at=START, link=LINK, nibp=FAILED_CUFF),
    StatusArrived(
        at=START, link=LINK, status=DeviceStatus(received=START, what=StatusKind.SEARCHING, mode=M)
    ),
    StatusArrived(at=START, link=LINK, status=DeviceIdentity(received=START, mode=M, model="X")),
    FrameFaulted(
        at=START, link=LINK, fault=FrameFault(received=START, offset=3, raw=b"\0", reason="noise")
    ),
    LinkChanged(at=START, link=LINK, protocol="contec-v7", state=LinkState.LIVE, mode=M),
    AlarmTransition(
        at=START, occurrence=1, condition=Condition.SPO2_LOW, kind=AlarmKind.PHYSIOLOGICAL,
        priority=Priority.HIGH, phase=AlarmPhase.ONSET, value=79, limit=80,
    ),
    ClockJumped(at=START, by_s=-3600.5, cause="the wall clock was set"),
]  # fmt: skip


@pytest.fixture
def full(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A record with a row in every table."""
    with closing(open_record(tmp_path / "r.db")) as connection:
        ledger = Ledger(connection, FakeClock())
        ledger.write(
            [PersistRow(seq=seq, row=row, is_act=False) for seq, row in enumerate(ONE_OF_EACH, 1)]
        )
        second = WaveSecond(
            link=LINK, metric=Metric.PLETH, mode=M, rate_hz=2, until=START, samples=pack((1, None))
        )
        ledger.write([second])
        yield connection


def contents(connection: sqlite3.Connection, table: str) -> list[object]:
    return connection.execute(f"SELECT * FROM {table}").fetchall()


def columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


@pytest.mark.parametrize("table", TABLES)
def test_no_row_can_be_changed(full: sqlite3.Connection, table: str) -> None:
    before = contents(full, table)
    assert before
    for column in columns(full, table):
        with pytest.raises(dbapi2.IntegrityError, match="never changed"):
            full.execute(f"UPDATE {table} SET {column} = {column}")
        with pytest.raises(dbapi2.IntegrityError):
            full.execute(f"UPDATE OR REPLACE {table} SET {column} = NULL")
    assert contents(full, table) == before


@pytest.mark.parametrize("table", TABLES)
def test_no_row_can_be_deleted(full: sqlite3.Connection, table: str) -> None:
    before = contents(full, table)
    with pytest.raises(dbapi2.IntegrityError, match="never deleted"):
        full.execute(f"DELETE FROM {table}")
    assert contents(full, table) == before


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("table", TABLES)
def test_no_row_can_be_replaced(full: sqlite3.Connection, table: str, recursive: str) -> None:
    """Also by a program that leaves `recursive_triggers` off."""
    full.execute(f"PRAGMA recursive_triggers = {recursive}")
    full.execute("PRAGMA foreign_keys = OFF")
    before = contents(full, table)
    for way in ("INSERT OR REPLACE INTO", "REPLACE INTO", "INSERT OR IGNORE INTO"):
        with pytest.raises(dbapi2.IntegrityError, match="never replaced"):
            full.execute(f"{way} {table} SELECT * FROM {table}")
    assert contents(full, table) == before


def test_a_unique_column_is_no_back_door(full: sqlite3.Connection) -> None:
    full.execute("PRAGMA recursive_triggers = OFF")
    for statement in (
        "REPLACE INTO session SELECT 99, session_id, 0, mode, 'Chair 9', zone, limit_set,"
        " NULL, NULL, NULL, NULL, NULL FROM session",
        "REPLACE INTO boot SELECT 99, boot_id, 0, 0, speed, system, program FROM boot",
        "REPLACE INTO source SELECT 99, session, link FROM source",
    ):
        with pytest.raises(dbapi2.IntegrityError, match="never replaced"):
            full.execute(statement)


def test_a_zero_cannot_stand_for_an_absent_number(full: sqlite3.Connection) -> None:
    for number, validity in ((0, "invalid"), (None, "valid")):
        with pytest.raises(dbapi2.IntegrityError, match="CHECK"):
            full.execute(
                "INSERT INTO numeric_live (session, seq, boot, utc_ms, mono_ns, source, mode,"
                " metric, value, validity) VALUES (1, 999, 1, 0, 0, 1, 'real', 150456, ?, ?)",
                (number, validity),
            )


def test_a_row_of_no_session_is_refused(full: sqlite3.Connection) -> None:
    with pytest.raises(dbapi2.IntegrityError, match="FOREIGN KEY"):
        full.execute("INSERT INTO act VALUES (7, 1, 1, 0, 0, 'note_written', 'N1', 0, 0, '{}')")
