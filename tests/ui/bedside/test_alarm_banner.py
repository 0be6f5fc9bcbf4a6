"""The banner: what it says, that sound is paused or off, and where its presses go."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize, Qt
from pytestqt.qtbot import QtBot

from kmonitor.alarm_acts import AlarmSwitched, AudioPauseAsked, AudioPauseEnded, AudioSwitched
from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.events import AlarmAcknowledged
from kmonitor.metrics import Metric
from kmonitor.nibp_schedule import nibp_due
from tests.bedside_sessions import Course
from ui.bedside import alarm_banner
from ui.bedside.page import BedsidePage
from ui.bedside.view_models.banner import Banner, BannerLook, banner
from ui.bedside.view_models.nibp_tile import nibp_tile
from ui.bedside.view_models.numeric_tile import numeric_tile
from ui.bedside.view_models.sound_key import SoundStanding
from ui.pages import Pages
from ui.theme import make_theme


def quiet() -> Course:
    course = Course()
    course.run(20)
    return course


def low_spo2(spo2: int = 87) -> Course:
    course = quiet()
    course.run(15, spo2=spo2)
    return course


def pause(course: Course) -> None:
    course.take(AudioPauseAsked(at=course.now, author="N1"))


def sound_off(course: Course) -> None:
    course.take(AudioSwitched(at=course.now, author="N1", is_on=False))


def alarm_off(course: Course, *conditions: Condition) -> None:
    for each in conditions:
        course.take(AlarmSwitched(at=course.now, author="N2", condition=each, is_on=False))


def acknowledge(course: Course) -> None:
    number = banner_of(course).occurrence
    assert number is not None
    course.take(AlarmAcknowledged(at=course.now, author="N1", occurrence=number))


def banner_of(course: Course) -> Banner:
    return banner(course.session, course.now)


def page_of(qtbot: QtBot, course: Course, width: int = 1280) -> tuple[BedsidePage, list[str]]:
    page = BedsidePage(make_theme("dark", 3.859), clock_now=lambda: course.now)
    qtbot.addWidget(page)
    page.resize(QSize(width, 800))
    page.show()
    page.show_snapshot(course.session)
    pressed: list[str] = []
    page.pressed.connect(pressed.append)
    return page, pressed


def test_the_words_are_followed_by_how_long() -> None:
    course = low_spo2()
    course.run(14, spo2=87)
    shown = banner_of(course)
    assert shown.words.startswith("SpO2 LOW 8")
    assert shown.words.endswith("(limit 90)")
    assert shown.lasted == "for 0:18"
    assert shown.spoken.startswith(f"medium alarm: {shown.words}, for 0:18")


def test_who_acknowledged_stands_below() -> None:
    course = low_spo2()
    acknowledge(course)
    assert banner_of(course).detail == "acknowledged by N1"


def test_sound_that_is_off_is_said_without_acknowledge() -> None:
    course = quiet()
    sound_off(course)
    course.run(60)
    shown = banner_of(course)
    assert (shown.words, shown.detail) == ("ALARM SOUND OFF", "by N1")
    assert shown.lasted.startswith("since 10:")
    assert (shown.look, shown.priority) == (BannerLook.OUTLINED, Priority.LOW)
    assert not shown.can_acknowledge
    assert shown.sound.standing is SoundStanding.OFF


def test_an_alarm_that_is_off_is_named_with_who_switched_it() -> None:
    course = quiet()
    alarm_off(course, Condition.SPO2_LOW)
    shown = banner_of(course)
    assert (shown.words, shown.detail) == ("ALARM OFF: SpO2 low", "by N2")
    assert not shown.can_acknowledge


@pytest.mark.parametrize("silence", [sound_off, lambda each: alarm_off(each, Condition.PULSE_LOW)])
def test_what_is_off_never_stands_before_an_alarm_and_is_not_counted_as_one(
    silence: Callable[[Course], None],
) -> None:
    course = low_spo2()
    silence(course)
    assert banner_of(course).words.startswith("SpO2 LOW")
    assert banner_of(course).count == ""
    acknowledge(course)
    shown = banner_of(course)
    assert (shown.words[:8], shown.look) == ("SpO2 LOW", BannerLook.OUTLINED)


def test_the_sound_key_comes_with_the_sound_and_counts_the_pause_down() -> None:
    course = quiet()
    assert banner_of(course).sound.standing is SoundStanding.SILENT
    course.run(15, spo2=87)
    assert banner_of(course).sound.label == "Pause sound"
    pause(course)
    course.run(17, spo2=87)
    shown = banner_of(course).sound
    assert (shown.standing, shown.label, shown.left) == (
        SoundStanding.PAUSED, "SOUND PAUSED", "1:43",
    )  # fmt: skip
    course.take(AudioPauseEnded(at=course.now, author="N1"))
    assert banner_of(course).sound.standing is SoundStanding.SOUNDING


def test_a_pause_is_said_also_where_no_alarm_is_there(qtbot: QtBot) -> None:
    course = quiet()
    pause(course)
    course.run(2)
    page, pressed = page_of(qtbot, course)
    assert page.banner.model is not None
    assert page.banner.model.look is BannerLook.QUIET
    assert page.banner.sound.isVisible()
    assert {"SOUND PAUSED", "1:58"} <= {text.text for text in page.banner.sound.sheet().texts}
    page.banner.sound.click()
    assert pressed == ["pause_sound"]


def test_a_low_alarm_is_not_heard_and_has_no_sound_key(qtbot: QtBot) -> None:
    course = quiet()
    course.run(15, spo2=None, pulse=None)
    page, _ = page_of(qtbot, course)
    assert page.banner.model is not None
    assert page.banner.model.stars == "*"
    assert page.banner.key.isVisible()
    assert not page.banner.sound.isVisible()


def test_letters_press_the_banner(qtbot: QtBot) -> None:
    page, pressed = page_of(qtbot, low_spo2())
    for letter in (Qt.Key.Key_U, Qt.Key.Key_W, Qt.Key.Key_A):
        qtbot.keyClick(page, letter)
    assert pressed == ["pause_sound", "open_alarms", "acknowledge"]


def test_a_touch_of_the_words_and_enter_on_them_show_the_alarms(qtbot: QtBot) -> None:
    page, pressed = page_of(qtbot, low_spo2())
    qtbot.mouseClick(page.banner.area, Qt.MouseButton.LeftButton)
    page.banner.area.setFocus()
    qtbot.keyClick(page.banner.area, Qt.Key.Key_Return)
    qtbot.keyClick(page.banner.area, Qt.Key.Key_Space)
    assert pressed == ["open_alarms"] * 3
    assert "SpO2 LOW" in page.banner.area.accessibleName()


def test_while_sound_is_off_its_key_shows_the_alarms(qtbot: QtBot) -> None:
    course = low_spo2()
    sound_off(course)
    page, pressed = page_of(qtbot, course)
    page.banner.sound.click()
    assert pressed == ["open_alarms"]


def test_a_quiet_banner_leads_to_the_alarms_that_were_and_to_nothing_else(qtbot: QtBot) -> None:
    page, pressed = page_of(qtbot, quiet())
    for letter in (Qt.Key.Key_U, Qt.Key.Key_W, Qt.Key.Key_A):
        qtbot.keyClick(page, letter)
    qtbot.mouseClick(page.banner.area, Qt.MouseButton.LeftButton)
    assert pressed == ["open_alarms"] * 2
    assert page.banner.area.accessibleName() == "No alarms. Show the alarms"


def test_a_double_press_acknowledges_one_alarm_and_not_the_next(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = low_spo2()
    course.cuff(184, 112)
    real_s = [100.0]
    monkeypatch.setattr(alarm_banner, "monotonic_s", lambda: real_s[0])
    page, pressed = page_of(qtbot, course)
    for pause_s in (0.0, 0.2, 0.5):
        real_s[0] += pause_s
        page.banner.show_model(banner_of(course))
        qtbot.keyClick(page, Qt.Key.Key_A)
        if pause_s == 0.0:
            acknowledge(course)
    assert pressed == ["acknowledge"] * 2


def test_neither_key_ever_comes_under_a_finger_meant_for_the_other(qtbot: QtBot) -> None:
    course = low_spo2()
    page, _ = page_of(qtbot, course, width=1024)
    before = page.banner.key.geometry(), page.banner.sound.geometry()
    pause(course)
    page.banner.show_model(banner_of(course))
    acknowledge(course)
    page.banner.show_model(banner_of(course))
    assert (page.banner.key.geometry(), page.banner.sound.geometry()) == before
    assert not page.banner.area.geometry().intersects(page.banner.sound.geometry())


def test_a_key_that_goes_hands_its_focus_to_the_page(qtbot: QtBot) -> None:
    course = low_spo2()
    page, _ = page_of(qtbot, course)
    page.banner.sound.setFocus()
    acknowledge(course)
    course.run(20)
    page.banner.show_model(banner_of(course))
    assert not page.banner.sound.isVisible()
    assert not page.banner.sound.hasFocus()


def test_a_crossed_bell_stands_beside_limits_whose_alarm_is_off() -> None:
    course = quiet()
    course.cuff(120, 70)
    alarm_off(course, Condition.SPO2_LOW, Condition.PULSE_HIGH, Condition.NIBP_SYSTOLIC_HIGH)
    spo2 = numeric_tile(course.session, Metric.SPO2, course.now)
    pulse = numeric_tile(course.session, Metric.PULSE_RATE, course.now)
    nibp = nibp_tile(course.session, course.now, nibp_due(course.session))
    assert (spo2.limits, spo2.is_alarm_off) == ("off", True)
    assert (pulse.limits, pulse.is_alarm_off) == ("≥ 50", True)
    assert (nibp.limits, nibp.off) == (("sys ≥ 90", "dia 45–105"), ("sys",))
    assert all("alarm off" in tile.spoken for tile in (spo2, pulse, nibp))


def test_the_crossed_bell_is_drawn_and_goes_again(qtbot: QtBot) -> None:
    course = quiet()
    alarm_off(course, Condition.SPO2_LOW, Condition.NIBP_MEAN_LOW)
    page, _ = page_of(qtbot, course)
    for tile in (page.spo2, page.nibp):
        assert [icon.name for icon in tile.sheet.icons] == ["bell_crossed"]
    assert page.pulse.sheet.icons == []
    course.take(AlarmSwitched(at=course.now, author="N1", condition=Condition.SPO2_LOW, is_on=True))
    assert not numeric_tile(course.session, Metric.SPO2, course.now).is_alarm_off


def test_a_sensor_that_is_off_marks_its_tile() -> None:
    course = quiet()
    course.run(15, spo2=None, pulse=None)
    look = numeric_tile(course.session, Metric.SPO2, course.now).alarm
    assert look is not None
    assert (look.priority, look.words) == (Priority.LOW, "SENSOR OFF")


def test_the_banner_over_another_page_asks_for_the_same(qtbot: QtBot) -> None:
    course = low_spo2()
    pages = Pages(make_theme("dark", 3.859))
    qtbot.addWidget(pages)
    pages.resize(1280, 800)
    home = BedsidePage(make_theme("dark", 3.859), clock_now=lambda: course.now)
    pages.set_home(home)
    pages.show_page(BedsidePage(make_theme("dark", 3.859), clock_now=lambda: course.now))
    pages.show()
    pages.show_session(course.session, course.now)
    said: list[str] = []
    pages.strip.pause_asked.connect(lambda: said.append("pause"))
    pages.strip.alarms_asked.connect(lambda: said.append("alarms"))
    assert {pages.strip.banner.sound.letter, pages.strip.banner.key.letter} == {""}
    pages.strip.banner.sound.click()
    pages.strip.banner.area.click()
    assert said == ["pause", "alarms"]
    qtbot.addWidget(home)
