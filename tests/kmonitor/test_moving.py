"""The rows of a session that ran on several clocks, brought onto one."""

from datetime import timedelta

import pytest

from kmonitor.clock import Instant
from kmonitor.events import NoteWritten, ReadingArrived, SessionResumed
from kmonitor.moving import moved, on_last_scale, shift_ns
from tests import builders
from tests.builders import NURSE

START = builders.clock().now()


def _note(at: Instant) -> NoteWritten:
    return NoteWritten(at=at, author=NURSE, text="note")


def _boot(mono_s: int, after_s: float) -> Instant:
    """A moment `after_s` later by the wall clock, on the clock of another boot."""
    return Instant(mono_s * 10**9, START.at_utc + timedelta(seconds=after_s))


def _resumed(last: Instant, at: Instant) -> SessionResumed:
    by_ns = shift_ns(last, at)
    return SessionResumed(
        at=at, author=NURSE, since=moved(last, by_ns), cause="killed", is_same_boot=False,
        shift_ns=by_ns,
    )  # fmt: skip


def test_durations_across_boots_come_out_by_the_wall_clock():
    second, third = _boot(7, 60), _boot(50_000, 200)
    rows = [
        builders.opened(START), builders.reading(START.plus(10)),
        _resumed(START.plus(10), second), builders.reading(second.plus(5)),
        _resumed(second.plus(5), third), _note(third.plus(1)),
    ]  # fmt: skip
    told = on_last_scale(rows)
    passed = [row.at.seconds_since(told[0].at) for row in told]
    assert passed == pytest.approx([0, 10, 60, 65, 200, 201], abs=0.002)
    gap = told[2]
    assert isinstance(gap, SessionResumed)
    assert gap.since == told[1].at
    first = told[1]
    assert isinstance(first, ReadingArrived)
    assert first.reading.received == first.at
    assert [row.at.at_utc for row in told] == [row.at.at_utc for row in rows]


def test_rows_of_one_clock_stay_as_they_are():
    rows = [builders.opened(START), _note(START.plus(1))]
    assert on_last_scale(rows) is rows
