"""What is due or must be done in a session: from when on, how urgent, in which words."""

from decimal import Decimal

import pytest

from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.lifecycle import Finding
from kmonitor.due_conditions import due
from kmonitor.events import (
    AlarmAcknowledged,
    InfusionPaused,
    InfusionStopped,
    ObservationMade,
    PumpDone,
    PumpVolumeRead,
    Refusal,
)
from kmonitor.vitals import Reason
from tests.builders import NURSE, nibp, started
from tests.lived_session import Bedside

LOW, MEDIUM = Priority.LOW, Priority.MEDIUM


def _found(bedside: Bedside, condition: Condition, after_s: float = 0) -> Finding | None:
    at = bedside.now.plus(after_s)
    found = [each for each in due(bedside.session, at) if each.condition is condition]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.fixture
def infusing(bedside: Bedside) -> Bedside:
    bedside.take(started(bedside.now))
    return bedside


def _observe(bedside: Bedside) -> None:
    bedside.take(ObservationMade(at=bedside.now, author=NURSE, sedation=5))


def test_an_observation_is_due_by_the_interval_of_the_set_while_infusing(bedside):
    every_s = bedside.session.limits.observation_every_s
    assert every_s == 900
    assert _found(bedside, Condition.OBSERVATION_DUE, 2 * every_s) is None
    bedside.take(started(bedside.now))
    assert _found(bedside, Condition.OBSERVATION_DUE, 899.9) is None
    found = _found(bedside, Condition.OBSERVATION_DUE, 900)
    assert found == Finding(
        condition=Condition.OBSERVATION_DUE, priority=LOW, value=0.0, limit=0.0,
        words="OBSERVATION DUE: how sedated is the patient?",
    )  # fmt: skip
    later = _found(bedside, Condition.OBSERVATION_DUE, 900 + 125)
    assert later is not None
    assert later.value == 2.0


def test_an_observation_puts_the_next_one_off(infusing):
    infusing.pass_silently(950)
    assert "observation_due" in infusing.conditions()
    _observe(infusing)
    assert "observation_due" not in infusing.conditions()
    assert _found(infusing, Condition.OBSERVATION_DUE, 899) is None
    assert _found(infusing, Condition.OBSERVATION_DUE, 900) is not None


def test_no_observation_is_due_after_the_infusion(infusing):
    infusing.take(InfusionStopped(at=infusing.now, author=NURSE, effective=infusing.now))
    assert _found(infusing, Condition.OBSERVATION_DUE, 5000) is None


def test_a_pause_of_the_infusion_that_lasts_is_said(infusing):
    infusing.take(InfusionPaused(at=infusing.now, author=NURSE, effective=infusing.now))
    assert _found(infusing, Condition.PAUSED_TOO_LONG, 599.9) is None
    found = _found(infusing, Condition.PAUSED_TOO_LONG, 600)
    assert found == Finding(
        condition=Condition.PAUSED_TOO_LONG, priority=MEDIUM, value=10.0, limit=10.0,
        words="INFUSION STILL PAUSED: go on, or stop it?",
    )  # fmt: skip


def test_no_pause_is_said_while_infusing(infusing):
    assert _found(infusing, Condition.PAUSED_TOO_LONG, 2000) is None


def test_a_pump_act_that_nobody_confirmed_is_said_after_a_minute(infusing):
    assert _found(infusing, Condition.PUMP_NOT_CONFIRMED, 59.9) is None
    found = _found(infusing, Condition.PUMP_NOT_CONFIRMED, 60)
    assert found is not None
    assert (found.priority, found.limit) == (MEDIUM, 60.0)
    infusing.take(PumpDone(at=infusing.now, author=NURSE, prompt=1))
    assert _found(infusing, Condition.PUMP_NOT_CONFIRMED, 600) is None


def _read_pump(bedside: Bedside, volume_ml: str) -> None:
    bedside.take(PumpVolumeRead(at=bedside.now, author=NURSE, volume_ml=Decimal(volume_ml)))


@pytest.mark.parametrize(
    ("volume_ml", "differs"),
    [("25", False), ("27", False), ("23", False), ("27.1", True), ("22.9", True), ("0", True)],
)
def test_a_pump_volume_that_is_not_what_the_clock_reckons_is_said(infusing, volume_ml, differs):
    """After 600 s at 150 mL/h the clock reckons 25 mL; 2 mL or 5 % may differ."""
    infusing.pass_silently(600)
    _read_pump(infusing, volume_ml)
    found = _found(infusing, Condition.PUMP_VOLUME_DIFFERS)
    assert (found is not None) is differs
    if found is not None:
        assert found.priority is MEDIUM
        assert (found.value, found.limit) == (float(volume_ml), 25.0)
        assert found.words.startswith("PUMP VOLUME DIFFERS: pump ")


