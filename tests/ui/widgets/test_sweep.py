from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from kmonitor.clock import FakeClock
from tests.bedside_sessions import pleth_block
from ui.theme import Role, make_theme
from ui.widgets.sweep import WAITING_AT_MOST_S, SweepWave

RATE_HZ = 60.0


def sweep(qtbot: QtBot) -> SweepWave:
    widget = SweepWave(make_theme("dark", 3.859), "Pleth", Role.SPO2)
    qtbot.addWidget(widget)
    widget.resize(700, 120)
    widget.show()
    return widget


def feed(widget: SweepWave, seconds: float) -> None:
    now = FakeClock().now()
    for number in range(round(seconds * 25)):
        count = 2 + number % 2
        widget.add_samples(pleth_block(now, number * 5 // 2, count).samples, RATE_HZ)
        widget.tick()


def drawn_columns(widget: SweepWave) -> set[int]:
    image = widget.grab().toImage()
    want = QColor(widget.theme.colour(Role.SPO2)).rgb()
    return {
        x
        for x in range(image.width())
        for y in range(30, image.height())
        if image.pixel(x, y) == want
    }


def test_samples_become_a_curve(qtbot: QtBot) -> None:
    widget = sweep(qtbot)
    feed(widget, 5)
    columns = drawn_columns(widget)
    assert len(columns) > 200
    assert max(columns) < 500


def test_the_curve_overwrites_itself_and_leaves_a_gap_ahead(qtbot: QtBot) -> None:
    widget = sweep(qtbot)
    feed(widget, 12)
    columns = drawn_columns(widget)
    assert max(columns) > 650
    gap = [x for x in range(680) if not columns & set(range(x, x + 12))]
    assert gap


def test_a_new_size_keeps_the_curve(qtbot: QtBot) -> None:
    widget = sweep(qtbot)
    feed(widget, 5)
    widget.resize(640, 100)
    assert len(drawn_columns(widget)) > 150


def test_missing_samples_are_not_joined_across(qtbot: QtBot) -> None:
    widget = sweep(qtbot)
    widget.add_samples([0, 100] * 40, RATE_HZ)
    for _ in range(60):
        widget.tick()
    before = len(drawn_columns(widget))
    widget.add_samples([None] * 60, RATE_HZ)
    for _ in range(80):
        widget.tick()
    assert len(drawn_columns(widget)) <= before


def test_what_waits_is_bounded_however_fast_it_comes(qtbot: QtBot) -> None:
    widget = sweep(qtbot)
    for _ in range(200):
        widget.add_samples([50] * 60, RATE_HZ)
    assert len(widget._waiting) <= RATE_HZ * WAITING_AT_MOST_S + 61


def test_nothing_is_drawn_before_there_are_samples(qtbot: QtBot) -> None:
    widget = sweep(qtbot)
    widget.tick()
    assert not drawn_columns(widget)
