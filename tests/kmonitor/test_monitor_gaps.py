"""The monitor thread when its clocks jump, its computer sleeps, or it goes on after a death."""

import importlib
import threading
from datetime import timedelta

import pytest

from kmonitor import infusion
from kmonitor.alarms.conditions import AlarmTransition
from kmonitor.checkpoints import decode, encode
from kmonitor.clock import Instant, SystemClock
from kmonitor.effects import PersistRow
from kmonitor.events import (
    ClockJumped,
    InfusionPaused,
    InfusionResumed,
    NoteWritten,
    SessionResumed,
)
from kmonitor.infusion import ResumeEnd
from kmonitor.limit_sets import load_default
from kmonitor.metrics import Metric
from kmonitor.monitor import Monitor
from kmonitor.resuming import resume_point
from kmonitor.session_state import Session
from tests import builders
from tests.builders import NURSE
from tests.monitor_looker import Looker

LIMITS = load_default()


class SetClock(SystemClock):
    """A computer that can sleep (both clocks have gone on) and whose wall clock can be set."""

    slept_s = 0.0
    set_by_s = 0.0

    def now(self):
        now = super().now().plus(self.slept_s)
        return Instant(now.mono_ns, now.at_utc + timedelta(seconds=self.set_by_s))


class Kept:
    """A record in memory."""

    def __init__(self) -> None:
        self.rows: list[PersistRow] = []
        self.marks: list[Session] = []

    def keep(self, row) -> None:
        if isinstance(row, PersistRow):
            self.rows.append(row)

    def mark(self, session) -> None:
        self.marks.append(session)

    def unlock(self) -> None:
        pass

    def stop(self) -> None:
        pass

    @property
    def kept(self):
        return [(each.seq, 1, each.row) for each in self.rows]


@pytest.fixture
def looker() -> Looker:
    return Looker()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def monitor(looker, clock):
    running = Monitor(clock=clock, limits=LIMITS, observers=[looker])
    running.start(builders.opened(clock.now()))
    yield running
    running.stop()


def _jumps(looker):
    return [row.row for row in looker.rows if isinstance(row.row, ClockJumped)]


def _conditions(session):
    return {each.condition.value for each in session.presented_alarms}


def test_a_sleep_of_the_computer_is_a_gap_in_which_nobody_judged(monitor, looker, clock):
    monitor.put(builders.started(clock.now()))
    monitor.put(builders.reading(clock.now(), Metric.SPO2, 97))
    looker.wait_for(lambda session: Metric.SPO2 in session.numerics)
    clock.slept_s = 600.0
    session = looker.wait_for(lambda session: bool(session.interruptions))
    (gap,) = session.interruptions
    assert gap.has_stood_still
    assert gap.seconds == pytest.approx(600, abs=5)
    told = {each.condition.value: each.words for each in session.presented_alarms}
    assert told["program_away"].startswith("PROGRAM STOOD STILL for 10:0")
    (jump,) = _jumps(looker)
    assert (jump.since, jump.at) == (gap.since, gap.until)
    inside = [
        row.row.at
        for row in looker.rows
        if gap.since.is_before(row.row.at) and row.row.at.is_before(gap.until)
    ]
    assert inside == []


def test_after_a_sleep_a_number_is_stale_and_the_first_new_one_is_judged(monitor, looker, clock):
    at = clock.now()
    monitor.put(builders.started(at))
    monitor.put(builders.reading(at, Metric.SPO2, 97))
    looker.wait_for(lambda session: Metric.SPO2 in session.numerics)
    clock.slept_s = 600.0
    session = looker.wait_for(lambda session: bool(session.interruptions))
    assert session.numerics[Metric.SPO2].is_stale(session.now)
    assert "no_data" in _conditions(session)
    monitor.put(builders.reading(clock.now(), Metric.SPO2, 97))
    looker.wait_for(lambda session: "no_data" not in _conditions(session))


