"""The window: set-up, then the bedside; one frame timer; it knows when it shows old numbers."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from kmonitor.clock import Clock, monotonic_s
from kmonitor.errors import WorldError
from kmonitor.session_state import Session, SessionPhase
from ui.actions import Actions
from ui.bedside.desk import Desk
from ui.bedside.page import BedsidePage
from ui.bridge import Bridge
from ui.closing import ClosingDialog
from ui.faults import FaultWatch
from ui.notices import Notice, NotUpdated
from ui.setup.page import Confirmed, SetupPage
from ui.sitting import Sitting
from ui.theme import Theme

log = logging.getLogger(__name__)

FRAME_MS = 40
ALIVE_EVERY_S = 1.0
STALE_AFTER_S = 2.0


class Shell(QWidget):
    """`framed` comes after each frame; `begin` opens a session and raises WorldError."""

    framed = Signal()

    def __init__(
        self,
        theme: Theme,
        *,
        clock: Clock,
        bridge: Bridge,
        make_setup: Callable[[Theme], SetupPage],
        begin: Callable[[Confirmed], Sitting],
    ) -> None:
        super().__init__()
        self.setWindowTitle("kmonitor")
        self.theme = theme
        self.session: Session | None = None
        self.desk: Desk | None = None
        self._clock = clock
        self._bridge = bridge
        self._make_setup = make_setup
        self._begin = begin
        self._sitting: Sitting | None = None
        self._actions: Actions | None = None
        self.page: BedsidePage | None = None
        self._has_page_news = False
        self._has_desk_news = False
        self._faults = FaultWatch()
        self._heard_s = 0.0
        self._drawn_s = 0.0
        self._told_s = 0.0
        self._is_leaving = False
        self.pages = QStackedLayout(self)
        self.pages.setContentsMargins(0, 0, 0, 0)
        self.setup = self._new_setup()
        self.not_updated = NotUpdated(theme, self)
        self.notice = Notice(theme, self)
        bridge.changed.connect(self._take_snapshot, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._frame)
        self._timer.start(FRAME_MS)

    def leave(self) -> None:
        """End the session, if one runs, and close without a question."""
        self._is_leaving = True
        self._timer.stop()
        self._end_sitting()
        self.close()

    def say(self, words: str) -> None:
        """Show a notice for some seconds."""
        self.notice.say(words, monotonic_s())

    def take_fault(self, error: Exception) -> None:
        """Something failed on the Qt thread: tell it to log and session, once while it lasts."""
        what = f"screen: {type(error).__name__}"
        if not self._faults.note(what, monotonic_s()):
            return
        log.error("fault on the %s", what, exc_info=error)
        if self._actions is not None:
            self._actions.screen_faulted(what)

    def _new_setup(self) -> SetupPage:
        setup = self._make_setup(self.theme)
        setup.confirmed.connect(self._open_session)
        self.pages.addWidget(setup)
        self.pages.setCurrentWidget(setup)
        return setup

    def _open_session(self, confirmed: Confirmed) -> None:
        try:
            sitting = self._begin(confirmed)
        except WorldError as error:
            self.setup.complain(str(error))
            return
        self._sitting = sitting
        self._actions = Actions(sitting, self._clock)
        self.page = BedsidePage(self.theme, clock_now=self._clock.now)
        self.desk = Desk(self.page, self._actions, self.theme, self._clock)
        self.desk.new_session_asked.connect(self._begin_anew, Qt.ConnectionType.QueuedConnection)
        self._faults = FaultWatch()
        self._heard_s = self._drawn_s = self._told_s = monotonic_s()
        self.pages.addWidget(self.page)
        self.pages.setCurrentWidget(self.page)
        self.page.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setWindowTitle(f"kmonitor: {confirmed.patient.label}")

    def _begin_anew(self) -> None:
        self._end_sitting()
        for old in (self.page, self.setup):
            if old is not None:
                self.pages.removeWidget(old)
                old.deleteLater()
        self.page = self.desk = self.session = None
        self.setWindowTitle("kmonitor")
        self.setup = self._new_setup()

    def _end_sitting(self) -> None:
        sitting, self._sitting, self._actions = self._sitting, None, None
        if sitting is not None:
            sitting.end()
        self._has_page_news = self._has_desk_news = False
        self.not_updated.show_silence(None)

    def _take_snapshot(self, _session: Session) -> None:
        self._attempt(self._take_news)

    def _take_news(self) -> None:
        self.session = self._bridge.take_snapshot()
        self._has_page_news = self._has_desk_news = self.page is not None
        self._heard_s = monotonic_s()

    def _take_waves(self) -> None:
        for link, block in self._bridge.take_blocks():
            if self.page is not None:
                self.page.add_wave(block, link)

    def _frame(self) -> None:
        """One frame; whatever fails in a part of it, the others and the next frame come."""
        real_s = monotonic_s()
        try:
            self._attempt(lambda: self._watch(real_s))
            for part in (self._take_waves, self._show_page, self._show_desk):
                self._attempt(part)
            if self._faults.is_quiet(real_s):
                self._drawn_s = real_s
            self._attempt(lambda: self.notice.tick(real_s))
            self.framed.emit()
        finally:
            if not self._is_leaving:
                worked_ms = round((monotonic_s() - real_s) * 1000)
                self._timer.start(max(1, FRAME_MS - worked_ms))

    def _attempt(self, part: Callable[[], None]) -> None:
        try:
            part()
        except Exception as error:  # the Qt thread's loop: told, shown as old, and it goes on
            self.take_fault(error)

    def _show_page(self) -> None:
        if self.page is None:
            return
        if self._has_page_news and self.session is not None:
            self._has_page_news = False
            self.page.show_snapshot(self.session)
        self.page.tick()

    def _show_desk(self) -> None:
        if self.desk is None:
            return
        if self._has_desk_news and self.session is not None:
            self._has_desk_news = False
            self.desk.show_snapshot(self.session)
        self.desk.tick()

    def _watch(self, real_s: float) -> None:
        """Tell the monitor thread that the screen lives; see that it hears and draws itself."""
        if self.page is None:
            return
        if self._actions is not None and real_s - self._told_s >= ALIVE_EVERY_S:
            self._told_s = real_s
            self._actions.screen_is_alive()
        has_ended = self.session is not None and self.session.phase is SessionPhase.ENDED
        silent_s = 0.0 if has_ended else real_s - self._heard_s
        undrawn_s = real_s - self._drawn_s
        old_s = max(silent_s, undrawn_s)
        # In silence the banner says so by itself; what cannot be drawn may be the banner.
        below = 0 if undrawn_s >= STALE_AFTER_S else self.page.overlay_area.y()
        self.not_updated.show_silence(old_s if old_s >= STALE_AFTER_S else None, below)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Sizes follow the window."""
        super().resizeEvent(event)
        theme = self.theme.fitted(self.size())
        if theme.sizes != self.theme.sizes:
            self.theme = theme
            self.setup.set_theme(theme)
            self.not_updated.set_theme(theme)
            self.notice.set_theme(theme)
            if self.page is not None and self.desk is not None:
                self.page.set_theme(theme)
                self.desk.set_theme(theme)
        self.notice.fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """While a session runs ask first; the numbers go on behind the question."""
        is_running = self._sitting is not None and (
            self.session is None or self.session.phase is not SessionPhase.ENDED
        )
        if self._is_leaving or not is_running:
            self._end_sitting()
            event.accept()
            return
        event.ignore()
        dialog = ClosingDialog(self.theme, self.session, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(self.leave)
        dialog.open()
