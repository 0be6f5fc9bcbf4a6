"""The window of a real computer: shell, front desk, gate and the other pages, put together.

Pages that few starts of the program show are imported when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from kmonitor.alarms.limits import LimitSet
from kmonitor.clock import Clock
from kmonitor.errors import WorldError
from kmonitor.limit_sets import OfferedSet, available
from kmonitor.one_voice import OneVoice
from kmonitor.people import Person
from kmonitor.ports import Accounts, Captures, Devices, HouseState, Inbox, Keeper
from kmonitor.record_house import RecordHouse
from kmonitor.settings import Settings
from kmonitor.this_computer import ComputerNote, start_notes
from ui.bedside.view_models.identity import Around
from ui.bell import Bell
from ui.bridge import Bridge
from ui.closing import hear_logout
from ui.front_desk import FrontDesk
from ui.going_on import go_on
from ui.local_time import zone_here, zone_of
from ui.look_of_app import dress
from ui.office import Office, OtherPage
from ui.people.sign_in_gate import SignInGate
from ui.setup.limit_choice import shipped
from ui.setup.monitors_box import ChosenMonitors
from ui.setup.page import SetupPage
from ui.shell import Shell
from ui.sitting import Sittings, Surrounded
from ui.start.sound_notes import sound_notes
from ui.theme import Theme

if TYPE_CHECKING:
    from ui.settings.page import SettingsPage

SETTINGS, AUDIT, ABOUT = "Settings", "Audit trail", "About"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What `main.py` and the command line bring along."""

    hub: Devices
    house: RecordHouse
    keeper: Keeper
    clock: Clock
    limits: LimitSet
    around: Callable[[Inbox, Clock], Surrounded] | None = None
    voice: OneVoice | None = None


