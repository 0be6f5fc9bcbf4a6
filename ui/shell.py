"""The window: its pages, one frame timer, and that it knows when it shows old numbers."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kmonitor.access import Right
from kmonitor.clock import Clock, monotonic_s
from kmonitor.errors import WorldError, way_of
from kmonitor.keeping import NoKeeper
from kmonitor.people import DEMONSTRATION_NURSE
from kmonitor.ports import Keeper
from kmonitor.session_state import Session
from ui.bedside.desk import Desk
from ui.bedside.page import BedsidePage
from ui.bedside.view_models.identity import Around, Touch
from ui.bridge import Bridge
from ui.closing import ClosingDialog
from ui.faults import FaultWatch
from ui.limits.door import LimitsDoor
from ui.notices import Notice, NotUpdated
from ui.pages import Pages
from ui.people.gate import Gate, OpenGate
from ui.people.panel import Place
from ui.setup.page import Confirmed, SetupPage
from ui.sitting import Sitting
from ui.theme import Theme
from ui.visit import Surroundings, Visit

log = logging.getLogger(__name__)

FRAME_MS = 40
STALE_AFTER_S = 2.0
WINDOW_CLOSED, SIGNAL = "window closed", "SIGTERM"


class Shell(QWidget):
    """`framed` comes after each frame; `begin` opens a session and raises WorldError.

    By itself it knows set-up and bedside; `opened` and `left` tell whoever has other pages (the
    front desk) that a session began on the screen, and that it is over.
    """

    framed = Signal()
    opened = Signal()
    left = Signal()

    def __init__(
        self,
        theme: Theme,
        *,
        clock: Clock,
        bridge: Bridge,
        make_setup: Callable[[Theme], SetupPage],
        begin: Callable[[Confirmed], Sitting],
        gate: Gate | None = None,
        keeper: Keeper | None = None,
        around: Callable[[], Around] | None = None,
        after_end: str = "New session",
        name_of: Callable[[str], str] | None = None,
        has_start: bool = False,
        test_sound: Callable[[], None] | None = None,
    ) -> None:
        """`test_sound` plays the alarm tones; None where the app has no alarm sound."""
        super().__init__()
        self.theme = theme
        self.gate = gate or OpenGate(DEMONSTRATION_NURSE, self)
        self.visit: Visit | None = None
        self.setup: SetupPage | None = None
        self._clock, self._bridge = clock, bridge
        self._make_setup = make_setup
        self._begin = begin
        self._keeper: Keeper = keeper or NoKeeper()
        said = around or (lambda: Around(person=self.gate.person()))
        self._surroundings = Surroundings(clock, self.gate, said, after_end, test_sound)
        self._faults = FaultWatch()
        self._has_start = has_start
        self.ask_to_begin = self._ask_to_begin
        self._is_leaving = False
        self.pages = Pages(theme, self)
        self.limits = self._limits_door(name_of or self._name_of)
        self._hear_strip()
        if not has_start:
            self.show_setup()
        self.not_updated, self.notice = NotUpdated(theme, self), Notice(theme, self)
        self._timer = QTimer(self)
        self._begin_frames()

    def _limits_door(self, name_of: Callable[[str], str]) -> LimitsDoor:
        return LimitsDoor(self.pages, self.gate, self._clock, name_of=name_of, told=self.say)

    def _hear_strip(self) -> None:
        """The numbers above every other page have keys for their alarms."""
        strip = self.pages.strip
        strip.acknowledged.connect(self._acknowledge)
        strip.pause_asked.connect(lambda: self._press("pause_sound"))
        strip.alarms_asked.connect(self._show_alarms)

    def _begin_frames(self) -> None:
        """From here on it hears and draws, and the parent process expects signs of life."""
        self.setWindowTitle("kmonitor")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.pages)
        self.gate.refused.connect(self.say)
        self._bridge.changed.connect(self._take_snapshot, Qt.ConnectionType.QueuedConnection)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._frame)
        self._timer.start(FRAME_MS)
        self._keeper.watch("screen", True)

    @property
    def session(self) -> Session | None:
        """The newest snapshot of the session on the screen."""
        return None if self.visit is None else self.visit.session

    @property
    def page(self) -> BedsidePage | None:
        """The bedside of the session on the screen."""
        return None if self.visit is None else self.visit.page

    @property
    def desk(self) -> Desk | None:
        """What the keys of that bedside mean."""
        return None if self.visit is None else self.visit.desk

    @property
    def is_running(self) -> bool:
        """Whether a session runs that nobody has ended."""
        return self.visit is not None and not self.visit.has_ended

    @property
    def sign_in_place(self) -> Place:
        """Where somebody can sign in: over curves or page, never over a number or an alarm."""
        page, whole = self.page, self.pages
        if page is not None and whole.current is page:
            rect = page.overlay_area.geometry()
            return Place(parent=page, rect=rect, keys_to=page)
        top = whole.strip.height() if whole.needs_strip else 0
        rect = QRect(0, top, whole.width(), whole.height() - top)
        return Place(parent=whole, rect=rect)

    def leave(self, cause: str = SIGNAL) -> None:
        """Close without a question; a session that runs keeps `cause` and can be resumed."""
        self._is_leaving = True
        self._timer.stop()
        self._keeper.watch("screen", False)
        self._end_visit(cause)
        self._keeper.goodbye()
        self.close()

    def say(self, words: str) -> None:
        """Show a notice for some seconds."""
        self.notice.say(words, monotonic_s())

    def take_fault(self, error: Exception) -> None:
        """Something failed on the Qt thread: tell it to log and session, once while it lasts."""
        what = f"screen: {type(error).__name__}"
        if not self._faults.note(what, monotonic_s()):
            return
        log.error("fault on the %s: %s", what, way_of(error))
        if self.visit is not None:
            self.visit.actions.screen_faulted(what)

    def show_setup(self) -> SetupPage:
        """A fresh set-up page."""
        self.pages.remove(self.setup)
        self.setup = self._make_setup(self.theme)
        self.setup.confirmed.connect(self._open_session)
        self.pages.show_page(self.setup)
        return self.setup

    def show_sitting(self, sitting: Sitting) -> None:
        """Put a session that runs on the screen; what it told before anybody heard counts too."""
        self._faults = FaultWatch()
        visit = Visit(sitting, self.theme, self._surroundings)
        visit.desk.new_session_asked.connect(self._begin_anew, Qt.ConnectionType.QueuedConnection)
        visit.page.touched.connect(self._touched)
        self.visit = visit
        self.pages.show_page(visit.page)  # first: else the strip over set-up grows the window
        self.pages.set_home(visit.page)
        visit.page.setFocus(Qt.FocusReason.OtherFocusReason)
        self._attempt(self._take_news)
        self.opened.emit()

    def _ask_to_begin(self, then: Callable[[], None]) -> None:
        self.gate.ask(Right.RUN_SESSION, then)

    def _open_session(self, confirmed: Confirmed) -> None:
        self.ask_to_begin(lambda: self._open_confirmed(confirmed))

    def _open_confirmed(self, confirmed: Confirmed) -> None:
        try:
            sitting = self._begin(confirmed)
        except WorldError as error:
            if self.setup is not None:
                self.setup.complain(str(error))
            return
        self.show_sitting(sitting)

    def _begin_anew(self) -> None:
        """The session has ended and its page was left."""
        page, setup, self.setup = self.page, self.setup, None
        self._end_visit("")
        if not self._has_start:
            self.show_setup()
        self.left.emit()
        self.pages.remove(page)
        self.pages.remove(setup)

    def _end_visit(self, cause: str) -> None:
        visit, self.visit = self.visit, None
        self.limits.close()
        self.pages.set_home(None)
        if visit is not None:
            self._keeper.watch("screen", False)  # a disk that does not answer holds it up for long
            visit.end(cause)
            if not self._is_leaving:
                self._keeper.watch("screen", True)
        self.not_updated.show_silence(None)

    def show_limits(self) -> None:
        """The limits of the session that runs, under the strip with its numbers."""
        self.limits.open(self.visit, self.theme)

    def _touched(self, touch: Touch) -> None:
        if touch is Touch.LIMITS:
            self.show_limits()

    def _name_of(self, person_id: str) -> str:
        person = self.gate.person()
        return person.name if person.person_id == person_id else person_id

    def _acknowledge(self, occurrence: int) -> None:
        if self.visit is not None:
            self.visit.actions.acknowledge(occurrence)

    def _press(self, key: str) -> None:
        """As if it were pressed on the bedside."""
        if self.desk is not None:
            self.desk.press(key)

    def _show_alarms(self) -> None:
        self.pages.go_home()
        self._press("open_alarms")

    def _take_snapshot(self, _session: Session) -> None:
        self._attempt(self._take_news)

    def _take_news(self) -> None:
        session = self._bridge.take_snapshot()
        if self.visit is not None:
            self.visit.take(session)

    def _take_waves(self) -> None:
        for link, block in self._bridge.take_blocks():
            if self.visit is not None:
                self.visit.add_wave(link, block)

    def _frame(self) -> None:
        """One frame; whatever fails in a part of it, the others and the next frame come."""
        real_s = monotonic_s()
        try:
            self._attempt(lambda: self._watch(real_s))
            for part in (self._take_waves, self._show_page, self._show_desk, self._show_strip):
                self._attempt(part)
            if self.visit is not None and self._faults.is_quiet(real_s):
                self.visit.drawn_s = real_s
            self._attempt(lambda: self.notice.tick(real_s))
            self.framed.emit()
        finally:
            if not self._is_leaving:
                worked_ms = round((monotonic_s() - real_s) * 1000)
                self._timer.start(max(1, FRAME_MS - worked_ms))
        self._obey_parent()

    def _attempt(self, part: Callable[[], None]) -> None:
        try:
            part()
        except Exception as error:  # the Qt thread's loop: told, shown as old, and it goes on
            self.take_fault(error)

    def _show_page(self) -> None:
        if self.visit is not None:
            self.visit.show_page()

    def _show_desk(self) -> None:
        if self.visit is not None:
            self.visit.show_desk()

    def _show_strip(self) -> None:
        session = self.session
        if session is None or self.visit is None or not self.pages.needs_strip:
            return
        silent_s = self.visit.silent_s(monotonic_s())
        is_silent = silent_s >= STALE_AFTER_S
        self.pages.show_session(session, self._clock.now(), silent_s=silent_s if is_silent else 0.0)
        self.limits.show(self.visit, is_silent=is_silent)

    def _obey_parent(self) -> None:
        """The supervising process may want the app to close: a signal came to it."""
        why = self._keeper.asked_to_close
        if why is not None and not self._is_leaving:
            self.leave(why)

    def _watch(self, real_s: float) -> None:
        """Tell parent and monitor thread that the screen lives; see that it hears and draws."""
        self._keeper.beat("screen")
        visit = self.visit
        if visit is None:
            return
        visit.tell_alive(real_s)
        silent_s = visit.silent_s(real_s)
        undrawn_s = real_s - visit.drawn_s
        old_s = max(silent_s, undrawn_s)
        # In silence the banner says so by itself; what cannot be drawn may be the banner.
        below = 0 if undrawn_s >= STALE_AFTER_S else self._first_y_under_banner()
        self.not_updated.show_silence(old_s if old_s >= STALE_AFTER_S else None, below)

    def _first_y_under_banner(self) -> int:
        if self.page is None:
            return 0
        strip = self.pages.strip
        return strip.height() if self.pages.needs_strip else self.page.overlay_area.y()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Sizes follow the window."""
        super().resizeEvent(event)
        theme = self.theme.fitted(self.size())
        if theme.sizes != self.theme.sizes:
            self.set_theme(theme)
        self.notice.fit()

    def set_theme(self, theme: Theme) -> None:
        """Other colours or sizes for everything."""
        self.theme = theme
        self.pages.set_theme(theme)
        self.not_updated.set_theme(theme)
        self.notice.set_theme(theme)
        if self.visit is not None:
            self.visit.set_theme(theme)

    def ask_to_close(self, cause: str) -> None:
        """While a session runs, or is not saved, ask first; numbers go on behind the question."""
        dialog = ClosingDialog(self.theme, self.session, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.leave(cause))
        dialog.open()

    @property
    def is_unsaved(self) -> bool:
        """Whether a session has ended and its record is not on disk to the end yet."""
        has_ended = self.visit is not None and self.visit.has_ended
        return has_ended and self.session is not None and not self.session.is_saved

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks while a session runs, and while one that has ended is not saved."""
        if self._is_leaving or not (self.is_running or self.is_unsaved):
            self._is_leaving = True
            self._timer.stop()
            self._end_visit("")
            self._keeper.goodbye()
            event.accept()
            return
        event.ignore()
        self.ask_to_close(WINDOW_CLOSED)
