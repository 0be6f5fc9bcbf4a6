"""The first start: somebody who looks after the computer, or later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kmonitor.people import Person, Role
from tests.people_world import Site, every_text, type_keys
from ui.people.first_person import FirstPersonPage
from ui.theme import make_theme

PIN = "904817"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path, with_people=False)
    yield made
    made.house.close()


@pytest.fixture
def page(qtbot: QtBot, site: Site) -> Iterator[FirstPersonPage]:
    made = FirstPersonPage(make_theme("dark", 3.86, QSize(1280, 800)), site.accounts)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    with qtbot.waitActive(made):
        made.show()
    made.take_focus()
    yield made
    made.finish()


def said(page: FirstPersonPage) -> str:
    return page._says.text()


def test_a_name_and_a_pin_twice_make_a_technician_who_is_signed_in(
    page: FirstPersonPage, site: Site, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(page.added, timeout=10_000) as added:
        type_keys(f"Tess Frank\r{PIN}\r{PIN}\r")
    (person,) = added.args
    assert isinstance(person, Person)
    assert (person.name, person.role) == ("Tess Frank", Role.TECHNICIAN)
    assert list(site.accounts.people()) == [person]
    assert site.kinds() == ["person_added", "signed_in"]


def test_it_can_be_put_off(page: FirstPersonPage, site: Site, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.put_off):
        page.later.click()
    focused = QApplication.focusWidget()
    assert focused is not None
    with qtbot.waitSignal(page.put_off):
        QTest.keyClick(focused, Qt.Key.Key_Escape)
    assert list(site.accounts.people()) == []


def test_two_different_pins_add_nobody_and_say_so(page: FirstPersonPage, site: Site) -> None:
    type_keys(f"Tess Frank\r{PIN}\r904818\r")
    assert said(page) == "The two PINs are not the same."
    assert not page.keep.isEnabled()
    assert list(site.accounts.people()) == []


def test_a_pin_that_everybody_guesses_is_refused_and_can_be_typed_anew(
    page: FirstPersonPage, site: Site, qtbot: QtBot
) -> None:
    type_keys("Tess Frank\r123456\r123456\r")
    qtbot.waitUntil(lambda: "counts up or down" in said(page), timeout=10_000)
    assert page.form.pin.count == page.form.again.count == 0
    with qtbot.waitSignal(page.added, timeout=10_000):
        type_keys(f"{PIN}\r{PIN}\r")


def test_the_digits_stand_in_no_text(page: FirstPersonPage) -> None:
    before = set(every_text(page))
    type_keys(f"Tess Frank\r{PIN}\r{PIN[:3]}")
    new = set(every_text(page)) - before
    assert not any(character.isdigit() for text in new for character in text
                   if text not in {"6 digits typed", "3 digits typed"})  # fmt: skip
