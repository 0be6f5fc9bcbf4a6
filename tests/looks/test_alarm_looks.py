"""Alarms as they are seen from across the room, and with every key beside them."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import combinations, product

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kmonitor.alarm_acts import AlarmSwitched, AudioPauseAsked, AudioSwitched
from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.events import AlarmAcknowledged
from kmonitor.session_state import Session
from kmonitor.vitals import Mode
from tests.bedside_sessions import Course
from ui.bedside.alarm_banner import AlarmBanner
from ui.bedside.page import BedsidePage
from ui.bedside.view_models.alarm_look import STARS
from ui.bedside.view_models.banner import Banner, banner
from ui.bedside.view_models.sound_key import SoundKey, SoundStanding
from ui.theme import make_theme
from ui.widgets.alarm_mark import SHAPES
from ui.widgets.key_button import KeyButton
from ui.widgets.painted import Painted
from ui.widgets.sheet import PlacedText, Sheet, cap_height

PANELS = {
    "1280x800": (QSize(1280, 800), 3.859),
    "1024x768": (QSize(1024, 768), 3.360),
    "1920x1080": (QSize(1920, 1080), 3.615),
}
# What an eye tells apart is an angle: a sign five times as high as its parts, which are one minute
# of arc to a sharp eye (5.8 mm at 4 m) and two to one of half that sharpness (11.6 mm).
SHARP_AT_4_M_MM = 5.8
HALF_AS_SHARP_AT_4_M_MM = 11.6
HALF_AS_SHARP_AT_1_M_MM = 2.9
ANTIALIASED_PX = 1.5
LONGEST = (
    "SpO2 LOW 86 (limit 90)",
    "NIBP SYS HIGH 288 (limit 180), DIA HIGH 188 (limit 110)",
    "NIBP SYS HIGH 288 (limit 180), DIA HIGH 188 (limit 110), MEAN HIGH 221 (limit 130)",
    "MONITOR'S CLOCK JUMPED: compare its times with this screen",
    "MONITOR MEASURES BP EVERY 15 min: set it to 10 min",
    "PUMP VOLUME DIFFERS: pump 12.3 mL, kmonitor 14.2 mL",
    "INFUSION STILL PAUSED: go on, or stop it?",
    "NO ALARM SOUND: this computer's sound is muted",
    "SCREEN STANDS STILL: watch the monitor itself",
)


def begun() -> Course:
    course = Course()
    course.run(20)
    course.cuff(128, 72)
    course.start()
    course.run(20)
    return course


@cache
def several() -> Session:
    course = begun()
    course.cuff(184, 112)
    course.run(25, spo2=82, pulse=128)
    return course.session


def moved(session: Session) -> Course:
    course = Course(mode=Mode.SIMULATED)
    course.session = session
    course.clock.advance(s=session.now.seconds_since(course.now))
    return course


@cache
def sound_paused() -> Course:
    course = moved(several())
    course.take(AudioPauseAsked(at=course.now, author="N1"))
    course.run(17, spo2=82, pulse=128)
    return course


@cache
def everything_off() -> Course:
    course = begun()
    course.take(AudioSwitched(at=course.now, author="N1", is_on=False))
    for rule in course.session.limits.rules:
        course.take(
            AlarmSwitched(at=course.now, author="N1", condition=rule.condition, is_on=False)
        )
    course.run(3)
    return course


@cache
def acknowledged_and_off() -> Course:
    course = moved(several())
    course.take(AudioSwitched(at=course.now, author="N1", is_on=False))
    course.take(
        AlarmSwitched(at=course.now, author="N1", condition=Condition.NIBP_MEAN_LOW, is_on=False)
    )
    for each in course.session.presented_alarms:
        if not each.condition.is_inactivation:
            course.take(AlarmAcknowledged(at=course.now, author="N1", occurrence=each.number))
    return course


@cache
def sensor_off() -> Course:
    course = begun()
    course.run(15, spo2=None, pulse=None)
    return course


STATES = [sound_paused, everything_off, acknowledged_and_off, sensor_off]


def page_of(qtbot: QtBot, course: Course, panel: str) -> BedsidePage:
    size, px_per_mm = PANELS[panel]
    page = BedsidePage(make_theme("dark", px_per_mm), clock_now=lambda: course.now)
    qtbot.addWidget(page)
    page.resize(size)
    page.show()
    page.show_snapshot(course.session)
    return page


def shown_sheets(page: QWidget) -> list[tuple[QWidget, Sheet]]:
    found: list[tuple[QWidget, Sheet]] = []
    found += [(each, each.sheet) for each in page.findChildren(Painted) if each.isVisible()]
    found += [(each, each.sheet()) for each in page.findChildren(KeyButton) if each.isVisible()]
    return found


def overlapping(one: QRectF, other: QRectF) -> bool:
    shared = one.intersected(other)
    return shared.width() > 1 and shared.height() > 1


def is_slash(text: PlacedText) -> bool:
    return text.text == "/"  # it leans on the pressures beside it


@pytest.mark.parametrize("panel", ["1280x800", "1024x768"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_nothing_is_cut_and_nothing_overlaps(
    qtbot: QtBot, state: Callable[[], Course], panel: str
) -> None:
    page = page_of(qtbot, state(), panel)
    for widget, sheet in shown_sheets(page):
        inside = QRectF(widget.rect()).adjusted(
            -ANTIALIASED_PX, -ANTIALIASED_PX, ANTIALIASED_PX, ANTIALIASED_PX
        )
        inks = [text.ink for text in sheet.texts if not is_slash(text)]
        inks += [icon.rect.adjusted(2, 2, -2, -2) for icon in sheet.icons]
        for ink in inks:
            assert inside.contains(ink), (type(widget).__name__, ink)
        for one, other in combinations(inks, 2):
            assert not overlapping(one, other), (type(widget).__name__, one, other)
    keys = [page.banner.sound, page.banner.key]
    for key in keys:
        for text in page.banner.sheet.texts:
            assert not (key.isVisible() and overlapping(text.ink, QRectF(key.geometry())))


def banner_of(qtbot: QtBot, panel: str) -> tuple[AlarmBanner, Banner]:
    """The banner as the page gives it room, and a model with both keys."""
    course = moved(several())
    page = page_of(qtbot, course, panel)
    return page.banner, banner(course.session, course.now)


@pytest.mark.parametrize("panel", PANELS)
def test_the_priority_is_seen_from_four_metres(qtbot: QtBot, panel: str) -> None:
    shown, model = banner_of(qtbot, panel)
    px_per_mm = PANELS[panel][1]
    for priority in Priority:
        shown.show_model(replace(model, priority=priority, stars=STARS[priority]))
        shape, *stars = shown.sheet.icons
        assert shape.name == SHAPES[priority]
        assert shape.rect.height() / px_per_mm >= HALF_AS_SHARP_AT_4_M_MM
        assert len(stars) == {"high": 3, "medium": 2, "low": 1}[priority]
        for star in stars:
            assert star.rect.height() / px_per_mm >= SHARP_AT_4_M_MM
        fill = shown.sheet.boxes[0].rect
        assert fill.height() / px_per_mm >= HALF_AS_SHARP_AT_4_M_MM
        assert fill.width() == shown.width()


@pytest.mark.parametrize("panel", PANELS)
def test_the_words_stand_in_full_beside_both_keys(qtbot: QtBot, panel: str) -> None:
    shown, model = banner_of(qtbot, panel)
    assert shown.key.isVisible()
    assert shown.sound.isVisible()
    for words, others in product(LONGEST, (model.others, ())):
        shown.show_model(replace(model, words=words, others=others))
        mine = [text for text in shown.sheet.texts if text.text in words]
        assert " ".join(text.text for text in mine) == words
        for text in mine:
            assert cap_height(text.font) / PANELS[panel][1] >= HALF_AS_SHARP_AT_1_M_MM
            assert text.rect.right() < shown.sound.x()
        assert model.count in {text.text for text in shown.sheet.texts}


@pytest.mark.parametrize("panel", PANELS)
def test_the_sound_key_never_shortens_what_it_says(qtbot: QtBot, panel: str) -> None:
    shown, model = banner_of(qtbot, panel)
    for standing, label, left in (
        (SoundStanding.SOUNDING, "Pause sound", ""),
        (SoundStanding.PAUSED, "SOUND PAUSED", "2:00"),
        (SoundStanding.OFF, "SOUND OFF", ""),
    ):
        key = SoundKey(standing=standing, label=label, left=left, spoken=label)
        shown.show_model(replace(model, sound=key))
        texts = shown.sound.sheet().texts
        assert {label, left, "U"} - {""} == {text.text for text in texts}
        inside = QRectF(shown.sound.rect())
        assert all(inside.contains(text.ink) for text in texts)
