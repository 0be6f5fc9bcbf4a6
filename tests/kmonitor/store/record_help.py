"""An inbox that remembers, and rows to write."""

import queue
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from kmonitor.clock import Clock, FakeClock, Instant
from kmonitor.effects import PersistRow, PersistWave
from kmonitor.events import (
    Committed,
    Event,
    NoteWritten,
    ReadingArrived,
    SessionEnded,
    SessionOpened,
)
from kmonitor.infusion import InfusionPlan
from kmonitor.metrics import Metric
from kmonitor.people import DEMONSTRATION_NURSE, Patient
from kmonitor.store.connection import open_record
from kmonitor.store.writer import RecordWriter
from kmonitor.vitals import Mode, NumericReading, Reason, Validity, WaveBlock

E = TypeVar("E")
NURSE = DEMONSTRATION_NURSE.person_id
START = FakeClock().now()
LINK = "/dev/ttyUSB0:contec-v7"
PATIENT = Patient(label="Demonstration", identifier="D-1", weight_kg=Decimal("80.0"))
PLAN = InfusionPlan(
    ordered_mg=Decimal("40.0"),
    concentration_mg_per_ml=Decimal("0.4"),
    container_ml=Decimal(100),
    rate_ml_per_h=Decimal(150),
    duration_s=2400,
    weight_kg=Decimal("80.0"),
    basis_weight_kg=Decimal("80.0"),
    basis="actual",
    dose_mg_per_kg=Decimal("0.5"),
)


class KeptInbox:
    """Remembers every event; `wait` takes them up to the next one of a kind."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.seen: list[Event] = []

    def put(self, event: Event) -> None:
        self._queue.put(event)

    def wait(self, kind: type[E], within_s: float = 10) -> E:
        while True:
            event = self._queue.get(timeout=within_s)
            self.seen.append(event)
            if isinstance(event, kind):
                return event

    def wait_for_seq(self, seq: int) -> None:
        while self.wait(Committed).seq < seq:
            pass

    def rest(self) -> list[Event]:
        while not self._queue.empty():
            self.seen.append(self._queue.get())
        return self.seen


@contextmanager
def writing(
    path: Path,
    inbox: KeptInbox,
    clock: Clock | None = None,
    opener: Callable[[Path], sqlite3.Connection] = open_record,
) -> Iterator[RecordWriter]:
    writer = RecordWriter(path, inbox=inbox, clock=clock or FakeClock(), opener=opener)
    try:
        yield writer
    finally:
        writer.stop()


def opened(
    session_id: str = "5e551014-0001", at: Instant = START, *, has_plan: bool = False
) -> SessionOpened:
    return SessionOpened(
        at=at,
        author=NURSE,
        session_id=session_id,
        mode=Mode.SIMULATED,
        chair="Chair 1",
        zone="Europe/Vienna",
        limit_set="adult",
        protocol="mood" if has_plan else None,
        patient=PATIENT if has_plan else None,
        plan=PLAN if has_plan else None,
    )


def act(seq: int, row: SessionOpened | SessionEnded | NoteWritten) -> PersistRow:
    return PersistRow(seq=seq, row=row, is_act=True)


def note(seq: int, text: str = "quiet") -> PersistRow:
    return act(seq, NoteWritten(at=START.plus(seq), author=NURSE, text=text))


def reading(
    seq: int,
    value: float | None = 97.0,
    *,
    at: Instant | None = None,
    metric: Metric = Metric.SPO2,
    link: str = LINK,
) -> PersistRow:
    at = at or START.plus(seq)
    numeric = NumericReading(
        received=at,
        metric=metric,
        value=value,
        validity=Validity.INVALID if value is None else Validity.VALID,
        reason=Reason.SENSOR_OFF if value is None else None,
        mode=Mode.SIMULATED,
    )
    return PersistRow(seq=seq, row=ReadingArrived(at=at, link=link, reading=numeric), is_act=False)


def wave(
    until: Instant, samples: tuple[int | None, ...], rate_hz: float = 60, link: str = LINK
) -> PersistWave:
    block = WaveBlock(
        received=until,
        metric=Metric.PLETH,
        rate_hz=rate_hz,
        samples=samples,
        mode=Mode.SIMULATED,
    )
    return PersistWave(link=link, block=block)


def whole(path: Path) -> bytes:
    """What a file holds, and what lies beside it."""
    beside = sorted(each.name for each in path.parent.iterdir())
    return path.read_bytes() + repr(beside).encode()
