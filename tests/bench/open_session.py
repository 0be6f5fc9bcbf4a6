"""Goal 10: the numbers of a session of four hours, from its blocks, against a row for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from kmonitor.store.connection import Connection, open_record, reading
from kmonitor.store.sealed_rows import arrays
from tests.bench.commit import METRICS
from tests.bench.comparison import Comparison, in_turns
from tests.bench.record_size import fill

_FOUR_HOURS_S = 4 * 3600
_GOAL = 1 / 20


def compare(rounds: int) -> list[Comparison]:
    """The queries alone, each on a file that is open already."""
    with TemporaryDirectory(prefix="kmonitor-bench-") as name, ExitStack() as stack:
        blocks, rows = Path(name) / "record.db", Path(name) / "rows.db"
        fill(blocks, _FOUR_HOURS_S, has_waves=False)
        _write_rows(rows)
        measures = {
            "blocks": _measure(stack.enter_context(reading(blocks)), _look_at_blocks),
            "rows": _measure(stack.enter_context(reading(rows)), _look_at_rows),
        }
        for measure in measures.values():
            measure()  # warm
        found = in_turns(measures, rounds)
    return [
        Comparison(
            what="open a session of 4 h, six numbers",
            unit="ms",
            ours=found["blocks"],
            reference=found["rows"],
            goal=_GOAL,
        )
    ]


def _look_at_blocks(connection: Connection) -> int:
    return sum(len(values) for _, values in arrays(connection, 1).values())


def _look_at_rows(connection: Connection) -> int:
    return len(
        connection.execute(
            "SELECT metric, mono_ns, value FROM reference_row WHERE session = 1 ORDER BY seq"
        ).fetchall()
    )


def _measure(connection: Connection, look: Callable[[Connection], int]) -> Callable[[], float]:
    def measure() -> float:
        begun = perf_counter()
        found = look(connection)
        taken = perf_counter() - begun
        if found != _FOUR_HOURS_S * len(METRICS):
            raise RuntimeError(f"{found} numbers came back")
        return taken * 1000

    return measure


def _write_rows(path: Path) -> None:
    """The layout of version 1: a row for each number, keyed by session and sequence."""
    with closing(open_record(path)) as connection:
        connection.execute(
            "CREATE TABLE reference_row (session INTEGER, seq INTEGER, metric INTEGER,"
            " mono_ns INTEGER, value REAL, PRIMARY KEY (session, seq)) STRICT, WITHOUT ROWID"
        )
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO reference_row VALUES (1, ?, ?, ?, ?)", _made())
        connection.execute("COMMIT")


def _made() -> Iterator[tuple[int, int, int, float]]:
    seq = 0
    for second in range(_FOUR_HOURS_S):
        for metric in range(len(METRICS)):
            seq += 1
            yield seq, metric, second * 1_000_000_000, 70.0 + second % 7
