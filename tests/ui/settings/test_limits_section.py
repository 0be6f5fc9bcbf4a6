"""Limit sets in the settings: everybody reads them, a clinician signs a site's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kmonitor import limit_sets
from kmonitor.limit_sets import OfferedSet, available, chosen
from kmonitor.ports import HouseState
from kmonitor.settings import Settings
from kmonitor.site_files import FileSignature
from kmonitor.store.house import House
from tests.keyless import NO_KEY_STORE
from tests.people_world import PINS, Site, every_text, type_keys
from ui.people.gate import Gate, OpenGate
from ui.people.panel import Place
from ui.people.sign_in_gate import SignInGate
from ui.settings.limit_words import by_rule, footnotes, list_words, set_words
from ui.settings.limits import LimitsSection
from ui.settings.page import LIMITS, SettingsPage
from ui.theme import make_theme

NEW_YORK = ZoneInfo("America/New_York")


def write_own(folder: Path, limit: str = "limit = 91", name: str = "own") -> Path:
    text = resources.files("resources").joinpath("limits", "default.toml").read_text("utf-8")
    path = folder / "limits" / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    text = text.replace('"default"', f'"{name}"').replace('Adult ketamine"', 'Our own"')
    path.write_text(text.replace("limit = 90", limit, 1), encoding="utf-8")
    return path


class Desk:
    """The settings in a window, turned to the limits."""

    def __init__(self, qtbot: QtBot, site: Site, folder: Path, gate: Gate | None = None) -> None:
        self.window = QWidget()
        theme = make_theme("dark", 3.86, QSize(1280, 800))
        self.gate = gate or SignInGate(
            accounts=lambda: site.accounts,
            theme=lambda: theme,
            where=lambda: Place(parent=self.window, rect=self.window.rect()),
            lock_after_min=5,
            person=None,
        )
        self.site, self.folder, self._qtbot = site, folder, qtbot
        self.page = SettingsPage(
            theme,
            house=site.house,
            gate=self.gate,
            settings=Settings(site_folder=folder),
            zone=NEW_YORK,
            section=LIMITS,
        )
        self.page.setParent(self.window)
        qtbot.addWidget(self.window)
        self.window.resize(1280, 800)
        self.page.resize(1280, 800)
        with qtbot.waitActive(self.window):
            self.window.show()
        self.settle()

    @property
    def section(self) -> LimitsSection:
        found = self.page.sections[LIMITS]
        assert isinstance(found, LimitsSection)
        return found

    def settle(self) -> None:
        self._qtbot.waitUntil(lambda: not self.page.desk.errands.is_busy, timeout=10_000)

    def titles(self) -> list[tuple[str, str]]:
        keys = self.section.list.keys
        return [(key.text(), key.accessibleDescription()) for key in keys]

    def open(self, title: str) -> None:
        next(key for key in self.section.list.keys if key.text() == title).click()

    def finish(self) -> None:
        self.page.finish()
        if isinstance(self.gate, SignInGate):
            self.gate.finish()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "record").mkdir()
    made = Site(tmp_path / "record")
    yield made
    made.house.close()


def test_every_set_is_listed_with_who_stands_for_it(
    qtbot: QtBot, site: Site, tmp_path: Path
) -> None:
    write_own(tmp_path)
    write_own(tmp_path, "limit = 900", "wrong")
    desk = Desk(qtbot, site, tmp_path)
    assert desk.titles() == [
        ("Adult ketamine v1", "Comes with the program"),
        ("Adult ketamine, tighter v1", "Comes with the program"),
        ("Adult ketamine, wider v1", "Comes with the program"),
        ("Our own v1", "NOT SIGNED: cannot be chosen"),
        ("wrong.toml", "CANNOT BE USED"),
    ]
    desk.finish()


def test_one_set_is_read_in_full_and_a_shipped_one_needs_no_signature(
    qtbot: QtBot, site: Site, tmp_path: Path
) -> None:
    desk = Desk(qtbot, site, tmp_path, OpenGate(site.people["Ada Byron"]))
    desk.open("Adult ketamine v1")
    told = set(every_text(desk.section.one))
    assert {"SpO2 low", "below 93 % for 30 s", "below 85 % for 5 s\nor below 80 %"} <= told
    assert "above 150 mmHg and more than 40 above baseline\nor above 160 mmHg" in told
    assert not desk.section.one.sign.isVisible()
    desk.section.one.done.click()
    assert desk.section.list.isVisible()
    assert not desk.section.one.isVisible()
    desk.finish()


def test_what_is_wrong_with_a_file_is_told_with_its_field(
    qtbot: QtBot, site: Site, tmp_path: Path
) -> None:
    write_own(tmp_path, "limit = 900")
    desk = Desk(qtbot, site, tmp_path)
    desk.open("own.toml")
    assert desk.section.one.state.accessibleName() == (
        "CANNOT BE USED. limits/own.toml rule[1] level[2]: field limit is impossible: 900; "
        "it must lie from 50 to 99."
    )
    assert not desk.section.one.sign.isVisible()
    assert not desk.section.one.table.isVisible()
    desk.finish()


def test_a_clinician_signs_after_the_sign_in_and_the_set_can_be_chosen(
    qtbot: QtBot, site: Site, tmp_path: Path
) -> None:
    path = write_own(tmp_path)
    desk = Desk(qtbot, site, tmp_path)
    desk.open("Our own v1")
    desk.section.one.sign.click()
    assert isinstance(desk.gate, SignInGate)
    gate = desk.gate
    qtbot.waitUntil(lambda: gate.panel is not None, timeout=5000)
    panel = gate.panel
    assert panel is not None
    next(key for key in panel.choice._keys if key.text() == "Ben Okafor").click()
    qtbot.waitUntil(panel.pin.isVisible, timeout=2000)
    type_keys(PINS["Ben Okafor"].decode() + "\r")
    qtbot.waitUntil(lambda: bool(site.house.signed_limits()), timeout=10_000)
    qtbot.waitUntil(lambda: desk.page.news.text() != "", timeout=10_000)
    desk.settle()
    assert desk.page.news.text() == "Our own v1 is signed and can be chosen at set-up."
    assert "Signed by Ben Okafor" in desk.section.one.state.accessibleName()
    assert not desk.section.one.sign.isVisible()
    offered = available(tmp_path, site.house.signed_limits().get)
    assert chosen(offered, "own") == limit_sets.load_file(path)
    ((author, _),) = site.bodies("limits_signed")
    assert author == site.people["Ben Okafor"].person_id
    desk.finish()


def test_just_what_was_read_is_signed_not_what_the_file_has_become(
    qtbot: QtBot, site: Site, tmp_path: Path
) -> None:
    was = limit_sets.load_file(write_own(tmp_path))
    desk = Desk(qtbot, site, tmp_path, OpenGate(site.people["Ben Okafor"]))
    desk.open("Our own v1")
    write_own(tmp_path, "limit = 88")
    desk.section.one.sign.click()
    desk.settle()
    assert set(site.house.signed_limits()) == {was.sha256}
    assert desk.section.one.state.accessibleName().startswith("NOT SIGNED"), "it is another now"
    assert chosen(available(tmp_path, site.house.signed_limits().get), "own") is None
    desk.finish()


def test_nothing_is_signed_by_somebody_who_may_not(
    qtbot: QtBot, site: Site, tmp_path: Path
) -> None:
    write_own(tmp_path)
    desk = Desk(qtbot, site, tmp_path, OpenGate(site.people["Ada Byron"]))
    desk.open("Our own v1")
    desk.section.one.sign.click()
    desk.settle()
    assert "that is for a clinician" in desk.page.news.text()
    assert not site.house.signed_limits()
    desk.finish()


def test_a_record_that_is_locked_tells_that_it_knows_no_signature(
    qtbot: QtBot, site: Site, tmp_path: Path
) -> None:
    path = write_own(tmp_path)
    site.house.sign_limits(limit_sets.load_file(path), by=site.people["Ben Okafor"])
    site.house.protect("cold lamp river nine", by=site.people["Tess Frank"])
    site.house.close()
    site.house = House.at(site.house.path, key_store=NO_KEY_STORE)
    assert site.house.state is HouseState.LOCKED
    desk = Desk(qtbot, site, tmp_path, OpenGate(site.people["Ben Okafor"]))
    assert desk.section.list.says.text() == list_words(is_open=False)
    desk.open("Our own v1")
    assert desk.section.one.sign.isVisible()
    assert not desk.section.one.sign.isEnabled()
    desk.finish()


def test_words_tell_the_day_of_a_signature_in_the_zone_of_the_clinic() -> None:
    signature = FileSignature(by="Ben Okafor", at=datetime(2026, 11, 20, 3, tzinfo=UTC))
    limits = limit_sets.load_default()
    offered = OfferedSet(
        name="own", where="own.toml", is_shipped=False, limit_set=limits, signature=signature
    )
    words = set_words(offered, NEW_YORK)
    assert words.headline == "Signed by Ben Okafor, Nov 19, 2026"
    assert words.meaning == "By kmonitor, Nov 22, 2026. It can be chosen."


def test_the_table_has_a_row_for_each_rule_and_a_note_for_what_belongs_to_none() -> None:
    limits = limit_sets.load_default()
    assert len(by_rule(limits)) == len(limits.rules)
    assert all(len(row) == 4 for row in by_rule(limits))
    assert footnotes(limits).endswith("an observation of the patient is due every 15 min.")