def test_of_a_large_volume_five_percent_may_differ(infusing):
    infusing.pass_silently(2000)
    by_clock = Decimal(2000) * 150 / 3600
    _read_pump(infusing, str(round(by_clock * Decimal("1.049"), 3)))
    assert _found(infusing, Condition.PUMP_VOLUME_DIFFERS) is None
    _read_pump(infusing, str(round(by_clock * Decimal("1.051"), 3)))
    assert _found(infusing, Condition.PUMP_VOLUME_DIFFERS) is not None


def test_a_new_reading_of_the_pump_ends_it(infusing):
    infusing.pass_silently(600)
    _read_pump(infusing, "10")
    assert "pump_volume_differs" in infusing.conditions()
    _read_pump(infusing, "25")
    assert "pump_volume_differs" not in infusing.conditions()


@pytest.mark.parametrize("volume_ml", ["-1", "2001"])
def test_a_pump_volume_that_no_pump_shows_is_refused(infusing, volume_ml):
    _read_pump(infusing, volume_ml)
    assert isinstance(infusing.rows[-1].row, Refusal)
    assert infusing.session.pump_reading is None


def test_a_pump_volume_before_the_start_is_refused(bedside):
    _read_pump(bedside, "0")
    assert isinstance(bedside.rows[-1].row, Refusal)


def _cycle(bedside: Bedside, *intervals_s: float) -> None:
    bedside.take(nibp(bedside.now))
    for seconds in intervals_s:
        bedside.pass_silently(seconds)
        bedside.take(nibp(bedside.now))


@pytest.mark.parametrize(
    ("intervals", "is_slow"),
    [
        ((690, 690), False),
        ((691, 691), True),
        ((900, 900), True),
        ((900, 700), False),
        ((900,), False),
    ],
)
def test_a_monitor_that_measures_less_often_than_planned_is_said(infusing, intervals, is_slow):
    _cycle(infusing, *intervals)
    found = _found(infusing, Condition.NIBP_CYCLE_SLOW)
    assert (found is not None) is is_slow
    if found is not None:
        assert (found.priority, found.limit) == (LOW, 600.0)
        minutes = round(intervals[-1] / 60)
        assert found.words == f"MONITOR MEASURES BP EVERY {minutes} min: set it to 10 min"


def test_a_slow_cycle_is_said_once(infusing):
    _cycle(infusing, 900, 900)
    number = next(
        each.number
        for each in infusing.session.alarms.occurrences
        if each.condition is Condition.NIBP_CYCLE_SLOW
    )
    infusing.take(AlarmAcknowledged(at=infusing.now, author=NURSE, occurrence=number))
    assert "nibp_cycle_slow" not in infusing.conditions()
    _cycle(infusing, 900, 900, 900)
    assert "nibp_cycle_slow" not in infusing.conditions()


@pytest.mark.parametrize(
    ("late_s", "ready", "infusing"),
    [(119.9, None, None), (120, None, LOW), (299.9, None, LOW), (300, None, MEDIUM)],
)
def test_a_cuff_reading_is_overdue_by_the_interval_of_the_phase(bedside, late_s, ready, infusing):
    bedside.take(nibp(bedside.now))
    found = _found(bedside, Condition.NIBP_OVERDUE, 600 + late_s)
    assert (found and found.priority) == ready
    bedside.take(started(bedside.now))
    found = _found(bedside, Condition.NIBP_OVERDUE, 600 + late_s)
    assert (found and found.priority) == infusing
    bedside.take(InfusionStopped(at=bedside.now, author=NURSE, effective=bedside.now))
    found = _found(bedside, Condition.NIBP_OVERDUE, 900 + late_s)
    assert (found and found.priority) == (None if infusing is None else LOW)


def test_failed_cuff_readings_are_said_and_two_while_infusing_sound(infusing):
    failed = nibp(infusing.now, None, None, None, reason=Reason.CUFF_LEAK)
    infusing.take(failed)
    found = _found(infusing, Condition.NIBP_FAILED)
    assert found is not None
    assert (found.priority, found.words) == (LOW, "NIBP FAILED: repeat it")
    infusing.take(failed)
    found = _found(infusing, Condition.NIBP_FAILED)
    assert found is not None
    assert (found.priority, found.words) == (MEDIUM, "NIBP FAILED 2 times: repeat it")
    infusing.take(nibp(infusing.now))
    assert _found(infusing, Condition.NIBP_FAILED) is None
