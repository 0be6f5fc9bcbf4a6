"""The monitor thread with a real clock: it waits, judges, goes on after a fault, and ends."""

import threading

import pytest

from kmonitor.clock import SystemClock
from kmonitor.effects import PersistRow
from kmonitor.events import Committed, NoteWritten, SessionEnded
from kmonitor.limit_sets import load_default
from kmonitor.metrics import Metric
from kmonitor.monitor import Monitor
from kmonitor.session import Session
from kmonitor.vitals import WaveBlock
from tests import builders
from tests.builders import NURSE


class Looker:
    def __init__(self) -> None:
        self.snapshots: list[Session] = []
        self.rows: list[PersistRow] = []
        self.commits: list[int] = []
        self.waves: list[WaveBlock] = []
        self.changed = threading.Condition()

    def on_snapshot(self, session) -> None:
        with self.changed:
            self.snapshots.append(session)
            self.changed.notify_all()

    def on_wave(self, link: str, block: WaveBlock) -> None:
        self.waves.append(block)

    def on_row(self, row) -> None:
        self.rows.append(row)

    def on_commit(self, seq: int) -> None:
        self.commits.append(seq)

    def wait_for(self, what, within_s: float = 5.0):
        with self.changed:
            assert self.changed.wait_for(
                lambda: bool(self.snapshots) and what(self.snapshots[-1]), within_s
            )
        return self.snapshots[-1]


@pytest.fixture
def looker() -> Looker:
    return Looker()


@pytest.fixture
def clock() -> SystemClock:
    return SystemClock(speed=20)


@pytest.fixture
def monitor(looker, clock):
    running = Monitor(clock=clock, limits=load_default(), observers=[looker])
    running.start(builders.opened(clock.now()))
    yield running
    running.stop()


def test_a_snapshot_comes_each_second_without_any_event(monitor, looker):
    first = looker.wait_for(lambda session: True)
    looker.wait_for(lambda session: session.now.seconds_since(first.now) >= 3)
    seconds = [s.now.seconds_since(s.opened) for s in looker.snapshots]
    assert seconds[:4] == [0, 1, 2, 3]


def test_an_alarm_is_judged_when_its_delay_ends_with_no_further_event(monitor, looker, clock):
    monitor.put(builders.reading(clock.now(), Metric.SPO2, 89))
    monitor.put(builders.reading(clock.now().plus(0.01), Metric.SPO2, 84))
    session = looker.wait_for(lambda session: bool(session.presented_alarms))
    assert session.presented_alarms[0].condition.value == "spo2_low"


def test_what_was_put_before_the_stop_is_taken(looker):
    clock = SystemClock()
    monitor = Monitor(clock=clock, limits=load_default(), observers=[looker])
    monitor.start(builders.opened(clock.now()))
    for i in range(200):
        monitor.put(NoteWritten(at=clock.now(), author=NURSE, text=f"note {i}"))
    monitor.put(SessionEnded(at=clock.now(), author=NURSE))
    monitor.stop()
    assert looker.snapshots[-1].phase.value == "ended"
    assert sum(isinstance(row.row, NoteWritten) for row in looker.rows) == 200


def test_the_record_is_told_and_its_last_commit_is_heard(looker):
    clock = SystemClock()
    monitor = Monitor(clock=clock, limits=load_default(), observers=[looker])

    class Record:
        def __init__(self) -> None:
            self.kept: list[PersistRow] = []

        def keep(self, row) -> None:
            self.kept.append(row)

        def stop(self) -> None:
            monitor.put(Committed(at=clock.now(), seq=self.kept[-1].seq))

    record = Record()
    monitor.keep_in(record)
    monitor.start(builders.opened(clock.now()))
    monitor.put(NoteWritten(at=clock.now(), author=NURSE, text="one"))
    monitor.stop()
    assert looker.commits == [record.kept[-1].seq]
    assert looker.snapshots[-1].is_saved


@pytest.mark.expects_log("fault while taking")
def test_a_fault_of_ours_is_a_high_alarm_and_monitoring_goes_on(monitor, looker, clock):
    broken = builders.reading(clock.now(), Metric.SPO2, 97)
    object.__setattr__(broken, "reading", None)
    monitor.put(broken)
    session = looker.wait_for(lambda session: bool(session.presented_alarms))
    (alarm,) = session.presented_alarms
    assert (alarm.condition.value, alarm.priority.value) == ("engine_fault", "high")
    monitor.put(builders.reading(clock.now(), Metric.SPO2, 98))
    looker.wait_for(lambda session: Metric.SPO2 in session.numerics)
