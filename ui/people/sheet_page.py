"""The frame of one page of the sign-in panel: title, what it is for, body, keys; Esc goes back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.controls.key import Key
from ui.controls.themed import Words
from ui.theme import Role, Theme


class SheetPage(QWidget):
    """`left` when Back or Esc was pressed."""

    left = Signal()

    def __init__(self, theme: Theme, *, back: str = "Back") -> None:
        super().__init__()
        sizes = theme.sizes
        outer = QVBoxLayout(self)
        outer.setContentsMargins(2 * sizes.pad_px, sizes.pad_px, 2 * sizes.pad_px, sizes.pad_px)
        outer.setSpacing(sizes.pad_px)
        head = QVBoxLayout()
        head.setSpacing(0)
        self.title = Words(theme, size="large")
        self.says = Words(theme, role=Role.TEXT_QUIET)
        head.addWidget(self.title)
        head.addWidget(self.says)
        outer.addLayout(head)
        self.body = QVBoxLayout()
        self.body.setSpacing(sizes.pad_px)
        outer.addLayout(self.body, 1)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(sizes.gap_px)
        self.back = Key(theme, back, name="sheet_back", letter="Esc")
        self.back.setShortcut("")  # a panel below may have the same one
        self.back.clicked.connect(self.left)
        self.foot.addWidget(self.back, 1)
        outer.addLayout(self.foot)
        for words in (self.title, self.says):
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def head(self, title: str, says: str) -> None:
        """What stands above."""
        self.title.say(title)
        self.says.say(says)
        self.says.setVisible(bool(says))
        self.setAccessibleName(f"{title}. {says}" if says else title)

    def take_focus(self) -> None:
        """Put the focus where typing does what is most likely meant."""
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        """Esc means this page, whatever stands below."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves without doing anything."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            event.ignore()
