"""Readings and waves are the same before, after and across a seal, also behind a kill."""

import math
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kmonitor.clock import FakeClock
from kmonitor.effects import PersistRow, Row
from kmonitor.events import ReadingArrived
from kmonitor.metrics import TABLE, Metric
from kmonitor.store import seals
from kmonitor.store.connection import chain_key_of, open_record, reading
from kmonitor.store.ledger import Ledger
from kmonitor.store.reader import RecordReader
from kmonitor.store.seals import seal_lot
from kmonitor.store.waiting import Item
from kmonitor.store.waves import WaveSecond
from kmonitor.vitals import Mode
from tests.kmonitor.store.chain_help import faults_of
from tests.kmonitor.store.record_help import LINK, START, act, note, opened
from tests.kmonitor.store.record_help import reading as a_reading
from tests.kmonitor.store.test_round_trip import instants, texts

CHECKOUT = Path(__file__).resolve().parents[3]
ID = "5e551014-0001"
METRICS = st.sampled_from(sorted({facts.metric for facts in TABLE.values()})[:4])
SOME_READINGS = st.lists(
    st.builds(
        lambda row, metric: ReadingArrived(
            at=row.at, link=row.link, reading=replace(row.reading, metric=metric)
        ),
        st.from_type(ReadingArrived),
        METRICS,
    ),
    max_size=25,
)
SOME_WAVES = st.lists(
    st.builds(
        WaveSecond,
        link=texts,
        metric=st.just(Metric.PLETH),
        mode=st.sampled_from(Mode),
        rate_hz=st.sampled_from([60.0, 125.0, 0.1]),
        until=instants,
        samples=st.binary(min_size=1, max_size=50).map(lambda half: half + half),
    ),
    max_size=6,
)
PHASES = [Phase.explicit, Phase.generate]
FRUGALLY = settings(
    deadline=None, max_examples=15, suppress_health_check=list(HealthCheck), phases=PHASES
)


@FRUGALLY
@given(st.lists(st.tuples(SOME_READINGS, SOME_WAVES, st.booleans()), max_size=4))
def test_what_was_sealed_comes_back_equal(
    parts: Sequence[tuple[list[ReadingArrived], list[WaveSecond], bool]],
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "r.db"
        opening = opened()
        rows: list[Row] = [opening]
        waves: list[WaveSecond] = []
        with closing(open_record(path)) as connection:
            key = chain_key_of(connection, None)
            ledger = Ledger(connection, FakeClock(), key)
            ledger.write([act(1, opening)])
            for readings, seconds, is_sealed in parts:
                first = len(rows) + 1
                rows += readings
                waves += seconds
                lot: list[Item] = [
                    PersistRow(seq=seq, row=row, is_act=False)
                    for seq, row in enumerate(readings, first)
                ]
                ledger.write([*lot, *seconds])
                if is_sealed:
                    ledger.also(seal_lot)
            check(path, rows, waves)
            with reading(path) as stored:
                assert faults_of(stored, key) == []


def check(path: Path, rows: list[Row], waves: list[WaveSecond]) -> None:
    reader = RecordReader(path)
    assert list(reader.rows(ID)) == list(enumerate(rows, 1))
    half = len(rows) // 2
    assert list(reader.rows(ID, after_seq=half)) == list(enumerate(rows[half:], half + 1))
    assert reader.waves(ID, Metric.PLETH) == waves
    came = [row for row in rows if isinstance(row, ReadingArrived)]
    arrays = reader.numeric_arrays(ID)
    assert set(arrays) == {row.reading.metric for row in came}
    for metric, (moments, values) in arrays.items():
        mine = [row for row in came if row.reading.metric is metric]
        assert reader.numeric_series(ID, metric) == [row.reading for row in mine]
        shown = [None if math.isnan(value) else value for value in values]
        pairs = list(zip(moments, shown, strict=True))
        wanted = [(row.at.mono_ns, row.reading.value) for row in mine]
        if len({row.link for row in mine}) == 1:
            assert pairs == wanted
        assert Counter(pairs) == Counter(wanted)
    counts = reader.counts(ID)
    assert (counts["numeric_live"], counts["wave_live"]) == (len(came), len(waves))


def test_a_lot_is_bounded_and_the_next_goes_on_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "MOST_ROWS", 3)
    path = tmp_path / "r.db"
    with closing(open_record(path)) as connection:
        ledger = Ledger(connection, FakeClock(), chain_key_of(connection, None))
        ledger.write([act(1, opened())])
        for seq in range(2, 10):
            ledger.write([a_reading(seq)])
        sealed: list[int] = []
        for _ in range(4):
            ledger.also(lambda scribe: sealed.append(seal_lot(scribe)))
        spans = connection.execute("SELECT first_nr, last_nr, is_whole FROM seal").fetchall()
        assert connection.execute("SELECT count(*) FROM numeric_live").fetchone() == (0,)
    assert sealed == [3, 3, 2, 0]
    assert spans == [(1, 3, 1), (4, 6, 1), (7, 8, 1)]
    assert [seq for seq, _ in RecordReader(path).rows(ID)] == list(range(1, 10))


def test_a_session_that_goes_on_keeps_its_numbers(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    second = WaveSecond(
        link=LINK, metric=Metric.PLETH, mode=Mode.SIMULATED, rate_hz=1, until=START, samples=b"ab"
    )
    for seal in (False, True):
        with closing(open_record(path)) as connection:
            key = chain_key_of(connection, None)
            continues = ID if seal else None
            ledger = Ledger(connection, FakeClock(), key, continues=continues)
            first = [] if seal else [act(1, opened())]
            ledger.write([*first, a_reading(2 + seal), second])
            ledger.also(seal_lot)
    reader = RecordReader(path)
    assert [seq for seq, _ in reader.rows(ID)] == [1, 2, 3]
    assert reader.waves(ID, Metric.PLETH) == [second, second]
    with reading(path) as stored:
        assert stored.execute("SELECT count(*) FROM source").fetchone() == (1,)
        assert stored.execute("SELECT last_wave FROM seal").fetchall() == [(1,), (2,)]


@pytest.mark.parametrize(
    "point", ["INSERT INTO numeric_block", "INSERT INTO seal", "DELETE FROM", "UPDATE", "COMMIT"]
)
def test_a_process_killed_while_it_seals_loses_and_doubles_nothing(
    tmp_path: Path, point: str
) -> None:
    path = tmp_path / "r.db"
    command = [sys.executable, "-m", "tests.kmonitor.store.killed_while_sealing", str(path), point]
    done = subprocess.run(command, cwd=CHECKOUT, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    found = list(RecordReader(path).rows(ID))
    assert [seq for seq, _ in found] == list(range(1, 41))
    with closing(open_record(path)) as connection:
        key = chain_key_of(connection, None)
        assert live_rows(connection) == 39
        ledger = Ledger(connection, FakeClock(), key, continues=ID)
        ledger.write([note(41)])
        ledger.also(seal_lot)
        assert live_rows(connection) == 0
        assert faults_of(connection, key) == []
    assert list(RecordReader(path).rows(ID))[:40] == found


def live_rows(connection: sqlite3.Connection) -> int:
    (count,) = connection.execute("SELECT count(*) FROM numeric_live").fetchone()
    return int(count)
