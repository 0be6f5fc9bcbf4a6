from pathlib import Path

import pytest

from kmonitor.errors import StoreError
from kmonitor.events import SessionEnded
from kmonitor.metrics import Metric
from kmonitor.store.reader import RecordReader
from tests.kmonitor.store.make_record import make, whole_session
from tests.kmonitor.store.record_help import (
    NURSE,
    PATIENT,
    PLAN,
    START,
    KeptInbox,
    act,
    opened,
    reading,
    writing,
)

NAMES = ["abc-1", "abd-2", "b-3", "b"]


@pytest.fixture
def reader(tmp_path: Path) -> RecordReader:
    with writing(tmp_path / "r.db", KeptInbox()) as record:
        for day, name in enumerate(NAMES):
            at = START.plus(86_400 * (day // 2))
            record.keep(act(1, opened(name, at, has_plan=day == 3)))
            record.keep(reading(2, 90 + day, at=at.plus(1)))
            if day != 2:
                record.keep(act(3, SessionEnded(at=at.plus(60), author=NURSE)))
    return RecordReader(tmp_path / "r.db")


def test_sessions_come_newest_first_and_page_by_page(reader: RecordReader) -> None:
    assert [each.session_id for each in reader.sessions()] == NAMES[::-1]
    page = reader.sessions(3)
    rest = reader.sessions(3, after=page[-1].key)
    assert [each.session_id for each in (*page, *rest)] == NAMES[::-1]
    assert reader.sessions(3, after=rest[-1].key) == []


def test_a_session_is_told_with_patient_plan_and_end(reader: RecordReader) -> None:
    newest, open_one, *_ = reader.sessions()
    assert (newest.patient, newest.plan, newest.rows) == (PATIENT, PLAN, 3)
    assert newest.ended == START.plus(86_400 + 60).at_utc
    assert (open_one.patient, open_one.plan, open_one.ended) == (None, None, None)


@pytest.mark.parametrize(
    ("named", "meant"),
    [("last", "b"), ("b", "b"), ("b-", "b-3"), ("abc", "abc-1"), ("abd-2", "abd-2")],
)
def test_a_session_is_found(reader: RecordReader, named: str, meant: str) -> None:
    assert reader.resolve(named) == meant


def test_an_empty_name_means_no_session_also_where_there_is_one_only(tmp_path: Path) -> None:
    make(tmp_path / "one.db", whole_session())
    with pytest.raises(StoreError, match=r"^There is no session"):
        RecordReader(tmp_path / "one.db").resolve("")


@pytest.mark.parametrize("named", ["ab", "c", "%", "_b", "abc-10", ""])
def test_what_names_no_single_session_is_said(reader: RecordReader, named: str) -> None:
    with pytest.raises(StoreError, match=r"^(There is no|More than one) session.*\.$"):
        reader.resolve(named)


def test_an_unknown_id_is_said(reader: RecordReader) -> None:
    for ask in (
        reader.session,
        reader.counts,
        reader.wave_seconds,
        lambda name: list(reader.events(name)),
        lambda name: reader.numeric_series(name, Metric.SPO2),
    ):
        with pytest.raises(StoreError, match="There is no session 'nobody'"):
            ask("nobody")


def test_the_series_of_a_metric_holds_its_readings_only(reader: RecordReader) -> None:
    (only,) = reader.numeric_series("abd-2", Metric.SPO2)
    assert (only.value, only.received) == (91, START.plus(1))
    assert reader.numeric_series("abd-2", Metric.PULSE_RATE) == []
    counts = reader.counts("abd-2")
    assert {table: n for table, n in counts.items() if n} == {"numeric_live": 1, "act": 2}
