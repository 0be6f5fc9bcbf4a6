"""The limits page as it is seen: every word in full, nothing over anything, at each size."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kmonitor.alarm_acts import AlarmSwitched
from kmonitor.alarms.conditions import Condition
from tests.limits_world import NO_BREATH, PANELS, PULSE_LOW, SPO2_CRITICAL, SYSTOLIC, LimitsScreen
from ui.controls.key import Key
from ui.limits.draft import Spot
from ui.theme import Role, contrast, make_theme

SPOTS = {"pressure": SYSTOLIC, "spo2": SPO2_CRITICAL, "pulse": PULSE_LOW, "breath": NO_BREATH}


def place(widget: QWidget, screen: LimitsScreen) -> QRect:
    return QRect(widget.mapTo(screen.pages, widget.rect().topLeft()), widget.size())


def seen(screen: LimitsScreen, kind: type[QWidget]) -> list[QWidget]:
    return [each for each in screen.page.findChildren(kind) if each.isVisible()]


def changed_screen(qtbot: QtBot, panel: str, spot: Spot) -> LimitsScreen:
    """With much to say: changed, switched off, and something impossible that waits."""
    screen = LimitsScreen(qtbot, panel=panel)
    page, bed = screen.page, screen.bed
    page.choose(spot)
    page.editor.limit_typed.emit("165" if spot == SYSTOLIC else "45" if spot == PULSE_LOW else "83")
    if page.use.isEnabled():
        page.use.click()
    screen.frame()
    at = bed.clock.now()
    bed.put(AlarmSwitched(at=at, author="N1", condition=Condition.PULSE_HIGH, is_on=False))
    page.editor.limit_typed.emit("999")
    screen.frame()
    return screen


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("spot", SPOTS.values(), ids=SPOTS)
def test_no_word_is_cut_and_the_window_does_not_grow(qtbot: QtBot, panel: str, spot: Spot) -> None:
    screen = changed_screen(qtbot, panel, spot)
    assert screen.pages.size() == PANELS[panel][0]
    for label in seen(screen, QLabel):
        assert isinstance(label, QLabel)
        assert screen.pages.rect().contains(place(label, screen)), label.text()
        if label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width()), label.text()
        else:
            needed = QFontMetrics(label.font()).horizontalAdvance(label.text())
            assert label.width() >= needed, label.text()


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("spot", SPOTS.values(), ids=SPOTS)
def test_nothing_that_can_be_touched_lies_over_another(
    qtbot: QtBot, panel: str, spot: Spot
) -> None:
    screen = changed_screen(qtbot, panel, spot)
    touched = [*seen(screen, Key), *seen(screen, QLineEdit)]
    for one, other in combinations(touched, 2):
        assert not place(one, screen).intersects(place(other, screen)), (
            one.objectName(), other.objectName(),
        )  # fmt: skip


@pytest.mark.parametrize("name", ["dark", "light"])
def test_a_number_that_waits_can_be_read_on_its_ground(name: str) -> None:
    theme = make_theme(name, 3.86)
    for ink, ground in (
        (Role.KEY_STRONG_TEXT, Role.KEY_STRONG), (Role.TEXT, Role.KEY),
        (Role.TEXT_QUIET, Role.KEY), (Role.TEXT, Role.KEY_PRESSED),
    ):  # fmt: skip
        assert contrast(theme.colour(ink), theme.colour(ground)) >= 4.5, (ink, ground)
