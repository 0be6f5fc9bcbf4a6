"""The program as it is started, under its supervisor: killed and hung in the midst of a session."""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from kmonitor.alarms.conditions import AlarmPhase, AlarmTransition
from kmonitor.clock import SystemClock
from kmonitor.events import ProgramClosing, SessionResumed, SupervisorChanged
from kmonitor.limit_sets import load_default
from kmonitor.resuming import resume_from
from kmonitor.session_state import Session
from kmonitor.store.reader import RecordReader
from tests.end_to_end.supervised_demo import CHECKOUT, SupervisedDemo, truth_mg, wait_until

HANGING = CHECKOUT / "tests" / "end_to_end" / "supervised_demo.py"
SPEED = 20
ROUNDED_MG = Decimal("1e-9")
pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it runs off screen"),
    pytest.mark.timeout(240),
]


@pytest.fixture
def program() -> Path:
    return CHECKOUT / "main.py"


@pytest.fixture
def demo(tmp_path: Path, program: Path) -> Iterator[SupervisedDemo]:
    started = SupervisedDemo(tmp_path, program, speed=SPEED)
    yield started
    started.abandon()


def wait(seconds: float) -> None:
    """A random moment is not waited for, it is let come."""
    import time

    time.sleep(seconds)


def session_of(demo: SupervisedDemo) -> tuple[str, Session]:
    """The one session of the record, as it stood at its last row."""
    reader = RecordReader(demo.record)
    (stored,) = reader.sessions()
    point = resume_from(
        reader, stored.session_id, load_default(), here=SystemClock().now(), boot_id=""
    )
    assert point.doubt == ""
    return stored.session_id, point.session


def check_record(demo: SupervisedDemo, *, losses: int) -> None:
    """One session, each gap marked, milligrams that hold the truth, alarms as they were."""
    session_id, session = session_of(demo)
    rows = [row for _, row in RecordReader(demo.record).rows(session_id)]
    resumed = [row for row in rows if isinstance(row, SessionResumed)]
    assert len(resumed) == losses
    assert all(row.is_same_boot and row.at.seconds_since(row.since) > 0 for row in resumed)
    gaps = [gap for gap in session.interruptions if not gap.has_stood_still]
    assert len(gaps) == losses
    away_s = [row.at.seconds_since(row.since) / SPEED for row in resumed]
    print("away for", [round(each, 2) for each in away_s], "s")
    given = session.given_range_mg(rows[-1].at)
    assert given is not None
    truth = truth_mg(demo, session_id)
    assert given[0] <= truth <= given[1] + ROUNDED_MG  # the pump ran on: the truth is the most
    assert given[0] < given[1] or losses == 0
    began = [r for r in rows if isinstance(r, AlarmTransition) and r.phase is AlarmPhase.ONSET]
    over = {r.occurrence for r in rows if isinstance(r, AlarmTransition) and is_over(r)}
    still = {each.number for each in session.alarms.occurrences}
    assert {row.occurrence for row in began} - over <= still
    assert len({row.occurrence for row in began}) == len(began)  # none began a second time


def is_over(row: AlarmTransition) -> bool:
    return row.phase in (AlarmPhase.ENDED, AlarmPhase.LATCHED, AlarmPhase.ACKNOWLEDGED)


def lose_at_random(demo: SupervisedDemo, chance: random.Random, losses: int) -> None:
    demo.wait_for_rows("InfusionStarted")
    for number in range(1, losses + 1):
        wait(chance.uniform(0.5, 4.0))
        demo.kill()
        demo.wait_for_rows("SessionResumed", number)
    wait(2.0)


def test_killed_twice_a_session_goes_on_as_one_and_ends_with_its_summary(
    demo: SupervisedDemo,
) -> None:
    lose_at_random(demo, random.Random(1), 2)
    out = demo.end()
    assert demo.parent.returncode == 0, demo.lines
    assert "readings" in out
    check_record(demo, losses=2)
    rows = [row for _, row in RecordReader(demo.record).rows(session_of(demo)[0])]
    (closing,) = (row for row in rows if isinstance(row, ProgramClosing))
    assert closing.cause == "SIGTERM"
    assert [line for _, line in demo.lines if "KMONITOR STOPPED" in line] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 7))
def test_killed_at_any_moment_nothing_is_lost(demo: SupervisedDemo, seed: int) -> None:
    lose_at_random(demo, random.Random(seed), 2)
    demo.end()
    check_record(demo, losses=2)


@pytest.mark.slow
@pytest.mark.parametrize("program", [HANGING], ids=["hanging"])
@pytest.mark.parametrize("number", [signal.SIGUSR1, signal.SIGUSR2], ids=["loop", "interpreter"])
def test_a_hanging_app_is_heard_ended_and_started_again(
    demo: SupervisedDemo, number: signal.Signals
) -> None:
    demo.wait_for_rows("InfusionStarted")
    hung_s = demo.hang(number)
    heard_after_s = demo.lost_s(0) - hung_s
    print("heard after", round(heard_after_s, 2), "s")
    assert heard_after_s < 8  # 5 s by its own clock, on a computer that does other things too
    demo.wait_for_rows("SessionResumed")
    wait(2.0)
    demo.end()
    assert demo.parent.returncode == 0, demo.lines
    check_record(demo, losses=1)


def test_an_app_whose_supervisor_is_killed_monitors_on_and_says_so(demo: SupervisedDemo) -> None:
    demo.wait_for_rows("ReadingArrived", 5)
    app = demo.app()
    demo.parent.kill()
    demo.parent.wait()

    def has_said() -> bool:
        said = [row for row in demo.rows("SupervisorChanged") if isinstance(row, SupervisorChanged)]
        return [row.is_there for row in said] == [True, False]

    try:
        wait_until(has_said)
        assert app.is_running()
        wait_until(
            lambda: any(
                isinstance(row, AlarmTransition) and row.condition.value == "supervisor_lost"
                for row in demo.rows("AlarmTransition")
            )
        )
    finally:
        os.kill(app.pid, signal.SIGTERM)
    wait_until(lambda: not app.is_running(), within_s=30)
