"""What `show` says of links that nobody watches any more, and by what it fixes the record."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kmonitor.clock import FakeClock, Instant, SystemClock
from kmonitor.effects import PersistRow
from kmonitor.events import LinkChanged, LinkState, SessionEnded, SessionResumed, Stored
from kmonitor.store.connection import chain_key_of, open_record
from kmonitor.store.ledger import Ledger
from kmonitor.store.reader import RecordReader
from kmonitor.store.seals import seal_lot
from kmonitor.store.summary import summarise
from kmonitor.store.totals import add_totals
from kmonitor.vitals import Mode
from tests.kmonitor.store.record_help import LINK, NURSE, START, opened

ID = "5e551014-0001"


def live(at: Instant) -> LinkChanged:
    return LinkChanged(
        at=at, link=LINK, protocol="contec-v7", state=LinkState.LIVE, mode=Mode.SIMULATED
    )


def shown(path: Path, *rows: Stored) -> dict[str, Any]:
    with closing(open_record(path)) as connection:
        ledger = Ledger(connection, FakeClock(), chain_key_of(connection, None))
        ledger.write(
            [PersistRow(seq=seq, row=row, is_act=False) for seq, row in enumerate(rows, 1)]
        )
        ledger.also(seal_lot)
        ledger.also(add_totals)
    return summarise(RecordReader(path), ID)


RESUMED = SessionResumed(at=START.plus(60), author=NURSE, since=START.plus(30), cause="killed")
ENDED = SessionEnded(at=START.plus(90), author=NURSE)


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ((live(START.plus(1)), ENDED), "live"),
        ((live(START.plus(1)),), "unknown"),
        ((live(START.plus(1)), RESUMED, ENDED), "unknown"),
        ((live(START.plus(1)), RESUMED, live(START.plus(61)), ENDED), "live"),
    ],
)
def test_a_state_that_nobody_watched_to_the_end_is_unknown(
    tmp_path: Path, rows: tuple[Stored, ...], state: str
) -> None:
    (link,) = shown(tmp_path / "r.db", opened(), *rows)["links"]
    assert link["state"] == state
    assert link["changes"][0]["state"] == "live"


def test_a_link_of_a_session_that_runs_is_live(tmp_path: Path) -> None:
    now = SystemClock().now()
    (link,) = shown(tmp_path / "r.db", opened(at=now), live(now))["links"]
    assert link["state"] == "live"


def test_an_ended_session_is_fixed_by_its_anchor_and_an_open_one_by_the_head(
    tmp_path: Path,
) -> None:
    ended, still_open = tmp_path / "ended.db", tmp_path / "open.db"
    anchor = shown(ended, opened(), ENDED)["chain_head"]
    assert bytes.fromhex(anchor) == RecordReader(ended).anchor_of(ID)
    head = shown(still_open, opened())["chain_head"]
    assert bytes.fromhex(head) == RecordReader(still_open).chain_head()
