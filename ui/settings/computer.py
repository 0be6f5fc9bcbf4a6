"""This computer: chair, theme, sign-in and lock."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from kmonitor.settings import THEMES
from ui.controls.choice_row import ChoiceRow
from ui.controls.key import Key
from ui.controls.text_field import TextField
from ui.settings.desk import SettingsDesk
from ui.settings.section import Section
from ui.settings.words import LOCK_CHOICES_MIN, lock_words, with_current
from ui.theme import Theme

_ASKS = (True, False)


class ComputerSection(Section):
    """Every choice takes effect once it is saved and noted; until then the old one is shown."""

    def __init__(self, theme: Theme, desk: SettingsDesk) -> None:
        super().__init__(theme)
        self._desk = desk
        now = desk.settings
        self._lock_min = with_current(LOCK_CHOICES_MIN, now.lock_after_min)
        self.chair = TextField(theme, name="chair", accessible="Name of the chair")
        self._keep = Key(theme, "Keep the name", name="keep_chair")
        self.theme_row = ChoiceRow(theme, [each.capitalize() for each in THEMES], name="theme")
        self.asks = ChoiceRow(theme, ("Asked for", "Not asked for"), name="sign_in")
        self.lock = ChoiceRow(theme, [lock_words(each) for each in self._lock_min], name="lock")
        chair = QWidget()
        beside = QHBoxLayout(chair)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(theme.sizes.gap_px)
        beside.addWidget(self.chair, 3)
        beside.addWidget(self._keep, 1)
        self.row("Chair", chair, says="Stands large on the screen, in alarms and on the report.")
        self.row("Colors", self.theme_row)
        self.row(
            "Lock the screen when nobody touches it for",
            self.lock,
            says="Numbers and alarms stay in full view, and Pause, Stop and Acknowledge work.",
        )
        self.row(
            "Sign-in",
            self.asks,
            says='Without it, what is done at the bedside stands in the record as "locked".',
        )
        self.column.addStretch(1)
        self._connect()
        desk.changed.connect(lambda _settings: self.show_now())
        self.chair.setText(now.chair)
        self.show_now()

    def show_now(self) -> None:
        """Show what holds."""
        now = self._desk.settings
        self.theme_row.choose(THEMES.index(now.theme))
        self.lock.choose(_place(self._lock_min, now.lock_after_min))
        self.asks.choose(_ASKS.index(now.ask_sign_in))
        self._show_keep()

    def leave(self) -> None:
        """A name that was not kept goes."""
        self.chair.setText(self._desk.settings.chair)

    def _connect(self) -> None:
        self.chair.textChanged.connect(lambda _text: self._show_keep())
        self.chair.returnPressed.connect(self._keep.click)
        self._keep.clicked.connect(self._keep_chair)
        self.theme_row.chosen.connect(self._choose_theme)
        self.lock.chosen.connect(self._choose_lock)
        self.asks.chosen.connect(self._choose_asking)

    def _show_keep(self) -> None:
        typed = self.chair.text().strip()
        self._keep.setEnabled(bool(typed) and typed != self._desk.settings.chair)

    def _keep_chair(self) -> None:
        chair = self.chair.text().strip()
        self._desk.change(f"The next session stands under {chair}.", chair=chair)

    def _choose_theme(self, place: int) -> None:
        self.show_now()
        self._desk.change(f"Colors are {THEMES[place]} now.", theme=THEMES[place])

    def _choose_lock(self, place: int) -> None:
        self.show_now()
        minutes = self._lock_min[place]
        words = f"The screen locks itself after {minutes} min."
        self._desk.change(
            words if minutes else "The screen does not lock itself.", lock_after_min=minutes
        )

    def _choose_asking(self, place: int) -> None:
        self.show_now()
        words = "Sign-in is asked for." if _ASKS[place] else "Sign-in is not asked for."
        self._desk.change(words, ask_sign_in=_ASKS[place])


def _place(choices: Sequence[int], current: int) -> int | None:
    return choices.index(current) if current in choices else None
