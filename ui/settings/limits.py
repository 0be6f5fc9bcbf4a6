"""The limit sets of this computer: which can be chosen, each in full, and who signs them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kmonitor.access import Right
from kmonitor.alarms.limits import LimitSet
from kmonitor.errors import WorldError
from kmonitor.limit_sets import OfferedSet, available
from kmonitor.people import Person
from kmonitor.ports import HouseState
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.settings.desk import SettingsDesk
from ui.settings.limit_words import COLUMNS, by_rule, footnotes, list_words, set_words, title_words
from ui.settings.section import Section, StateBlock
from ui.theme import Role, Theme


class LimitsSection(Section):
    """A list of the sets; one of them with all its levels. Everybody may look."""

    def __init__(self, theme: Theme, desk: SettingsDesk, zone: tzinfo) -> None:
        super().__init__(theme)
        self._desk = desk
        self.list = SetList(theme, zone)
        self.one = OneSet(theme, zone)
        self.column.addWidget(self.list)
        self.column.addWidget(self.one)
        self.column.addStretch(1)
        self.list.chosen.connect(self._open)
        self.one.done.clicked.connect(self._turn_to_list)
        self.one.sign.clicked.connect(self._sign)
        self._turn_to_list()

    def show_now(self) -> None:
        """Read the files and who signed them."""
        house, folder = self._desk.house, self._desk.settings.site_folder
        self._desk.errands.run(
            lambda: available(folder, house.signed_limits().get), self._show, self._failed
        )

    def leave(self) -> None:
        """The list stands there when somebody comes back."""
        self._turn_to_list()

    def _show(self, offered: Sequence[OfferedSet]) -> None:
        state = self._desk.house.state
        self.list.show_sets(offered, is_open=state in (HouseState.READY, HouseState.IN_USE))
        shown = self.one.shown
        for each in offered:
            if shown is not None and each.where == shown.where:
                self.one.show_set(each, can_sign=state is HouseState.READY)

    def _open(self, offered: OfferedSet) -> None:
        self.one.show_set(offered, can_sign=self._desk.house.state is HouseState.READY)
        self.list.hide()
        self.one.show()
        self.one.take_focus()

    def _turn_to_list(self) -> None:
        self.one.shown = None
        self.one.hide()
        self.list.show()

    def _sign(self) -> None:
        """Just what stands there is signed, whatever became of the file meanwhile."""
        limits = None if self.one.shown is None else self.one.shown.unsigned
        if limits is None:
            return
        house = self._desk.house

        def work(by: Person) -> LimitSet:
            house.sign_limits(limits, by=by)
            return limits

        self._desk.work(Right.SIGN_OFF, work, self._signed)

    def _signed(self, limits: LimitSet) -> None:
        self._desk.said.emit(f"{limits.full_title} is signed and can be chosen at set-up.")
        self.show_now()

    def _failed(self, error: WorldError) -> None:
        self._desk.said.emit(str(error))


class SetList(QWidget):
    """A key for each set, with who stands for it; `chosen` carries the set."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, zone: tzinfo) -> None:
        super().__init__()
        self._theme = theme
        self._zone = zone
        self._offered: tuple[OfferedSet, ...] = ()
        self.keys: list[Key] = []
        self.says = Words(theme, role=Role.TEXT_QUIET)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.sizes.gap_px)
        self._column.addWidget(Words(theme, "Alarm limit sets", size="large"))
        self._column.addWidget(self.says)

    def set_theme(self, theme: Theme) -> None:
        """For the keys that are made from now on."""
        self._theme = theme

    def show_sets(self, offered: Sequence[OfferedSet], *, is_open: bool) -> None:
        """All of them; the keys of before go, unless nothing has changed."""
        self.says.say(list_words(is_open=is_open))
        if tuple(offered) == self._offered:
            return
        self._offered = tuple(offered)
        for key in self.keys:
            self._column.removeWidget(key)
            key.hide()
            key.deleteLater()
        self.keys = []
        for place, each in enumerate(offered):
            key = Key(self._theme, "", name=f"limits_{place}")
            key.say(title_words(each), set_words(each, self._zone).headline)
            key.clicked.connect(lambda _=False, each=each: self.chosen.emit(each))
            self._column.addWidget(key)
            self.keys.append(key)


class OneSet(QWidget):
    """A whole set in a table, read before the key under it can be pressed: `sign`."""

    def __init__(self, theme: Theme, zone: tzinfo) -> None:
        super().__init__()
        self._theme = theme
        self._zone = zone
        self.shown: OfferedSet | None = None
        self._title = Words(theme, size="large")
        self.state = StateBlock(theme, name="limits_state")
        self.table = QWidget()
        self._grid = QGridLayout(self.table)
        self._notes = Words(theme, role=Role.TEXT_QUIET)
        self.done = Key(theme, "All limit sets", name="limits_all")
        self.sign = Key(theme, "Sign this set", name="limits_sign", strong=True)
        self._lay_out()

    def set_theme(self, theme: Theme) -> None:
        """For what is made from now on."""
        self._theme = theme

    def show_set(self, offered: OfferedSet, *, can_sign: bool) -> None:
        """As its file is now."""
        self.shown = offered
        words = set_words(offered, self._zone)
        self._title.say(title_words(offered))
        self.state.say(words.headline, words.meaning, is_loud=offered.limit_set is None)
        self._fill(offered.contents)
        self.sign.setVisible(offered.unsigned is not None)
        self.sign.setEnabled(can_sign)

    def take_focus(self) -> None:
        """On the way back; nothing is signed in passing."""
        self.done.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self, limits: LimitSet | None) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.table.setVisible(limits is not None)
        self._notes.say("" if limits is None else footnotes(limits))
        if limits is None:
            return
        for column, title in enumerate(COLUMNS):
            head = Words(self._theme, title, size="small", role=Role.TEXT_QUIET)
            self._grid.addWidget(head, 0, column)
        top = Qt.AlignmentFlag.AlignTop
        for row, cells in enumerate(by_rule(limits), start=1):
            for column, text in enumerate(cells):
                self._grid.addWidget(Words(self._theme, text), row, column, top)

    def _lay_out(self) -> None:
        pad = self._theme.sizes.pad_px
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(pad)
        self._grid.setVerticalSpacing(pad // 2)
        for place, stretch in enumerate((3, 4, 6, 5)):
            self._grid.setColumnStretch(place, stretch)
        keys = QHBoxLayout()
        keys.setSpacing(self._theme.sizes.gap_px)
        keys.addWidget(self.done, 1)
        keys.addWidget(self.sign, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(pad)
        for widget in (self._title, self.state, self.table, self._notes):
            column.addWidget(widget)
        column.addLayout(keys)
