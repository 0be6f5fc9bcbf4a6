"""Goal 11: a page of ten thousand sessions, the first and a deep one, against bare SQL."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from kmonitor.clock import SystemClock
from kmonitor.effects import PersistRow
from kmonitor.events import SessionEnded
from kmonitor.store.connection import chain_key_of, open_record, reading
from kmonitor.store.ledger import Ledger
from kmonitor.store.reader import PageKey, RecordReader
from kmonitor.store.totals import add_totals
from tests.bench.commit import opening_at
from tests.bench.comparison import Comparison, in_turns

_SESSIONS, _PAGE = 10_000, 200
_DEEP = 9_000
_REFERENCE = (
    "SELECT session_id, opened_utc_ms, mode, chair, zone, limit_set, protocol, plan, patient,"
    " weight_kg, height_cm, t.ended_utc_ms, t.rows FROM session AS s"
    " LEFT JOIN session_total AS t USING (session) WHERE (opened_utc_ms, session) < (?, ?)"
    " ORDER BY opened_utc_ms DESC, session DESC LIMIT ?"
)
_NEWEST = PageKey(2**62, 2**62)


def compare(rounds: int) -> list[Comparison]:
    """Both sides open the file anew for each page."""
    with TemporaryDirectory(prefix="kmonitor-bench-") as name:
        path = Path(name) / "record.db"
        _fill(path)
        reader = RecordReader(path)
        deep = reader.sessions(_DEEP)[-1].key
        measures = {
            "first": _page(lambda: len(reader.sessions(_PAGE))),
            "deep": _page(lambda: len(reader.sessions(_PAGE, after=deep))),
            "raw": _page(lambda: _raw(path, _NEWEST)),
            "raw deep": _page(lambda: _raw(path, deep)),
        }
        for measure in measures.values():
            measure()  # warm
        found = in_turns(measures, rounds)
    return [
        Comparison(what=what, unit="ms", ours=found[ours], reference=found[reference], goal=goal)
        for what, ours, reference, goal in (
            ("first page of 10,000 sessions", "first", "raw", 3),
            ("page behind 9,000 of them", "deep", "raw deep", 3),
            ("the deep page against the first", "deep", "first", 1.5),
        )
    ]


def _fill(path: Path) -> None:
    with closing(open_record(path)) as connection:
        ledger = Ledger(connection, SystemClock(), chain_key_of(connection, None))
        connection.execute("PRAGMA synchronous = OFF")
        at = SystemClock().now()
        for number in range(_SESSIONS):
            opened = opening_at(at.plus(60 * number), f"bench-{number:05}")
            ended = SessionEnded(at=at.plus(60 * number + 50), author=opened.author)
            ledger.write([PersistRow(seq=1, row=opened, is_act=True)])
            ledger.write([PersistRow(seq=2, row=ended, is_act=True)])
        ledger.also(add_totals)
        ledger.move_log_file()


def _raw(path: Path, behind: PageKey) -> int:
    with reading(path) as connection:
        found = connection.execute(_REFERENCE, (behind.started_ms, behind.number, _PAGE))
        return len(found.fetchall())


def _page(look: Callable[[], int]) -> Callable[[], float]:
    def measure() -> float:
        begun = perf_counter()
        if look() != _PAGE:
            raise RuntimeError("the page is not full")
        return (perf_counter() - begun) * 1000

    return measure
