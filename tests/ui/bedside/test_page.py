import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kmonitor.events import InfusionStopped, SessionEnded
from tests.bedside_sessions import Course, extras_of, infusing_course, pleth_block
from ui.bedside import page as page_module
from ui.bedside.page import BedsidePage
from ui.bedside.view_models.banner import BannerLook
from ui.theme import make_theme


class Shown:
    """A page on a course, with a real-time clock that stands still until it is moved."""

    def __init__(self, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
        self.real_s = 1000.0
        monkeypatch.setattr(page_module, "monotonic_s", lambda: self.real_s)
        self.course = Course()
        self.page = BedsidePage(make_theme("dark", 3.859), clock_now=lambda: self.course.now)
        qtbot.addWidget(self.page)
        self.page.resize(QSize(1280, 800))
        self.page.show()

    def show(self, course: Course) -> BedsidePage:
        self.course = course
        self.real_s += 1
        self.page.show_snapshot(course.session)
        return self.page


@pytest.fixture
def shown(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Shown:
    return Shown(qtbot, monkeypatch)


def test_every_key_says_its_name(shown: Shown, qtbot: QtBot) -> None:
    page = shown.show(infusing_course(5))
    said: list[str] = []
    page.pressed.connect(said.append)
    for letter in (Qt.Key.Key_P, Qt.Key.Key_C, Qt.Key.Key_F, Qt.Key.Key_B, Qt.Key.Key_N):
        qtbot.keyClick(page, letter)
    assert said == ["pause", "change_rate", "start_cuff", "enter_bp", "note"]


def test_a_key_that_cannot_be_used_says_nothing(shown: Shown, qtbot: QtBot) -> None:
    page = shown.show(infusing_course(5))
    with qtbot.assertNotEmitted(page.pressed):
        qtbot.keyClick(page, Qt.Key.Key_E)


def test_stop_is_held_by_its_letter(shown: Shown, qtbot: QtBot) -> None:
    page = shown.show(infusing_course(5))
    with qtbot.waitSignal(page.pressed, timeout=3000) as stopped:
        qtbot.keyPress(page, Qt.Key.Key_T)
    assert stopped.args == ["stop"]


def test_acknowledge_means_what_the_banner_shows(shown: Shown, qtbot: QtBot) -> None:
    course = infusing_course(5)
    course.cuff(164, 97)
    page = shown.show(course)
    assert page.shown_occurrence == course.session.presented_alarms[0].number
    with qtbot.waitSignal(page.pressed) as pressed:
        qtbot.keyClick(page, Qt.Key.Key_A)
    assert pressed.args == ["acknowledge"]


def test_a_session_that_ended_is_grey_and_no_alarm_however_long_it_is_silent(shown: Shown) -> None:
    course = infusing_course(5)
    course.take(InfusionStopped(at=course.now, author="N1", effective=course.now))
    course.pump_done()
    course.take(SessionEnded(at=course.now, author="N1"))
    page = shown.show(course)
    shown.real_s += 60
    page.tick()
    assert page.banner.model is not None
    assert page.banner.model.look is BannerLook.QUIET
    assert page.spo2.model is not None
    assert page.spo2.model.is_stale
    assert page.identity.model is not None
    links = [chip for chip in page.identity.model.right if chip.caption in ("Monitor", "Oximeter")]
    assert [chip.words for chip in links] == ["closed", "closed"]
    assert [chip.caption for chip in links] == ["Monitor", "Oximeter"]


def test_numbers_change_with_a_snapshot_and_ages_without_one(shown: Shown) -> None:
    course = Course()
    course.run(20)
    page = shown.show(course)
    assert page.spo2.model is not None
    assert page.spo2.model.foot[0] == "now"
    course.clock.advance(s=4)
    shown.real_s += 1
    page.tick()
    assert page.spo2.model.foot[0] == "4 s"


def test_a_burst_of_snapshots_is_drawn_with_the_next_frame(shown: Shown) -> None:
    course = Course()
    course.run(20)
    page = shown.show(course)
    course.run(1, spo2=91)
    page.show_snapshot(course.session)
    assert page.spo2.model is not None
    before = page.spo2.model.text
    shown.real_s += 0.2
    page.tick()
    assert page.spo2.model.text != before


def test_two_seconds_without_news_grey_everything_and_say_so(shown: Shown) -> None:
    course = Course()
    course.run(20)
    course.cuff(120, 70)
    page = shown.show(course)
    shown.real_s += 3
    page.tick()
    assert page.spo2.model is not None
    assert page.nibp.model is not None
    assert page.banner.model is not None
    assert page.spo2.model.is_stale
    assert page.nibp.model.is_stale
    assert "NOT CURRENT" in page.banner.model.words


def test_the_banner_keeps_its_place(shown: Shown) -> None:
    quiet = shown.show(infusing_course(2))
    before = [widget.geometry() for widget in (quiet.banner, quiet.spo2, quiet.trend, quiet.nibp)]
    course = infusing_course(2)
    course.cuff(184, 112)
    loud = shown.show(course)
    after = [widget.geometry() for widget in (loud.banner, loud.spo2, loud.trend, loud.nibp)]
    assert before == after


def test_the_overlay_lies_over_the_curves_and_never_over_numbers_or_banner(shown: Shown) -> None:
    page = shown.show(infusing_course(2))
    area = page.overlay_area.geometry()
    for widget in (page.spo2, page.pulse, page.nibp, page.banner, page.infusion):
        assert not area.intersects(widget.geometry())
    assert area.width() > 600


def test_extra_numbers_come_and_the_others_stay_whole(shown: Shown) -> None:
    course = infusing_course(2)
    page = shown.show(course)
    assert all(extra.isHidden() for extra in page.extras)
    course.session = extras_of(course.session, course.now)
    shown.show(course)
    assert [extra.isHidden() for extra in page.extras] == [False, False, True]


def test_only_the_pleth_goes_into_the_sweep(shown: Shown) -> None:
    course = Course()
    page = shown.show(course)
    page.add_wave(pleth_block(course.now, 0, 30))
    assert len(page.pleth._waiting) == 30


def test_everything_that_shows_or_acts_has_a_name(shown: Shown) -> None:
    course = infusing_course(5)
    course.run(15, spo2=84)
    page = shown.show(course)
    for widget in page.findChildren(QWidget):
        if widget.isVisible() and (widget.parent() is page or widget.focusPolicy()):
            if widget.metaObject().className() == "KeyRow":
                continue
            said = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
            assert said, widget
    spoken = page.spo2.accessibleName()
    assert "%" in spoken
    assert "high priority alarm LOW" in spoken


def test_of_two_pleths_one_is_shown_until_it_is_silent(shown: Shown) -> None:
    course = Course()
    page = shown.show(course)
    page.add_wave(pleth_block(course.now, 0, 30), "one")
    page.add_wave(pleth_block(course.now, 0, 50, rate_hz=100.0), "other")
    assert len(page.pleth._waiting) == 31
    shown.real_s += 3
    page.add_wave(pleth_block(course.now, 0, 50, rate_hz=100.0), "other")
    assert len(page.pleth._waiting) == 51
