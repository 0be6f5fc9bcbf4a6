"""Every row has its link, whatever writes it, and what the database coerces changes no digest."""

import hmac
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmonitor.clock import FakeClock
from kmonitor.people import Role
from kmonitor.store.chain import canonical
from kmonitor.store.connection import chain_key_of, open_record
from kmonitor.store.ledger import Ledger
from kmonitor.store.scribe import writing
from kmonitor.store.seals import seal_lot
from tests.kmonitor.store.chain_help import faults_of
from tests.kmonitor.store.record_help import act, note, opened, reading

FIELDS = st.lists(
    st.none() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(), max_size=4
)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_record(tmp_path / "r.db")) as connection:
        yield connection


def a_ledger(connection: sqlite3.Connection) -> Ledger:
    return Ledger(connection, FakeClock(), chain_key_of(connection, None))


def faults(connection: sqlite3.Connection) -> list[str]:
    return faults_of(connection, chain_key_of(connection, None))


@given(FIELDS, FIELDS)
def test_different_rows_never_have_the_same_form(one: list[object], other: list[object]) -> None:
    assert (canonical("act", one) == canonical("act", other)) == (one == other)


def test_the_form_is_that_of_what_the_database_keeps() -> None:
    given_ = (True, 3.0, Role.NURSE, float("nan"), bytearray(b"x"), -0.0)
    kept = (1, 3, "nurse", None, b"x", 0)
    assert canonical("act", given_) == canonical("act", kept)
    assert canonical("act", kept) != canonical("nibp", kept)
    for one, other in (("3", 3), (b"3", "3"), (None, ""), (0.5, 0), (1, -1)):
        assert canonical("act", (one,)) != canonical("act", (other,))


def test_a_fresh_record_is_whole(record: sqlite3.Connection) -> None:
    assert faults(record) == []


def test_rows_of_all_kinds_and_their_seals_are_linked(record: sqlite3.Connection) -> None:
    ledger = a_ledger(record)
    ledger.write([act(1, opened(has_plan=True)), *(reading(seq) for seq in range(2, 700))])
    assert record.execute("SELECT count(*) FROM numeric_live").fetchone() == (3,)
    ledger.also(seal_lot)
    ledger.write([note(700), reading(701), reading(702, 0.1)])
    assert faults(record) == []


def test_two_connections_write_by_turns_and_the_chain_has_no_gap(
    record: sqlite3.Connection, tmp_path: Path
) -> None:
    with closing(open_record(tmp_path / "r.db")) as other:
        first, second = a_ledger(record), a_ledger(other)
        first.write([act(1, opened("a-first"))])
        second.write([act(1, opened("b-second"))])
        for seq in range(2, 40):
            first.write([note(seq) if seq % 7 == 0 else reading(seq)])
            second.write([note(seq) if seq % 5 == 0 else reading(seq, 42)])
            if seq % 9 == 0:
                second.also(seal_lot)
    links = record.execute("SELECT link FROM chain ORDER BY link").fetchall()
    assert [link for (link,) in links] == list(range(1, len(links) + 1))
    assert record.execute("SELECT DISTINCT is_whole FROM seal").fetchall() == [(1,)]
    assert faults(record) == []


def test_what_is_rolled_back_leaves_no_link(record: sqlite3.Connection) -> None:
    ledger = a_ledger(record)
    ledger.write([act(1, opened())])
    with pytest.raises(ValueError, match="finite"):
        ledger.write([note(2), reading(3, float("nan"))])
    assert ledger.write_apart([note(2), reading(3, float("nan")), note(4)]) != []
    assert faults(record) == []


def test_a_head_that_is_not_ours_is_never_mended(record: sqlite3.Connection) -> None:
    ledger = a_ledger(record)
    ledger.write([act(1, opened()), note(2)])
    record.execute("UPDATE chain_head SET link = link - 1")
    ledger.write([note(3)])
    ledger.write([reading(4)])
    assert faults(record)[0] == "head"
    assert record.execute("SELECT count(*) FROM act").fetchone() == (3,)


def test_live_rows_that_were_changed_are_sealed_as_such(record: sqlite3.Connection) -> None:
    ledger = a_ledger(record)
    ledger.write([act(1, opened()), reading(2, 97.0)])
    record.execute("DROP TRIGGER numeric_live_never_changed")
    record.execute("UPDATE numeric_live SET body = replace(body, '97.0', '99.0')")
    ledger.also(seal_lot)
    ledger.write([reading(3)])
    ledger.also(seal_lot)
    assert record.execute("SELECT is_whole FROM seal ORDER BY seal").fetchall() == [(0,), (1,)]


def test_a_row_names_its_link_by_its_primary_key(record: sqlite3.Connection) -> None:
    a_ledger(record).write([act(1, opened()), note(2)])
    with writing(record, chain_key_of(record, None), FakeClock()) as scribe:
        number = scribe.insert(
            "signoff", session=1, person_id="N1", meaning="read", utc_ms=0, link=1
        )
        scribe.insert_all("store_meta", ("name", "content"), [("a", "1"), ("b", "2")])
    found = set(record.execute("SELECT tab, key FROM chain").fetchall())
    assert {("act", "1.2"), ("signoff", str(number)), ("store_meta", "b")} <= found
    assert faults(record) == []


def test_an_unknown_column_is_refused(record: sqlite3.Connection) -> None:
    with (
        pytest.raises(LookupError, match="colour"),
        writing(record, chain_key_of(record, None)) as scribe,
    ):
        scribe.insert("person", colour="red")
    assert faults(record) == []


def test_no_other_key_makes_the_same_chain(record: sqlite3.Connection) -> None:
    key = hmac.digest(b"", b"another", "sha256")
    (links,) = record.execute("SELECT count(*) FROM chain").fetchone()
    found = faults_of(record, key)
    assert [f"link {link + 1}" for link in range(links)] == found[:links]
    assert "head" in found
