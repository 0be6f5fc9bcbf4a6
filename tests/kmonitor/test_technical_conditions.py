"""Each technical condition: from when on it stands, how urgent, in which words, and its end."""

from dataclasses import replace

import pytest

from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.lifecycle import Finding
from kmonitor.events import (
    AlarmAcknowledged,
    DiskChanged,
    LinkState,
    ScreenChanged,
    SoundChanged,
)
from kmonitor.metrics import Metric
from kmonitor.technical_conditions import standing
from kmonitor.vitals import Reason
from tests.builders import NURSE, OXIMETER, link, reading, started
from tests.lived_session import Bedside

LOW, MEDIUM, HIGH = Priority.LOW, Priority.MEDIUM, Priority.HIGH


def _found(bedside: Bedside, condition: Condition, after_s: float = 0) -> Finding | None:
    at = bedside.now.plus(after_s)
    found = [each for each in standing(bedside.session, at) if each.condition is condition]
    assert len(found) <= 1
    return found[0] if found else None


def _priority(bedside: Bedside, condition: Condition, after_s: float = 0) -> Priority | None:
    found = _found(bedside, condition, after_s)
    return None if found is None else found.priority


def _lose(bedside: Bedside, reason: Reason) -> None:
    bedside.take(reading(bedside.now, Metric.SPO2, 97))
    bedside.take(reading(bedside.now, Metric.SPO2, None, reason=reason))


@pytest.mark.parametrize(
    ("reason", "condition", "after_s", "words"),
    [
        (Reason.SENSOR_OFF, Condition.SENSOR_OFF, 10, "SpO2 SENSOR OFF: finger out"),
        (Reason.SEARCHING, Condition.SEARCHING, 20, "SpO2 SEARCHING for a pulse"),
        (
            Reason.OUT_OF_RANGE, Condition.IMPLAUSIBLE, 10,
            "SpO2 NOT BELIEVABLE: look at the sensor",
        ),
    ],
)  # fmt: skip
def test_what_the_sensor_says_of_itself_is_said_until_there_is_no_data(
    bedside, reason, condition, after_s, words
):
    _lose(bedside, reason)
    assert _found(bedside, condition, after_s - 0.001) is None
    found = _found(bedside, condition, after_s)
    assert found == Finding(condition=condition, priority=LOW, words=words, about="spo2")
    assert _found(bedside, condition, 29.999) == found
    assert _found(bedside, condition, 30) is None
    assert _found(bedside, Condition.NO_DATA, 29.999) is None
    assert _found(bedside, Condition.NO_DATA, 30) is not None


def test_a_value_ends_what_the_sensor_said_of_itself(bedside):
    _lose(bedside, Reason.SENSOR_OFF)
    bedside.wait(15, spo2=None)
    assert "sensor_off" in bedside.conditions()
    bedside.wait(2)
    assert not {"sensor_off", "no_data"} & bedside.conditions()


def test_a_silence_without_a_reason_is_only_no_data(bedside):
    bedside.take(reading(bedside.now, Metric.SPO2, 97))
    for condition in (Condition.SENSOR_OFF, Condition.SEARCHING, Condition.IMPLAUSIBLE):
        assert _found(bedside, condition, 25) is None


@pytest.mark.parametrize(
    ("after_s", "ready", "infusing"),
    [(29.9, None, None), (30, LOW, MEDIUM), (119.9, LOW, MEDIUM), (120, LOW, HIGH)],
)
def test_no_data_grows_more_urgent_only_while_infusing(bedside, after_s, ready, infusing):
    bedside.take(reading(bedside.now, Metric.SPO2, 97))
    assert _priority(bedside, Condition.NO_DATA, after_s) == ready
    bedside.take(started(bedside.now))
    assert _priority(bedside, Condition.NO_DATA, after_s) == infusing


def test_no_data_says_why(bedside):
    _lose(bedside, Reason.SENSOR_OFF)
    found = _found(bedside, Condition.NO_DATA, 30)
    assert found is not None
    assert (found.words, found.limit, found.about) == ("SpO2 NO DATA (finger out)", 30.0, "spo2")
    _lose(bedside, Reason.LOW_PERFUSION)
    found = _found(bedside, Condition.NO_DATA, 30)
    assert found is not None
    assert found.words == "SpO2 NO DATA (low perfusion)"


def test_watch_without_an_oximeter_misses_no_spo2():
    watch = Bedside(plan=None)
    assert _found(watch, Condition.NO_DATA, 600) is None
    planned = Bedside()
    assert _priority(planned, Condition.NO_DATA, 30) is LOW


@pytest.mark.parametrize(("infusing", "priority"), [(False, LOW), (True, MEDIUM)])
def test_a_lost_link_is_seen_after_five_seconds_and_heard_after_thirty(bedside, infusing, priority):
    if infusing:
        bedside.take(started(bedside.now))
    bedside.take(link(bedside.now, LinkState.LOST))
    assert _found(bedside, Condition.LINK_LOST, 4.999) is None
    found = _found(bedside, Condition.LINK_LOST, 5)
    assert found is not None
    assert (found.priority, found.about) == (LOW, OXIMETER)
    assert found.words == "MONITOR contec-v7 LOST: check cable and power"
    assert _priority(bedside, Condition.LINK_LOST, 29.999) is LOW
    assert _priority(bedside, Condition.LINK_LOST, 30) is priority
    bedside.take(link(bedside.now))
    assert _found(bedside, Condition.LINK_LOST, 60) is None


def test_a_link_that_never_lived_has_half_a_minute():
    bed = Bedside()
    bed.take(link(bed.now, LinkState.CONNECTING))
    assert _found(bed, Condition.LINK_LOST, 29.999) is None
    found = _found(bed, Condition.LINK_LOST, 30)
    assert found is not None
    assert "NOT CONNECTED" in found.words


