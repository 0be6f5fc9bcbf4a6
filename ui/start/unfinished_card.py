"""The session that has no end: what is known of it, Resume, and the question before closing it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kmonitor.clock import monotonic_s
from ui.controls.framed import Framed
from ui.controls.guard import PressGuard
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.start.view_model import UnfinishedCard
from ui.theme import Role, Theme

ARMED_AFTER_S = 1.0


class UnfinishedBox(Framed):
    """`resume_asked` and `close_asked` carry the session's id; closing is asked once."""

    resume_asked = Signal(str)
    close_asked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, strong=True)
        self.setAccessibleName("Unfinished session")
        self._card: UnfinishedCard | None = None
        self._is_held = False
        title = Words(theme, "UNFINISHED SESSION", role=Role.TEXT_QUIET)
        self._who = Words(theme, size="large")
        self._what = Words(theme, size="large")
        self._when = Words(theme, role=Role.TEXT_QUIET)
        self._warning = Words(theme, size="large")
        self._warning.setObjectName("unfinished_warning")
        self.news = Words(theme)
        self.news.setObjectName("unfinished_news")
        for words in (title, self._who, self._what, self._when, self._warning, self.news):
            self.column.addWidget(words)
        self.resume = Key(theme, "Resume", name="resume_session", letter="R", strong=True)
        self.close_it = Key(theme, "Close it", name="close_session")
        self._ask = Words(theme, size="large")
        self.stay = Key(theme, "Back", name="close_not", letter="Esc")
        self.agree = Key(theme, "Close the session", name="close_agreed", strong=True)
        self._guard = PressGuard(self.agree, ARMED_AFTER_S)
        self._choices = _row(theme, (self.close_it, 1), (self.resume, 2))
        self._question = _row(theme, (self.stay, 1), (self.agree, 2))
        self.column.addWidget(self._choices)
        self.column.addWidget(self._ask)
        self.column.addWidget(self._question)
        self.resume.clicked.connect(lambda: self.resume_asked.emit(self._session_id))
        self.close_it.clicked.connect(lambda: self._turn(is_asking=True))
        self.stay.clicked.connect(lambda: self._turn(is_asking=False))
        self.agree.clicked.connect(self._agree)
        self._turn(is_asking=False)

    def show_card(self, card: UnfinishedCard) -> None:
        """Say what is known."""
        if card == self._card:
            return
        is_other = self._card is None or self._card.session_id != card.session_id
        self._card = card
        self._who.say(card.who)
        self._what.say(card.what)
        self._when.say(card.when)
        self._warning.say(card.warning)
        self._ask.say(card.closing)
        self._warning.setVisible(bool(card.warning))
        self.resume.setEnabled(card.can_resume and not self._is_held)
        if is_other:
            self.say("")
            self._turn(is_asking=False)

    def say(self, sentence: str) -> None:
        """Why it could not be done, or that it is being done."""
        self.news.say(sentence)
        self.news.setVisible(bool(sentence))

    def hold(self, *, is_held: bool) -> None:
        """While it is resumed or closed nothing else can be asked of it."""
        self._is_held = is_held
        can_resume = self._card is not None and self._card.can_resume
        self.resume.setEnabled(can_resume and not is_held)
        self.close_it.setEnabled(not is_held)

    def take_focus(self) -> None:
        """Enter resumes; where that cannot be, it asks about closing."""
        key = self.resume if self.resume.isEnabled() else self.close_it
        key.setFocus(Qt.FocusReason.OtherFocusReason)

    def tick(self, real_s: float) -> None:
        """One frame."""
        self._guard.tick(real_s)

    def _turn(self, *, is_asking: bool) -> None:
        had_focus = any(
            key.hasFocus() for key in (self.resume, self.close_it, self.stay, self.agree)
        )
        for known in (self._what, self._when):
            known.setVisible(not is_asking)
        self._choices.setVisible(not is_asking)
        self._ask.setVisible(is_asking)
        self._question.setVisible(is_asking)
        if is_asking:
            self._guard.disarm(monotonic_s())
            self.stay.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._guard.rest()
            if had_focus:
                self.take_focus()

    def _agree(self) -> None:
        self._turn(is_asking=False)
        self.close_asked.emit(self._session_id)

    @property
    def _session_id(self) -> str:
        return "" if self._card is None else self._card.session_id


def _row(theme: Theme, *keys: tuple[Key, int]) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(theme.sizes.gap_px)
    for key, stretch in keys:
        layout.addWidget(key, stretch)
    return row
