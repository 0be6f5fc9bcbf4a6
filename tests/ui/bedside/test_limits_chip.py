"""The chip of the limit set in the strip: what it says, and that a glove finds it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kmonitor.alarm_acts import AlarmSwitched, LimitsChanged
from kmonitor.alarms.conditions import Condition
from kmonitor.people import DEMONSTRATION_NURSE, Person, Role
from tests.limits_world import PANELS, SPO2, LimitsBed, begun
from ui.bedside.page import BedsidePage
from ui.bedside.view_models.identity import Around, ChipText, Tone, Touch, identity
from ui.limits.draft import Draft
from ui.theme import LEAST_TARGET_MM, make_theme
from ui.widgets.touch_area import TouchArea

ANN = Person(person_id="ann", name="Ann Lee", role=Role.NURSE)


def change(bed: LimitsBed) -> None:
    draft = Draft(now=bed.session.limits, wanted=bed.session.limits).with_limit(SPO2, 88)
    bed.put(LimitsChanged(at=bed.clock.now(), author="N1", limits=draft.wanted, words=draft.words))


def switch(bed: LimitsBed, condition: Condition, *, is_on: bool = False) -> None:
    bed.put(AlarmSwitched(at=bed.clock.now(), author="N1", condition=condition, is_on=is_on))


def chip(bed: LimitsBed) -> ChipText:
    strip = identity(bed.session, bed.clock.now(), Around(person=DEMONSTRATION_NURSE), 0.0)
    return next(each for each in strip.left if each.touch is Touch.LIMITS)


def test_it_names_the_set_with_its_version() -> None:
    shown = chip(begun())
    assert (shown.caption, shown.words) == ("Adult ketamine v1", "alarm limits")
    assert shown.tone is Tone.PLAIN


def test_it_says_that_the_limits_were_changed() -> None:
    bed = begun()
    change(bed)
    assert chip(bed).words == "changed"


def test_it_counts_the_alarms_that_are_off_with_a_crossed_bell() -> None:
    bed = begun()
    switch(bed, Condition.PULSE_HIGH)
    assert (chip(bed).words, chip(bed).tone) == ("1 alarm off", Tone.OFF)
    switch(bed, Condition.ETCO2_LOW)
    assert chip(bed).words == "2 alarms off"
    change(bed)
    assert chip(bed).words == "changed · 2 off"
    switch(bed, Condition.PULSE_HIGH, is_on=True)
    switch(bed, Condition.ETCO2_LOW, is_on=True)
    assert (chip(bed).words, chip(bed).tone) == ("changed", Tone.PLAIN)


@pytest.mark.parametrize("panel", PANELS)
def test_a_glove_finds_it_also_where_the_strip_is_full(qtbot: QtBot, panel: str) -> None:
    size, px_per_mm = PANELS[panel]
    bed = begun()
    change(bed)
    switch(bed, Condition.PULSE_HIGH)
    around = Around(person=ANN, has_people=True, has_menu=True, is_record_open=True)
    page = BedsidePage(
        make_theme("dark", px_per_mm, size), clock_now=bed.clock.now, around=lambda: around
    )
    qtbot.addWidget(page)
    page.resize(size)
    page.show()
    page.show_snapshot(bed.session)
    QApplication.processEvents()
    area = page.findChild(TouchArea, "strip_limits")
    assert area is not None
    assert area.isVisible()
    assert area.width() >= LEAST_TARGET_MM * px_per_mm
    assert area.height() >= LEAST_TARGET_MM * px_per_mm - 1
    others = [each for each in page.findChildren(TouchArea) if each is not area]
    assert not any(each.geometry().intersects(area.geometry()) for each in others
                   if each.parent() is area.parent())  # fmt: skip
    with qtbot.waitSignal(page.touched) as touched:
        area.click()
    assert touched.args == [Touch.LIMITS]
