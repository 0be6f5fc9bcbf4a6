"""The limit beside a number is the one that the banner names; nothing is claimed unproven."""

from dataclasses import replace

from kmonitor.metrics import Metric
from kmonitor.nibp_schedule import nibp_due
from tests.bedside_sessions import OXIMETER, Course, infusing_course
from ui.bedside.view_models.nibp_tile import nibp_tile
from ui.bedside.view_models.numeric_tile import numeric_tile


def test_a_passed_limit_stands_in_the_tile_as_in_the_banner() -> None:
    course = infusing_course(3)
    course.run(80, spo2=92)
    words = course.session.presented_alarms[0].words
    tile = numeric_tile(course.session, Metric.SPO2, course.now)
    assert tile.is_limit_marked
    assert f"(limit {tile.limits.removeprefix('≥ ')})" in words
    course.run(60)
    tile = numeric_tile(course.session, Metric.SPO2, course.now)
    assert (tile.limits, tile.is_limit_marked) == ("≥ 90", False)


def test_of_a_blood_pressure_each_passed_limit_is_marked() -> None:
    course = infusing_course(3)
    course.cuff(170, 80)
    tile = nibp_tile(course.session, course.now, nibp_due(course.session))
    assert tile.passed == ("sys",)
    assert tile.limits == ("sys 90–160", "dia 45–100")  # the baseline is 75: 25 above it


def test_the_limit_beside_a_number_is_the_one_that_alarms_with_this_baseline() -> None:
    """A slow heart of 55 alarms below 44, a low pressure of 105 above 150 once it rose by 40."""
    course = Course()
    course.run(30, pulse=55)
    tile = numeric_tile(course.session, Metric.PULSE_RATE, course.now)
    assert tile.limits == "50–120"
    course.cuff(105, 62)
    course.run(30, pulse=55)
    course.start()
    baseline = course.session.baseline
    assert baseline is not None
    pulse = baseline.pulse_rate_per_min
    assert pulse is not None
    limit = int(0.8 * pulse + 0.5)
    course.run(30, pulse=limit + 3)  # it wobbles by less
    tile = numeric_tile(course.session, Metric.PULSE_RATE, course.now)
    assert (tile.limits, tile.alarm) == (f"{limit}–120", None)
    course.number(Metric.PULSE_RATE, limit - 1)
    course.pass_time(9)
    course.number(Metric.PULSE_RATE, limit - 1)
    course.pass_time(2)
    assert course.session.presented_alarms[0].words.endswith(f"(limit {limit})")
    cuff = nibp_tile(course.session, course.now, nibp_due(course.session))
    assert cuff.limits == ("sys 90–150", "dia 45–95")


def test_the_source_of_a_pulse_is_named_only_where_its_link_is_known() -> None:
    course = infusing_course(3)
    tile = numeric_tile(course.session, Metric.PULSE_RATE, course.now)
    assert tile.foot == ("now", "from oximeter")
    session = course.session
    links = {name: link for name, link in session.links.items() if name != OXIMETER}
    tile = numeric_tile(replace(session, links=links), Metric.PULSE_RATE, course.now)
    assert tile.foot == ("now",)


def test_the_baseline_before_the_start_is_counted() -> None:
    course = Course()
    course.run(10)
    assert (
        nibp_tile(course.session, course.now, nibp_due(course.session)).due
        == "baseline reading due"
    )
    course.cuff(128, 72)
    assert nibp_tile(course.session, course.now, nibp_due(course.session)).due == "baseline 1 of 2"
    course.run(60)
    course.cuff(126, 70)
    assert nibp_tile(course.session, course.now, nibp_due(course.session)).due == "baseline 2 of 2"
