"""What became of the last press: refused and why, or being saved, or saved."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kmonitor.clock import Instant
from kmonitor.session_state import LoggedAct, Session
from ui.controls.themed import Words
from ui.theme import Role, Theme

REFUSAL_SHOWN_S = 8.0
SAVED_SHOWN_S = 2.0


class NewsLine(QWidget):
    """Times itself in real seconds, which the speed of the patient's time does not shorten."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._refused_at: Instant | None = None
        self._acts_seen: int | None = None
        self._pending: LoggedAct | None = None
        self._until_s = 0.0
        self._is_quiet = False
        self._is_refusal = False
        self._words = Words(theme, size="large")
        self._words.setObjectName("news")
        self._words.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        box = QVBoxLayout(self)
        pad = theme.sizes.pad_px
        box.setContentsMargins(2 * pad, pad, 2 * pad, pad)
        box.addWidget(self._words)
        self.hide()

    def show_snapshot(self, session: Session, real_s: float) -> None:
        """Take the news out of a snapshot; `real_s` is the real time for how long it stands."""
        refusal = session.refusal
        if refusal is not None and refusal.at != self._refused_at:
            self._refused_at = refusal.at
            self.refuse(refusal.reason, real_s)
            return
        first_time = self._acts_seen is None
        is_new = len(session.acts) != self._acts_seen and not first_time
        self._acts_seen = len(session.acts)
        if is_new and session.acts:
            self._pending = session.acts[-1]
        self._show_saving(session, real_s)

    def refuse(self, reason: str, real_s: float) -> None:
        """Say why a press did nothing."""
        self._say(f"NOT DONE. {reason}", real_s + REFUSAL_SHOWN_S)
        self._is_refusal = True

    def set_quiet(self, *, is_quiet: bool) -> None:
        """While a panel stands only a refusal is said, and one that stood stays."""
        self._is_quiet = is_quiet
        if is_quiet and not self._is_refusal:
            self.hide()

    def tick(self, real_s: float) -> None:
        """Go away when it has been read."""
        if self.isVisible() and real_s > self._until_s:
            self.hide()

    def set_theme(self, theme: Theme) -> None:
        """The ground is drawn with it."""
        self._theme = theme
        self.update()

    def _show_saving(self, session: Session, real_s: float) -> None:
        act = self._pending
        if act is None or self._is_quiet:
            return
        if session.record.committed_seq >= act.seq:
            self._pending = None
            self._say(f"{_begun(act.words)}: saved", real_s + SAVED_SHOWN_S)
        else:
            self._say(f"{_begun(act.words)}: saving…", real_s + REFUSAL_SHOWN_S)

    def _say(self, words: str, until_s: float) -> None:
        self._is_refusal = False
        self._words.say(words)
        self.setAccessibleName(words)
        self._until_s = until_s
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A quiet ground with an edge."""
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), self._theme.colour(Role.KEY))
            painter.fillRect(0, 0, 6, self.height(), self._theme.colour(Role.FOCUS))
        finally:
            painter.end()


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]
