"""The bedside page as it is seen: nothing clipped, nothing overlapping, numbers high enough."""

from collections.abc import Callable
from functools import cache
from itertools import combinations
from typing import Any

import pytest
from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kmonitor.events import CommitFailed, LinkState
from kmonitor.metrics import Metric
from kmonitor.session_state import Session
from kmonitor.vitals import Mode, Reason
from tests.bedside_sessions import Course, extras_of, infusing_course, pleth_block
from ui.bedside.page import BedsidePage
from ui.bedside.view_models.trend_scene import Span
from ui.theme import LEAST_NUMERIC_MM, LEAST_TARGET_MM, Role, make_theme
from ui.widgets.key_button import KeyButton
from ui.widgets.painted import Painted
from ui.widgets.sheet import ELLIPSIS, PlacedText, Sheet, cap_height

PANELS = {
    "1280x800": (QSize(1280, 800), 3.859),
    "1024x768": (QSize(1024, 768), 3.360),
    "1920x1080": (QSize(1920, 1080), 3.615),
}
ANTIALIASED_PX = 1.5


@cache
def ready() -> Course:
    course = Course()
    course.run(60)
    return course


@cache
def pressure_alarm() -> Course:
    course = infusing_course(6)
    course.cuff(164, 97)
    course.run(20)
    return course


@cache
def widest() -> Course:
    course = Course(label="Hohenzollern-Sigmaringen, Maximiliane Auguste")
    course.run(60, spo2=101, pulse=310)
    course.start()
    course.cuff(288, 188, 221)
    course.run(30, spo2=100, pulse=300)
    course.number(Metric.SPO2, 100)
    course.number(Metric.PULSE_RATE, 300)
    return course


@cache
def everything_wrong() -> Course:
    course = infusing_course(2)
    course.cuff(288, 188, 221)
    course.run(40, spo2=79, pulse=160)
    course.link_state("sim-2", LinkState.LOST)
    course.take(CommitFailed(at=course.now, reason="the disk is full"))
    course.is_committing = False
    course.run(20, spo2=79, pulse=160)
    return course


@cache
def with_extras() -> Course:
    course = infusing_course(3)
    course.cuff(164, 97)
    course.session = extras_of(course.session, course.now)
    return course


@cache
def probe_off() -> Course:
    course = infusing_course(3)
    course.run(45, spo2=None, pulse=None)
    return course


@cache
def cuff_works() -> Course:
    course = infusing_course(3)
    course.cuff(None, None, reason=Reason.CUFF_WEAK_SIGNAL)
    course.cuff_starts(242)
    return course


@cache
def overdue() -> Course:
    course = infusing_course(0)
    course.run(14 * 60)
    return course


@cache
def paused() -> Course:
    course = infusing_course(6)
    course.pause()
    course.run(130)
    return course


@cache
def end_due() -> Course:
    return infusing_course(42)


@cache
def recovery() -> Course:
    course = infusing_course(41)
    course.confirm_end()
    course.run(100)
    return course


@cache
def watching() -> Course:
    course = Course(has_plan=False, mode=Mode.REPLAYED)
    course.run(20)
    return course


STATES: list[Callable[[], Course]] = [
    ready, pressure_alarm, widest, everything_wrong, with_extras, probe_off, cuff_works, overdue,
    paused, end_due, recovery, watching,
]  # fmt: skip


@cache
def told_course() -> tuple[tuple[Session, ...], Course]:
    told: list[Session] = []
    course = infusing_course(3, watch=told.append)
    return tuple(told), course


def page_of(
    qtbot: QtBot, course: Course, panel: str, theme: str = "dark",
    told: tuple[Session, ...] = (),
) -> BedsidePage:  # fmt: skip
    size, px_per_mm = PANELS[panel]
    page = BedsidePage(make_theme(theme, px_per_mm), clock_now=lambda: course.now.plus(0.4))
    qtbot.addWidget(page)
    page.resize(size)
    page.show()
    for session in told:
        page._history.take(session)
    page.show_snapshot(course.session)
    return page


def sheets(page: BedsidePage) -> list[tuple[QWidget, Sheet]]:
    found: list[tuple[QWidget, Sheet]] = []
    found += [(each, each.sheet) for each in page.findChildren(Painted) if each.isVisible()]
    found += [(each, each.sheet()) for each in page.findChildren(KeyButton) if each.isVisible()]
    return found


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_nothing_is_clipped_and_no_words_overlap(
    qtbot: QtBot, state: Callable[[], Course], panel: str
) -> None:
    page = page_of(qtbot, state(), panel)
    for widget, sheet in sheets(page):
        inside = QRectF(widget.rect()).adjusted(
            -ANTIALIASED_PX, -ANTIALIASED_PX, ANTIALIASED_PX, ANTIALIASED_PX
        )
        for text in sheet.texts:
            assert inside.contains(text.ink), f"{text.text!r} leaves {type(widget).__name__}"
        for one, other in combinations(sheet.texts, 2):
            assert not overlapping(one, other), f"{one.text!r} lies over {other.text!r}"
        for icon in sheet.icons:
            assert inside.contains(icon.rect)


