"""When the alarm tones are played and asked about: once as a session begins, and when touched."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from kmonitor.access import Right
from kmonitor.session_state import Session, SessionPhase
from ui.actions import Actions
from ui.bedside.desk import Desk
from ui.bedside.page import BedsidePage
from ui.bedside.panels.sound_test_panel import SoundTestPanel
from ui.bedside.view_models.identity import Touch
from ui.people.gate import Gate
from ui.theme import Theme

_ASKS_IN = (SessionPhase.READY, SessionPhase.MONITORING)
_GIVES_WAY_IN = (SessionPhase.END_DUE, SessionPhase.ENDED)


class SoundTest(QObject):
    """`play` sounds the tones. Left without an answer, the strip goes on saying "not tested"."""

    def __init__(
        self,
        page: BedsidePage,
        desk: Desk,
        actions: Actions,
        gate: Gate,
        play: Callable[[], None],
        theme: Theme,
    ) -> None:
        super().__init__(desk)
        self._desk = desk
        self._actions = actions
        self._gate = gate
        self._play = play
        self._theme = theme
        self._session: Session | None = None
        self._is_asked = False
        page.touched.connect(self._touched)

    def look(self, session: Session) -> None:
        """A snapshot came; before the desk sees it, as its own questions go before."""
        self._session = session
        panel = self._desk.host.panel
        if isinstance(panel, SoundTestPanel) and session.phase in _GIVES_WAY_IN:
            self._desk.host.close()
        if session.is_sound_heard is not None or session.interruptions:
            self._is_asked = True  # answered, or a session that goes on
        if self._is_asked or session.sound is None or session.phase not in _ASKS_IN:
            return
        if panel is None:
            self._is_asked = True
            self._open(session)

    def set_theme(self, theme: Theme) -> None:
        """For the next panel."""
        self._theme = theme

    def _touched(self, touch: Touch) -> None:
        if touch is Touch.SOUND and self._session is not None:
            self._open(self._session)

    def _open(self, session: Session) -> None:
        panel = SoundTestPanel(self._theme, session)
        panel.play_asked.connect(self._play)
        panel.answered.connect(lambda is_heard: self._answer(panel, is_heard=is_heard))
        self._desk.open_aside(panel)
        if panel.is_asking:
            self._play()

    def _answer(self, panel: SoundTestPanel, *, is_heard: bool) -> None:
        def act() -> None:
            if self._desk.host.panel is panel:
                self._desk.host.close()
            self._actions.sound_tested(is_heard=is_heard)

        self._gate.ask(Right.RUN_SESSION, act)