@pytest.mark.parametrize(
    "by_s",
    [3600, -86_400, *(pytest.param(by_s, marks=pytest.mark.slow) for by_s in (-3600, 86_400))],
)
def test_a_set_wall_clock_is_one_row_and_changes_no_duration(monitor, looker, clock, by_s):
    start = clock.now()
    monitor.put(builders.started(start))
    looker.wait_for(lambda session: session.now.seconds_since(start) > 0.5)
    paused = clock.now()
    monitor.put(InfusionPaused(at=paused, author=NURSE, effective=paused))
    looker.wait_for(lambda session: session.phase.value == "paused")
    early = clock.now()
    clock.set_by_s = by_s
    late = clock.now()
    for text, at in (("a", late), ("b", early), ("c", late), ("d", early)):
        monitor.put(NoteWritten(at=at, author=NURSE, text=text))
    looker.wait_for(lambda session: bool(session.clock_jump))
    looker.wait_for(lambda session: session.now.seconds_since(paused) > 0.5)
    again = clock.now()
    monitor.put(InfusionResumed(at=again, author=NURSE, effective=again, end=ResumeEnd.EXTEND))
    session = looker.wait_for(lambda session: session.now.seconds_since(again) > 1)
    (jump,) = _jumps(looker)
    assert jump.by_s == pytest.approx(by_s, abs=0.1)
    real_s = session.now.seconds_since(start)
    given_s = infusion.running_s(session.infusion, session.now)
    assert infusion.paused_s(session.infusion, session.now) == pytest.approx(
        again.seconds_since(paused), abs=0.1
    )
    assert given_s == pytest.approx(real_s - again.seconds_since(paused), abs=0.1)
    assert [row.seq for row in looker.rows] == list(range(1, len(looker.rows) + 1))
    ahead_s = (session.now.at_utc - start.at_utc).total_seconds() - real_s
    assert ahead_s == pytest.approx(by_s, abs=0.1)


def _died(looker, clock):
    """A record of a session with a high blood pressure that was killed; nothing was ended."""
    record = Kept()
    monitor = Monitor(clock=clock, limits=LIMITS, observers=[looker])
    monitor.keep_in(record)
    monitor.start(builders.opened(clock.now()))
    monitor.put(builders.started(clock.now()))
    monitor.put(builders.nibp(clock.now(), 190, 80, None))
    looker.wait_for(lambda session: "nibp_systolic_high" in _conditions(session))
    monitor.stop()
    return record


def test_a_session_goes_on_with_its_numbers_alarms_and_links():
    clock, before = SystemClock(), Looker()
    died = _died(before, clock)
    point = resume_point(died.kept[:-1], LIMITS, here=clock.now().plus(10), boot=1)
    after, record, beaten = Looker(), Kept(), threading.Event()
    monitor = Monitor(clock=clock, limits=LIMITS, observers=[after], beat=beaten.set)
    monitor.keep_in(record)
    resumed = point.resumed(clock.now().plus(10), author=NURSE, cause="The program was killed.")
    monitor.resume(point, resumed)
    session = after.wait_for(lambda session: bool(session.interruptions))
    assert beaten.wait(5)
    monitor.put(NoteWritten(at=clock.now(), author=NURSE, text="here again"))
    monitor.stop()
    seqs = [each.seq for each in record.rows]
    assert seqs == list(range(len(died.rows), len(died.rows) + len(seqs)))
    assert record.rows[0].row == died.rows[-1].row  # the torn step is made whole
    assert any(isinstance(each.row, SessionResumed) for each in record.rows)
    assert {"nibp_systolic_high", "program_away"} <= _conditions(session)
    assert decode(encode(record.marks[0])).interruptions == session.interruptions


def test_the_monitor_marks_its_session_at_once_and_each_minute(looker, clock, monkeypatch):
    monkeypatch.setattr("kmonitor.monitor.MARK_S", 0.05)
    record = Kept()
    monitor = Monitor(clock=clock, limits=LIMITS, observers=[looker])
    monitor.keep_in(record)
    monitor.start(builders.opened(clock.now()))
    assert len(record.marks) == 1
    looker.wait_for(lambda session: session.now.seconds_since(session.opened) >= 2)
    monitor.stop()
    assert len(record.marks) >= 3


def test_the_heart_beats_at_most_four_times_a_second(looker):
    clock, beats = SystemClock(speed=100), []
    monitor = Monitor(clock=clock, limits=LIMITS, observers=[looker], beat=lambda: beats.append(1))
    monitor.start(builders.opened(clock.now()))
    looker.wait_for(lambda session: session.now.seconds_since(session.opened) >= 100)
    real_s = looker.snapshots[-1].now.seconds_since(looker.snapshots[0].now) / 100
    monitor.stop()
    assert 1 <= len(beats) <= 4 * real_s + 12
    assert len(beats) < len(looker.snapshots) / 3


class Faulty:
    """A function of ours that raises at one of its next calls, then works again."""

    def __init__(self, monkeypatch, where: str, at_call: int) -> None:
        module, _, name = where.rpartition(".")
        self._left = -1
        self._at_call = at_call
        self.has_raised = threading.Event()
        monkeypatch.setattr(where, self._wrapped(_named(module, name)))

    def _wrapped(self, real):
        def call(*args, **kwargs):
            if self._left > 0:
                self._left -= 1
                if self._left == 0:
                    self.has_raised.set()
                    raise ZeroDivisionError
            return real(*args, **kwargs)

        return call

    def arm(self) -> None:
        self._left = self._at_call


