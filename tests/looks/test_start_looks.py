"""The start page as it is seen: every word in full, nothing over anything, keys for gloves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kmonitor.ports import HouseState, Protection
from kmonitor.session_state import SessionPhase
from kmonitor.this_computer import ComputerNote
from tests.start_world import NOW, ZONE, backup, stored
from ui.controls.key import Key
from ui.start.facts import RecordFacts, Unfinished
from ui.start.lists import Note
from ui.start.page import StartPage
from ui.start.reading import SessionReading
from ui.start.view_model import start_view
from ui.theme import LEAST_TARGET_MM, Role, contrast, make_theme

PANELS = {
    "1280x800": (QSize(1280, 800), 3.859),
    "1024x768": (QSize(1024, 768), 3.360),
    "1920x1080": (QSize(1920, 1080), 3.615),
}
LONG = "Hohenzollern-Sigmaringen, Maximiliane Auguste"
COMPUTER = (
    ComputerNote(words="NO ALARM SOUND: this version has none; stay near.", is_loud=True),
    ComputerNote(words="The system waits for a restart: before the first patient.", is_loud=True),
    ComputerNote(words="Disk: 212 GB free.", is_loud=False),
)
READY = RecordFacts(
    state=HouseState.READY,
    protection=Protection.NONE,
    backup=backup(),
    today=tuple(stored(n, ago_min=70 * (n + 1), label=LONG) for n in range(6)),
)
CASES = {
    "new": READY,
    "unfinished": replace(
        READY,
        notes=("A damaged record was set aside; a new one was begun.",),
        unfinished=Unfinished(
            stored=stored(9, is_ended=False, label=LONG),
            phase=SessionPhase.INFUSING,
            last=NOW - timedelta(minutes=12),
        ),
    ),
    "locked": RecordFacts(state=HouseState.LOCKED, protection=Protection.PASSPHRASE),
    "in use": replace(READY, state=HouseState.IN_USE),
    "unusable": RecordFacts(state=HouseState.UNUSABLE, protection=Protection.NONE),
}


def page(qtbot: QtBot, panel: str, case: str, name: str = "dark") -> StartPage:
    size, px_per_mm = PANELS[panel]
    made = StartPage(
        make_theme(name, px_per_mm, size), chair="Chair 2",
        pages=("Settings", "Audit trail", "About"),
    )  # fmt: skip
    qtbot.addWidget(made)
    made.resize(size)
    made.show_person("Nora Nightingale", is_touchable=True)
    made.show_view(start_view(CASES[case], COMPUTER, NOW, ZONE))
    made.show()
    qtbot.waitExposed(made)
    return made


def place(widget: QWidget, within: QWidget) -> QRect:
    return QRect(widget.mapTo(within, QPoint(0, 0)), widget.size())


def uncovered(widget: QWidget, within: QWidget) -> QRect:
    """What of it stands in view; the rest is scrolled away."""
    shown = widget.visibleRegion().boundingRect()
    return QRect(widget.mapTo(within, shown.topLeft()), shown.size())


def seen(made: QWidget, kind: type[QWidget]) -> list[QWidget]:
    return [w for w in made.findChildren(kind) if w.isVisible() and not w.visibleRegion().isEmpty()]


def assert_whole(made: QWidget) -> None:
    for label in seen(made, QLabel):
        assert isinstance(label, QLabel)
        assert made.rect().contains(place(label, made)), label.text()
        if label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width()), label.text()
        else:
            needed = QFontMetrics(label.font()).horizontalAdvance(label.text())
            assert label.width() >= needed, label.text()


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("case", CASES)
def test_everything_stands_in_the_window_and_no_word_is_cut(
    qtbot: QtBot, panel: str, case: str
) -> None:
    made = page(qtbot, panel, case)
    hint = made.minimumSizeHint()
    assert hint.width() <= made.width()
    assert hint.height() <= made.height()
    assert_whole(made)


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("case", CASES)
def test_targets_fit_a_glove_and_do_not_overlap(qtbot: QtBot, panel: str, case: str) -> None:
    made = page(qtbot, panel, case)
    least_px = LEAST_TARGET_MM * PANELS[panel][1]
    targets = [*seen(made, Key), *seen(made, QLineEdit)]
    for target in targets:
        assert min(target.width(), target.height()) >= least_px - 1, target.objectName()
    for one, other in combinations(targets, 2):
        assert not uncovered(one, made).intersects(uncovered(other, made)), one.objectName()


@pytest.mark.parametrize("panel", PANELS)
def test_the_question_before_closing_is_whole(qtbot: QtBot, panel: str) -> None:
    made = page(qtbot, panel, "unfinished")
    made.unfinished.close_it.click()
    qtbot.wait(150)
    assert made.minimumSizeHint().height() <= made.height()
    assert_whole(made)
    made.unfinished.stay.click()


@pytest.mark.parametrize("panel", PANELS)
def test_what_must_be_decided_is_the_largest_thing(qtbot: QtBot, panel: str) -> None:
    made = page(qtbot, panel, "new")
    keys = {key.objectName(): key.height() for key in made.findChildren(Key) if key.isVisible()}
    assert max(keys, key=lambda name: keys[name]) == "new_session"


@pytest.mark.parametrize("panel", PANELS)
def test_a_session_is_read_in_full(qtbot: QtBot, panel: str) -> None:
    size, px_per_mm = PANELS[panel]
    made = SessionReading(make_theme("dark", px_per_mm, size), stored(label=LONG))
    qtbot.addWidget(made)
    made.resize(size)
    made.show()
    qtbot.waitExposed(made)
    assert_whole(made)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_loud_and_quiet_can_both_be_read(qtbot: QtBot, name: str) -> None:
    theme = make_theme(name, 3.86)
    loud = contrast(theme.colour(Role.KEY_STRONG_TEXT), theme.colour(Role.KEY_STRONG))
    assert loud >= 7
    made = page(qtbot, "1280x800", "unfinished", name)
    first = made.notes.findChildren(Note)[0]
    assert first.isVisible()
    picture = first.grab().toImage()
    want = theme.colour(Role.KEY_STRONG).rgb()
    assert sum(picture.pixel(x, 3) == want for x in range(20, first.width() - 20)) > 100
