"""About: what the program is and is not, its version, its licences, where help is."""

from __future__ import annotations

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QApplication, QGridLayout, QSizePolicy, QWidget

from kmonitor.record_house import RecordHouse
from ui.controls.key import Key
from ui.controls.page_frame import PageFrame
from ui.controls.scrolled import Scrolled
from ui.controls.themed import Words
from ui.settings.about_words import (
    HELP,
    LICENSES,
    WHAT_IT_IS,
    WHAT_IT_IS_NOT,
    about_facts,
    about_rows,
    support_text,
)
from ui.theme import Role, Theme


class AboutPage(PageFrame):
    """`house` None is the demonstration."""

    def __init__(self, theme: Theme, *, house: RecordHouse | None) -> None:
        super().__init__(theme, "About kmonitor")
        self._facts = about_facts(house, qVersion())
        inner = QWidget()
        self._grid = QGridLayout(inner)
        self._grid.setContentsMargins(0, 0, theme.sizes.pad_px, 0)
        self._grid.setHorizontalSpacing(3 * theme.sizes.pad_px)
        self._grid.setVerticalSpacing(2 * theme.sizes.pad_px)
        self._grid.setColumnStretch(1, 1)
        self._row("What it is", WHAT_IT_IS)
        self._row("What it is not", WHAT_IT_IS_NOT, size="large")
        for title, words in about_rows(self._facts):
            self._row(title, words)
        self._row("Licenses", LICENSES)
        self._row("Help", HELP)
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        self.body.addWidget(Scrolled(theme, inner), 1)
        self.copy = Key(theme, "Copy for support", name="copy_support")
        self.copy.clicked.connect(self._copy)
        self.foot.insertWidget(1, self.copy, 2)

    def _row(self, title: str, words: str, *, size: str = "text") -> None:
        row = self._grid.rowCount()
        name = Words(self.theme, title, role=Role.TEXT_QUIET)
        name.setWordWrap(False)
        says = Words(self.theme, words, size=size)
        says.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(name, row, 0, top)
        self._grid.addWidget(says, row, 1)

    def _copy(self) -> None:
        QApplication.clipboard().setText(support_text(self._facts))
        self.say("Copied: versions and paths only, nothing of any patient.")
