"""The limit sets of the settings as they are seen: in full, and for gloves."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kmonitor.settings import Settings
from tests.looks.test_office_looks import NEW_YORK, PANELS, judge
from tests.people_world import Site
from ui.people.gate import OpenGate
from ui.settings.limits import LimitsSection
from ui.settings.page import LIMITS, SettingsPage
from ui.theme import make_theme


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.house.close()


def write_sets(folder: Path) -> None:
    """One that waits for its signature, one whose mistake stands in a long name."""
    text = resources.files("resources").joinpath("limits", "default.toml").read_text("utf-8")
    (folder / "limits").mkdir()
    title = "Adult ketamine for patients of sixty years and older, long!"
    for name, limit in (("own", "limit = 91"), ("of_the_night_shift_of_last_year", "limit = 900")):
        own = text.replace('"default"', f'"{name}"').replace('Adult ketamine"', f'{title}"')
        (folder / "limits" / f"{name}.toml").write_text(
            own.replace("limit = 90", limit, 1), "utf-8"
        )


@pytest.mark.parametrize("panel", PANELS)
def test_a_whole_set_and_a_wrong_one_are_seen_in_full(
    qtbot: QtBot, panel: str, site: Site, tmp_path: Path
) -> None:
    size, px_per_mm = PANELS[panel]
    write_sets(tmp_path)
    page = SettingsPage(
        make_theme("dark", px_per_mm, size),
        house=site.house,
        gate=OpenGate(site.people["Ben Okafor"]),
        settings=Settings(site_folder=tmp_path),
        zone=NEW_YORK,
        section=LIMITS,
    )
    qtbot.addWidget(page)
    page.resize(size.width(), size.height() - 170)
    page.show()
    qtbot.waitExposed(page)
    section = page.sections[LIMITS]
    assert isinstance(section, LimitsSection)
    qtbot.waitUntil(lambda: len(section.list.keys) == 5, timeout=10_000)
    qtbot.waitUntil(section.list.keys[-1].isVisible, timeout=1000)
    judge(page, px_per_mm)
    for key in (section.list.keys[0], section.list.keys[-2], section.list.keys[-1]):
        key.click()
        qtbot.waitUntil(section.one.isVisible, timeout=1000)
        qtbot.wait(10)
        judge(page, px_per_mm)
        section.one.done.click()
    assert page.width() == size.width()
    page.finish()