class Window:
    """Made once; `begin` shows it, `finish` waits for what is still under way."""

    def __init__(self, app: QApplication, parts: Parts, settings: Settings, theme: Theme) -> None:
        self._app = app
        self._parts = parts
        self._settings = settings
        self._bridge = Bridge()
        self.gate = self._make_gate()
        self.sittings = Sittings(
            hub=parts.hub,
            clock=parts.clock,
            limits=parts.limits,
            house=parts.house,
            keeper=parts.keeper,
            chair=settings.chair,
            observers=(self._bridge,),
            who=self.gate.person,
            around=parts.around,
            capture=self._captures,
            voice=parts.voice,
        )
        self._gone_on = go_on(self.sittings, parts.keeper)
        self.shell = self._make_shell(theme)
        self.front = FrontDesk(self.shell, self._office(), parts.clock)
        self._bell = Bell(self.shell)
        if parts.voice is not None:
            self.shell.framed.connect(parts.voice.begin, Qt.ConnectionType.SingleShotConnection)
        self.gate.first_person_asked.connect(self._ask_first_person)
        hear_logout(app, self.shell)

    def begin(self) -> None:
        """Show what is to be seen first; on the very first start, who looks after this computer."""
        self.front.begin(self._gone_on.sitting, self._gone_on.trouble)
        if self.shell.visit is None and self._has_nobody():
            self._ask_first_person()

    def finish(self) -> None:
        """The window is closed: wait for what is still under way."""
        self.front.finish()
        self.gate.finish()

    def _make_gate(self) -> SignInGate:
        gate = SignInGate(
            accounts=self._accounts,
            theme=lambda: self.shell.theme,
            where=lambda: self.shell.sign_in_place,
            lock_after_min=self._settings.lock_after_min,
            person=self._handed_over_person(),
        )
        gate.set_asking(is_asking=self._settings.ask_sign_in)
        return gate

    def _make_shell(self, theme: Theme) -> Shell:
        return Shell(
            theme,
            clock=self._parts.clock,
            bridge=self._bridge,
            make_setup=self._make_setup,
            begin=self.sittings.begin,
            gate=self.gate,
            keeper=self._parts.keeper,
            around=self._around,
            after_end="Done",
            name_of=cache(self._name_of),
            has_start=True,
            test_sound=None if self._parts.voice is None else self._parts.voice.test,
        )

    def _captures(self, session_id: str) -> Captures:
        return self._parts.house.captures(session_id, limit_mb=self._settings.captures_mb)

    def _around(self) -> Around:
        around, voice = self.front.around(), self._parts.voice
        return around if voice is None else replace(around, alarm_volume_pct=voice.volume_pct)

    def _office(self) -> Office:
        house = self._parts.house
        return Office(
            house=house,
            keeper=self._parts.keeper,
            unfinished=self.sittings,
            chair=lambda: self._settings.chair,
            backup_folder=lambda: self._settings.backup_folder,
            computer=lambda: start_notes(house.path),
            sound=self._sound_notes,
            pages={
                SETTINGS: OtherPage(make=self._make_settings),
                AUDIT: OtherPage(make=self._make_audit),
                ABOUT: OtherPage(make=self._make_about),
            },
            record_came=self.gate.record_came,
        )

    def _sound_notes(self) -> tuple[ComputerNote, ...]:
        voice = self._parts.voice
        return sound_notes(None if voice is None else voice.state)

    def _make_setup(self, theme: Theme) -> SetupPage:
        monitors = ChosenMonitors(theme, self._parts.hub.protocols())
        return SetupPage(
            theme, chair=self._settings.chair, monitors=monitors, offers=self._limit_sets(),
            has_way_back=True,
        )  # fmt: skip

    def _limit_sets(self) -> Sequence[OfferedSet]:
        """Read anew for each session; where signatures cannot be read, the program's own alone."""
        house, folder = self._parts.house, self._settings.site_folder
        try:
            return available(folder, lambda sha256: house.signed_limits().get(sha256))
        except WorldError as error:
            self.shell.say(str(error))
            return shipped()

    def _name_of(self, person_id: str) -> str:
        """For who changed what; the bare id where the record cannot tell."""
        accounts = self._accounts()
        try:
            people = [] if accounts is None else accounts.people(with_inactive=True)
        except WorldError:
            people = []
        return next((each.name for each in people if each.person_id == person_id), person_id)

    def _make_audit(self, theme: Theme) -> QWidget:
        from ui.audit.page import AuditPage

        zone = zone_of(zone_here())
        return AuditPage(theme, house=self._parts.house, gate=self.gate, zone=zone)

    def _make_about(self, theme: Theme) -> QWidget:
        from ui.settings.about import AboutPage

        return AboutPage(theme, house=self._parts.house)

    def _make_settings(self, theme: Theme, *, section: int = 0) -> SettingsPage:
        from ui.settings.page import SettingsPage

        page = SettingsPage(
            theme, house=self._parts.house, gate=self.gate, settings=self._settings,
            zone=zone_of(zone_here()), section=section, voice=self._parts.voice,
        )  # fmt: skip
        page.changed.connect(self._take_settings)
        return page

    def _take_settings(self, settings: Settings) -> None:
        """From now on; the chair's name with the next session."""
        before, self._settings = self._settings, settings
        self.sittings.chair = settings.chair
        if self._parts.voice is not None:
            self._parts.voice.set_volume(settings.alarm_volume_pct)
        self.gate.set_lock_after(settings.lock_after_min)
        self.gate.set_asking(is_asking=settings.ask_sign_in)
        if settings.theme != before.theme:
            theme = replace(self.shell.theme, name=settings.theme)
            dress(self._app, theme)
            self.shell.set_theme(theme)

    def _accounts(self) -> Accounts | None:
        house = self._parts.house
        return house.accounts if house.state is HouseState.READY else None

    def _handed_over_person(self) -> Person | None:
        """Whoever was signed in before a death is so again."""
        wanted, accounts = self._parts.keeper.handed_over.get("person"), self._accounts()
        if wanted is None or accounts is None:
            return None
        try:
            people = accounts.people()
        except WorldError:
            return None
        return next((each for each in people if each.person_id == wanted), None)

    def _has_nobody(self) -> bool:
        accounts = self._accounts()
        try:
            return accounts is not None and not accounts.people(with_inactive=True)
        except WorldError:
            return False

    def _ask_first_person(self) -> None:
        from ui.people.first_person import FirstPersonPage

        accounts = self._accounts()
        if accounts is None:
            return
        page = FirstPersonPage(self.shell.theme, accounts)
        page.added.connect(self.gate.admit)
        self.front.show_until(page, page.added, page.put_off)
        page.added.connect(self._ask_others)

    def _ask_others(self) -> None:
        """A technician runs no session: somebody who does is wanted next."""
        from ui.settings.page import PEOPLE

        page = self._make_settings(self.shell.theme, section=PEOPLE)
        self.front.show_until(page)
        page.say("Add the people who run sessions now.")
