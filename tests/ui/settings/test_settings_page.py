"""Settings under real keys: what is chosen holds, is saved and stands in the audit trail."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kmonitor.people import Person, Role
from kmonitor.ports import HouseState, Protection, SignInRefused
from kmonitor.settings import Settings
from kmonitor.store.house import House
from tests.keyless import NO_KEY_STORE
from tests.people_world import PINS, Site, every_text, type_keys
from ui.controls.key import Key
from ui.people.panel import Place
from ui.people.sign_in_gate import SignInGate
from ui.settings.backup import BackupSection
from ui.settings.computer import ComputerSection
from ui.settings.page import BACKUP, PEOPLE, RECORD, SettingsPage
from ui.settings.people import PeopleSection
from ui.theme import make_theme

PASSPHRASE = "cold lamp river nine"


@dataclass
class Desk:
    site: Site
    page: SettingsPage
    gate: SignInGate
    folder: Path

    @property
    def saved(self) -> dict[str, object]:
        return tomllib.loads((self.folder / "settings.toml").read_text(encoding="utf-8"))

    def key(self, name: str) -> Key:
        found = [key for key in self.page.findChildren(Key, name) if key.isVisible()]
        assert len(found) == 1, name
        return found[0]

    def said(self) -> str:
        return self.page.news.text()

    def turn_to(self, section: int, qtbot: QtBot) -> None:
        self.page.choice.keys[section].click()
        self.settle(qtbot)

    def settle(self, qtbot: QtBot) -> None:
        errands = (self.page.desk.errands, self.gate._errands)
        qtbot.waitUntil(lambda: not any(each.is_busy for each in errands), timeout=10_000)


def open_desk(qtbot: QtBot, site: Site, folder: Path, name: str | None) -> Desk:
    window = QWidget()
    theme = make_theme("dark", 3.86, QSize(1280, 800))
    gate = SignInGate(
        accounts=lambda: site.accounts if site.house.state is HouseState.READY else None,
        theme=lambda: theme,
        where=lambda: Place(parent=window, rect=window.rect()),
        lock_after_min=5,
        person=None if name is None else site.people[name],
    )
    page = SettingsPage(
        theme,
        house=site.house,
        gate=gate,
        settings=Settings(site_folder=folder),
        zone=ZoneInfo("America/New_York"),
    )
    page.setParent(window)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    page.resize(1280, 800)
    with qtbot.waitActive(window):
        window.show()
    return Desk(site, page, gate, folder)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "record").mkdir()
    made = Site(tmp_path / "record")
    yield made
    made.house.close()


@pytest.fixture
def desk(qtbot: QtBot, site: Site, tmp_path: Path) -> Iterator[Desk]:
    made = open_desk(qtbot, site, tmp_path, "Tess Frank")
    yield made
    made.page.finish()
    made.gate.finish()


def computer(desk: Desk) -> ComputerSection:
    section = desk.page.sections[0]
    assert isinstance(section, ComputerSection)
    return section


def people(desk: Desk) -> PeopleSection:
    section = desk.page.sections[PEOPLE]
    assert isinstance(section, PeopleSection)
    return section


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def test_a_choice_is_saved_noted_and_told_to_the_window(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.page.changed, timeout=10_000) as changed:
        computer(desk).theme_row.keys[1].click()
    assert changed.args[0].theme == "light"
    assert desk.saved["theme"] == "light"
    author, body = desk.site.bodies("setting_changed")[-1]
    assert author == desk.site.people["Tess Frank"].person_id
    assert '"theme"' in body
    assert desk.said() == "Colors are light now."
    assert computer(desk).theme_row.place == 1


def test_a_chair_is_kept_by_enter(desk: Desk, qtbot: QtBot) -> None:
    field = computer(desk).chair
    field.setFocus()
    field.selectAll()
    with qtbot.waitSignal(desk.page.changed, timeout=10_000):
        type_keys("Room 4\r")
    assert desk.saved["chair"] == "Room 4"
    assert not computer(desk)._keep.isEnabled()


def test_a_name_that_was_not_kept_goes_with_the_section(desk: Desk, qtbot: QtBot) -> None:
    computer(desk).chair.setText("Room 4")
    desk.turn_to(RECORD, qtbot)
    assert computer(desk).chair.text() == "Chair 1"
    assert not (desk.folder / "settings.toml").exists()


def test_a_nurse_changes_nothing_and_is_told_why(qtbot: QtBot, site: Site, tmp_path: Path) -> None:
    desk = open_desk(qtbot, site, tmp_path, "Ada Byron")
    computer(desk).theme_row.keys[1].click()
    assert desk.said() == "A nurse may not change settings; that is for a technician."
    assert computer(desk).theme_row.place == 0
    assert not (tmp_path / "settings.toml").exists()
    desk.gate.finish()


def test_where_nobody_is_signed_in_the_key_asks_and_goes_on(
    qtbot: QtBot, site: Site, tmp_path: Path
) -> None:
    desk = open_desk(qtbot, site, tmp_path, None)
    computer(desk).lock.keys[0].click()
    qtbot.waitUntil(lambda: desk.gate.panel is not None, timeout=10_000)
    assert computer(desk).lock.place == 1, "until it is saved the old choice is shown"
    assert desk.gate.panel is not None
    desk.gate.panel.ask_pin(site.people["Tess Frank"])
    with qtbot.waitSignal(desk.page.changed, timeout=10_000):
        type_keys(f"{PINS['Tess Frank'].decode()}\r")
    assert desk.saved["lock_after_min"] == 2
    desk.gate.finish()


def test_what_was_asked_of_a_page_that_was_left_is_not_done(
    qtbot: QtBot, site: Site, tmp_path: Path
) -> None:
    desk = open_desk(qtbot, site, tmp_path, None)
    computer(desk).theme_row.keys[1].click()
    qtbot.waitUntil(lambda: desk.gate.panel is not None, timeout=10_000)
    desk.page.hide()
    assert desk.gate.panel is None
    assert desk.site.bodies("setting_changed") == []
    desk.gate.finish()


def test_the_record_is_encrypted_and_the_code_shown_once(desk: Desk, qtbot: QtBot) -> None:
    desk.turn_to(RECORD, qtbot)
    assert "NOT ENCRYPTED" in desk.page.record.state.accessibleName()
    desk.key("protect").click()
    type_keys(f"{PASSPHRASE}\r{PASSPHRASE}")
    assert not any(PASSPHRASE in text for text in every_text(desk.page))
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    desk.settle(qtbot)
    code = desk.page.record.code
    assert code.isVisible(), desk.said()
    assert desk.page.record.form.first.text() == ""
    groups = list(code._groups._shown)
    assert len(groups) == 8
    assert not code.done.isEnabled(), "it cannot be pressed before it can have been read"
    desk.key("page_back").click()
    assert desk.said() == "Write the recovery code down first; it is not shown again."
    code._guard._until_s = 0.0
    qtbot.waitUntil(code.done.isEnabled, timeout=10_000)
    code.done.click()
    assert not desk.said()
    assert "Encrypted" in desk.page.record.state.accessibleName()
    assert not any(groups[0] in text for text in every_text(desk.page))
    assert desk.site.house.protection is Protection.PASSPHRASE
    desk.site.house.close()
    again = House.at(desk.site.house.path, key_store=NO_KEY_STORE)
    states = [again.state]
    again.unlock("-".join(groups))
    states.append(again.state)
    assert states == [HouseState.LOCKED, HouseState.READY]
    noted = [each.name for each in again.audit(text="key") if each.name == "Tess Frank"]
    assert noted, "who changed the key stands in the audit trail"
    again.close()


def test_a_passphrase_that_is_not_taken_goes_nowhere(desk: Desk, qtbot: QtBot) -> None:
    desk.turn_to(RECORD, qtbot)
    desk.key("protect").click()
    type_keys("cold lamp river\rcold lamp")
    assert not desk.key("encrypt").isEnabled()
    desk.key("encrypt_not").click()
    assert desk.page.record.form.first.text() == ""
    assert desk.site.house.protection is Protection.NONE


def test_a_record_that_waits_for_its_passphrase_is_told_and_left_alone(
    qtbot: QtBot, site: Site, tmp_path: Path
) -> None:
    site.house.protect(PASSPHRASE, by=site.people["Tess Frank"])
    site.house.close()
    site.house = House.at(site.house.path, key_store=NO_KEY_STORE)
    assert site.house.state is HouseState.LOCKED
    desk = open_desk(qtbot, site, tmp_path, "Tess Frank")
    for section in range(len(desk.page.sections)):
        desk.turn_to(section, qtbot)
        for name in ("protect", "renew_code", "back_up", "add_person"):
            assert not any(key.isEnabled() for key in desk.page.findChildren(Key, name))
    desk.turn_to(0, qtbot)
    computer(desk).theme_row.keys[1].click()
    assert desk.said() == (
        "The record cannot be reached now, so this cannot be noted and is not done."
    )
    assert "NOT YET OPENED" in desk.page.record.state.accessibleName()
    desk.page.finish()
    desk.gate._person = None
    desk.gate.finish()


def test_somebody_is_added_by_keyboard_and_can_sign_in(desk: Desk, qtbot: QtBot) -> None:
    desk.turn_to(PEOPLE, qtbot)
    desk.key("add_person").click()
    type_keys("Cara Diaz\r ")
    entry = people(desk).form
    assert entry is not None
    before = set(every_text(entry))
    entry.form.take_focus()
    type_keys("8350\r8350")
    assert not any("8350" in text for text in set(every_text(entry)) - before)
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    desk.settle(qtbot)
    cara = next(each for each in desk.site.accounts.people() if each.name == "Cara Diaz")
    assert cara.role is Role.NURSE
    assert isinstance(desk.site.accounts.sign_in(cara.person_id, bytearray(b"8350")), Person)
    assert any(key.text() == "Cara Diaz" for key in people(desk).list._keys)


def test_what_is_made_after_other_colors_were_chosen_has_them(desk: Desk, qtbot: QtBot) -> None:
    light = make_theme("light", 3.86, QSize(1280, 800))
    desk.page.set_theme(light)
    desk.turn_to(PEOPLE, qtbot)
    desk.key("add_person").click()
    for key in desk.page.findChildren(Key):
        assert key._theme == light, key.objectName()


def open_person(desk: Desk, name: str, qtbot: QtBot) -> None:
    desk.turn_to(PEOPLE, qtbot)
    next(key for key in people(desk).list._keys if key.text() == name).click()


def test_access_is_taken_away_and_the_last_technician_stays(desk: Desk, qtbot: QtBot) -> None:
    open_person(desk, "Ada Byron", qtbot)
    people(desk).one._access.keys[1].click()
    desk.settle(qtbot)
    ada = desk.site.people["Ada Byron"].person_id
    answer = desk.site.accounts.sign_in(ada, bytearray(PINS["Ada Byron"]))
    assert isinstance(answer, SignInRefused)
    open_person(desk, "Tess Frank", qtbot)
    people(desk).one._roles.keys[0].click()
    desk.settle(qtbot)
    assert desk.said() == "This is the last technician; make another person one first."
    assert people(desk).one._roles.place == 2


def test_a_nurse_changes_their_own_pin(qtbot: QtBot, site: Site, tmp_path: Path) -> None:
    desk = open_desk(qtbot, site, tmp_path, "Ada Byron")
    desk.turn_to(PEOPLE, qtbot)
    desk.key("own_pin").click()
    type_keys("7416\r7416\r")
    desk.settle(qtbot)
    ada = site.people["Ada Byron"].person_id
    assert isinstance(site.accounts.sign_in(ada, bytearray(b"7416")), Person)
    assert desk.said() == "Ada Byron has a new PIN."
    desk.page.finish()
    desk.gate.finish()


def test_a_backup_is_made_now_and_told(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    backups = tmp_path / "stick"
    backups.mkdir()
    desk.turn_to(BACKUP, qtbot)
    section = desk.page.sections[BACKUP]
    assert isinstance(section, BackupSection)
    assert "NO BACKUP YET" in section.state.accessibleName()
    assert not section.now.isEnabled()
    section._take_folder(backups)
    desk.settle(qtbot)
    assert desk.saved["backup_folder"] == str(backups)
    section.now.click()
    assert section.now.text() == "Backing up"
    desk.settle(qtbot)
    assert "Last backup" in section.state.accessibleName()
    assert list(backups.rglob("*.db"))


def test_tab_goes_through_the_page_from_the_sections_to_back(desk: Desk) -> None:
    desk.page.take_focus()
    seen: list[str] = []
    for _ in range(30):
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        name = focused().objectName()
        if name in seen:
            break
        seen.append(name)
    assert seen == ["chair", "theme_0", "lock_0", "sign_in_0", "page_back", "section_0"]


def test_every_key_and_field_has_a_name_for_screen_readers(desk: Desk, qtbot: QtBot) -> None:
    for section in range(len(desk.page.sections)):
        desk.turn_to(section, qtbot)
        for widget in desk.page.findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                assert widget.accessibleName(), widget.objectName()
