"""Sign-in, first start, settings, about and audit as they are seen: in full, and for gloves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from kmonitor.people import DEMONSTRATION_NURSE, Person, Role
from kmonitor.ports import SignInRefused
from kmonitor.settings import Settings
from tests.people_world import Site
from ui.audit.page import AuditPage
from ui.bedside.page_layout import places
from ui.controls.key import Key
from ui.people.first_person import FirstPersonPage
from ui.people.gate import OpenGate
from ui.people.panel import Place, SignInPanel
from ui.people.pin_entry import PinEntry
from ui.people.words import refusal_words
from ui.settings.about import AboutPage
from ui.settings.page import RECORD, SettingsPage
from ui.theme import LEAST_TARGET_MM, Theme, make_theme

PANELS = {
    "1280x800": (QSize(1280, 800), 3.859),
    "1024x768": (QSize(1024, 768), 3.360),
    "1920x1080": (QSize(1920, 1080), 3.615),
}
LONG = "Maximiliane Hohenzollern-Sigmaringen"
PEOPLE = [
    Person(person_id=str(n), name=f"{LONG} {n}" if n % 2 else f"Ada {n}", role=role)
    for n, role in enumerate([Role.NURSE, Role.CLINICIAN, Role.TECHNICIAN] * 4)
]
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.house.close()


def seen(root: QWidget, kind: type[QWidget]) -> list[QWidget]:
    return [w for w in root.findChildren(kind) if w.isVisible() and not w.visibleRegion().isEmpty()]


def place(widget: QWidget, root: QWidget) -> QRect:
    return QRect(widget.mapTo(root, widget.rect().topLeft()), widget.size())


def visible(widget: QWidget, root: QWidget) -> QRect:
    """The part that a list shows of it."""
    part = widget.visibleRegion().boundingRect()
    return QRect(widget.mapTo(root, part.topLeft()), part.size())


def scrolled(widget: QWidget, root: QWidget) -> bool:
    """Whether it stands in a list that scrolls, where the edge may cut it."""
    parent = widget.parentWidget()
    while parent is not None and parent is not root:
        if isinstance(parent, QScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def judge(root: QWidget, px_per_mm: float) -> None:
    """Every word in full, nothing over anything, keys for gloves."""
    for label in seen(root, QLabel):
        assert isinstance(label, QLabel)
        if label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width()), label.text()
        else:
            needed = QFontMetrics(label.font()).horizontalAdvance(label.text())
            assert label.width() >= needed, label.text()
    targets = [*seen(root, Key), *seen(root, QLineEdit), *seen(root, PinEntry)]
    for target in targets:
        name = target.objectName()
        assert target.height() >= LEAST_TARGET_MM * px_per_mm - 1, name
        assert target.width() >= target.minimumSizeHint().width() - 1, name
        if not scrolled(target, root):
            assert root.rect().contains(place(target, root)), name
    for one, other in combinations(targets, 2):
        names = (one.objectName(), other.objectName())
        assert not visible(one, root).intersects(visible(other, root)), names


def sign_in(theme: Theme, size: QSize) -> tuple[QWidget, SignInPanel]:
    """The panel where the bedside leaves room: over pleth and trend."""
    window = QWidget()
    window.resize(size)
    where = places(theme.sizes, size, has_mode=True, extras=0)
    rect = where.pleth.united(where.trend)
    return window, SignInPanel(theme, lambda: Place(parent=window, rect=rect))


def show_choice(panel: SignInPanel) -> None:
    panel.offer(PEOPLE, PEOPLE[1], "To set up, run and end a session.")


def show_nobody(panel: SignInPanel) -> None:
    panel.offer([], None, "To set up, run and end a session.")


def show_pin(panel: SignInPanel) -> None:
    panel.offer(PEOPLE, None, "To encrypt the record and change its passphrase.")
    panel.ask_pin(PEOPLE[1])
    for _ in range(8):
        panel.pin.entry.press("8")


def show_lockout(panel: SignInPanel) -> None:
    show_pin(panel)
    refused = SignInRefused(reason="This PIN is not right; wait 30 s.", wait_s=900.0)
    panel.pin.entry.wipe()
    panel.pin.hold(is_held=True)
    panel.pin.complain(refusal_words(refused, 899.0))


def show_glass(panel: SignInPanel) -> None:
    panel.offer(PEOPLE, None, "")
    panel.choice.glass.click()
    panel.glass.complain("The record cannot be written: the disk is full.")


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("show", [show_choice, show_nobody, show_pin, show_lockout, show_glass])
def test_the_sign_in_fits_beside_the_numbers(
    qtbot: QtBot, panel: str, show: Callable[[SignInPanel], None]
) -> None:
    size, px_per_mm = PANELS[panel]
    theme = make_theme("dark", px_per_mm, size)
    window, made = sign_in(theme, size)
    qtbot.addWidget(window)
    show(made)
    window.show()
    qtbot.waitExposed(window)
    wanted = made.geometry()
    where = places(theme.sizes, size, has_mode=True, extras=0)
    assert wanted == where.pleth.united(where.trend), "no content makes it larger than its place"
    judge(made, px_per_mm)


@pytest.mark.parametrize("panel", PANELS)
def test_the_first_start_is_seen_in_full(qtbot: QtBot, panel: str, site: Site) -> None:
    size, px_per_mm = PANELS[panel]
    page = FirstPersonPage(make_theme("light", px_per_mm, size), site.accounts)
    qtbot.addWidget(page)
    page.resize(size)
    page.show()
    qtbot.waitExposed(page)
    assert page.size() == size
    judge(page, px_per_mm)


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("strip_px", [0, 170], ids=["alone", "under the strip"])
def test_every_section_of_the_settings_is_seen_in_full(
    qtbot: QtBot, panel: str, strip_px: int, site: Site, tmp_path: Path
) -> None:
    size, px_per_mm = PANELS[panel]
    page = SettingsPage(
        make_theme("dark", px_per_mm, size),
        house=site.house,
        gate=OpenGate(site.people["Tess Frank"]),
        settings=Settings(site_folder=tmp_path, lock_after_min=7),
        zone=NEW_YORK,
    )
    qtbot.addWidget(page)
    page.resize(size.width(), size.height() - strip_px)
    page.show()
    qtbot.waitExposed(page)
    errands = page.desk.errands
    for section, key in enumerate(page.choice.keys):
        key.click()
        qtbot.waitUntil(lambda: not errands.is_busy, timeout=10_000)
        qtbot.wait(10)
        judge(page, px_per_mm)
        if section == RECORD:
            page.record.protect.click()
            qtbot.wait(10)
            judge(page, px_per_mm)
            page.record.code.show_code("-".join(["WWWW"] * 8))
            page.record._turn_to(2)
            qtbot.wait(10)
            judge(page, px_per_mm)
            page.record.code._forget()
    add = next(key for key in page.findChildren(Key, "add_person") if key.isVisible())
    add.click()
    qtbot.wait(10)
    judge(page, px_per_mm)
    assert page.size() == QSize(size.width(), size.height() - strip_px)
    page.finish()


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("strip_px", [0, 170], ids=["alone", "under the strip"])
def test_about_and_audit_are_seen_in_full(
    qtbot: QtBot, panel: str, strip_px: int, site: Site
) -> None:
    size, px_per_mm = PANELS[panel]
    theme = make_theme("light", px_per_mm, size)
    gate = OpenGate(DEMONSTRATION_NURSE)
    audit = AuditPage(theme, house=site.house, gate=gate, zone=NEW_YORK)
    for page in (AboutPage(theme, house=site.house), audit):
        qtbot.addWidget(page)
        page.resize(size.width(), size.height() - strip_px)
        page.show()
        qtbot.waitExposed(page)
        qtbot.waitUntil(lambda: not audit._errands.is_busy, timeout=10_000)
        judge(page, px_per_mm)
        assert page.size() == QSize(size.width(), size.height() - strip_px)
    assert abs(audit.table.columnWidth(2) - audit.table.columnWidth(3)) <= 2  # neither starves
    for row in range(audit.model.rowCount()):
        for column in (0, 2, 4):
            needed = audit.table.sizeHintForIndex(audit.model.index(row, column)).width()
            assert audit.table.columnWidth(column) >= needed, audit.model.index(row, column).data()
    audit.finish()
