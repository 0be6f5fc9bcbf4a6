"""One stored session to be read: what its row says, plain and unchanged."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from kmonitor.store.reader import StoredSession
from ui.controls.page_frame import PageFrame
from ui.controls.themed import Words
from ui.start.view_model import summary_lines
from ui.theme import Role, Theme


class SessionReading(PageFrame):
    """Names at the left, what the record says at the right; nothing can be changed here."""

    def __init__(self, theme: Theme, stored: StoredSession) -> None:
        super().__init__(theme, "Session")
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(3 * theme.sizes.pad_px)
        grid.setVerticalSpacing(theme.sizes.pad_px)
        grid.setColumnStretch(1, 1)
        for row, (name, words) in enumerate(summary_lines(stored)):
            grid.addWidget(Words(theme, name, role=Role.TEXT_QUIET), row, 0)
            line = Words(theme, words, size="large")
            line.setAccessibleName(f"{name}: {words}")
            grid.addWidget(line, row, 1)
        self.body.addWidget(inner)
        self.body.addStretch(1)
