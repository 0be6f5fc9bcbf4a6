"""The frame of a page beside the bedside: title, body, one sentence, Back; Esc goes back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.controls.key import Key
from ui.controls.themed import Words, retheme
from ui.theme import Theme


class PageFrame(QWidget):
    """`closed` when Back or Esc was pressed; `say` puts one sentence above the keys."""

    closed = Signal()

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self.theme = theme
        sizes = theme.sizes
        self.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(2 * sizes.pad_px, sizes.pad_px, 2 * sizes.pad_px, sizes.pad_px)
        outer.setSpacing(sizes.pad_px)
        self.head = QHBoxLayout()
        self.head.setSpacing(sizes.gap_px)
        self.title = Words(theme, title, size="huge")
        self.title.setWordWrap(False)
        self.head.addWidget(self.title, 1)
        outer.addLayout(self.head)
        self.body = QVBoxLayout()
        self.body.setSpacing(sizes.pad_px)
        outer.addLayout(self.body, 1)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(sizes.gap_px)
        self.back = Key(theme, "Back", name="page_back", letter="Esc")
        self.back.setShortcut("")  # a panel above may have the same one
        self.back.clicked.connect(self.leave)
        self.foot.addWidget(self.back, 1)
        self.news = Words(theme)
        self.news.setObjectName("page_news")
        self.news.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.foot.addWidget(self.news, 4)
        outer.addLayout(self.foot)

    def say(self, sentence: str) -> None:
        """What has just been done, or could not be."""
        self.news.say(sentence)
        self.news.setAccessibleName(sentence)

    def leave(self) -> None:
        """Back was pressed."""
        self.closed.emit()

    def take_focus(self) -> None:
        """Put the focus where typing does what is most likely meant."""
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self.theme = theme
        retheme(self, theme)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)
