"""The monitor thread with a real clock: it waits, judges, goes on after a fault, and ends."""

import pytest

from kmonitor.alarms.conditions import Priority
from kmonitor.clock import SystemClock
from kmonitor.effects import PersistRow
from kmonitor.events import (
    Committed,
    EngineFaulted,
    NoteWritten,
    ScreenChanged,
    SessionEnded,
    UiAlive,
)
from kmonitor.limit_sets import load_default
from kmonitor.metrics import Metric
from kmonitor.monitor import Monitor, _ScreenWatch
from tests import builders
from tests.builders import NURSE
from tests.monitor_looker import Looker


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

        def mark(self, session) -> None:
            pass

        def unlock(self) -> None:
            pass

        def stop(self) -> None:
            monitor.put(Committed(at=clock.now(), seq=self.kept[-1].seq))

    record = Record()
    monitor.keep_in(record)
    monitor.start(builders.opened(clock.now()))
    monitor.put(NoteWritten(at=clock.now(), author=NURSE, text="one"))
    monitor.stop()
    assert looker.commits == [record.kept[-1].seq]
    assert looker.snapshots[-1].is_saved


@pytest.mark.expects_log("fault on the monitor thread")
def test_a_fault_of_ours_is_a_high_alarm_and_monitoring_goes_on(monitor, looker, clock):
    broken = builders.reading(clock.now(), Metric.SPO2, 97)
    object.__setattr__(broken, "reading", None)
    monitor.put(broken)
    session = looker.wait_for(lambda session: bool(session.presented_alarms))
    (alarm,) = session.presented_alarms
    assert (alarm.condition.value, alarm.priority.value) == ("engine_fault", "high")
    monitor.put(builders.reading(clock.now(), Metric.SPO2, 98))
    looker.wait_for(lambda session: Metric.SPO2 in session.numerics)


@pytest.mark.expects_log("fault on the monitor thread")
def test_a_fault_that_repeats_is_a_high_alarm_and_spins_nothing(looker, clock, monkeypatch):
    calls = []

    def broken(*_: object) -> None:
        calls.append(1)
        raise ZeroDivisionError

    monkeypatch.setattr("kmonitor.session_work.engine.step", broken)
    monitor = Monitor(clock=clock, limits=load_default(), observers=[looker])
    monitor.start(builders.opened(clock.now()))
    session = looker.wait_for(lambda session: bool(session.presented_alarms))
    (alarm,) = session.presented_alarms
    assert (alarm.condition.value, alarm.priority.value) == ("engine_fault", "high")
    first = session.now
    looker.wait_for(lambda session: session.now.seconds_since(first) >= 5)
    monitor.stop()
    passed_s = looker.snapshots[-1].now.seconds_since(looker.snapshots[0].now)
    assert len(calls) <= 3 * passed_s + 10
    faults = [row for row in looker.rows if isinstance(row.row, EngineFaulted)]
    assert len(faults) == 1


@pytest.mark.expects_log("broken failed")
def test_an_observer_that_fails_loses_no_row(looker, clock, monkeypatch):
    kept = []

    class Record:
        def keep(self, row) -> None:
            kept.append(row.seq)

        def mark(self, session) -> None:
            pass

        def unlock(self) -> None:
            pass

        def stop(self) -> None:
            pass

    def broken(_row: object) -> None:
        raise ValueError

    monkeypatch.setattr(looker, "on_row", broken)
    monitor = Monitor(clock=clock, limits=load_default(), observers=[looker])
    monitor.keep_in(Record())
    monitor.start(builders.opened(clock.now()))
    for i in range(20):
        monitor.put(NoteWritten(at=clock.now(), author=NURSE, text=f"note {i}"))
    monitor.stop()
    assert kept == list(range(1, len(kept) + 1))
    assert len(kept) >= 21
    assert looker.snapshots[-1].engine_fault.endswith("broken: ValueError")


@pytest.mark.expects_log("Record.keep failed")
def test_a_record_that_raises_ends_no_monitoring(looker, clock):
    class Record:
        def keep(self, _row) -> None:
            raise MemoryError

        def mark(self, session) -> None:
            pass

        def unlock(self) -> None:
            pass

        def stop(self) -> None:
            pass

    monitor = Monitor(clock=clock, limits=load_default(), observers=[looker])
    monitor.keep_in(Record())
    monitor.start(builders.opened(clock.now()))
    first = looker.wait_for(lambda session: bool(session.presented_alarms))
    looker.wait_for(lambda session: session.now.seconds_since(first.now) >= 3)
    monitor.stop()
    assert first.presented_alarms[0].condition.value == "engine_fault"


def _alive(monitor, clock) -> None:
    monitor.put(UiAlive(at=clock.now()))


def _is_silent(session) -> bool:
    return any(each.condition.value == "screen_silent" for each in session.presented_alarms)


def test_a_screen_that_gives_no_sign_of_life_is_a_high_alarm_until_it_does(looker, monkeypatch):
    real_s = [1000.0]
    monkeypatch.setattr("kmonitor.monitor.monotonic_s", lambda: real_s[0])
    clock = SystemClock(speed=20)
    monitor = Monitor(clock=clock, limits=load_default(), observers=[looker])
    monitor.start(builders.opened(clock.now()))
    _alive(monitor, clock)
    looker.wait_for(lambda session: session.screen_alive is not None)
    real_s[0] += 2.9
    seen = looker.wait_for(lambda session: True).now
    looker.wait_for(lambda session: session.now.seconds_since(seen) >= 2)
    assert not any(_is_silent(each) for each in looker.snapshots)
    real_s[0] += 0.2
    session = looker.wait_for(_is_silent)
    assert session.signal.sounding is Priority.HIGH
    _alive(monitor, clock)
    looker.wait_for(lambda session: not _is_silent(session))
    monitor.stop()
    told = [row.row.is_alive for row in looker.rows if isinstance(row.row, ScreenChanged)]
    assert told == [False, True]


def test_a_sign_of_life_that_waits_in_the_inbox_is_no_silence():
    watch = _ScreenWatch()
    assert watch.look(True, False, 0.0) is None
    assert watch.look(False, False, 9.0) is None
    assert watch.look(True, False, 9.0) is None
    assert watch.look(False, True, 11.9) is None
    assert watch.look(False, True, 12.0) is False
    assert watch.look(False, True, 13.0) is None
    assert watch.look(True, False, 14.0) is True


def test_a_session_without_a_screen_misses_none():
    watch = _ScreenWatch()
    assert watch.look(False, True, 0.0) is None
    assert watch.look(False, True, 100.0) is None
