"""What stands on the screen when the program cannot be kept alive."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from kmonitor.pipes import encode
from ui.last_message import make_window, read_message, words_of

CHECKOUT = Path(__file__).resolve().parents[2]
SAID = {"chair": "Chair 2", "cause": "its monitor was silent for 2 s", "has_sound": "yes"}


def test_it_says_what_stopped_where_and_what_to_do() -> None:
    large, small = words_of(SAID)
    assert large[:3] == ("KMONITOR STOPPED", "Chair 2", "Watch the patient monitor.")
    assert any("its monitor was silent for 2 s" in line for line in small)
    assert "NO ALARM SOUND" not in large
    assert words_of({})[0][-1] == "NO ALARM SOUND"


def test_what_the_supervisor_says_is_read_and_junk_is_nothing() -> None:
    assert read_message(encode("stopped", SAID | {"empty": ""})) == SAID
    assert read_message(b"junk") == {}


def test_all_words_are_on_the_screen_and_the_key_closes_it(qtbot: QtBot) -> None:
    window = make_window(SAID)
    qtbot.addWidget(window)
    assert window.size() == QApplication.primaryScreen().size(), "also without a window manager"
    window.resize(1024, 768)
    window.show()
    large, small = words_of(SAID)
    shown = [label for label in window.findChildren(QLabel) if label.isVisible()]
    assert [label.text() for label in shown] == [*large, *small]
    assert all(window.rect().contains(label.geometry()) for label in shown)
    assert window.grab().toImage().pixelColor(2, 2).name() == "#000000"
    key = window.findChild(QPushButton, "acknowledge")
    assert isinstance(key, QPushButton)
    key.setFocus()
    qtbot.keyClick(key, Qt.Key.Key_Space)
    assert not window.isVisible()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a display")
def test_without_a_display_its_process_fails_so_that_the_words_go_to_stderr() -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    program = "from ui.last_message import main; import sys; sys.exit(main())"
    ended = subprocess.run(
        [sys.executable, "-c", program],
        input=encode("stopped", SAID),
        cwd=CHECKOUT,
        env={name: text for name, text in os.environ.items() if name not in hidden},
        check=False,
    )
    assert ended.returncode == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a display")
def test_as_a_process_it_ends_well_when_it_is_acknowledged() -> None:
    program = (
        "import ui.last_message as last\n"
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QPushButton\n"
        "make = last.make_window\n"
        "def pressed(said):\n"
        "    window = make(said)\n"
        "    QTimer.singleShot(200, window.findChild(QPushButton, 'acknowledge').click)\n"
        "    return window\n"
        "last.make_window = pressed\n"
        "raise SystemExit(last.main())\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], input=encode("stopped", SAID), cwd=CHECKOUT, check=False
    )
    assert ended.returncode == 0
