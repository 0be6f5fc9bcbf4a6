"""The numbers over every page that is not the bedside."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kmonitor.events import AlarmAcknowledged
from kmonitor.vitals import Mode
from tests.bedside_sessions import Course, infusing_course
from ui.bedside.view_models.strip import vitals_strip
from ui.bedside.view_models.words import DASHES
from ui.pages import Pages
from ui.theme import make_theme


def alarmed() -> Course:
    course = infusing_course(3)
    course.cuff(164, 97)
    course.run(20)
    return course


def test_the_strip_says_chair_numbers_and_infusion() -> None:
    course = alarmed()
    strip = vitals_strip(course.session, course.now)
    spo2, pulse, nibp = strip.parts
    assert spo2.age == "now"
    assert strip.who == "CHAIR 2"
    assert nibp.text == "164/97"
    assert nibp.alarm is not None
    assert nibp.alarm.words == "HIGH"
    assert pulse.alarm is None
    assert strip.phase == "INFUSING"
    assert strip.clock.endswith("left")


def test_what_is_old_is_old_here_too() -> None:
    course = alarmed()
    assert all(
        part.is_stale for part in vitals_strip(course.session, course.now, is_frozen=True).parts
    )
    course.run(45, spo2=None, pulse=None)
    assert vitals_strip(course.session, course.now).parts[0].text == DASHES


def pages_of(qtbot: QtBot, course: Course) -> Pages:
    pages = Pages(make_theme("dark", 3.86, QSize(1280, 800)))
    qtbot.addWidget(pages)
    pages.resize(1280, 800)
    pages.show()
    home = QWidget()
    pages.show_page(home)
    pages.set_home(home)
    pages.show_page(QWidget())
    pages.show_session(course.session, course.now)
    return pages


def test_another_page_stands_under_banner_and_numbers(qtbot: QtBot) -> None:
    course = alarmed()
    pages = pages_of(qtbot, course)
    assert pages.strip.isVisible()
    assert "NIBP SYS HIGH 164" in pages.strip.banner.accessibleName()
    assert "NIBP 164/97" in pages.strip.numbers.accessibleName()
    assert pages.current is not None
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    assert pages.current.mapTo(pages, pages.current.rect().topLeft()).y() >= pages.strip.height()


def test_an_alarm_can_be_acknowledged_from_any_page(qtbot: QtBot) -> None:
    course = alarmed()
    pages = pages_of(qtbot, course)
    numbers: list[int] = []
    pages.strip.acknowledged.connect(numbers.append)
    pages.strip.banner.key.click()
    assert numbers == [course.session.presented_alarms[0].number]
    course.take(AlarmAcknowledged(at=course.now, author="N1", occurrence=numbers[0]))
    pages.show_session(course.session, course.now)
    assert not pages.strip.banner.key.isVisible()


def test_silence_of_the_program_is_said_in_the_strip(qtbot: QtBot) -> None:
    course = alarmed()
    pages = pages_of(qtbot, course)
    pages.show_session(course.session, course.now, silent_s=4.0)
    assert "SCREEN NOT CURRENT" in pages.strip.banner.accessibleName()


def test_without_a_session_there_is_no_strip(qtbot: QtBot) -> None:
    pages = pages_of(qtbot, alarmed())
    pages.set_home(None)
    assert not pages.strip.isVisible()


def test_the_digits_fill_the_strip_and_leave_it_on_no_panel(qtbot: QtBot) -> None:
    for size, px_per_mm in ((QSize(1024, 768), 3.36), (QSize(1920, 1080), 3.615)):
        pages = pages_of(qtbot, alarmed())
        pages.set_theme(make_theme("light", px_per_mm, size))
        pages.resize(size)
        line = pages.strip.numbers
        for text in line.sheet.texts:
            assert line.rect().contains(text.ink.toRect()), text.text


def test_what_is_simulated_is_so_on_every_page(qtbot: QtBot) -> None:
    pages = pages_of(qtbot, alarmed())
    assert pages.strip.mode.isVisible()
    assert pages.strip.mode.accessibleName() == "SIMULATED · NOT A PATIENT"
    real = pages_of(qtbot, Course(mode=Mode.REAL))
    assert not real.strip.mode.isVisible()
    assert real.strip.height() < pages.strip.height()
