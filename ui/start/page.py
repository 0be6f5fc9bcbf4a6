"""The start page: what waits to be decided at the left, what is to be known at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.controls.big_key import BigKey
from ui.controls.framed import Framed
from ui.controls.key import Key
from ui.controls.passphrase_row import PassphraseRow
from ui.controls.themed import Words, retheme
from ui.start.lists import Note, NoteList, SessionList
from ui.start.unfinished_card import UnfinishedBox
from ui.start.view_model import Lead, NoteRow, StartView
from ui.theme import Role, Theme

_NOW = "numbers and alarms at once; what comes is NOT SAVED until the record is open"


class StartPage(QWidget):
    """Shows a `StartView`; every decision leaves by a signal.

    `page_asked` carries the word of a key of the foot, `session_chosen` a session's id.
    """

    new_asked = Signal()
    page_asked = Signal(str)
    session_chosen = Signal(str)
    person_asked = Signal()

    def __init__(self, theme: Theme, *, chair: str, pages: Sequence[str]) -> None:
        super().__init__()
        self._theme = theme
        self._lead: Lead | None = None
        self.setAccessibleName("Start")
        self._says = Words(theme, size="large")
        self._says.setObjectName("start_says")
        self.unfinished = UnfinishedBox(theme)
        self.lock = Framed(theme, strong=True)
        self.passphrase = PassphraseRow(theme)
        self.lock.column.addWidget(Words(theme, "RECORD LOCKED", role=Role.TEXT_QUIET))
        self.new = BigKey(theme, "New session", name="new_session", letter="N", strong=True)
        self.sessions = SessionList(theme)
        self.sessions.setObjectName("today")
        self.notes = NoteList(theme)
        self.notes.setObjectName("notes")
        self.person = Key(theme, "", name="start_person", letter="U")
        self.not_encrypted = Note(theme, NoteRow(words="NOT ENCRYPTED", is_loud=True))
        self.not_encrypted.setWordWrap(False)
        self._pages = [self._page_key(name) for name in pages]
        self._lay_out(chair)
        self.new.clicked.connect(self.new_asked)
        self.sessions.chosen.connect(self.session_chosen)
        self.person.clicked.connect(self.person_asked)
        self._wait()

    def show_view(self, view: StartView) -> None:
        """Bring everything up to date; the focus goes to what must be decided first."""
        self._says.say(view.says)
        self._says.setVisible(bool(view.says) and view.lead is not Lead.LOCKED)
        self.unfinished.setVisible(view.lead is Lead.UNFINISHED)
        if view.card is not None:
            self.unfinished.show_card(view.card)
        self.lock.setVisible(view.lead is Lead.LOCKED)
        is_locked = view.lead in (Lead.LOCKED, Lead.UNUSABLE)
        self.new.say(
            "Start monitoring now" if is_locked else "New session",
            _NOW if is_locked else view.new_why_not,
        )
        self.new.setEnabled(not view.new_why_not)
        self.sessions.show_rows(view.rows, view.rows_wait)
        self.notes.show_notes(view.notes)
        self.not_encrypted.setVisible(view.is_not_encrypted)
        if view.lead is not self._lead:
            self._lead = view.lead
            if self._may_take_focus():
                self.take_focus()

    def _may_take_focus(self) -> bool:
        """Not from another page, and not from a PIN that is being typed."""
        focused = QApplication.focusWidget()
        if focused is None or not focused.isVisible():
            return self.isVisible()
        return self.isVisible() and self.isAncestorOf(focused)

    def show_person(self, words: str, *, is_touchable: bool) -> None:
        """Who is signed in."""
        self.person.say(words, "touch: sign in or change")
        self.person.setVisible(is_touchable)

    def take_focus(self) -> None:
        """Enter does what is most likely meant."""
        match self._lead:
            case Lead.UNFINISHED:
                self.unfinished.take_focus()
            case Lead.LOCKED:
                self.passphrase.take_focus()
            case Lead.NEW | Lead.UNUSABLE:
                self.new.setFocus(Qt.FocusReason.OtherFocusReason)
            case _:
                if self._pages:
                    self._pages[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def tick(self, real_s: float) -> None:
        """One frame."""
        self.unfinished.tick(real_s)

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self._theme = theme
        retheme(self, theme)

    def _wait(self) -> None:
        """Until the record has been looked at there is nothing to decide."""
        for later in (self.unfinished, self.lock, self.not_encrypted):
            later.hide()
        self.new.setEnabled(False)
        self._says.say("The record is being looked at.")

    def _page_key(self, name: str) -> Key:
        key = Key(self._theme, name, name=f"page_{name.split(maxsplit=1)[0].lower()}")
        key.clicked.connect(lambda: self.page_asked.emit(name))
        return key

    def _lay_out(self, chair: str) -> None:
        sizes = self._theme.sizes
        pad = sizes.pad_px
        whole = QVBoxLayout(self)
        whole.setContentsMargins(2 * pad, pad, 2 * pad, pad)
        whole.setSpacing(pad)
        whole.addLayout(self._head(chair))
        middle = QHBoxLayout()
        middle.setSpacing(2 * pad)
        middle.addLayout(self._decisions(), 11)
        middle.addLayout(self._known(), 8)
        whole.addLayout(middle, 1)
        foot = QHBoxLayout()
        foot.setSpacing(sizes.gap_px)
        for key in self._pages:
            foot.addWidget(key, 1)
        whole.addLayout(foot)

    def _head(self, chair: str) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(2 * self._theme.sizes.pad_px)
        where = Words(self._theme, chair.upper(), size="huge")
        where.setWordWrap(False)
        head.addWidget(where)
        head.addWidget(Words(self._theme, "kmonitor", size="large", role=Role.TEXT_QUIET), 1)
        head.addWidget(self.not_encrypted)
        self.person.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        head.addWidget(self.person)
        return head

    def _decisions(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(self._theme.sizes.pad_px)
        column.addWidget(self._says)
        column.addWidget(self.unfinished)
        self.lock.column.addWidget(
            Words(self._theme, "Type its passphrase, or its recovery code.", size="large")
        )
        self.lock.column.addWidget(self.passphrase)
        column.addWidget(self.lock)
        column.addWidget(self.new)
        column.addSpacing(self._theme.sizes.pad_px)
        column.addWidget(Words(self._theme, "Today", role=Role.TEXT_QUIET))
        column.addWidget(self.sessions, 1)
        return column

    def _known(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(self._theme.sizes.pad_px)
        column.addWidget(Words(self._theme, "This computer", role=Role.TEXT_QUIET))
        column.addWidget(self.notes, 1)
        return column
