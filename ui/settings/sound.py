"""The alarm sound: how it stands, how loud it is, and the tones to listen to."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from kmonitor.alarms.conditions import Priority
from kmonitor.alarms.sequence import FLOORS_PCT
from kmonitor.one_voice import OneVoice
from kmonitor.sound_words import sound_words
from ui.controls.choice_row import ChoiceRow
from ui.controls.key import Key
from ui.settings.desk import SettingsDesk
from ui.settings.section import Section, StateBlock
from ui.settings.words import with_current
from ui.theme import Theme

VOLUME_CHOICES_PCT = (20, 40, 60, 80, 100)
_LOOKS_EVERY_MS = 500


class SoundSection(Section):
    """`voice` None: this app makes no sound. The state is read anew while the section is seen."""

    def __init__(self, theme: Theme, desk: SettingsDesk, voice: OneVoice | None) -> None:
        super().__init__(theme)
        self._desk = desk
        self._voice = voice
        self._volumes_pct = with_current(VOLUME_CHOICES_PCT, desk.settings.alarm_volume_pct)
        self.state = StateBlock(theme, name="sound_state")
        self.volume = ChoiceRow(theme, [f"{each} %" for each in self._volumes_pct], name="volume")
        self.play = Key(theme, "Play the tones", name="play_tones")
        self.row("Alarm sound", self.state)
        self.row(
            "Volume of the alarm tones",
            self.volume,
            says=(
                f"Of the computer's own volume. High alarms never go below "
                f"{FLOORS_PCT[Priority.HIGH]} %, medium ones below "
                f"{FLOORS_PCT[Priority.MEDIUM]} %."
            ),
        )
        self.row("Listen", self.play, says="Low, medium and high, one after the other.")
        self.column.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOKS_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        self.volume.chosen.connect(self._choose)
        self.play.clicked.connect(self._play)
        desk.changed.connect(lambda _settings: self.show_now())
        self.show_now()

    def show_now(self) -> None:
        """What holds, and how the device stands."""
        now_pct = self._desk.settings.alarm_volume_pct
        is_listed = now_pct in self._volumes_pct
        self.volume.choose(self._volumes_pct.index(now_pct) if is_listed else None)
        self._show_state()

    def _look(self) -> None:
        if self.isVisible():
            self._show_state()

    def _show_state(self) -> None:
        state = None if self._voice is None else self._voice.state
        said = sound_words(state)
        self.state.say(said.headline, said.meaning, is_loud=said.is_loud)
        self.play.setEnabled(state is not None and state.is_there)

    def _choose(self, place: int) -> None:
        self.show_now()
        volume_pct = self._volumes_pct[place]
        self._desk.change(
            f"Alarm tones play at {volume_pct} % now: play them and listen.",
            alarm_volume_pct=volume_pct,
        )

    def _play(self) -> None:
        if self._voice is not None:
            self._voice.test()
