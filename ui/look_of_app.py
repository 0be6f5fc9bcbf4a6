"""Where the window can be shown, and what Qt itself must know of our colours."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from ui.display import PLATFORM, has_display
from ui.theme import Role, Theme, make_theme, px_per_mm_of

log = logging.getLogger(__name__)
__all__ = ["dress", "go_off_screen", "has_display", "hear_qt", "theme_for"]

OFF_SCREEN_SIZE = (1920, 1080)
_OFF_SCREEN_ALWAYS_SAYS = "does not support propagateSizeHints"
_LEVELS = {QtMsgType.QtDebugMsg: logging.DEBUG, QtMsgType.QtInfoMsg: logging.INFO}


def go_off_screen(folder: Path) -> None:
    """Let Qt draw into memory, on a screen of the size of a bedside panel."""
    width, height = OFF_SCREEN_SIZE
    screen = {"name": "bed", "x": 0, "y": 0, "width": width, "height": height}
    dots = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    settings = folder / "screen.json"
    settings.write_text(json.dumps({"screens": [screen | dots]}), encoding="ascii")
    os.environ[PLATFORM] = f"offscreen:configfile={settings.as_posix()}"


def hear_qt() -> None:
    """Qt's own messages go to the log; the one that off screen always says goes nowhere."""

    def hear(kind: QtMsgType, _where: QMessageLogContext, words: str) -> None:
        if _OFF_SCREEN_ALWAYS_SAYS not in words:
            log.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s", words)

    qInstallMessageHandler(hear)


def theme_for(app: QApplication, name: str) -> Theme:
    """The theme in the sizes of the screen that the window will fill."""
    screen = app.primaryScreen()
    return make_theme(name, px_per_mm_of(screen), screen.availableSize())


def dress(app: QApplication, theme: Theme) -> None:
    """Fusion everywhere, in the theme's colours."""
    app.setStyle("Fusion")
    palette = app.palette()
    for group, role in (
        (QPalette.ColorRole.Window, Role.PAGE),
        (QPalette.ColorRole.Base, Role.PAGE),
        (QPalette.ColorRole.AlternateBase, Role.PANEL),
        (QPalette.ColorRole.Button, Role.KEY),
        (QPalette.ColorRole.WindowText, Role.TEXT),
        (QPalette.ColorRole.Text, Role.TEXT),
        (QPalette.ColorRole.ButtonText, Role.TEXT),
        (QPalette.ColorRole.Highlight, Role.KEY_PRESSED),
        (QPalette.ColorRole.HighlightedText, Role.TEXT),
    ):
        palette.setColor(group, theme.colour(role))
    app.setPalette(palette)
    app.setFont(theme.text_font(theme.sizes.text_px))