def _timed(bedside: Bedside, behind_ms: int) -> None:
    told = reading(bedside.now)
    own_ms = bedside.now.mono_ns // 1_000_000 - behind_ms
    bedside.take(replace(told, reading=replace(told.reading, device_time=str(own_ms))))


@pytest.mark.parametrize(("by_ms", "is_said"), [(59_999, False), (60_000, True), (-60_000, True)])
def test_a_monitor_whose_clock_jumped_is_said_until_somebody_has_seen_it(bedside, by_ms, is_said):
    _timed(bedside, 1_000_000)
    bedside.clock.advance(s=61)  # the first minute only tells how it runs
    _timed(bedside, 1_000_000)
    _timed(bedside, 1_000_000 + by_ms)
    bedside.clock.advance(s=60)
    _timed(bedside, 1_000_000 + by_ms)
    bedside.wait(1)
    assert ("device_clock" in bedside.conditions()) is is_said
    if not is_said:
        return
    found = _found(bedside, Condition.DEVICE_CLOCK)
    assert found is not None
    assert (found.priority, found.about) == (LOW, OXIMETER)
    number = next(
        each.number
        for each in bedside.session.alarms.occurrences
        if each.condition is Condition.DEVICE_CLOCK
    )
    bedside.take(AlarmAcknowledged(at=bedside.now, author=NURSE, occurrence=number))
    bedside.wait(1)
    assert "device_clock" not in bedside.conditions()


def test_a_monitor_that_counts_from_the_beginning_again_is_said_at_once(bedside):
    bedside.clock.advance(s=500)
    _timed(bedside, 0)
    bedside.clock.advance(s=1)
    _timed(bedside, 400_000)
    assert _found(bedside, Condition.DEVICE_CLOCK) is not None


def test_words_that_a_busy_computer_read_late_are_no_jump_of_the_monitors_clock(bedside):
    """As after a stall of two real seconds in a demonstration at sixty times the speed."""
    _timed(bedside, 1_000)
    bedside.clock.advance(s=120)
    for late_ms in range(121_000, 1_000, -1_000):
        _timed(bedside, late_ms)
        assert _found(bedside, Condition.DEVICE_CLOCK) is None
    bedside.clock.advance(s=300)
    _timed(bedside, 1_000)
    assert _found(bedside, Condition.DEVICE_CLOCK) is None


def test_a_late_word_before_a_silence_is_no_jump_of_the_monitors_clock(bedside):
    _timed(bedside, 1_000)
    bedside.clock.advance(s=100)
    _timed(bedside, 100_000)
    assert _found(bedside, Condition.DEVICE_CLOCK, 600) is None


def test_a_monitor_whose_clock_stands_still_is_said_after_a_minute(bedside):
    _timed(bedside, 1_000)
    for still_s in range(1, 121):
        bedside.clock.advance(s=1)
        _timed(bedside, 1_000 + still_s * 1_000)
        assert (_found(bedside, Condition.DEVICE_CLOCK) is not None) is (still_s >= 120)


def test_a_monitor_whose_first_word_was_read_late_has_not_jumped(bedside):
    _timed(bedside, 100_000)
    for _ in range(200):
        bedside.clock.advance(s=1)
        _timed(bedside, 1_000)
        assert _found(bedside, Condition.DEVICE_CLOCK) is None


def test_a_monitor_whose_clock_only_runs_a_little_off_is_not_said(bedside):
    for drift_ms in range(0, 50_000, 5_000):
        _timed(bedside, 1_000 + drift_ms)
    assert _found(bedside, Condition.DEVICE_CLOCK) is None


@pytest.mark.parametrize(
    ("is_there", "is_silenced", "words"),
    [
        (True, False, ""),
        (True, None, ""),
        (True, True, "NO ALARM SOUND: this computer's sound is muted"),
        (False, None, "NO ALARM SOUND: no sound device"),
    ],
)
def test_alarms_that_nobody_can_hear_are_said(bedside, is_there, is_silenced, words):
    assert _found(bedside, Condition.SOUND_FAILED) is None
    bedside.take(SoundChanged(at=bedside.now, is_there=is_there, is_silenced=is_silenced))
    found = _found(bedside, Condition.SOUND_FAILED)
    assert ((found.words, found.priority) if found else ("", MEDIUM)) == (words, MEDIUM)
    assert ("sound_failed" in bedside.conditions()) is bool(words)


@pytest.mark.parametrize(
    ("free_mb", "priority"), [(1000, None), (999, LOW), (200, LOW), (199, MEDIUM), (0, MEDIUM)]
)
def test_a_disk_that_is_nearly_full_is_said(bedside, free_mb, priority):
    bedside.take(DiskChanged(at=bedside.now, free_mb=free_mb))
    found = _found(bedside, Condition.DISK_LOW)
    assert (found and found.priority) == priority
    if found is not None:
        assert (found.words, found.value, found.limit) == (
            f"DISK NEARLY FULL: {free_mb} MB left", float(free_mb), 1000.0,
        )  # fmt: skip


def test_a_screen_that_stands_still_is_high_until_it_moves_again(bedside):
    bedside.take(ScreenChanged(at=bedside.now, is_alive=False))
    first = bedside.session.presented_alarms[0]
    assert (first.condition, first.priority) == (Condition.SCREEN_SILENT, HIGH)
    assert first.words == "SCREEN STANDS STILL: watch the monitor itself"
    bedside.take(ScreenChanged(at=bedside.now, is_alive=True))
    assert "screen_silent" not in bedside.conditions()
