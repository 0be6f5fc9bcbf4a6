"""The infusion of the summary is that of a replayed session."""

from dataclasses import replace
from decimal import Decimal

import pytest

from kmonitor import limit_sets
from kmonitor.events import (
    InfusionEndConfirmed,
    InfusionPaused,
    InfusionRateChanged,
    InfusionResumed,
    InfusionStarted,
    InfusionStopped,
    SessionEnded,
    Stored,
    Tick,
)
from kmonitor.infusion import ResumeEnd
from kmonitor.session import replay, step
from kmonitor.session_state import SessionPhase
from kmonitor.store.infusion_summary import infusion_at, phase_at
from tests.kmonitor.store.make_record import infusion
from tests.kmonitor.store.record_help import NURSE, PLAN, START, opened

SHORT = replace(PLAN, ordered_mg=Decimal(4), duration_s=240)  # a fast replay
STARTED = infusion(InfusionStarted, 3, 2)
PAUSED = infusion(InfusionPaused, 60)
SLOWER = infusion(InfusionRateChanged, 239, rate_ml_per_h=Decimal(60))
FASTER = infusion(InfusionRateChanged, 242, 54, rate_ml_per_h=Decimal(300))
ENDED = SessionEnded(at=START.plus(280), author=NURSE)
COURSES: list[list[Stored]] = [
    [],
    [STARTED],
    [STARTED, PAUSED],
    [STARTED, PAUSED, infusion(InfusionResumed, 70, end=ResumeEnd.EXTEND)],
    [STARTED, PAUSED, infusion(InfusionResumed, 70, end=ResumeEnd.KEEP)],
    [STARTED, SLOWER],
    [STARTED, infusion(InfusionPaused, 260)],
    [STARTED, FASTER],
    [STARTED, FASTER, infusion(InfusionEndConfirmed, 270), ENDED],
    [STARTED, infusion(InfusionStopped, 100, 40), ENDED],
]


@pytest.mark.parametrize("end_s", [300, 241])
@pytest.mark.parametrize("course", COURSES)
def test_the_summary_and_a_replay_agree(course: list[Stored], end_s: float) -> None:
    events: list[Stored] = [replace(opened(has_plan=True), plan=SHORT), *course]
    end = max(START.plus(end_s), events[-1].at, key=lambda moment: moment.mono_ns)
    session, _ = step(replay(events, limit_sets.load_default()), Tick(at=end))
    state = infusion_at(SHORT, events, end)
    assert state == session.infusion
    assert phase_at(state, has_ended=ENDED in course) is session.phase
    assert session.phase is not SessionPhase.READY or course == []
