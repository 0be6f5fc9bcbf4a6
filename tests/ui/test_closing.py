"""Before the window closes, a pump that runs or may run is named."""

from kmonitor.events import InfusionStopped
from tests.bedside_sessions import Course, infusing_course
from ui.closing import pump_warnings


def test_a_pump_that_runs_or_may_run_is_named() -> None:
    assert pump_warnings(None) == ()
    assert pump_warnings(Course().session) == ()
    course = infusing_course(3)
    assert pump_warnings(course.session) == ("THE PUMP GOES ON: kmonitor does not control it.",)
    course.take(InfusionStopped(at=course.now, author="N1", effective=course.now))
    may_run, prompt = pump_warnings(course.session)
    assert may_run.startswith("THE PUMP MAY BE RUNNING")
    assert "stop the pump" in prompt
    course.pump_done()
    assert pump_warnings(course.session) == ()
