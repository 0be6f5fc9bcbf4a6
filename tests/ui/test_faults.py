"""What fails on the Qt thread: when it is told, and where it is heard."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from kmonitor.alarms.conditions import Priority
from tests.bedside_sessions import Course
from ui.bedside.alarm_banner import AlarmBanner
from ui.bedside.view_models.banner import Banner, banner
from ui.faults import NEW_AFTER_S, QUIET_S, FaultWatch, hearing_faults
from ui.theme import make_theme
from ui.widgets.sheet import Sheet


def test_a_fault_is_told_once_while_it_lasts_and_again_when_it_comes_back() -> None:
    watch = FaultWatch()
    assert watch.note("a", 100.0)
    assert not any(watch.note("a", 100.0 + second) for second in range(1, 200))
    assert watch.note("b", 300.0)
    assert watch.note("a", 299.1 + NEW_AFTER_S)


def test_the_screen_is_whole_again_when_nothing_has_failed_for_a_while() -> None:
    watch = FaultWatch()
    assert watch.is_quiet(0.0)
    watch.note("a", 10.0)
    assert not watch.is_quiet(10.0 + QUIET_S - 0.01)
    assert watch.is_quiet(10.0 + QUIET_S)


def test_the_last_hook_is_ours_only_inside() -> None:
    before = sys.excepthook
    heard: list[Exception] = []
    with hearing_faults(heard.append):
        error = ValueError("x")
        sys.excepthook(ValueError, error, None)
    assert heard == [error]
    assert sys.excepthook is before


class Breakable(AlarmBanner):
    is_broken = False

    def lay_out(self, sheet: Sheet, model: Banner) -> None:
        super().lay_out(sheet, model)
        if self.is_broken:
            raise ZeroDivisionError


def test_a_model_that_could_not_be_laid_out_is_tried_again_until_it_is_drawn(qtbot: QtBot) -> None:
    widget = Breakable(make_theme("dark", 3.86, QSize(1280, 800)))
    qtbot.addWidget(widget)
    widget.resize(1200, 60)
    widget.show()
    course = Course()
    widget.show_model(banner(course.session, course.now))
    model = banner(course.session, course.now, silent_s=3)
    assert model.priority is Priority.HIGH
    widget.is_broken = True
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            widget.show_model(model)
    widget.is_broken = False
    widget.show_model(model)
    assert any(text.text == model.words for text in widget.sheet.texts)
