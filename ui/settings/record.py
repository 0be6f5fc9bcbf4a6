"""The record: how its key is kept, where it lies, how much of the raw bytes is kept."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kmonitor.access import Right
from kmonitor.ports import HouseState, Protection
from ui.controls.choice_row import ChoiceRow
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.settings.desk import SettingsDesk
from ui.settings.passphrase import PassphraseForm
from ui.settings.recovery_code import RecoveryCode
from ui.settings.section import Section, StateBlock
from ui.settings.words import CAPTURE_CHOICES_MB, capture_words, record_words, with_current
from ui.theme import Role, Theme


class RecordSection(Section):
    """The recovery code stands in place of everything else until it has been written down."""

    def __init__(self, theme: Theme, desk: SettingsDesk) -> None:
        super().__init__(theme)
        self._desk = desk
        self._captures_mb = with_current(CAPTURE_CHOICES_MB, desk.settings.captures_mb)
        self.state = StateBlock(theme, name="record_state")
        self.protect = Key(theme, "", name="protect")
        self.renew = Key(theme, "New recovery code", name="renew_code")
        self._notes = Words(theme)
        self._notes.setObjectName("record_notes")
        self.form = PassphraseForm(theme)
        self.code = RecoveryCode(theme)
        self.captures = ChoiceRow(
            theme, [capture_words(each) for each in self._captures_mb], name="captures"
        )
        self._path = Words(theme, role=Role.TEXT_QUIET)
        self._path.setObjectName("record_path")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._plain())
        self._pages.addWidget(self.form)
        self._pages.addWidget(self.code)
        self.column.addWidget(self._pages, 1)
        self.protect.clicked.connect(self._ask)
        self.renew.clicked.connect(lambda: desk.renew_code(self._show_code))
        self.form.left.connect(self.leave)
        self.form.given.connect(self._protect)
        self.code.written_down.connect(self._written_down)
        self.captures.chosen.connect(self._choose_captures)
        desk.changed.connect(lambda _settings: self.show_now())
        desk.record_changed.connect(self.show_now)
        self.show_now()

    def show_now(self) -> None:
        """The record as it is."""
        house = self._desk.house
        words = record_words(house.state, house.protection)
        self.state.say(words.headline, words.meaning, is_loud=words.is_loud)
        is_open = house.protection is Protection.NONE
        self.protect.say("Encrypt the record" if is_open else "Change passphrase or key store")
        self.protect.setEnabled(house.state is HouseState.READY)
        self.renew.setVisible(not is_open)
        self.renew.setEnabled(house.state is HouseState.READY)
        self._notes.say("\n".join(house.notes))
        self._notes.setVisible(bool(house.notes))
        self._path.say(str(house.path))
        size = self._desk.settings.captures_mb
        self.captures.choose(self._captures_mb.index(size) if size in self._captures_mb else None)

    def leave(self) -> None:
        """What was typed goes; a code that nobody has written down stays."""
        if not self.code.is_shown:
            self.form.wipe()
            self._turn_to(0)

    def _plain(self) -> QWidget:
        page = QWidget()
        column, self.column = self.column, QVBoxLayout(page)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(column.spacing())
        self.row("Protection", self.state, self._notes, self.protect, self.renew)
        self.row("File", self._path)
        self.row(
            "Raw bytes of the monitors",
            self.captures,
            says="Kept for looking into faults; the oldest go first. Holds from the next session.",
        )
        self.column.addStretch(1)
        self.column = column
        return page

    def _ask(self) -> None:
        def begin() -> None:
            self.form.ask(self.protect.text())
            self._turn_to(1)
            self.form.take_focus()

        self._desk.ask(Right.CHANGE_KEY, begin)

    def _protect(self) -> None:
        self._desk.protect(self.form.take(), self._show_code)

    def _show_code(self, code: str) -> None:
        self.code.show_code(code)
        self._turn_to(2)

    def _written_down(self) -> None:
        self._desk.said.emit("")  # that it had to be written down first
        self._turn_to(0)

    def _turn_to(self, page: int) -> None:
        self._pages.setCurrentIndex(page)

    def _choose_captures(self, place: int) -> None:
        self.show_now()
        size = self._captures_mb[place]
        self._desk.change(f"Raw bytes are kept up to {capture_words(size)}.", captures_mb=size)
