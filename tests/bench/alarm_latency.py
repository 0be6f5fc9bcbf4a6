"""From a byte on the wire to what is judged, seen, heard and kept; against the budget."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tests.bench.children import start, surroundings

_BUSY = "while True: pass"
_HEADS = ("what", "p50", "p99", "max", "budget", "ratio", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """In ms since the bytes were written; `worst_ms` None where only the 99th of 100 counts."""

    name: str
    what: str
    p99_ms: float
    worst_ms: float | None = None


BUDGETS = (
    Budget(name="read", what="bytes read by the port's thread", p99_ms=20),
    Budget(name="judged", what="alarm state and its log row", p99_ms=50),
    Budget(name="painted", what="first painted alarm frame", p99_ms=250, worst_ms=1000),
    Budget(name="lit", what="first frame with the flash lit", p99_ms=500, worst_ms=1000),
    Budget(name="heard", what="first audible sample handed out", p99_ms=500, worst_ms=1000),
    Budget(name="durable", what="log row on disk", p99_ms=1000, worst_ms=1000),
)


def compare(crossings: int, busy: int) -> Iterator[str]:
    """The lines of both tables: with nothing else to do, and with `busy` processes beside it."""
    for title, beside in (("idle", 0), (f"{busy} busy processes", busy)):
        with surroundings() as env, busy_beside(beside):
            child = start("alarm_bed.py", str(crossings), env=env)
            out, _ = child.communicate()
        if child.returncode != 0:
            raise SystemExit(f"the bed ended with {child.returncode}")
        told: dict[str, list[float]] = json.loads(out.splitlines()[-1])
        yield f"{title}, {crossings} crossings"
        yield from table(told)
        yield ""


@contextmanager
def busy_beside(count: int) -> Iterator[None]:
    """So many processes that only take time."""
    command = [sys.executable, "-c", _BUSY]
    running = [subprocess.Popen(command) for _ in range(count)]
    try:
        yield
    finally:
        for each in running:
            each.kill()
            each.wait()


def table(told: Mapping[str, Sequence[float]]) -> Iterator[str]:
    """One row for each budget, as Markdown; `ratio` is the nearer of p99 and max to its own."""
    rows = [_HEADS, *(_cells(budget, sorted(told[budget.name])) for budget in BUDGETS)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    for number, row in enumerate(rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"| {' | '.join(cells)} |"
        if number == 0:
            yield f"|{'|'.join('-' * (width + 2) for width in widths)}|"


def _cells(budget: Budget, told: Sequence[float]) -> tuple[str, ...]:
    p99, worst = _at(told, 0.99), told[-1]
    ratio = p99 / budget.p99_ms
    words = f"p99 {budget.p99_ms:g} ms"
    if budget.worst_ms is not None:
        ratio = max(ratio, worst / budget.worst_ms)
        words += f", max {budget.worst_ms:g} ms"
    is_met = ratio <= 1
    return (
        budget.what, f"{_at(told, 0.5):.1f} ms", f"{p99:.1f} ms", f"{worst:.1f} ms", words,
        f"{ratio:.2f}", "met" if is_met else "missed",
    )  # fmt: skip


def _at(ordered: Sequence[float], share: float) -> float:
    """The value below which that share lies; the higher of two."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
