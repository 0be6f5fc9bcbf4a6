"""Before the window closes, a pump that runs or may run is named."""

import pytest

from kmonitor.events import InfusionStopped
from tests.bedside_sessions import Course, infusing_course
from ui.closing import answer_logout, pump_warnings


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


class Window:
    def __init__(self, *, is_running: bool) -> None:
        self.is_running = is_running
        self.told: list[str] = []

    def ask_to_close(self, cause: str) -> None:
        self.told.append(f"asked: {cause}")

    def leave(self, cause: str) -> None:
        self.told.append(f"left: {cause}")


class Manager:
    """Qt's session manager, as the system hands it over before a logout."""

    def __init__(self, *, may_ask: bool) -> None:
        self.may_ask = may_ask
        self.told: list[str] = []

    def allowsInteraction(self) -> bool:
        return self.may_ask

    def cancel(self) -> None:
        self.told.append("cancelled")

    def release(self) -> None:
        self.told.append("released")


@pytest.mark.parametrize(
    ("is_running", "may_ask", "window", "system"),
    [
        (True, True, ["asked: logout"], ["cancelled", "released"]),
        (True, False, ["left: logout"], []),
        (False, True, [], []),
    ],
)
def test_a_logout_waits_for_a_session_and_is_recorded_where_it_cannot_wait(
    is_running: bool, may_ask: bool, window: list[str], system: list[str]
) -> None:
    asked, manager = Window(is_running=is_running), Manager(may_ask=may_ask)
    answer_logout(asked, manager)  # type: ignore[arg-type]  # the system alone can make one
    assert (asked.told, manager.told) == (window, system)
