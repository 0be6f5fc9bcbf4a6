"""PySide6 6.12.0 lost references to None and killed Python 3.11; this must never come back."""

from __future__ import annotations

import gc
import sys

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui_window import open_window

_FRAMES = 300
_MAY_FALL = 40  # a loss of one reference a frame falls by hundreds


def test_frames_of_the_whole_window_lose_no_reference_to_none(qtbot: QtBot) -> None:
    window = open_window(qtbot)
    for _ in range(30):
        window.frame()
    gc.collect()
    before = sys.getrefcount(None)
    for _ in range(_FRAMES):
        window.frame()
        QApplication.processEvents()
    gc.collect()
    after = sys.getrefcount(None)
    window.shell.leave()
    assert after >= before - _MAY_FALL
