"""The audit viewer over a real record: who did what, page by page, filtered and exported."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from kmonitor.ports import AuditEntry
from tests.people_world import PINS, Site, type_keys
from ui.audit.model import PAGE, AuditModel
from ui.audit.page import AuditPage
from ui.audit.words import HEADINGS, cells, empty_words, spoken
from ui.people.panel import Place
from ui.people.sign_in_gate import SignInGate
from ui.theme import make_theme

NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 11, 22, 17, 0, 5, tzinfo=UTC)


def entry(number: int = 0) -> AuditEntry:
    return AuditEntry(
        at=NOON - timedelta(minutes=number),
        author="p1",
        name="Ada Byron",
        what="signed in",
        detail=f"number {number}",
        session_id="0a1b2c3d-4e5f",
    )


def test_a_row_tells_local_time_and_shortens_the_session_alone() -> None:
    assert cells(entry(), NEW_YORK) == (
        "Nov 22, 2026  12:00:05",
        "Ada Byron",
        "signed in",
        "number 0",
        "0a1b2c3d",
    )
    assert spoken(entry(), NEW_YORK).endswith("number 0, session 0a1b2c3d-4e5f")


def test_an_empty_table_says_why() -> None:
    assert empty_words(is_filtered=True) == "Nothing fits what was typed."
    assert empty_words(is_filtered=False) == "Nothing has been done on this computer yet."


def test_older_rows_are_asked_for_once_and_only_when_somebody_scrolls() -> None:
    asked: list[tuple[int, int]] = []
    model = AuditModel(NEW_YORK, lambda limit, offset: asked.append((limit, offset)))
    model.begin()
    assert asked == [(PAGE, 0)]
    assert not model.canFetchMore(QModelIndex()), "while one page is under way"
    model.take([entry(n) for n in range(PAGE)])
    assert asked == [(PAGE, 0)]
    model.fetchMore(QModelIndex())
    model.fetchMore(QModelIndex())
    assert asked == [(PAGE, 0), (PAGE, PAGE)]
    model.take([entry(PAGE)])
    assert model.rowCount() == PAGE + 1
    assert not model.canFetchMore(QModelIndex()), "a short page is the last"


def test_the_model_names_its_columns_and_speaks_rows() -> None:
    model = AuditModel(NEW_YORK, lambda _limit, _offset: None)
    model.begin()
    model.take([entry()])
    across = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())]
    assert across == list(HEADINGS)
    heard = model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert heard == spoken(entry(), NEW_YORK)


class View:
    def __init__(self, qtbot: QtBot, site: Site, name: str | None) -> None:
        self.window = QWidget()
        theme = make_theme("dark", 3.86, QSize(1280, 800))
        self.gate = SignInGate(
            accounts=lambda: site.accounts,
            theme=lambda: theme,
            where=lambda: Place(parent=self.window, rect=self.window.rect()),
            lock_after_min=5,
            person=None if name is None else site.people[name],
        )
        self.page = AuditPage(theme, house=site.house, gate=self.gate, zone=NEW_YORK)
        self.page.setParent(self.window)
        qtbot.addWidget(self.window)
        self.window.resize(1280, 800)
        self.page.resize(1280, 800)
        with qtbot.waitActive(self.window):
            self.window.show()
        self._qtbot = qtbot
        self.settle()

    def settle(self) -> None:
        busy = (self.page._errands, self.gate._errands)
        self._qtbot.waitUntil(
            lambda: not self.page._typing.isActive() and not any(e.is_busy for e in busy),
            timeout=10_000,
        )

    def rows(self) -> list[tuple[str, str]]:
        return [(each.name, each.what) for each in self.page.model.entries]

    def close(self) -> None:
        self.page.finish()
        self.gate.finish()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    for number in range(3):
        made.accounts.note(made.people["Tess Frank"], "setting_changed", field="chair",
                           old=f"Room {number}", new=f"Room {number + 1}")  # fmt: skip
    made.accounts.break_glass("Ines Paz", "A patient needs help now")
    yield made
    made.house.close()


@pytest.fixture
def view(qtbot: QtBot, site: Site) -> Iterator[View]:
    made = View(qtbot, site, "Tess Frank")
    yield made
    made.close()


def test_the_newest_stands_first_and_names_who_did_it(view: View) -> None:
    assert view.page.table.isVisible()
    assert view.rows()[0][0] == "Ines Paz"
    assert [name for name, _ in view.rows()[1:4]] == ["Tess Frank"] * 3


def test_what_is_typed_and_who_is_chosen_narrow_the_rows(view: View) -> None:
    view.page.take_focus()
    type_keys("room 2")
    view.settle()
    assert len(view.rows()) == 2
    view.page.words.clear()
    view.settle()
    box = view.page.who
    box.setCurrentIndex(box.findText("Ada Byron"))
    box.activated.emit(box.currentIndex())
    view.settle()
    assert view.rows() == []
    assert view.page.empty.text() == "Nothing fits what was typed."
    assert not view.page.export.isEnabled()


def test_a_chosen_row_is_told_in_full(view: View) -> None:
    view.page.table.setFocus()
    QTest.keyClick(view.page.table, Qt.Key.Key_Down)
    QTest.keyClick(view.page.table, Qt.Key.Key_Up)
    assert "Ines Paz" in view.page.news.text()
    assert "A patient needs help now" in view.page.news.text()


def test_all_that_fits_is_exported_and_that_is_noted(view: View, tmp_path: Path) -> None:
    view.page.words.setText("room")
    view.settle()
    path = tmp_path / "trail.csv"
    view.page.export_to(path)
    view.settle()
    with path.open(encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    assert len(table) == 1 + 3
    assert view.page.news.text() == "3 rows exported; that too stands in the audit trail."
    view.page.words.clear()
    view.settle()
    assert "export" in view.rows()[0][1]


def test_the_file_dialog_takes_no_press_from_the_window(view: View, tmp_path: Path) -> None:
    view.page.export.click()
    dialog = view.page.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.isVisible()
    assert dialog.windowModality() is Qt.WindowModality.NonModal
    assert QApplication.activeModalWidget() is None
    dialog.setDirectory(str(tmp_path))
    dialog.fileSelected.emit(str(tmp_path / "chosen.csv"))
    dialog.reject()
    view.settle()
    assert (tmp_path / "chosen.csv").exists()


def test_a_file_that_is_there_already_is_not_overwritten(view: View, tmp_path: Path) -> None:
    path = tmp_path / "trail.csv"
    path.write_text("mine", encoding="utf-8")
    view.page.export_to(path)
    view.settle()
    assert "cannot be written" in view.page.news.text()
    assert path.read_text(encoding="utf-8") == "mine"
    assert view.page.export.isEnabled()


def test_a_nurse_sees_no_row_and_is_told_who_may(qtbot: QtBot, site: Site) -> None:
    view = View(qtbot, site, "Ada Byron")
    assert view.rows() == []
    assert not view.page.table.isVisible()
    assert view.page.news.text() == (
        "A nurse may not see and export the audit trail; that is for a clinician or a technician."
    )
    view.close()


def test_where_nobody_is_signed_in_the_trail_comes_after_the_sign_in(
    qtbot: QtBot, site: Site
) -> None:
    view = View(qtbot, site, None)
    assert view.rows() == []
    assert view.gate.panel is not None
    view.gate.panel.ask_pin(site.people["Ben Okafor"])
    type_keys(f"{PINS['Ben Okafor'].decode()}\r")
    qtbot.waitUntil(lambda: bool(view.rows()), timeout=10_000)
    assert view.page.table.isVisible()
    view.settle()
    view.close()


def test_esc_leaves_from_the_table_and_tab_goes_on(view: View, qtbot: QtBot) -> None:
    view.page.table.setFocus()
    QTest.keyClick(view.page.table, Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused is not view.page.table
    view.page.table.setFocus()
    with qtbot.waitSignal(view.page.closed):
        QTest.keyClick(view.page.table, Qt.Key.Key_Escape)
