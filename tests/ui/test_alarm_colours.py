"""The three priorities are told apart by eyes that see other colours, and their words are read.

Seen through the matrices of Machado, Oliveira and Fernandes (2009, severity 1.0), which work in
linear RGB. Colours are compared by their distance in CIELAB (1976): 2.3 is just noticeable side
by side, 20 is asked for, ten times that and more than across a room and a second may blur.
"""

from itertools import combinations, product

import pytest
from PySide6.QtGui import QColor

from ui.theme import PALETTES, Role, contrast, make_theme
from ui.widgets.alarm_mark import FILLS, LINES, SHAPES, TEXTS, UNLIT

LEAST_DISTANCE = 20.0
EYES = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}  # fmt: skip
TO_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
WHITE = (0.95047, 1.0, 1.08883)
Triple = tuple[float, ...]
Matrix = tuple[Triple, ...]


def through(matrix: Matrix, colour: Triple) -> Triple:
    return tuple(sum(a * b for a, b in zip(row, colour, strict=True)) for row in matrix)


def linear(colour: QColor) -> Triple:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    return tuple(p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)


def lab(colour: QColor, eye: Matrix) -> Triple:
    seen = tuple(min(1.0, max(0.0, part)) for part in through(eye, linear(colour)))
    x, y, z = (
        part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116
        for part in (a / b for a, b in zip(through(TO_XYZ, seen), WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: QColor, other: QColor, eye: Matrix) -> float:
    pairs = zip(lab(one, eye), lab(other, eye), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def phases(priority: str) -> list[Role]:
    return [FILLS[priority], *([UNLIT[priority]] if priority in UNLIT else [])]


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("name", PALETTES)
def test_fills_and_outlines_of_the_priorities_are_told_apart(
    qapp: object, name: str, eye: str
) -> None:
    theme = make_theme(name, 3.859)
    for one, other in combinations(FILLS, 2):
        pairs = [*product(phases(one), phases(other)), (LINES[one], LINES[other])]
        for mine, its in pairs:
            apart = distance(theme.colour(mine), theme.colour(its), EYES[eye])
            assert apart >= LEAST_DISTANCE, (mine, its, round(apart, 1))


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("name", PALETTES)
def test_lit_and_unlit_lie_far_apart(qapp: object, name: str, eye: str) -> None:
    theme = make_theme(name, 3.859)
    for priority, unlit in UNLIT.items():
        lit = theme.colour(FILLS[priority])
        assert distance(lit, theme.colour(unlit), EYES[eye]) >= LEAST_DISTANCE
        assert contrast(lit, theme.colour(unlit)) >= 2, priority
        assert abs(lit.hslHueF() - theme.colour(unlit).hslHueF()) < 0.03, "another hue"


@pytest.mark.parametrize("name", PALETTES)
def test_words_and_digits_are_read_on_both_fills(qapp: object, name: str) -> None:
    theme = make_theme(name, 3.859)
    for priority, ink in TEXTS.items():
        assert contrast(theme.colour(FILLS[priority]), theme.colour(ink)) >= 7, priority
        if priority in UNLIT:
            assert contrast(theme.colour(UNLIT[priority]), theme.colour(ink)) >= 4.5, priority
        for ground in (Role.PAGE, Role.PANEL):
            assert contrast(theme.colour(LINES[priority]), theme.colour(ground)) >= 3, priority


def test_each_priority_has_a_shape_of_its_own() -> None:
    assert len(set(SHAPES.values())) == 3


def test_the_simulation_confuses_what_such_eyes_confuse() -> None:
    red, green = QColor("#c86400"), QColor("#7d8c00")
    usual, weak = (distance(red, green, EYES[eye]) for eye in ("usual", "deuteranopia"))
    assert usual > 45
    assert weak < 25
