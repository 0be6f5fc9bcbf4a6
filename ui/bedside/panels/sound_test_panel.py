"""Plays the alarm tones at the start of a session and asks whether they were heard."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from kmonitor.clock import Instant, monotonic_s
from kmonitor.ports import SoundState
from kmonitor.session_state import Session
from kmonitor.sound_words import sound_words
from ui.bedside.panels.panel import Panel
from ui.controls.guard import PressGuard
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.theme import Theme

ARMED_AFTER_S = 1.0
ASKS = "Three alarm tones: did you hear them?"
_NONE = "No sound device: the alarm tones cannot be tested"
_NONE_MEANS = "NO ALARM SOUND: stay where you see this screen and hear the monitor."


class SoundTestPanel(Panel):
    """`answered` carries whether they were heard; `play_asked` comes for each playing.

    It opens by itself, so that nothing of it has the focus and a double press answers nothing;
    letters press the keys of the page as ever.
    """

    answered = Signal(bool)
    play_asked = Signal()

    def __init__(self, theme: Theme, session: Session) -> None:
        super().__init__(theme, ASKS)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._is_asking = False
        self.says = Words(theme)
        self.says.setObjectName("sound_says")
        self.body.addWidget(self.says)
        self.body.addStretch(1)
        self._again = Key(theme, "Play again", name="sound_again")
        self._not_heard = Key(theme, "Not heard", name="sound_not_heard")
        self._heard = Key(theme, "Heard", name="sound_heard", strong=True)
        self._guard = PressGuard(self._heard, ARMED_AFTER_S)
        for key, share in ((self._again, 1), (self._not_heard, 1), (self._heard, 2)):
            self.foot.addWidget(key, share)
        self._again.clicked.connect(self.play_asked)
        self._not_heard.clicked.connect(lambda: self.answered.emit(False))
        self._heard.clicked.connect(lambda: self.answered.emit(True))
        self._show(session)

    @property
    def is_asking(self) -> bool:
        """Whether there is a device to be heard, and so an answer."""
        return self._is_asking

    def refresh(self, session: Session, now: Instant) -> None:
        """The sound device may have come or gone."""
        was_asking = self._is_asking
        self._show(session)
        if self._is_asking and not was_asking:
            self.play_asked.emit()

    def tick(self, real_s: float) -> None:
        """One frame."""
        if self._is_asking:
            self._guard.tick(real_s)

    def take_focus(self) -> None:
        """Esc leaves it, Tab goes to its keys; Enter does nothing."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, session: Session) -> None:
        state = state_of(session)
        is_there = state is not None and state.is_there
        if is_there and not self._is_asking:
            self._guard.disarm(monotonic_s())
        self._is_asking = is_there
        for key in (self._again, self._not_heard, self._heard):
            key.setVisible(is_there)
        self.title.say(ASKS if is_there else _NONE)
        self.setAccessibleName(self.title.text())
        self.says.say(_words(state))
        self.back.say("Later" if is_there else "Back")


def _words(state: SoundState | None) -> str:
    if state is None or not state.is_there:
        return _NONE_MEANS
    said = sound_words(state)
    if said.is_loud:
        return f"{said.headline}. {said.meaning}"
    return "Low, medium, high: whoever stays with the patient must hear each of them."


def state_of(session: Session) -> SoundState | None:
    """How the sound device of a session stands; None where nothing was told."""
    sound = session.sound
    if sound is None:
        return None
    return SoundState(
        is_there=sound.is_there,
        device=sound.device,
        is_silenced=sound.is_silenced,
        volume_pct=sound.volume_pct,
    )
