"""Goal 8: one second of rows made durable, against one flush of the same disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from queue import SimpleQueue
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from kmonitor.clock import Instant, SystemClock
from kmonitor.effects import PersistRow, PersistWave
from kmonitor.events import Committed, Event, NoteWritten, ReadingArrived, SessionOpened
from kmonitor.metrics import Metric
from kmonitor.people import DEMONSTRATION_NURSE
from kmonitor.store.connection import chain_key_of, open_record
from kmonitor.store.keys import RecordKeys
from kmonitor.store.ledger import Ledger
from kmonitor.store.waiting import Waiting
from kmonitor.store.writer import RecordWriter
from kmonitor.vitals import Mode, NumericReading, Validity, WaveBlock
from tests.bench.comparison import Comparison, in_turns
from tests.bench.signals import PLETH_HZ, pleth

_A_ROUND = 40
METRICS = (
    *(Metric.SPO2, Metric.PULSE_RATE, Metric.RESPIRATORY_RATE, Metric.ETCO2),
    *(Metric.TEMPERATURE, Metric.PERFUSION_INDEX),
)
_NURSE = DEMONSTRATION_NURSE.person_id
_NO_DISK_MS = 0.01


def opening_at(at: Instant, session_id: str) -> SessionOpened:
    """A session for one who watches."""
    return SessionOpened(
        at=at,
        author=_NURSE,
        session_id=session_id,
        mode=Mode.SIMULATED,
        chair="Chair 1",
        zone="UTC",
        limit_set="default",
    )


class Beds:
    """Makes the rows of one second of some beds; each bed is a link of the one session."""

    def __init__(self, count: int) -> None:
        self._links = [f"bed{number}:contec-v7" for number in range(count)]
        self._samples = tuple(pleth(1))
        self.at = SystemClock().now()
        self.seq = 0

    def opening(self) -> PersistRow:
        """The session's first row."""
        opened = opening_at(self.at, "bench")
        return self._row(opened, is_act=True)

    def note(self) -> PersistRow:
        """What a person wrote just now."""
        return self._row(NoteWritten(at=self.at, author=_NURSE, text="quiet"), is_act=True)

    def second(self) -> Iterator[PersistRow | PersistWave]:
        """Six numbers and a second of pleth from each bed, one second after the last."""
        self.at = self.at.plus(1)
        for link in self._links:
            for metric in METRICS:
                yield self._row(_reading(self.at, link, metric), is_act=False)
            block = WaveBlock(
                received=self.at,
                metric=Metric.PLETH,
                rate_hz=PLETH_HZ,
                samples=self._samples,
                mode=Mode.SIMULATED,
            )
            yield PersistWave(link=link, block=block)

    def _row(
        self, row: SessionOpened | NoteWritten | ReadingArrived, *, is_act: bool
    ) -> PersistRow:
        self.seq += 1
        return PersistRow(seq=self.seq, row=row, is_act=is_act)


def compare(rounds: int, folder: Path | None) -> list[Comparison]:
    """Measure by turns on the disk of `folder`, by default that of temporary files."""
    with TemporaryDirectory(dir=folder, prefix="kmonitor-bench-") as name, ExitStack() as stack:
        here = Path(name)
        measures = {
            "flush": stack.enter_context(_flush(here / "flushed")),
            "one": stack.enter_context(_commit_second(here / "one.db", beds=1)),
            "keyed": stack.enter_context(
                _commit_second(here / "keyed.db", beds=1, keys=RecordKeys.new())
            ),
            "twelve": stack.enter_context(_commit_second(here / "twelve.db", beds=12)),
            "act": stack.enter_context(_save_act(here / "act.db")),
        }
        for measure in measures.values():
            measure()  # warm
        found = in_turns(measures, rounds)
    if median(found["flush"]) < _NO_DISK_MS:
        print("These files are in memory: the ratios say nothing; name a folder with --folder.")
    return [
        Comparison(what=what, unit="ms", ours=found[ours], reference=found["flush"], goal=goal)
        for what, ours, goal in (
            ("durable commit, 1 s of one bed", "one", 3),
            ("the same, encrypted", "keyed", 3),
            ("durable commit, 1 s of twelve beds", "twelve", 8),
            ("one act, from its press to its commit", "act", None),
        )
    ]


def _reading(at: Instant, link: str, metric: Metric) -> ReadingArrived:
    numeric = NumericReading(
        received=at,
        metric=metric,
        value=36.0,
        validity=Validity.VALID,
        reason=None,
        mode=Mode.SIMULATED,
    )
    return ReadingArrived(at=at, link=link, reading=numeric)


def _median_ms(act: Callable[[], None]) -> float:
    taken = []
    for _ in range(_A_ROUND):
        begun = perf_counter()
        act()
        taken.append(perf_counter() - begun)
    return median(taken) * 1000


@contextmanager
def _flush(path: Path) -> Iterator[Callable[[], float]]:
    """One page appended and flushed; the page is written before the clock starts."""
    flush = getattr(os, "fdatasync", os.fsync)
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def measure() -> float:
        taken = []
        for _ in range(_A_ROUND):
            os.write(descriptor, bytes(4096))
            begun = perf_counter()
            flush(descriptor)
            taken.append(perf_counter() - begun)
        return median(taken) * 1000

    try:
        yield measure
    finally:
        os.close(descriptor)


@contextmanager
def _commit_second(
    path: Path, *, beds: int, keys: RecordKeys | None = None
) -> Iterator[Callable[[], float]]:
    """The store thread's transaction without its thread: what waits, into tables, on disk."""
    rows, waiting = Beds(beds), Waiting()
    with closing(open_record(path, keys)) as connection:
        ledger = Ledger(connection, SystemClock(), chain_key_of(connection, keys))
        waiting.add(rows.opening())

        def write() -> None:
            items = waiting.items()
            ledger.write(items)
            waiting.forget(len(items))

        def measure() -> float:
            taken = []
            for _ in range(_A_ROUND):
                for row in rows.second():
                    waiting.add(row)
                begun = perf_counter()
                write()
                taken.append(perf_counter() - begun)
            ledger.move_log_file()  # as the store thread does, between two commits
            return median(taken) * 1000

        yield measure


@contextmanager
def _save_act(path: Path) -> Iterator[Callable[[], float]]:
    """A note through the store thread, until its commit is in the inbox."""
    rows, inbox = Beds(1), Inbox()
    writer = RecordWriter(path, inbox=inbox, clock=SystemClock())

    def save() -> None:
        writer.keep(rows.note())
        inbox.wait_for(rows.seq)

    try:
        writer.keep(rows.opening())
        inbox.wait_for(rows.seq)
        yield lambda: _median_ms(save)
    finally:
        writer.stop()


class Inbox:
    """Hears of commits."""

    def __init__(self) -> None:
        self._events: SimpleQueue[Event] = SimpleQueue()

    def put(self, event: Event) -> None:
        """Take an event."""
        self._events.put(event)

    def wait_for(self, seq: int) -> None:
        """Return when all up to `seq` is on disk."""
        while True:
            event = self._events.get(timeout=10)
            if not isinstance(event, Committed):
                raise RuntimeError(f"the record said {event}")
            if event.seq >= seq:
                return
