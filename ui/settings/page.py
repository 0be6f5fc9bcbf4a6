"""The settings page: sections at the left, what is set in them at the right."""

from __future__ import annotations

from datetime import tzinfo

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from kmonitor.one_voice import OneVoice
from kmonitor.record_house import RecordHouse
from kmonitor.settings import Settings
from ui.controls.choice_row import ChoiceRow
from ui.controls.page_frame import PageFrame
from ui.controls.scrolled import Scrolled
from ui.people.gate import Gate
from ui.settings.backup import BackupSection
from ui.settings.computer import ComputerSection
from ui.settings.desk import SettingsDesk
from ui.settings.limits import LimitsSection
from ui.settings.people import PeopleSection
from ui.settings.record import RecordSection
from ui.settings.section import Section
from ui.settings.sound import SoundSection
from ui.theme import Theme

_TITLES = ("This computer", "Alarm sound", "Alarm limits", "Record", "Backup", "People")
SOUND, LIMITS, RECORD, BACKUP, PEOPLE = range(1, len(_TITLES))


class SettingsPage(PageFrame):
    """`changed` carries the settings as they are saved now, to take effect at once."""

    changed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        *,
        house: RecordHouse,
        gate: Gate,
        settings: Settings,
        zone: tzinfo,
        section: int = 0,
        voice: OneVoice | None = None,
    ) -> None:
        super().__init__(theme, "Settings")
        self.desk = SettingsDesk(house=house, gate=gate, settings=settings, parent=self)
        self.record = RecordSection(theme, self.desk)
        self.sections: tuple[Section, ...] = (
            ComputerSection(theme, self.desk),
            SoundSection(theme, self.desk, voice),
            LimitsSection(theme, self.desk, zone),
            self.record,
            BackupSection(theme, self.desk, zone),
            PeopleSection(theme, self.desk),
        )
        self.choice = ChoiceRow(theme, _TITLES, name="section", columns=1)
        self._stack = QStackedWidget()
        for each in self.sections:
            self._stack.addWidget(Scrolled(theme, each))
        self._lay_out()
        self.choice.chosen.connect(self.show_section)
        self.desk.said.connect(self.say)
        self.desk.changed.connect(self.changed)
        gate.refused.connect(self.say)
        self.choice.choose(section)
        self.show_section(section)

    def show_section(self, place: int) -> None:
        """Turn to a section; nothing typed in the one before stays."""
        before = self.sections[self._stack.currentIndex()]
        if before is not self.sections[place]:
            before.leave()
        self.say("")
        self._stack.setCurrentIndex(place)
        self.sections[place].show_now()

    def showEvent(self, event: QShowEvent) -> None:
        """What stands there is read anew each time."""
        super().showEvent(event)
        if not event.spontaneous():
            self.sections[self._stack.currentIndex()].show_now()
            self.take_focus()

    def hideEvent(self, event: QHideEvent) -> None:
        """What was asked of a page that is left is not done."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.desk.give_up()

    def leave(self) -> None:
        """Not while a recovery code stands there that nobody has written down."""
        if self.record.code.is_shown:
            self.choice.choose(RECORD)
            self.show_section(RECORD)
            self.say("Write the recovery code down first; it is not shown again.")
        else:
            super().leave()

    def take_focus(self) -> None:
        """On the sections."""
        self.choice.keys[self._stack.currentIndex()].setFocus()

    def finish(self) -> None:
        """The page goes: what is under way is waited for."""
        for each in self.sections:
            each.leave()
        self.desk.errands.finish()

    def _lay_out(self) -> None:
        sizes = self.theme.sizes
        left = QVBoxLayout()
        left.addWidget(self.choice)
        left.addStretch(1)
        both = QHBoxLayout()
        both.setSpacing(3 * sizes.pad_px)
        both.addLayout(left, 1)
        both.addWidget(self._stack, 4)
        self.body.addLayout(both, 1)
