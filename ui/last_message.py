"""The last message: kmonitor cannot be kept alive. A process of its own, with as little as can be.

It has no theme, no font of ours and no page, so that what broke them cannot break it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget

from kmonitor.pipes import Message, Splitter
from ui.display import has_display

_NOT_SHOWN = 1
_BEEPS_EVERY_MS = 1000
_HEADLINE = "KMONITOR STOPPED"
_STYLE = (
    "QWidget { background: black; color: white; }"
    "QPushButton { background: #303030; border: 3px solid white; padding: 24px; }"
    "QPushButton:pressed { background: #606060; }"
)


def main() -> int:
    """Show what standard input says until a person acknowledges it; not 0 where it cannot."""
    if not has_display():
        return _NOT_SHOWN
    return show(read_message(sys.stdin.buffer.read()))


def read_message(stream: bytes) -> Mapping[str, str]:
    """What the supervisor says: `chair`, `cause`, `has_sound`; nothing where that is unreadable."""
    for found in Splitter().feed(stream):
        if isinstance(found, Message):
            return {name: text for name, text in found.said.items() if text}
    return {}


def words_of(said: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is read from afar, the headline first, and what is read at the screen."""
    stopped = f" ({said['cause']})" if "cause" in said else ""
    large = (
        _HEADLINE,
        said.get("chair", ""),
        "Watch the patient monitor.",
        "The pump may be running.",
        "" if "has_sound" in said else "NO ALARM SOUND",
    )
    small = (
        "kmonitor does not control the pump and does not watch the patient now.",
        f"It stopped three times within a minute{stopped} and does not try again.",
        "Start it again: it offers to resume the session. What was recorded is kept.",
    )
    return tuple(line for line in large if line), small


def show(said: Mapping[str, str]) -> int:
    """The window; returns when its key was pressed or it was closed."""

    app = QApplication(["kmonitor"])
    window = make_window(said)
    if "has_sound" not in said:
        bell = QTimer(window)
        bell.timeout.connect(app.beep)
        bell.start(_BEEPS_EVERY_MS)
    window.showFullScreen()
    window.activateWindow()
    return app.exec()


def make_window(said: Mapping[str, str]) -> QWidget:
    """Black, with large words and one key that has the keyboard."""

    window = QWidget()
    window.setWindowTitle("kmonitor stopped")
    window.setStyleSheet(_STYLE)
    layout = QVBoxLayout(window)
    layout.setContentsMargins(48, 48, 48, 48)
    screen_px = QApplication.primaryScreen().size()
    window.resize(screen_px)  # where no window manager makes it as large as the screen
    unit_px = min(screen_px.width() // 48, screen_px.height() // 27)
    large, small = words_of(said)
    sized = [(text, round(2.4 * unit_px)) for text in large]
    sized[0] = (_HEADLINE, 4 * unit_px)
    sized += [(text, round(1.1 * unit_px)) for text in small]
    for text, size_px in sized:
        label = QLabel(text)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        font = label.font()
        font.setPixelSize(size_px)
        font.setBold(text in large)
        label.setFont(font)
        layout.addWidget(label)
    layout.addStretch(1)
    key = QPushButton("Acknowledge: end the sound")
    key.setObjectName("acknowledge")
    font = key.font()
    font.setPixelSize(2 * unit_px)
    key.setFont(font)
    key.setDefault(True)
    key.clicked.connect(window.close)
    layout.addWidget(key)
    key.setFocus(Qt.FocusReason.OtherFocusReason)
    return window
