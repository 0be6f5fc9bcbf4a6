"""Flashes as they are painted: their whole periods, what of them is painted, and when."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kmonitor.events import AlarmAcknowledged
from kmonitor.metrics import Metric
from tests.bedside_sessions import Course
from tests.flash_checker import Log, faults, periods
from ui.bedside.numerics import NumericWidget
from ui.bedside.page import BedsidePage
from ui.bedside.view_models.numeric_tile import numeric_tile
from ui.theme import Role, make_theme
from ui.widgets import painted
from ui.widgets.flash import is_lit

FRAME_S = 0.040


class Clock:
    """Real time that goes on frame by frame."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.real_s = 1000.0
        monkeypatch.setattr(painted, "monotonic_s", lambda: self.real_s)

    def run(self, widget: NumericWidget | BedsidePage, seconds: float) -> None:
        for _ in range(round(seconds / FRAME_S)):
            self.real_s += FRAME_S
            widget.tick()
            QApplication.processEvents()

    def until(self, priority: str, *, lit: bool) -> None:
        while is_lit(priority, self.real_s) is not lit:
            self.real_s += 0.01


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def alarmed(spo2: int) -> Course:
    course = Course()
    course.run(20)
    course.run(40, spo2=spo2)
    return course


def tile_of(qtbot: QtBot, course: Course, theme: str = "dark") -> tuple[NumericWidget, Log]:
    widget = NumericWidget(make_theme(theme, 3.859))
    qtbot.addWidget(widget)
    widget.resize(260, 225)
    log: Log = []
    widget.painted_phase = lambda real_s, lit: log.append((real_s, lit))
    widget.show_model(numeric_tile(course.session, Metric.SPO2, course.now))
    with qtbot.waitExposed(widget):
        widget.show()
    return widget, log


@pytest.mark.parametrize(("priority", "spo2", "hz"), [("high", 82, 2.0), ("medium", 88, 0.6)])
def test_a_fill_is_painted_in_the_rhythm_of_its_priority(
    qtbot: QtBot, clock: Clock, priority: str, spo2: int, hz: float
) -> None:
    widget, log = tile_of(qtbot, alarmed(spo2))
    clock.run(widget, 12)
    whole = periods(log)
    lasted_s = whole[-1].ended_s - whole[0].began_s
    assert len(whole) / lasted_s == pytest.approx(hz, rel=0.02)
    assert faults(log, priority) == []


def test_the_checker_rejects_rhythms_that_are_not_allowed() -> None:
    def flashing(lit_s: float, dark_s: float) -> Log:
        log: Log = []
        at_s = 0.0
        while at_s < 20:
            log += [(at_s, True), (at_s + lit_s, False)]
            at_s += lit_s + dark_s
        return log

    assert faults(flashing(0.25, 0.25), "high") == []
    assert faults(flashing(0.125, 0.125), "high")  # a period of 250 ms is 4 Hz
    assert faults(flashing(0.25, 0.25), "medium")
    assert faults(flashing(0.40, 0.10), "high")  # lit too long
    assert faults(flashing(0.833, 0.833), "medium") == []
    assert faults(flashing(3.0, 3.0), "medium")


def test_only_a_turn_of_the_phase_is_painted(qtbot: QtBot, clock: Clock) -> None:
    widget, log = tile_of(qtbot, alarmed(82))
    log.clear()
    clock.run(widget, 10)
    assert 38 <= len(log) <= 42  # of 250 frames


@pytest.mark.parametrize("spo2", [97, 92])
def test_what_is_low_or_no_alarm_at_all_does_not_flash(
    qtbot: QtBot, clock: Clock, spo2: int
) -> None:
    widget, log = tile_of(qtbot, alarmed(spo2))
    clock.run(widget, 3)
    assert log == []


def test_an_acknowledged_alarm_is_a_steady_outline(qtbot: QtBot, clock: Clock) -> None:
    course = alarmed(82)
    widget, log = tile_of(qtbot, course)
    number = course.session.presented_alarms[0].number
    course.take(AlarmAcknowledged(at=course.now, author="N1", occurrence=number))
    widget.show_model(numeric_tile(course.session, Metric.SPO2, course.now))
    QApplication.processEvents()
    log.clear()
    clock.run(widget, 3)
    assert log == []
    assert [box.outline for box in widget.sheet.boxes if box.fill is None][:1] == [
        Role.ALARM_HIGH_LINE
    ]


def ink_of(image: QImage, role: Role, theme: str) -> set[tuple[int, int]]:
    want = make_theme(theme, 3.859).colour(role).rgb()
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return {place for place in places if image.pixel(*place) == want}


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(("priority", "spo2"), [("high", 82), ("medium", 88)])
def test_the_fill_flashes_and_never_the_digits(
    qtbot: QtBot, clock: Clock, theme: str, priority: str, spo2: int
) -> None:
    widget, _ = tile_of(qtbot, alarmed(spo2), theme)
    seen = {}
    for lit in (True, False):
        clock.until(priority, lit=lit)
        seen[lit] = widget.grab().toImage()
    ink = Role(f"alarm_{priority}_text")
    assert ink_of(seen[True], ink, theme) == ink_of(seen[False], ink, theme)
    assert len(ink_of(seen[True], ink, theme)) > 2000
    for lit, fill in ((True, f"alarm_{priority}"), (False, f"alarm_{priority}_unlit")):
        assert len(ink_of(seen[lit], Role(fill), theme)) > 10_000


def test_a_part_painted_anew_never_shows_the_other_phase(qtbot: QtBot, clock: Clock) -> None:
    clock.until("high", lit=True)
    widget, log = tile_of(qtbot, alarmed(82))
    widget.repaint()
    clock.until("high", lit=False)
    widget.repaint(QRect(20, 60, 50, 50))
    assert log[-1][1] is True
    widget.tick()
    QApplication.processEvents()
    assert log[-1][1] is False


def test_banner_and_tile_turn_together(qtbot: QtBot, clock: Clock) -> None:
    page, logs = page_of(qtbot)
    clock.run(page, 2)
    banner, tile = periods(logs["banner"]), periods(logs["high"])
    assert banner
    assert banner == tile


def page_of(qtbot: QtBot) -> tuple[BedsidePage, dict[str, Log]]:
    """A page with a high SpO2 alarm, in the banner too, and a medium one of the pulse."""
    course = Course()
    course.run(20)
    course.run(20, spo2=82, pulse=130)
    page = BedsidePage(make_theme("dark", 3.859), clock_now=lambda: course.now)
    qtbot.addWidget(page)
    page.resize(QSize(1280, 800))
    logs: dict[str, Log] = {"high": [], "medium": [], "banner": []}
    page.spo2.painted_phase = lambda real_s, lit: logs["high"].append((real_s, lit))
    page.pulse.painted_phase = lambda real_s, lit: logs["medium"].append((real_s, lit))
    page.banner.painted_phase = lambda real_s, lit: logs["banner"].append((real_s, lit))
    with qtbot.waitExposed(page):
        page.show()
    page.show_snapshot(course.session)
    assert page.banner.model is not None
    assert page.banner.model.stars == "***"
    return page, logs
