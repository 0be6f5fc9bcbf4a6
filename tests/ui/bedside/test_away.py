"""What the bedside shows of the time in which the program was not there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from kmonitor.alarms.conditions import Priority
from kmonitor.clock import Instant
from kmonitor.events import ClockJumped, SoundChanged
from kmonitor.metrics import Metric
from kmonitor.people import DEMONSTRATION_NURSE, LOCKED
from kmonitor.session_state import Interruption
from tests.bedside_sessions import Course, infusing_course
from ui.bedside.page import BedsidePage
from ui.bedside.view_models.identity import Around, Tone, Touch, identity
from ui.bedside.view_models.infusion_bar import infusion_bar
from ui.bedside.view_models.trend_history import AlarmOnset, TrendHistory
from ui.bedside.view_models.trend_lanes import aways, events
from ui.bedside.view_models.trend_scene import Span, trend_scene
from ui.theme import LEAST_TARGET_MM, make_theme


def away(seconds: float = 64, *, is_same_boot: bool = True) -> Course:
    """Ten minutes into the infusion the program was away; it has gone on for five."""
    course = infusing_course(15)
    since = course.now.plus(-300 - seconds)
    gap = Interruption(since=since, until=since.plus(seconds), is_same_boot=is_same_boot)
    course.session = replace(course.session, interruptions=(gap,))
    return course


def test_the_gap_is_a_band_and_an_event_with_its_length() -> None:
    course = away()
    (band,) = aways(course.session)
    assert band.words == "PROGRAM AWAY 1:04"
    assert band.end_s - band.begin_s == 64
    marks = events(TrendHistory(), course.session)
    assert [(mark.at_s, mark.words) for mark in marks if "AWAY" in mark.words] == [
        (band.begin_s, "PROGRAM AWAY 1:04")
    ]
    scene = trend_scene(TrendHistory(), course.session, course.now, Span.HOUR)
    assert scene.aways == (band,)
    assert "program away 1:04" in scene.spoken


def test_a_gap_over_a_restart_of_the_computer_says_how_it_is_known() -> None:
    (band,) = aways(away(is_same_boot=False).session)
    assert band.words == "PROGRAM AWAY 1:04 (by the wall clock)"


def test_a_gap_behind_a_clock_that_went_back_claims_no_length() -> None:
    course = away(is_same_boot=False)
    (gap,) = course.session.interruptions
    back = Instant(gap.until.mono_ns, gap.since.at_utc - timedelta(hours=1))
    course.session = replace(course.session, interruptions=(replace(gap, until=back),))
    (band,) = aways(course.session)
    assert band.words == "PROGRAM AWAY for an unknown time"


def test_a_length_in_an_alarm_is_not_cut_in_the_lane() -> None:
    course, history = infusing_course(2), TrendHistory()
    history.take(course.session)
    history.alarms.append(AlarmOnset(1, 60.0, Priority.LOW, "PROGRAM WAS AWAY for 0:01"))
    history.alarms.append(AlarmOnset(2, 61.0, Priority.LOW, "COMPUTER MAY SLEEP: keep it awake"))
    marks = [mark.words for mark in events(history, course.session)]
    assert {"PROGRAM WAS AWAY for 0:01", "COMPUTER MAY SLEEP"} <= set(marks)


def test_a_jump_of_the_clock_stands_in_the_lane() -> None:
    course, history = infusing_course(2), TrendHistory()
    history.take(course.session)
    course.take(ClockJumped(at=course.now, by_s=3600, cause="the wall clock was set"))
    history.take(course.session)
    history.take(course.session)
    told = [mark.words for mark in events(history, course.session) if "CLOCK" in mark.words]
    assert told == ["CLOCK JUMPED by 3600 s"]


def test_milligrams_are_a_range_while_nobody_knows_what_the_pump_did() -> None:
    certain = infusing_course(15)
    assert infusion_bar(certain.session, certain.now).given == "15.4 mg"
    course = away()
    assert infusion_bar(course.session, course.now).given == "14.3–15.4 mg"  # as said


def test_the_trend_begins_with_what_the_record_holds() -> None:
    course, history = infusing_course(2), TrendHistory()
    session = course.session
    history.fill(session.session_id, {Metric.SPO2: [(0.0, 95.0), (2.0, None), (60.0, 91.0)]})
    history.take(session)
    spo2 = history.metrics[Metric.SPO2]
    assert spo2.lowest == 91
    assert [bucket.is_apart for bucket in spo2.series["15 min"].buckets][:2] == [True, True]
    assert spo2.gaps[0].begin_s == 2.0


def test_the_strip_says_who_is_there_and_how_the_record_is_kept() -> None:
    course = infusing_course(1)
    around = Around(person=LOCKED, is_record_open=True, has_people=True, has_menu=True)
    chips = identity(course.session, course.now, around, 0.4).right
    assert [(chip.caption, chip.words, chip.tone, chip.touch) for chip in chips[-3:]] == [
        ("NOT", "ENCRYPTED", Tone.ABSENT, None),
        ("LOCKED", "sign in", Tone.LOCKED, Touch.PERSON),
        ("Menu", "key M", Tone.PLAIN, Touch.MENU),
    ]


def test_while_the_record_is_locked_its_chip_can_be_touched() -> None:
    course = infusing_course(1)
    around = Around(person=DEMONSTRATION_NURSE, is_record_locked=True)
    chip = identity(course.session, course.now, around, 0.4).right[-2]
    assert (chip.caption, chip.words, chip.touch) == ("NOT SAVED", "locked: touch", Touch.UNLOCK)


def test_a_touch_of_a_chip_asks_for_what_it_says(qtbot: QtBot) -> None:
    around = Around(person=LOCKED, is_record_locked=True, has_people=True, has_menu=True)
    course = infusing_course(1)
    course.take(SoundChanged(at=course.now, is_there=True))
    for size, px_per_mm in (
        (QSize(1024, 768), 3.36), (QSize(1280, 800), 3.859), (QSize(1920, 1080), 3.615),
    ):  # fmt: skip
        page = BedsidePage(
            make_theme("dark", px_per_mm), clock_now=lambda: course.now, around=lambda: around
        )
        qtbot.addWidget(page)
        page.resize(size)
        page.show()
        page.show_snapshot(course.session)
        touched: list[Touch] = []
        page.touched.connect(touched.append)
        areas = page.identity._areas
        for area in areas.values():
            assert min(area.width(), area.height()) >= LEAST_TARGET_MM * px_per_mm
            assert area.accessibleName()
            area.click()
        assert sorted(touched) == sorted(Touch)
