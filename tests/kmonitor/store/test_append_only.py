import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
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
    ReadingArrived,
    StatusArrived,
)
from kmonitor.limit_sets import load_default
from kmonitor.metrics import Metric
from kmonitor.store import schema
from kmonitor.store.connection import chain_key_of, open_record
from kmonitor.store.ledger import Ledger
from kmonitor.store.scribe import Scribe, writing
from kmonitor.store.seals import seal_lot
from kmonitor.store.table import SESSION_IS_REMOVED
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
SESSION_ID = "5e551014-0001"
GONE = (
    *(table.name for table in schema.TABLES if table.may_go == SESSION_IS_REMOVED and table.name
      != "source"),
    *("source", "session", "patient"),
)  # fmt: skip
TABLES = [table.name for table in schema.TABLES if not table.is_free]
FAILED_CUFF = NibpReading(
    received=START, measured=None, systolic_mmhg=None, diastolic_mmhg=None, mean_mmhg=None,
    pulse_rate_per_min=None, validity=Validity.INVALID, reason=None, mode=M,
)  # fmt: skip
ONE_OF_EACH: list[Row] = [
    replace(opened(has_plan=True), limits=load_default()),
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
        ledger = Ledger(connection, FakeClock(), chain_key_of(connection, None))
        ledger.write(
            [PersistRow(seq=seq, row=row, is_act=False) for seq, row in enumerate(ONE_OF_EACH, 1)]
        )
        second = WaveSecond(
            link=LINK, metric=Metric.PLETH, mode=M, rate_hz=2, until=START, samples=pack((1, None))
        )
        ledger.write([second])
        ledger.also(seal_lot)
        ledger.write([second, reading(100)])
        ledger.also(add_site_rows)
        yield connection


def add_site_rows(scribe: Scribe) -> None:
    """A row in every table that the ledger does not fill."""
    now = {"utc_ms": 0}
    scribe.insert("session_total", session=1, rows=9, ended_utc_ms=0, counts="{}")
    scribe.insert("credential", person_id="N1", since_utc_ms=0, verifier="$argon2id$", author="N1")
    scribe.insert("site_event", boot=1, **now, mono_ns=0, kind="signed_in", author="N1", body="{}")
    scribe.insert("signoff", session=1, person_id="N1", meaning="read", **now, link=1)
    scribe.insert(
        "removal", session=77, session_id="gone", technician="T1", clinician="C1", reason="asked",
        **now,
    )  # fmt: skip
    scribe.insert(
        "origin", session=1, record_id="r", computer="c", exported_utc_ms=0, exported_by="N1",
        head=b"h", bundle_sha256="s",
    )  # fmt: skip


def contents(connection: sqlite3.Connection, table: str) -> list[object]:
    return connection.execute(f"SELECT * FROM {table}").fetchall()


def columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


@pytest.mark.parametrize("table", [table for table in TABLES if table != "chain_head"])
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
        " NULL, NULL, NULL, NULL, NULL, NULL FROM session",
        "REPLACE INTO boot SELECT 99, boot_id, 0, 0, speed, system, program FROM boot",
        "REPLACE INTO source SELECT 99, session, link FROM source",
    ):
        with pytest.raises(dbapi2.IntegrityError, match="never replaced"):
            full.execute(statement)


@pytest.mark.parametrize("number", [0.0, None])
def test_a_zero_cannot_stand_for_an_absent_number(
    full: sqlite3.Connection, number: float | None
) -> None:
    event = reading(999, 97 if number is None else None).row
    assert isinstance(event, ReadingArrived)
    wrong = replace(event, reading=replace(event.reading, value=number))
    ledger = Ledger(full, FakeClock(), chain_key_of(full, None), continues=SESSION_ID)
    with pytest.raises(ValueError, match="number just when"):
        ledger.write([PersistRow(seq=999, row=wrong, is_act=False)])


def test_the_head_of_the_chain_is_the_one_row_that_moves_on(full: sqlite3.Connection) -> None:
    assert full.execute("UPDATE chain_head SET link = link").rowcount == 1
    with pytest.raises(dbapi2.IntegrityError):
        full.execute("INSERT INTO chain_head VALUES (2, 0, x'', 0, x'', x'')")


def test_a_live_row_goes_only_under_a_seal_of_its_session(full: sqlite3.Connection) -> None:
    (nr,) = full.execute("SELECT nr FROM wave_live").fetchone()
    with pytest.raises(dbapi2.IntegrityError, match="never deleted"):
        full.execute("DELETE FROM wave_live WHERE nr = ?", (nr,))
    with writing(full, chain_key_of(full, None)) as scribe:
        scribe.insert(
            "seal", session=1, seal=2, utc_ms=0, first_nr=nr, last_nr=nr, live_mac=b"m",
            is_whole=1, readings=0, wave_seconds=1, numeric_blocks=1, wave_blocks=1,
        )  # fmt: skip
        full.execute("DELETE FROM wave_live WHERE nr = ?", (nr,))
        with pytest.raises(dbapi2.IntegrityError, match="never deleted"):
            full.execute("DELETE FROM numeric_live")


def test_rows_of_a_session_go_only_where_a_removal_names_it(full: sqlite3.Connection) -> None:
    key = chain_key_of(full, None)
    with writing(full, key) as scribe:
        seal_lot(scribe)
    links = contents(full, "chain")
    for session, session_id in ((1, "another"), (2, SESSION_ID)):
        remove(full, session, session_id)
        with pytest.raises(dbapi2.IntegrityError, match="never deleted"):
            full.execute("DELETE FROM act")
    remove(full, 1, SESSION_ID)
    with writing(full, key) as scribe:
        for table in GONE:
            assert scribe.connection.execute(f"DELETE FROM {table}").rowcount > 0
    assert contents(full, "chain")[: len(links)] == links
    with pytest.raises(dbapi2.IntegrityError, match="never deleted"):
        full.execute("DELETE FROM removal")
    Ledger(full, FakeClock(), key).write([PersistRow(seq=1, row=opened("new"), is_act=True)])
    assert full.execute("SELECT session FROM session").fetchall() == [(78,)]


def remove(connection: sqlite3.Connection, session: int, session_id: str) -> None:
    with writing(connection, chain_key_of(connection, None)) as scribe:
        scribe.insert(
            "removal", session=session, session_id=session_id, patient=1, technician="T1",
            clinician="C1", reason="asked", utc_ms=0,
        )  # fmt: skip


def test_a_row_of_no_session_is_refused(full: sqlite3.Connection) -> None:
    with pytest.raises(dbapi2.IntegrityError, match="FOREIGN KEY"):
        full.execute("INSERT INTO act VALUES (7, 1, 1, 0, 0, 'note_written', 'N1', 0, 0, '{}')")
