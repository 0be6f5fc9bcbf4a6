"""Colours that can be read and sizes that can be seen and touched."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from ui.theme import (
    LEAST_NUMERIC_MM,
    LEAST_TARGET_MM,
    PALETTES,
    Role,
    Theme,
    contrast,
    make_theme,
    px_per_mm_of,
)

NUMBERS = (Role.SPO2, Role.PULSE, Role.NIBP, Role.RESP, Role.TEMP, Role.STALE, Role.TEXT)
QUIET = (Role.TEXT_QUIET, Role.DRUG)
PANELS = [(QSize(1920, 1080), 3.615), (QSize(1280, 800), 3.859), (QSize(1024, 768), 3.360)]


@pytest.fixture(params=sorted(PALETTES))
def theme(request: pytest.FixtureRequest, qapp: QApplication) -> Theme:
    return make_theme(request.param, 3.859)


def test_numbers_stand_out_seven_to_one(theme: Theme) -> None:
    for role in NUMBERS:
        assert contrast(theme.colour(role), theme.colour(Role.PAGE)) >= 7, role


def test_words_stand_out_on_page_and_panel(theme: Theme) -> None:
    for role in (*QUIET, Role.TEXT):
        for ground in (Role.PAGE, Role.PANEL):
            assert contrast(theme.colour(role), theme.colour(ground)) >= 7, (role, ground)


def test_alarm_numbers_stand_out_on_their_fill(theme: Theme) -> None:
    for priority in ("high", "medium", "low"):
        fill, text = Role(f"alarm_{priority}"), Role(f"alarm_{priority}_text")
        assert contrast(theme.colour(fill), theme.colour(text)) >= 7, priority
        line = Role(f"alarm_{priority}_line")
        assert contrast(theme.colour(line), theme.colour(Role.PAGE)) >= 3, priority


def test_no_vital_sign_wears_an_alarm_colour(theme: Theme) -> None:
    alarms = {theme.colour(Role(f"alarm_{each}")).rgb() for each in ("high", "medium", "low")}
    assert not alarms & {theme.colour(role).rgb() for role in NUMBERS}


@pytest.mark.parametrize(("size", "px_per_mm"), PANELS)
def test_sizes_follow_the_screens_millimetres(
    size: QSize, px_per_mm: float, qapp: QApplication
) -> None:
    sizes = make_theme("dark", px_per_mm, size).sizes
    assert sizes.target_px >= LEAST_TARGET_MM * px_per_mm
    assert sizes.gap_px >= 3 * px_per_mm - 0.5
    assert sizes.least_digit_px >= LEAST_NUMERIC_MM * px_per_mm
    assert sizes.small_px / px_per_mm >= 3.1


def test_a_known_panel_has_its_millimetres(qapp: QApplication) -> None:
    screen = qapp.primaryScreen()
    assert screen.size() == QSize(1920, 1080)
    assert px_per_mm_of(screen) == pytest.approx(3.615, abs=0.01)
