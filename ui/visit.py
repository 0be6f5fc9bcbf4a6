"""One session on the screen: its page, what its keys mean, and whether both are up to date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kmonitor.clock import Clock, monotonic_s
from kmonitor.events import ProgramClosing
from kmonitor.session_state import Session, SessionPhase
from kmonitor.vitals import WaveBlock
from ui.actions import Actions
from ui.bedside.desk import Desk
from ui.bedside.page import BedsidePage
from ui.bedside.sound_test import SoundTest
from ui.bedside.view_models.identity import Around
from ui.people.gate import Gate
from ui.sitting import Sitting
from ui.theme import Theme

ALIVE_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a session on the screen needs that outlives it; `after_end` stands on its last key.

    `test_sound` None: this app has no alarm sound that could be tested.
    """

    clock: Clock
    gate: Gate
    around: Callable[[], Around]
    after_end: str
    test_sound: Callable[[], None] | None = None


class Visit:
    """From the first to the last frame of a session; belongs to the Qt thread."""

    def __init__(self, sitting: Sitting, theme: Theme, surroundings: Surroundings) -> None:
        clock, gate = surroundings.clock, surroundings.gate
        self.sitting = sitting
        self.session: Session | None = None
        self.actions = Actions(sitting, clock, gate.person)
        self.page = BedsidePage(theme, clock_now=clock.now, around=surroundings.around)
        self.desk = Desk(
            self.page, self.actions, theme, clock, gate, after_end=surroundings.after_end
        )
        self._sound_test = None
        if surroundings.test_sound is not None:
            play = surroundings.test_sound
            self._sound_test = SoundTest(self.page, self.desk, self.actions, gate, play, theme)
        self.heard_s = self.drawn_s = self._told_s = monotonic_s()
        self._clock = clock
        self._gate = gate
        self._has_page_news = False
        self._has_desk_news = False
        self.page.fill_history(sitting.session_id, sitting.history)

    @property
    def has_ended(self) -> bool:
        """Whether somebody has ended the session."""
        return self.session is not None and self.session.phase is SessionPhase.ENDED

    @property
    def is_over_and_saved(self) -> bool:
        """Whether it has ended and all of it is on disk."""
        return self.has_ended and self.session is not None and self.session.is_saved

    def take(self, session: Session | None) -> None:
        """The newest snapshot; drawn with the next frame. Another session's comes too late."""
        if session is None or session.session_id != self.sitting.session_id:
            return
        self.session = session
        self._has_page_news = self._has_desk_news = True
        self.heard_s = monotonic_s()

    def add_wave(self, link: str, block: WaveBlock) -> None:
        """Samples for the curve."""
        self.page.add_wave(block, link)

    def show_page(self) -> None:
        """Draw what is new on the page."""
        if self._has_page_news and self.session is not None:
            self._has_page_news = False
            self.page.show_snapshot(self.session)
        self.page.tick()

    def show_desk(self) -> None:
        """Bring prompt and panel up to date."""
        if self._has_desk_news and self.session is not None:
            self._has_desk_news = False
            if self._sound_test is not None:
                self._sound_test.look(self.session)
            self.desk.show_snapshot(self.session)
        self.desk.tick()

    def tell_alive(self, real_s: float) -> bool:
        """Once a second the monitor thread hears that the screen lives; whether it was time."""
        if real_s - self._told_s < ALIVE_EVERY_S:
            return False
        self._told_s = real_s
        self.actions.screen_is_alive()
        return True

    def silent_s(self, real_s: float) -> float:
        """For how long no news has come from the monitor thread."""
        return 0.0 if self.has_ended else real_s - self.heard_s

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self.page.set_theme(theme)
        self.desk.set_theme(theme)
        if self._sound_test is not None:
            self._sound_test.set_theme(theme)

    def end(self, cause: str) -> None:
        """Stop everything; a session that has not ended keeps why, and waits to be resumed."""
        if not self.has_ended and cause:
            author = self._gate.person().person_id
            self.sitting.put(ProgramClosing(at=self._clock.now(), author=author, cause=cause))
        self.sitting.stop()
