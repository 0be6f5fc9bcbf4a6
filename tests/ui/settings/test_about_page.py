"""About: what it is and is not, and what support may know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from kmonitor.version import version
from tests.people_world import Site
from ui.settings.about import AboutPage
from ui.theme import make_theme


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.house.close()


def test_it_says_once_and_plainly_what_it_is_not(qtbot: QtBot, site: Site) -> None:
    page = AboutPage(make_theme("dark", 3.86, QSize(1280, 800)), house=site.house)
    qtbot.addWidget(page)
    texts = [label.text() for label in page.findChildren(QLabel)]
    said = [text for text in texts if "not a certified medical device" in text]
    assert len(said) == 1
    assert "the monitor's own alarms stay the primary ones" in said[0]
    assert f"kmonitor {version()}" in texts
    assert any("NOT ENCRYPTED" in text for text in texts)


def test_copy_for_support_takes_versions_and_state_and_no_person(qtbot: QtBot, site: Site) -> None:
    page = AboutPage(make_theme("dark", 3.86, QSize(1280, 800)), house=site.house)
    qtbot.addWidget(page)
    page.copy.click()
    copied = QApplication.clipboard().text()
    assert f"kmonitor {version()}" in copied
    assert str(site.house.path) in copied
    assert not any(name in copied for name in site.people)
    assert page.news.text() == "Copied: versions and paths only, nothing of any patient."
