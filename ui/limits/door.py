"""The way to the limits page and back; one page at a time, made anew each time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from kmonitor.clock import Clock, monotonic_s
from kmonitor.session_state import Session, SessionPhase
from ui.limits.page import LimitsPage
from ui.pages import Pages
from ui.people.gate import Gate
from ui.theme import Theme
from ui.visit import Visit

_AT_MOST_EVERY_S = 0.1


class LimitsDoor(QObject):
    """`name_of` gives the name of whoever changed a limit, `told` says a sentence on the screen."""

    def __init__(
        self,
        pages: Pages,
        gate: Gate,
        clock: Clock,
        *,
        name_of: Callable[[str], str],
        told: Callable[[str], None],
    ) -> None:
        super().__init__(pages)
        self.page: LimitsPage | None = None
        self._pages, self._gate, self._clock = pages, gate, clock
        self._name_of, self._told = name_of, told
        self._shown: Session | None = None
        self._shown_s = float("-inf")
        self._was_silent = False

    def open(self, visit: Visit | None, theme: Theme) -> None:
        """Show the limits of the session that runs; without one there is nothing to show."""
        if visit is None or visit.session is None or visit.session.phase is SessionPhase.ENDED:
            return
        self.close()
        self.page = page = LimitsPage(
            theme, visit.actions, self._gate, visit.session, self._clock.now(),
            began_with=visit.sitting.began_with, name_of=self._name_of, told=self._told,
        )  # fmt: skip
        page.closed.connect(self._leave)
        self._pages.show_page(page)
        page.take_focus()

    def show(self, visit: Visit | None, *, is_silent: bool) -> None:
        """One frame: bring the page up to date while it is in view."""
        if self.page is None or visit is None or visit.session is None:
            return
        real_s = monotonic_s()
        is_news = visit.session is not self._shown or is_silent is not self._was_silent
        if self._pages.current is not self.page or not (is_news or real_s - self._shown_s >= 1.0):
            return
        if real_s - self._shown_s >= _AT_MOST_EVERY_S:
            self._shown, self._shown_s, self._was_silent = visit.session, real_s, is_silent
            self.page.show_session(visit.session, self._clock.now(), is_frozen=is_silent)

    def close(self) -> None:
        """Let the page go."""
        page, self.page = self.page, None
        self._pages.remove(page)

    def _leave(self) -> None:
        self._pages.go_home()
        self.close()
