"""What the demonstration nurse does of herself, and what the summary counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from kmonitor.alarms.conditions import (
    AlarmKind,
    AlarmPhase,
    AlarmTransition,
    Condition,
    Priority,
)
from kmonitor.events import ObservationMade
from kmonitor.session_state import SessionPhase
from tests.bedside_sessions import Course
from tests.kmonitor.store.make_record import make
from tests.kmonitor.store.record_help import START, opened
from ui.demo_nurse import is_to_observe
from ui.demo_summary import summarise


@pytest.mark.parametrize("looks", [True, False])
def test_the_nurse_looks_before_an_observation_is_due(looks: bool) -> None:
    course = Course()
    course.cuff(126, 77)
    assert not is_to_observe(course.session, course.now)
    course.start()
    while course.session.phase is SessionPhase.INFUSING:
        course.clock.advance(s=20)
        course.pass_time(0)
        if looks and is_to_observe(course.session, course.now):
            course.take(ObservationMade(at=course.now, author="N1", sedation=5))
    due = [each.condition for each in course.session.alarm_log]
    assert (Condition.OBSERVATION_DUE in due) is not looks
    assert len(course.session.observations) == (3 if looks else 0)


def test_the_summary_counts_alarms_and_no_pause_of_the_sound(tmp_path: Path) -> None:
    rows = [
        AlarmTransition(
            at=START.plus(place), occurrence=place, condition=condition,
            kind=AlarmKind.TECHNICAL, priority=Priority.LOW, phase=AlarmPhase.ONSET, value=None,
            limit=None, words=condition.value,
        )
        for place, condition in enumerate((Condition.AUDIO_PAUSED, Condition.END_DUE), start=1)
    ]  # fmt: skip
    make(tmp_path / "r.db", [opened(), *rows])
    summary = summarise(tmp_path / "r.db", [opened().session_id])
    assert summary.alarms == ("end_due",)
