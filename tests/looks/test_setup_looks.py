"""The set-up page as it is seen: every word in full, nothing over anything, keys for gloves."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from kmonitor.ports import ProtocolFacts
from ui.controls.key import Key
from ui.setup.form import DEMONSTRATION, EMPTY, Field, Form
from ui.setup.monitors_box import ChosenMonitors, SimulatedMonitors
from ui.setup.page import SetupPage
from ui.theme import LEAST_TARGET_MM, Role, contrast, make_theme

PANELS = {
    "1280x800": (QSize(1280, 800), 3.859),
    "1024x768": (QSize(1024, 768), 3.360),
    "1920x1080": (QSize(1920, 1080), 3.615),
}
WIDEST: dict[Field, str] = {
    Field.LABEL: "Hohenzollern-Sigmaringen, Maximiliane A.",
    Field.WEIGHT: "149.9",
    Field.HEIGHT: "199.9",
    Field.DOSE: "0.667",
    Field.MINUTES: "87.5",
    Field.VOLUME: "333.3",
}


def page(qtbot: QtBot, panel: str, form: Form = DEMONSTRATION, name: str = "dark") -> SetupPage:
    size, px_per_mm = PANELS[panel]
    theme = make_theme(name, px_per_mm, size)
    monitors: SimulatedMonitors | ChosenMonitors = SimulatedMonitors(theme, ["port:line"])
    if form is EMPTY:
        facts = ProtocolFacts(name="line", title="Line", gives_nibp=True, can_start_cuff=True)
        monitors = ChosenMonitors(theme, [facts])
    made = SetupPage(
        theme,
        chair="Chair 2",
        monitors=monitors,
        form=form,
        mode_words="SIMULATED · NOT A PATIENT",
        has_way_back=form is EMPTY,
    )
    qtbot.addWidget(made)
    made.resize(size)
    made.show()
    qtbot.waitExposed(made)
    return made


def typed(made: SetupPage, texts: dict[Field, str]) -> None:
    for field, text in texts.items():
        made.form.fields[field].setText(text)


def place(widget: QWidget, made: SetupPage) -> QRect:
    return QRect(widget.mapTo(made, widget.rect().topLeft()), widget.size())


def seen(made: SetupPage, kind: type[QWidget]) -> list[QWidget]:
    return [w for w in made.findChildren(kind) if w.isVisible() and not w.visibleRegion().isEmpty()]


@pytest.mark.parametrize("panel", PANELS)
def test_everything_stands_in_the_window_and_no_word_is_cut(qtbot: QtBot, panel: str) -> None:
    made = page(qtbot, panel)
    typed(made, WIDEST)
    qtbot.wait(50)
    for label in seen(made, QLabel):
        assert isinstance(label, QLabel)
        assert made.rect().contains(place(label, made)), label.text()
        if not label.wordWrap():
            needed = QFontMetrics(label.font()).horizontalAdvance(label.text())
            assert label.width() >= needed, label.text()
        else:
            assert label.height() >= label.heightForWidth(label.width()), label.text()


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("form", [DEMONSTRATION, EMPTY], ids=["demonstration", "empty"])
def test_fields_and_keys_do_not_overlap_and_fit_a_glove(
    qtbot: QtBot, panel: str, form: Form
) -> None:
    made = page(qtbot, panel, form)
    least_px = LEAST_TARGET_MM * PANELS[panel][1]
    targets = [*seen(made, Key), *seen(made, QLineEdit)]
    for one, other in combinations(targets, 2):
        assert not place(one, made).intersects(place(other, made)), (
            one.objectName(),
            other.objectName(),
        )
    for target in targets:
        assert target.height() >= least_px - 1, target.objectName()


NOTED: dict[str, dict[Field, str]] = {
    "soft": {Field.WEIGHT: "118", Field.HEIGHT: "158", Field.DOSE: "0.9", Field.MINUTES: "34"},
    "hard": {Field.WEIGHT: "820", Field.DOSE: "5"},
    "mistyped": {Field.LABEL: "n" * 60, Field.WEIGHT: "82,5", Field.HEIGHT: "8", Field.DOSE: "x"},
    "widest": WIDEST,
}


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("form", [DEMONSTRATION, EMPTY], ids=["demonstration", "empty"])
def test_nothing_moves_whatever_is_typed_and_nothing_needs_scrolling(
    qtbot: QtBot, panel: str, form: Form
) -> None:
    made = page(qtbot, panel, form)
    opener = made.findChild(Key, "pounds_open")
    assert opener is not None
    always = [*seen(made, Key), *seen(made, QLineEdit)]
    before = {target.objectName(): place(target, made) for target in always}
    for texts in NOTED.values():
        typed(made, {**DEMONSTRATION.texts, **texts})
        for _ in range(2):
            qtbot.wait(10)
            assert {one.objectName(): place(one, made) for one in always} == before
            opener.click()
    area = made.findChild(QScrollArea)
    assert area is not None
    assert area.verticalScrollBar().maximum() == 0


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("texts", NOTED.values(), ids=NOTED)
def test_every_note_is_said_in_full(qtbot: QtBot, panel: str, texts: dict[Field, str]) -> None:
    made = page(qtbot, panel)
    typed(made, texts)
    qtbot.wait(10)
    for label in seen(made, QLabel):
        assert isinstance(label, QLabel)
        if label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width()), label.text()
    for key in seen(made, Key):
        assert key.width() >= key.sizeHint().width() - 1, key.objectName()


@pytest.mark.parametrize("panel", PANELS)
def test_dose_and_rate_are_the_largest_words(qtbot: QtBot, panel: str) -> None:
    made = page(qtbot, panel)
    heights = {label.objectName(): QFontMetrics(label.font()).height()
               for label in made.findChildren(QLabel)}  # fmt: skip
    largest = sorted(heights, key=lambda name: heights[name])[-2:]
    assert set(largest) == {"card_mg", "card_mL_h"}


@pytest.mark.parametrize("name", ["dark", "light"])
def test_every_word_can_be_read_on_its_ground(name: str) -> None:
    theme = make_theme(name, 3.86)
    for ground in (Role.PAGE, Role.PANEL):
        for role in (Role.TEXT, Role.TEXT_QUIET, Role.DRUG):
            assert contrast(theme.colour(role), theme.colour(ground)) >= 4.5


def test_the_picture_is_not_blank(qtbot: QtBot) -> None:
    picture = page(qtbot, "1280x800").grab().toImage()
    colours = {picture.pixel(x, y) for x in range(0, 1280, 16) for y in range(0, 800, 16)}
    assert len(colours) > 8
