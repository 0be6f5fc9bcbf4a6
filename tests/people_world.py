"""A computer with real people in a real record, and a bedside that runs beside the sign-in."""

from __future__ import annotations

import atexit
import copy
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kmonitor.people import Person, Role
from kmonitor.ports import Accounts
from kmonitor.store.connection import reading
from kmonitor.store.house import House
from tests.bedside_sessions import Course, infusing_course
from tests.keyless import NO_KEY_STORE
from ui.bedside.page import BedsidePage
from ui.people.panel import Place, SignInPanel
from ui.people.sign_in_gate import SignInGate
from ui.theme import Theme, make_theme

PINS = {"Ada Byron": b"2580", "Ben Okafor": b"1739", "Tess Frank": b"904817"}


@cache
def _template() -> Path:
    """The record of a clinic with a nurse, a clinician and a technician, made once."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    house = House.at(folder / "record.db", key_store=NO_KEY_STORE)
    tess: Person | None = None
    for name, role in (
        ("Tess Frank", Role.TECHNICIAN),
        ("Ada Byron", Role.NURSE),
        ("Ben Okafor", Role.CLINICIAN),
    ):
        added = house.accounts.add(tess, name=name, role=role, pin=bytearray(PINS[name]))
        tess = tess or added
    house.close()
    return folder


@cache
def _course() -> Course:
    return infusing_course(2)


class Site:
    """A clinic's record of its own for one test."""

    def __init__(self, folder: Path, *, with_people: bool = True) -> None:
        if with_people:
            for path in _template().iterdir():
                shutil.copy(path, folder / path.name)
        self.house = House.at(folder / "record.db", key_store=NO_KEY_STORE)
        self.people = {each.name: each for each in self.accounts.people()}

    @property
    def accounts(self) -> Accounts:
        return self.house.accounts

    def kinds(self) -> list[str]:
        """What was written into the audit trail, in its order."""
        with reading(self.house.path) as connection:
            rows = connection.execute("SELECT kind FROM site_event ORDER BY number").fetchall()
        return [str(kind) for (kind,) in rows]

    def bodies(self, kind: str) -> list[tuple[str, str]]:
        with reading(self.house.path) as connection:
            found = connection.execute(
                "SELECT author, body FROM site_event WHERE kind = ? ORDER BY number", (kind,)
            )
            return [(str(author), str(body)) for author, body in found.fetchall()]


class Bedside:
    """A bedside page in a window, with the gate over it."""

    def __init__(
        self,
        qtbot: QtBot,
        site: Site,
        *,
        person: Person | None = None,
        size: tuple[int, int] = (1280, 800),
    ) -> None:
        self.theme: Theme = make_theme("dark", 3.86, QSize(*size))
        self.course: Course = copy.deepcopy(_course())
        self.window = QWidget()
        self.page = BedsidePage(self.theme, clock_now=lambda: self.course.now)
        self.page.setParent(self.window)
        self.pressed: list[str] = []
        self.page.pressed.connect(self.pressed.append)
        qtbot.addWidget(self.window)
        self.window.resize(*size)
        self.page.resize(*size)
        with qtbot.waitActive(self.window):
            self.window.show()
        self.show()
        self.site = site
        self.is_reachable = True
        self.gate = SignInGate(
            accounts=lambda: site.accounts if self.is_reachable else None,
            theme=lambda: self.theme,
            where=self._where,
            lock_after_min=5,
            person=person,
        )
        self.refused: list[str] = []
        self.gate.refused.connect(self.refused.append)
        self._qtbot = qtbot

    def show(self) -> None:
        self.page.show_snapshot(self.course.session)
        self.page._show_all()

    @property
    def panel(self) -> SignInPanel:
        assert self.gate.panel is not None
        return self.gate.panel

    def wait_for_panel(self) -> SignInPanel:
        self._qtbot.waitUntil(lambda: self.gate.panel is not None, timeout=5000)
        return self.panel

    def wait_until_done(self) -> None:
        self._qtbot.waitUntil(lambda: not self.gate._errands.is_busy, timeout=10_000)

    def sign_in(self, name: str) -> None:
        """By keyboard, from the list or from the PIN page that stands there."""
        panel = self.wait_for_panel()
        if panel.choice.isVisible():
            key = next(key for key in panel.choice._keys if key.text() == name)
            key.setFocus()
            type_keys("\r")
            self._qtbot.waitUntil(panel.pin.isVisible, timeout=2000)
        type_keys(PINS[name].decode())
        type_keys("\r")
        self.wait_until_done()

    def close(self) -> None:
        self.gate.finish()

    def _where(self) -> Place:
        rect = self.page.overlay_area.geometry()
        return Place(parent=self.window, rect=rect, keys_to=self.page)


def type_keys(text: str) -> None:
    """As somebody at the keyboard, wherever the focus is."""
    for letter in text:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClicks(widget, letter)


def every_text(root: QWidget) -> Iterator[str]:
    """Whatever a widget under `root` shows, or tells a screen reader; typed secrets apart."""
    for widget in (root, *root.findChildren(QWidget)):
        yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip())
        yield from (widget.windowTitle(), widget.objectName(), widget.statusTip())
        is_hidden = isinstance(widget, QLineEdit) and widget.echoMode() is not (
            QLineEdit.EchoMode.Normal
        )
        for name in ("text", "placeholderText", "title"):
            say = getattr(widget, name, None)
            if callable(say) and not is_hidden:
                yield str(say())