def _named(module: str, name: str):
    parent, _, last = module.rpartition(".")
    try:
        holder = importlib.import_module(module)
    except ModuleNotFoundError:
        holder = getattr(importlib.import_module(parent), last)
    return getattr(holder, name)


WHERE = (
    "kmonitor.monitor.step",
    "kmonitor.monitor.next_deadline",
    "kmonitor.session._fire_deadlines",
    "kmonitor.session._judge_time",
    "kmonitor.session.standing",
    "kmonitor.session.reach_end",
    "kmonitor.session.rules_of",
    "kmonitor.session.take_reading",
    "kmonitor.session_work.rules_of",
    "kmonitor.alarms.engine.step",
    "kmonitor.alarms.engine.next_due",
    "kmonitor.alarms.engine.measured",
    "kmonitor.alarms.engine.passed",
    "kmonitor.alarms.engine._standing",
    "kmonitor.alarms.numeric._judge",
    "kmonitor.alarms.numeric.effective_limits",
)


@pytest.mark.expects_log("fault on the monitor thread")
@pytest.mark.parametrize("at_call", [1, pytest.param(2, marks=pytest.mark.slow)])
@pytest.mark.parametrize("where", WHERE)
def test_a_fault_anywhere_is_told_within_a_second_and_forgets_no_alarm(
    looker, monkeypatch, where, at_call
):
    clock = SystemClock(speed=40)
    faulty = Faulty(monkeypatch, where, at_call)
    monitor = Monitor(clock=clock, limits=LIMITS, observers=[looker])
    monitor.start(builders.opened(clock.now()))
    try:
        monitor.put(builders.started(clock.now()))
        monitor.put(builders.reading(clock.now(), Metric.SPO2, 70))
        monitor.put(builders.reading(clock.now().plus(6), Metric.SPO2, 70))
        looker.wait_for(lambda session: "spo2_low" in _conditions(session))
        faulty.arm()
        for _ in range(2 * at_call):
            monitor.put(builders.reading(clock.now().plus(7), Metric.SPO2, 71))
        session = looker.wait_for(lambda session: "engine_fault" in _conditions(session))
        assert faulty.has_raised.is_set()
        (alarm,) = [each for each in session.presented_alarms if each.condition == "engine_fault"]
        assert alarm.priority.value == "high"
        assert "spo2_low" in _conditions(session)
        later = looker.wait_for(lambda s: s.now.seconds_since(session.now) >= 3)
        assert {"spo2_low", "engine_fault"} <= _conditions(later)
    finally:
        monitor.stop()


@pytest.mark.expects_log("fault on the monitor thread")
def test_an_engine_whose_state_makes_it_fail_is_made_anew_from_the_log(looker, monkeypatch):
    clock = SystemClock(speed=40)
    real = _named("kmonitor.alarms.engine", "passed")
    is_broken = threading.Event()

    def passed(state, at, rules):
        if is_broken.is_set() and state.watches:
            raise ZeroDivisionError
        return real(state, at, rules)

    monkeypatch.setattr("kmonitor.alarms.engine.passed", passed)
    monitor = Monitor(clock=clock, limits=LIMITS, observers=[looker])
    monitor.start(builders.opened(clock.now()))
    try:
        monitor.put(builders.started(clock.now()))
        monitor.put(builders.reading(clock.now(), Metric.SPO2, 70))
        monitor.put(builders.reading(clock.now().plus(6), Metric.SPO2, 70))
        first = looker.wait_for(lambda session: "spo2_low" in _conditions(session))
        is_broken.set()
        session = looker.wait_for(
            lambda session: session.engine_fault and not session.alarms.watches
        )
        held = {each.number: each.condition for each in first.presented_alarms}
        assert (
            held.items()
            <= {each.number: each.condition for each in session.presented_alarms}.items()
        )
        is_broken.clear()
        monitor.put(builders.reading(clock.now().plus(60), Metric.SPO2, 98))
        looker.wait_for(lambda session: Metric.SPO2 in session.numerics)
        rows = [row.row for row in looker.rows if isinstance(row.row, AlarmTransition)]
        begun = [row.occurrence for row in rows if row.phase.value == "onset"]
        assert len(begun) == len(set(begun))
    finally:
        monitor.stop()
