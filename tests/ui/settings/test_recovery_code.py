"""The recovery code on paper: what the printer gets is the code and where to keep it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QPdfWriter
from pytestqt.qtbot import QtBot

from ui.settings import recovery_code
from ui.settings.recovery_code import RecoveryCode
from ui.theme import make_theme

CODE = "-".join(["7K2M", "9QXD", "4TTV", "0WBE", "H3NA", "J8ZC", "P5RS", "Y6GF"])


def shown(qtbot: QtBot) -> RecoveryCode:
    made = RecoveryCode(make_theme("dark", 3.86, QSize(1280, 800)))
    qtbot.addWidget(made)
    made.show()
    made.show_code(CODE)
    return made


def test_one_sheet_goes_to_the_printer_and_that_is_said(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = tmp_path / "paper.pdf"
    monkeypatch.setattr(recovery_code, "_default_printer", lambda: QPdfWriter(str(paper)))
    made = shown(qtbot)
    assert made.print.isVisible()
    made.print.click()
    assert made._says.text() == "Sent to the printer."
    assert paper.stat().st_size > 1_000


def test_without_a_printer_it_is_only_shown(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery_code, "_default_printer", lambda: None)
    made = shown(qtbot)
    assert not made.print.isVisible()
    assert made._groups._shown == CODE.split("-")
    assert made._groups.accessibleDescription() == CODE.replace("-", ", ")


def test_it_is_forgotten_when_somebody_says_that_it_is_written_down(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery_code, "_default_printer", lambda: None)
    made = shown(qtbot)
    made.done.click()
    assert made._groups._shown, "a press before it can have been read counts for nothing"
    made._guard._until_s = 0.0
    qtbot.waitUntil(made.done.isEnabled, timeout=10_000)
    with qtbot.waitSignal(made.written_down):
        made.done.click()
    assert not made.is_shown
    assert made._groups._shown == []
    assert made._groups.accessibleDescription() == ""
