"""A blood pressure is typed as it is said, and what is wrong is marked where it stands."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from kmonitor.clock import FakeClock
from ui.bedside.panels.pressure_entry import read_pressures
from ui.bedside.panels.pressure_panel import PressurePanel
from ui.bedside.panels.time_back import time_choices
from ui.theme import make_theme


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        (("250/90", "", "", ""), ("systolic",)),
        (("120", "301", "", ""), ("diastolic",)),
        (("80", "120", "", ""), ("systolic", "diastolic")),
        (("120", "80", "130", ""), ("mean",)),
        (("120", "80", "", "x"), ("pulse",)),
        (("", "", "", ""), ()),
    ],
)
def test_the_field_that_is_wrong_is_named(
    fields: tuple[str, str, str, str], wrong: tuple[str, ...]
) -> None:
    assert read_pressures(*fields).wrong == wrong


def test_a_stroke_goes_on_to_the_diastolic_pressure(qtbot: QtBot) -> None:
    panel = PressurePanel(
        make_theme("dark", 3.86), time_choices(FakeClock().now(), "Europe/Berlin", None)
    )
    qtbot.addWidget(panel)
    with qtbot.waitActive(panel):
        panel.show()
        panel.activateWindow()
    systolic = panel.findChild(QLineEdit, "systolic")
    diastolic = panel.findChild(QLineEdit, "diastolic")
    assert systolic is not None
    assert diastolic is not None
    panel.take_focus()
    QTest.keyClicks(systolic, "250/")
    assert (systolic.text(), diastolic.hasFocus()) == ("250", True)
    QTest.keyClicks(diastolic, "90")
    assert diastolic.text() == "90"
