import sqlite3
import string
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmonitor.alarms.conditions import AlarmKind, AlarmPhase, AlarmTransition, Condition, Priority
from kmonitor.clock import FakeClock, Instant
from kmonitor.effects import PersistRow, Row
from kmonitor.events import SessionOpened, Stored
from kmonitor.store.connection import chain_key_of, open_record
from kmonitor.store.connection import reading as reading_of
from kmonitor.store.ledger import Ledger
from kmonitor.store.reader import RecordReader
from kmonitor.store.sealing import live_readings
from kmonitor.vitals import NumericReading, Validity
from tests.kmonitor.store.record_help import START, opened, reading

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WHOLE = st.integers(-(2**63), 2**63 - 1)
MEMBERS = get_args(Stored)

instants = st.builds(
    Instant, WHOLE, st.integers(0, 10**13).map(lambda ms: EPOCH + timedelta(milliseconds=ms))
)
decimals = st.decimals(allow_nan=False, allow_infinity=False)
floats = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(max_size=20) | st.text(string.printable, max_size=20)
st.register_type_strategy(Instant, instants)
st.register_type_strategy(Decimal, decimals)
st.register_type_strategy(float, floats)
st.register_type_strategy(int, WHOLE)
st.register_type_strategy(str, texts)


def _numeric(validity: Validity) -> st.SearchStrategy[NumericReading]:
    number = floats if validity.has_value else st.none()
    return st.builds(NumericReading, validity=st.just(validity), value=number)


st.register_type_strategy(NumericReading, st.sampled_from(list(Validity)).flatmap(_numeric))
OTHERS = [*(kind for kind in MEMBERS if kind is not SessionOpened), AlarmTransition]
FRUGALLY = settings(deadline=None, suppress_health_check=list(HealthCheck))


def keep(connection: sqlite3.Connection, everything: list[Row]) -> None:
    ledger = Ledger(connection, FakeClock(), chain_key_of(connection, None))
    ledger.write(
        [PersistRow(seq=seq, row=row, is_act=False) for seq, row in enumerate(everything, 1)]
    )
    connection.close()


def kept(everything: list[Row]) -> list[tuple[int, Row]]:
    """What comes back of rows that were written in one transaction."""
    assert isinstance(everything[0], SessionOpened)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "record.db"
        keep(open_record(path), everything)
        return list(RecordReader(path).rows(everything[0].session_id))


@pytest.mark.parametrize("kind", OTHERS, ids=lambda kind: kind.__name__)
def test_every_kind_of_row_comes_back_equal(kind: type[Row]) -> None:
    @settings(FRUGALLY, max_examples=12)
    @given(st.from_type(SessionOpened), st.lists(st.from_type(kind), max_size=8))
    def comes_back(first: SessionOpened, others: list[Row]) -> None:
        everything = [first, *others]
        assert kept(everything) == list(enumerate(everything, start=1))

    comes_back()


@settings(FRUGALLY, max_examples=40)
@given(
    st.from_type(SessionOpened),
    st.lists(st.one_of(*map(st.from_type, OTHERS)), max_size=30),
)
def test_rows_of_all_tables_come_back_in_their_one_order(
    first: SessionOpened, others: list[Row]
) -> None:
    everything = [first, *others]
    assert kept(everything) == list(enumerate(everything, start=1))


def test_the_digits_of_a_decimal_come_back_too() -> None:
    assert "Decimal('80.0')" in repr(opened(has_plan=True))
    ((_, back),) = kept([opened(has_plan=True)])
    assert repr(back) == repr(opened(has_plan=True))


def test_the_events_for_a_replay_leave_the_alarm_log_out(tmp_path: Path) -> None:
    connection = open_record(tmp_path / "r.db")
    transition = AlarmTransition(
        at=START, occurrence=1, condition=Condition.SPO2_LOW, kind=AlarmKind.PHYSIOLOGICAL,
        priority=Priority.MEDIUM, phase=AlarmPhase.ONSET, value=88, limit=90,
    )  # fmt: skip
    rows: list[Row] = [opened(), transition, reading(3).row]
    keep(connection, rows)
    reader = RecordReader(tmp_path / "r.db")
    assert list(reader.events("5e551014-0001")) == [rows[0], rows[2]]


def test_an_absent_reading_is_a_row_without_a_number_and_with_a_reason(tmp_path: Path) -> None:
    connection = open_record(tmp_path / "r.db")
    keep(connection, [opened(), reading(2, None).row])
    with reading_of(tmp_path / "r.db") as stored:
        ((body,),) = stored.execute("SELECT body FROM numeric_live").fetchall()
    assert [each[8:11] for each in live_readings(body)] == [(None, "invalid", "sensor_off")]
