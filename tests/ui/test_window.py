"""The window of a real computer put together, over a real record of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from devices.hub import DeviceHub
from kmonitor.clock import SystemClock
from kmonitor.keeping import NoKeeper
from kmonitor.limit_sets import load_default
from kmonitor.people import Role
from kmonitor.settings import Settings
from kmonitor.store.house import House
from tests.keyless import NO_KEY_STORE
from ui.people.first_person import FirstPersonPage
from ui.settings.page import SettingsPage
from ui.theme import make_theme
from ui.window import Parts, Window

LIMIT_MS = 10_000


class Remembering(NoKeeper):
    """A parent that keeps what it was told."""

    def __init__(self) -> None:
        self.told: dict[str, str | None] = {}

    def remember(self, **said: str | None) -> None:
        self.told.update(said)


class Computer:
    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.keeper = Remembering()
        self.house = House.at(folder / "record.db", key_store=NO_KEY_STORE)
        self.settings = Settings(site_folder=folder)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        parts = Parts(
            hub=DeviceHub(), house=self.house, keeper=self.keeper, clock=SystemClock(),
            limits=load_default(),
        )  # fmt: skip
        theme = make_theme("dark", 3.86, QSize(1280, 800))
        self.window = Window(app, parts, self.settings, theme)
        qtbot.addWidget(self.window.shell)
        self.window.shell.resize(1280, 800)

    def begin(self) -> None:
        self.window.shell.show()
        self.window.begin()
        self.qtbot.waitUntil(lambda: self.window.front.is_idle, timeout=LIMIT_MS)

    def press(self, name: str) -> None:
        found = [
            key for key in self.window.shell.findChildren(QAbstractButton, name) if key.isVisible()
        ]
        assert found, name
        found[-1].click()

    def sees(self, kind: type[QWidget]) -> bool:
        return any(each.isVisible() for each in self.window.shell.findChildren(kind))

    def end(self) -> None:
        self.window.shell.leave()
        self.window.finish()
        self.house.close()


@pytest.fixture
def computer(qtbot: QtBot, tmp_path: Path) -> Iterator[Computer]:
    made = Computer(qtbot, tmp_path)
    yield made
    made.end()


def test_the_first_start_asks_who_looks_after_the_computer_and_it_can_wait(
    computer: Computer,
) -> None:
    computer.begin()
    assert computer.sees(FirstPersonPage)
    computer.press("later")
    assert not computer.sees(FirstPersonPage)
    page = computer.window.front.page
    assert page is not None
    assert page.isVisible()
    assert page.person.text() == "Nobody signed in"


def test_a_nurse_signs_in_at_the_key_that_needs_one_and_the_parent_remembers(
    computer: Computer,
) -> None:
    accounts = computer.house.accounts
    technician = accounts.add(None, name="Tech", role=Role.TECHNICIAN, pin=bytearray(b"271828"))
    nurse = accounts.add(technician, name="Nora", role=Role.NURSE, pin=bytearray(b"4711"))
    computer.begin()
    window = computer.window
    assert window.front.page is not None
    window.front.page.new.click()
    computer.qtbot.waitUntil(lambda: window.gate.panel is not None, timeout=LIMIT_MS)
    assert window.shell.setup is None
    assert window.gate.panel is not None
    window.gate.panel.ask_pin(nurse)
    QTest.keyClicks(window.gate.panel.pin.entry, "4711")
    QTest.keyClick(window.gate.panel.pin.entry, Qt.Key.Key_Return)
    computer.qtbot.waitUntil(lambda: window.shell.setup is not None, timeout=LIMIT_MS)
    assert computer.keeper.told["person"] == nurse.person_id
    window.gate.sign_out("the test")
    assert computer.keeper.told["person"] is None


def test_other_colours_take_effect_at_once(computer: Computer) -> None:
    computer.begin()
    computer.press("later")
    computer.press("page_settings")
    pages = [each for each in computer.window.shell.findChildren(SettingsPage) if each.isVisible()]
    pages[-1].changed.emit(replace(computer.settings, theme="light", chair="Chair 7"))
    assert computer.window.shell.theme.name == "light"
    computer.press("page_back")
    page = computer.window.front.page
    assert page is not None
    assert page._theme.name == "light"


@pytest.mark.parametrize("name", ["page_settings", "page_audit", "page_about"])
def test_every_page_is_reached_by_its_key_and_left_by_back(computer: Computer, name: str) -> None:
    computer.begin()
    computer.press("later")
    start = computer.window.front.page
    assert start is not None
    computer.press(name)
    assert not start.isVisible()
    computer.press("page_back")
    assert computer.window.front.page is not None
    assert computer.window.front.page.isVisible()
