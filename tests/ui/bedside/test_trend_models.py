"""What the trend remembers and shows; no Qt."""

from dataclasses import replace

import pytest

from kmonitor.metrics import Metric
from tests.bedside_sessions import Course, infusing_course
from ui.bedside.view_models.trend_history import MOST_BUCKETS, MetricHistory, TrendHistory
from ui.bedside.view_models.trend_scene import Span, TrendScene, trend_scene


def scene_of(minutes: int, span: Span = Span.HOUR) -> tuple[TrendScene, Course]:
    history = TrendHistory()
    course = infusing_course(minutes, watch=history.take)
    return trend_scene(history, course.session, course.now, span), course


def highest_of(history: TrendHistory) -> float | None:
    return history.metrics[Metric.SPO2].highest


def test_buckets_keep_least_and_greatest() -> None:
    history = MetricHistory()
    for second, value in enumerate([97, 91, 99, 98, 97, 97]):
        history.add(second, value)
    buckets = history.series["1 h"].buckets
    assert [(b.low, b.high) for b in buckets] == [(91, 99)]
    assert (history.lowest, history.highest) == (91, 99)


def test_a_day_of_seconds_stays_bounded_in_every_zoom() -> None:
    history = MetricHistory()
    for second in range(0, 86_400, 2):
        history.add(second, 90 + second % 7)
        if second % 3600 == 0:
            history.add(second + 1, None)
    for series in history.series.values():
        assert len(series.buckets) <= MOST_BUCKETS
    everything = history.series["All"].buckets
    assert everything[0].begin_s == 0
    assert everything[-1].begin_s > 86_000


def test_a_gap_is_never_joined_across_and_is_shown_from_five_seconds() -> None:
    history = MetricHistory()
    history.add(0, 97)
    history.add(1, None)
    history.add(3, 97)
    assert history.shown_gaps(3) == ()
    history.add(4, None)
    history.add(30, 97)
    assert [(gap.begin_s, gap.end_s) for gap in history.shown_gaps(30)] == [(4, 30)]
    assert [bucket.is_apart for bucket in history.series["15 min"].buckets] == [True, True, True]


def test_silence_is_a_gap_from_the_last_value_while_it_lasts() -> None:
    history = MetricHistory()
    history.add(0, 97)
    assert history.shown_gaps(9) == ()
    (gap,) = history.shown_gaps(14)
    assert (gap.begin_s, gap.end_s) == (0, None)


def test_another_session_begins_anew() -> None:
    history = TrendHistory()
    course = Course(watch=history.take)
    course.run(30)
    assert highest_of(history) in (97, 98)
    history.take(replace(course.session, session_id="other", numerics={}))
    assert highest_of(history) is None


def test_the_scene_has_curves_gap_cuffs_infusion_and_events() -> None:
    scene, course = scene_of(20)
    assert {metric for metric, _ in scene.gaps} == {Metric.SPO2, Metric.PULSE_RATE}
    assert [mark.systolic for mark in scene.cuffs] == [128, 126, 138, None, 151]
    (block,) = scene.blocks
    assert (block.label, block.end_s) == ("150 mL/h", scene.now_s)
    assert scene.given[-1][1] == pytest.approx(20.5)
    assert scene.planned[-1] == pytest.approx((480 + 2400, 41))
    assert {mark.words for mark in scene.events} >= {"start", "SpO2 LOW 91"}
    assert course.now.seconds_since(course.session.opened) == scene.now_s


def test_ticks_count_minutes_from_the_start_under_the_clock() -> None:
    scene, _ = scene_of(20)
    assert [(tick.clock, tick.minutes) for tick in scene.frame.ticks][:2] == [
        ("10:08", "0 min"),
        ("10:18", "10 min"),
    ]


def test_the_window_stands_still_and_moves_in_steps() -> None:
    history = TrendHistory()
    course = Course(watch=history.take)
    begins = set()
    for _ in range(70):
        course.run(30)
        scene = trend_scene(history, course.session, course.now, Span.QUARTER)
        begins.add(scene.frame.begin_s)
        assert scene.frame.begin_s <= scene.now_s <= scene.frame.end_s
    assert len(begins) < 20


def test_all_shows_everything_and_the_planned_end() -> None:
    scene, _ = scene_of(20, Span.ALL)
    assert scene.frame.begin_s == 0
    assert scene.frame.end_s >= scene.planned[-1][0]


def test_an_unseen_range_widens_the_panes() -> None:
    history = TrendHistory()
    course = Course(watch=history.take)
    course.run(20, spo2=72, pulse=230)
    course.cuff(288, 188)
    frame = trend_scene(history, course.session, course.now, Span.HOUR).frame
    assert frame.spo2_range[0] <= 72
    assert frame.pressure_range[1] >= 288