def overlapping(one: PlacedText, other: PlacedText) -> bool:
    shared = one.ink.intersected(other.ink)
    is_slash = "/" in (one.text, other.text)  # it leans on the pressures beside it
    return shared.width() > (8 if is_slash else 1) and shared.height() > 1


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_widgets_stand_beside_each_other(
    qtbot: QtBot, state: Callable[[], Course], panel: str
) -> None:
    page = page_of(qtbot, state(), panel)
    shown = [w for w in page.children() if isinstance(w, QWidget) and w.isVisible()]
    for one, other in combinations(shown, 2):
        assert not one.geometry().intersects(other.geometry()), (one, other)
    for widget in shown:
        assert page.rect().contains(widget.geometry()), widget


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_numbers_stand_eighteen_millimetres_high(
    qtbot: QtBot, state: Callable[[], Course], panel: str
) -> None:
    page = page_of(qtbot, state(), panel)
    px_per_mm = PANELS[panel][1]
    tiles: list[Painted[Any]] = [page.spo2, page.pulse, page.nibp, *page.extras]
    for widget in tiles:
        if not widget.isVisible():
            continue
        digits = [t for t in widget.sheet.texts if t.font == page._theme.digit_font(
            t.font.pixelSize())]  # fmt: skip
        main = [t for t in digits if t.text not in ("/",)]
        if widget is page.nibp:
            main = sorted(main, key=lambda t: t.font.pixelSize())[1:]  # the mean is smaller
        assert main
        for text in main:
            assert cap_height(text.font) / px_per_mm >= LEAST_NUMERIC_MM, (widget, text.text)


@pytest.mark.parametrize("panel", PANELS)
def test_targets_are_fifteen_millimetres_with_three_between(qtbot: QtBot, panel: str) -> None:
    course = pressure_alarm()
    page = page_of(qtbot, course, panel)
    px_per_mm = PANELS[panel][1]
    for key in page.findChildren(KeyButton):
        assert min(key.width(), key.height()) / px_per_mm >= LEAST_TARGET_MM, key.text()
    places = [
        QRect(key.mapTo(page, key.rect().topLeft()), key.size())
        for key in page.findChildren(KeyButton)
    ]
    half = round(1.4 * px_per_mm)
    for one, other in combinations(places, 2):
        grown = one.adjusted(-half, -half, half, half)
        assert not grown.intersects(other.adjusted(-half, -half, half, half))


@pytest.mark.parametrize("panel", PANELS)
def test_important_words_are_never_shortened(qtbot: QtBot, panel: str) -> None:
    for state in (everything_wrong, pressure_alarm, end_due):
        page = page_of(qtbot, state(), panel)
        banner = [text.text for text in page.banner.sheet.texts]
        assert page.banner.model is not None
        assert page.banner.model.words in banner
        for widget in (page.spo2, page.pulse, page.nibp, page.infusion):
            assert not any(ELLIPSIS in text.text for text in widget.sheet.texts), widget
        page.hide()


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("panel", PANELS)
def test_the_picture_shows_something_of_everything(qtbot: QtBot, panel: str, theme: str) -> None:
    told, course = told_course()
    page = page_of(qtbot, course, panel, theme, told[:-1])
    page.trend.choose(Span.QUARTER)
    for number in range(40):
        page.add_wave(pleth_block(course.now, number * 5, 5))
        page.pleth.tick()
    image = page.grab().toImage()
    assert (image.width(), image.height()) == PANELS[panel][0].toTuple()
    for widget, role in (
        (page.spo2, Role.SPO2), (page.pulse, Role.PULSE), (page.nibp, Role.NIBP),
        (page.pleth, Role.SPO2), (page.trend, Role.SPO2), (page.trend, Role.PULSE),
        (page.infusion, Role.DRUG), (page.mode_strip, Role.HATCH_TEXT),
    ):  # fmt: skip
        want = page._theme.colour(role).rgb()
        place = widget.geometry()
        found = sum(
            image.pixel(x, y) == want
            for x in range(place.left(), place.right(), 2)
            for y in range(place.top(), place.bottom())
        )
        assert found > 10, (widget, role)


def test_the_page_fits_the_smallest_screen(qtbot: QtBot) -> None:
    page = page_of(qtbot, ready(), "1024x768")
    hint = page.minimumSizeHint()
    assert hint.width() <= 1024
    assert hint.height() <= 768


def test_the_widest_numbers_fit_their_tiles(qtbot: QtBot) -> None:
    course = Course()
    course.run(5, spo2=104, pulse=300)
    course.cuff(288, 188, 221)
    course.number(Metric.SPO2, 100)
    course.number(Metric.PULSE_RATE, 300)
    for panel in PANELS:
        page = page_of(qtbot, course, panel)
        shown = {text.text for _, sheet in sheets(page) for text in sheet.texts}
        assert {"100", "300", "288", "188", "221"} <= shown
        for widget in (page.spo2, page.pulse, page.nibp):
            for text in widget.sheet.texts:
                assert QFontMetricsF(text.font).horizontalAdvance(text.text) <= widget.width()
                assert QRectF(widget.rect()).contains(text.ink)
        page.hide()
