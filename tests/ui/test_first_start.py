"""The window of a real computer at its first start: somebody is added, others next, or later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kmonitor.clock import SystemClock
from kmonitor.keeping import NoKeeper
from kmonitor.limit_sets import load_default
from kmonitor.ports import ProtocolFacts
from kmonitor.settings import Settings
from tests.people_world import PINS, Site, type_keys
from ui.controls.key import Key
from ui.people.first_person import FirstPersonPage
from ui.settings.page import PEOPLE, SettingsPage
from ui.settings.people import PeopleSection
from ui.start.page import StartPage
from ui.theme import make_theme
from ui.window import AUDIT, Parts, Window


class Hub:
    """Knows one kind of monitor; nothing is ever opened here."""

    def protocols(self) -> Sequence[ProtocolFacts]:
        return [ProtocolFacts(name="line", title="Line", gives_nibp=True, can_start_cuff=True)]


class Started:
    def __init__(self, qtbot: QtBot, site: Site, folder: Path) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        parts = Parts(
            hub=Hub(),  # type: ignore[arg-type]  # no session is begun
            house=site.house,
            keeper=NoKeeper(),
            clock=SystemClock(),
            limits=load_default(),
        )
        theme = make_theme("dark", 3.86, QSize(1280, 800))
        self.window = Window(app, parts, Settings(site_folder=folder), theme)
        shell = self.window.shell
        qtbot.addWidget(shell)
        shell.resize(1280, 800)
        with qtbot.waitActive(shell):
            shell.show()
        self.window.begin()

    @property
    def page(self) -> object:
        return self.window.shell.pages.current

    def key(self, name: str) -> Key:
        found = [k for k in self.window.shell.findChildren(Key, name) if k.isVisible()]
        assert len(found) == 1, name
        return found[0]

    def close(self) -> None:
        self.window.shell.leave("test")
        self.window.finish()


def start(qtbot: QtBot, folder: Path, *, with_people: bool) -> Iterator[Started]:
    site = Site(folder, with_people=with_people)
    started = Started(qtbot, site, folder)
    yield started
    started.close()
    site.house.close()


@pytest.fixture
def first(qtbot: QtBot, tmp_path: Path) -> Iterator[Started]:
    yield from start(qtbot, tmp_path, with_people=False)


@pytest.fixture
def later(qtbot: QtBot, tmp_path: Path) -> Iterator[Started]:
    yield from start(qtbot, tmp_path, with_people=True)


def test_the_first_start_asks_who_looks_after_it_and_then_for_those_who_run_sessions(
    first: Started, qtbot: QtBot
) -> None:
    pin = PINS["Tess Frank"].decode()
    type_keys(f"Tess Frank\r{pin}\r{pin}\r")
    qtbot.waitUntil(lambda: isinstance(first.page, SettingsPage), timeout=10_000)
    assert first.window.gate.person().name == "Tess Frank"
    page = first.page
    assert isinstance(page, SettingsPage)
    assert page.news.text() == "Add the people who run sessions now."
    qtbot.waitUntil(lambda: not page.desk.errands.is_busy, timeout=10_000)
    first.key("add_person").click()
    type_keys("Ada Byron\r ")
    people = page.sections[PEOPLE]
    assert isinstance(people, PeopleSection)
    assert people.form is not None
    people.form.form.take_focus()
    type_keys("2580\r2580\r")
    qtbot.waitUntil(lambda: page.news.text() == "Ada Byron has been added.", timeout=10_000)
    qtbot.waitUntil(lambda: not page.desk.errands.is_busy, timeout=10_000)
    first.key("page_back").click()
    assert isinstance(first.page, StartPage)


def test_what_the_record_tells_takes_no_focus_from_a_name_that_is_typed(
    first: Started, qtbot: QtBot
) -> None:
    type_keys("Tess")
    qtbot.waitUntil(lambda: not first.window.front._errands.is_busy, timeout=10_000)
    type_keys(" Frank")
    page = first.page
    assert isinstance(page, FirstPersonPage)
    assert page.form.name == "Tess Frank"


def test_later_leads_to_the_start_page(first: Started) -> None:
    first.key("later").click()
    assert isinstance(first.page, StartPage)
    assert first.window.gate.is_locked


def test_a_computer_with_people_starts_with_its_start_page(later: Started) -> None:
    assert isinstance(later.page, StartPage)


def test_a_page_that_is_left_takes_its_question_with_it(later: Started, qtbot: QtBot) -> None:
    later.window.front._show_other(AUDIT)
    qtbot.waitUntil(lambda: later.window.gate.panel is not None, timeout=10_000)
    later.key("page_back").click()
    assert isinstance(later.page, StartPage)
    assert later.window.gate.panel is None
