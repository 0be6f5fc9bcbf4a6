"""Cuff readings in a session: when they are due, what they judge, what people enter."""

import pytest

from kmonitor.effects import SendToDevice
from kmonitor.events import (
    CuffAsked,
    NibpEntered,
    StatusArrived,
)
from kmonitor.nibp_schedule import nibp_due
from kmonitor.vitals import DeviceStatus, Mode, StatusKind
from tests.builders import CUFF, NURSE, OXIMETER, nibp, started


def test_nibp_overdue_counts_from_the_last_cuff_start(bedside):
    bedside.wait(30)
    bedside.take(nibp(bedside.now))
    at = bedside.now
    bedside.take(started(bedside.now))
    assert nibp_due(bedside.session) == at.plus(600)
    bedside.wait(719)
    assert "nibp_overdue" not in bedside.conditions()
    bedside.wait(2)
    assert "nibp_overdue" in bedside.conditions()
    bedside.wait(180)
    (due,) = [a for a in bedside.session.presented_alarms if a.condition.value == "nibp_overdue"]
    assert due.priority.value == "medium"


def test_overdue_waits_while_the_cuff_inflates(bedside):
    bedside.take(started(bedside.now))
    bedside.wait(700)
    status = DeviceStatus(received=bedside.now, what=StatusKind.CUFF_STARTED, mode=Mode.SIMULATED)
    bedside.take(StatusArrived(at=bedside.now, link=CUFF, status=status))
    bedside.wait(100)
    assert "nibp_overdue" not in bedside.conditions()
    due = nibp_due(bedside.session)
    assert due is not None
    assert due.seconds_since(bedside.now) == pytest.approx(500)


def test_an_nibp_of_unknown_time_judges_nothing(bedside):
    bedside.take(started(bedside.now))
    bedside.wait(721)
    assert "nibp_overdue" in bedside.conditions()
    bedside.take(nibp(bedside.now, 199, 120, 150, measured=None))
    assert "nibp_systolic_high" not in bedside.conditions()
    assert "nibp_overdue" in bedside.conditions()
    assert bedside.session.nibp[-1].systolic_mmhg == 199


def test_an_nibp_of_unknown_time_is_never_a_baseline(bedside):
    bedside.take(nibp(bedside.now, 199, 120, 150, measured=None))
    bedside.wait(1)
    bedside.take(nibp(bedside.now, 124, 76, 92))
    bedside.take(started(bedside.now))
    assert bedside.session.baseline.systolic_mmhg == 124


def test_an_nibp_of_unknown_time_never_ends_an_alarm(bedside):
    bedside.take(nibp(bedside.now, 170, 90, 110))
    assert "nibp_systolic_high" in bedside.conditions()
    bedside.take(nibp(bedside.now, 120, 80, 93, measured=None))
    (alarm,) = bedside.session.presented_alarms
    assert alarm.state.value == "active"


def test_a_failed_cuff_is_a_condition_until_the_next_reading(bedside):
    bedside.take(nibp(bedside.now, None, None, None))
    assert "nibp_failed" in bedside.conditions()
    bedside.wait(60)
    bedside.take(nibp(bedside.now))
    assert "nibp_failed" not in bedside.conditions()


@pytest.mark.parametrize(
    ("systolic", "diastolic", "back_s", "words"),
    [
        (80, 120, 0, "below the systolic"),
        (120, 0, 0, "between 10 and 300"),
        (400, 80, 0, "between 10 and 300"),
        (120, 80, 700, "10 min"),
        (120, 80, -5, "10 min"),
        (120, 80, 599, "older than the session"),
    ],
)
def test_an_entered_blood_pressure_must_be_possible(bedside, systolic, diastolic, back_s, words):
    if back_s == 700:
        bedside.wait(800)
    entered = NibpEntered(
        at=bedside.now,
        author=NURSE,
        measured=bedside.now.plus(-back_s),
        systolic_mmhg=systolic,
        diastolic_mmhg=diastolic,
    )
    bedside.take(entered)
    assert words in bedside.session.refusal.reason
    assert bedside.session.nibp == ()


def test_an_entered_blood_pressure_is_judged_like_any_other(bedside):
    bedside.take(
        NibpEntered(
            at=bedside.now,
            author=NURSE,
            measured=bedside.now,
            systolic_mmhg=184,
            diastolic_mmhg=95,
        )
    )
    assert "nibp_systolic_high" in bedside.conditions()
    assert bedside.session.nibp[-1].author == NURSE


def test_the_cuff_is_started_only_where_the_link_can(bedside):
    bedside.take(CuffAsked(at=bedside.now, author=NURSE, link=OXIMETER))
    assert "cannot be started" in bedside.session.refusal.reason
    effects = bedside.take(CuffAsked(at=bedside.now, author=NURSE, link=CUFF))
    assert [e.link for e in effects if isinstance(e, SendToDevice)] == [CUFF]


def test_a_baseline_is_due_until_a_reading_of_known_time_came(bedside):
    assert nibp_due(bedside.session) is not None
    bedside.take(nibp(bedside.now, measured=None))
    assert nibp_due(bedside.session) is not None
    bedside.take(nibp(bedside.now))
    assert nibp_due(bedside.session) is None


def test_a_start_set_back_takes_no_reading_of_the_infusion_as_baseline(bedside):
    bedside.take(nibp(bedside.now, 120, 75))
    bedside.wait(400)
    bedside.take(nibp(bedside.now, 150, 90))
    bedside.take(started(bedside.now, back_s=390))
    assert bedside.session.baseline is not None
    assert bedside.session.baseline.systolic_mmhg == 120


def test_a_lost_cuff_result_does_not_block_the_cuff_for_ever(bedside):
    status = DeviceStatus(received=bedside.now, what=StatusKind.CUFF_STARTED, mode=Mode.SIMULATED)
    bedside.take(StatusArrived(at=bedside.now, link=CUFF, status=status))
    bedside.take(CuffAsked(at=bedside.now, author=NURSE, link=CUFF))
    assert bedside.session.refusal is not None
    bedside.wait(181)
    effects = bedside.take(CuffAsked(at=bedside.now, author=NURSE, link=CUFF))
    assert any(isinstance(effect, SendToDevice) for effect in effects)


def test_a_typed_blood_pressure_leaves_the_running_cuff_alone(bedside):
    status = DeviceStatus(received=bedside.now, what=StatusKind.CUFF_STARTED, mode=Mode.SIMULATED)
    bedside.take(StatusArrived(at=bedside.now, link=CUFF, status=status))
    bedside.take(
        NibpEntered(
            at=bedside.now, author=NURSE, measured=bedside.now, systolic_mmhg=120, diastolic_mmhg=80
        )
    )
    assert bedside.session.cuff.inflating_since is not None


def test_two_cuffs_that_failed_are_medium_while_infusing(bedside):
    bedside.take(started(bedside.now))
    for _ in range(2):
        bedside.take(nibp(bedside.now, None, None, None))
        bedside.wait(30)
    (failed,) = [a for a in bedside.session.presented_alarms if a.condition.value == "nibp_failed"]
    assert failed.priority.value == "medium"
