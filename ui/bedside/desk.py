"""What each key of the bedside page does: act at once, or open the panel that asks first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from kmonitor.access import Right
from kmonitor.clock import Clock, Instant, monotonic_s
from kmonitor.events import LinkState
from kmonitor.infusion import declared_rate_ml_per_h, planned_end
from kmonitor.session_state import Session, SessionPhase
from kmonitor.units import display
from ui.actions import Actions
from ui.bedside.alarm_desk import BEGUN_ONCE, AlarmDesk
from ui.bedside.page import BedsidePage
from ui.bedside.panels.end_panel import EndPanel
from ui.bedside.panels.ended_panel import EndedPanel
from ui.bedside.panels.host import PanelHost
from ui.bedside.panels.note_panel import NotePanel
from ui.bedside.panels.panel import Panel
from ui.bedside.panels.pressure_entry import Pressures
from ui.bedside.panels.pressure_panel import PressurePanel
from ui.bedside.panels.rate_panel import RatePanel
from ui.bedside.panels.resume_panel import ResumePanel
from ui.bedside.panels.time_back import time_choices
from ui.bedside.panels.when_panel import WhenPanel, WhenRow
from ui.bedside.panels.when_rows import BEGUN, earlier_rows, end_due_rows, start_rows
from ui.people.gate import Gate
from ui.theme import Theme

_P = SessionPhase
_ALWAYS = frozenset(_P) - {_P.ENDED}
# These act at once whoever is there; every other key, and every act of a panel, asks the gate.
_UNASKED = frozenset({"pause", "stop", "acknowledge", "pause_sound", "open_alarms"})


class Desk(QObject):
    """Joins the page, the panels and the person's acts; knows the last snapshot only.

    What needs a person goes through the gate: at the key, and again when a panel is answered,
    since the screen may have locked itself meanwhile.
    """

    new_session_asked = Signal()

    def __init__(
        self,
        page: BedsidePage,
        actions: Actions,
        theme: Theme,
        clock: Clock,
        gate: Gate,
        *,
        after_end: str = "New session",
    ) -> None:
        """`after_end` stands on the key that leaves a session that has ended."""
        super().__init__(page)
        self._after_end = after_end
        self._page = page
        self._gate = gate
        self._actions = actions
        self._theme = theme
        self._clock = clock
        self._session: Session | None = None
        self._asked: SessionPhase | None = None
        self._fits: frozenset[SessionPhase] = _ALWAYS
        self.host = PanelHost(page.overlay_area, theme)
        self.host.prompt.done.connect(actions.pump_done)
        page.pressed.connect(self.press)
        alarms = AlarmDesk(self, actions, gate, lambda: page.shown_occurrence)
        page.misfitted.connect(lambda why: self.host.misfit(why, monotonic_s()))
        self._keys = {**self._key_table(), **alarms.keys}

    def _key_table(self) -> dict[str, Callable[[Session, Instant], None]]:
        return {
            "start": self._open_start,
            "pause": lambda _session, _now: self._actions.pause(),
            "resume": self._open_resume,
            "change_rate": self._open_rate,
            "stop": lambda _session, _now: self._actions.stop(),
            "earlier": self._open_earlier,
            "confirm_end": self._open_end_due,
            "enter_bp": self._open_pressure,
            "start_cuff": self._start_cuff,
            "note": self._open_note,
            "acknowledge": self._acknowledge,
            "end_session": self._open_end_session,
        }

    @property
    def theme(self) -> Theme:
        """What panels are drawn with."""
        return self._theme

    @property
    def session(self) -> Session | None:
        """The last snapshot."""
        return self._session

    def now(self) -> Instant:
        """The patient's time."""
        return self._clock.now()

    def press(self, key: str) -> None:
        """Do what the key `key` means now, or after somebody has signed in."""
        if key in _UNASKED:
            self._do(key)
        elif key in self._keys:
            self._gate.ask(Right.RUN_SESSION, lambda: self._do(key))

    def _do(self, key: str) -> None:
        if self._session is not None:
            self._keys[key](self._session, self._clock.now())

    def show_snapshot(self, session: Session) -> None:
        """Bring panels up to date; open by themselves: END DUE and the end of the session."""
        self._session = session
        now = self._clock.now()
        if session.phase not in self._fits:
            self.host.close()
        if session.phase is not self._asked:
            self._asked = None
        if self._asked is None and self.host.panel is None:
            self._ask_by_itself(session, now)
        self.host.show_snapshot(session, now, monotonic_s())

    def _ask_by_itself(self, session: Session, now: Instant) -> None:
        """Once for each END DUE and for the end of the session, when no other panel stands."""
        if session.phase is SessionPhase.END_DUE:
            self._asked = session.phase
            self._open_end_due(session, now)
        elif session.phase is SessionPhase.ENDED:
            self._asked = session.phase
            self._open_ended(session)

    def tick(self) -> None:
        """One frame."""
        self.host.tick(monotonic_s())

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self._theme = theme
        self.host.set_theme(theme)

    def open(self, panel: Panel) -> None:
        """A panel that fits until the session ends."""
        self._open(panel, _ALWAYS)

    def close(self) -> None:
        """Take the panel away."""
        self.host.close()

    def open_aside(self, panel: Panel) -> None:
        """A panel that is not about this session; it stands in every phase."""
        self._open(panel, frozenset(_P))

    def _open(self, panel: Panel, fits: frozenset[SessionPhase]) -> None:
        self._fits = fits
        self.host.open(panel)

    def _act(self, act: Callable[[], None]) -> None:
        """The panel was answered; it stays until somebody who may do this is signed in."""
        self._gate.ask(Right.RUN_SESSION, lambda: self._close_and(act))

    def _close_and(self, act: Callable[[], None]) -> None:
        self.host.close()
        act()

    def _open_when(
        self,
        title: str,
        says: str,
        rows_at: Callable[[Instant], list[WhenRow]],
        fits: frozenset[SessionPhase],
    ) -> None:
        acts: dict[str, Callable[[int], None]] = {
            "start": self._actions.start,
            "pause": self._actions.pause,
            "stop": self._actions.stop,
            "confirm_end": self._confirm_end,
            "confirm_at_end": lambda _back_s: self._confirm_at_end(),
        }
        panel = WhenPanel(self._theme, title, says, rows_at, self._clock.now())
        panel.chosen.connect(lambda act, back_s: self._act(lambda: acts[act](back_s)))
        self._open(panel, fits)

    def _open_start(self, session: Session, _now: Instant) -> None:
        if session.infusion is None:
            return
        rate = display(declared_rate_ml_per_h(session.infusion), "mL/h")
        says = "Enter: start it now. Earlier only if the pump runs already."
        rows_at = partial(start_rows, session)
        self._open_when(f"Start at {rate}", says, rows_at, frozenset({_P.READY}))

    def _open_earlier(self, session: Session, _now: Instant) -> None:
        """For an act that was done at the pump some minutes before it is told."""
        if session.phase in BEGUN:
            rows_at = partial(earlier_rows, session)
            self._open_when("Done earlier", "", rows_at, frozenset({session.phase}))

    def _open_end_due(self, session: Session, _now: Instant) -> None:
        if session.phase is not SessionPhase.END_DUE or session.infusion is None:
            return
        says = "Look at the pump. If it still runs: Back, then Pause or Stop."
        title = "Infusion end due: is the pump finished?"
        self._open_when(title, says, partial(end_due_rows, session), frozenset({_P.END_DUE}))

    def _confirm_end(self, back_s: int) -> None:
        self._actions.confirm_end(self._clock.now().plus(-back_s))

    def _confirm_at_end(self) -> None:
        if self._session is not None and self._session.infusion is not None:
            self._actions.confirm_end(planned_end(self._session.infusion))

    def _open_resume(self, session: Session, now: Instant) -> None:
        if session.phase is not SessionPhase.PAUSED or session.infusion is None:
            return
        panel = ResumePanel(self._theme, session.infusion, now, session.zone)
        panel.resumed.connect(
            lambda end, back_s: self._act(lambda: self._actions.resume(end, back_s))
        )
        self._open(panel, frozenset({_P.PAUSED}))

    def _open_rate(self, session: Session, now: Instant) -> None:
        if session.infusion is None:
            return
        panel = RatePanel(self._theme, session.infusion, now, session.zone)
        panel.set_rate.connect(
            lambda rate, back_s: self._act(lambda: self._actions.change_rate(rate, back_s))
        )
        self._open(panel, BEGUN)

    def _open_pressure(self, session: Session, now: Instant) -> None:
        panel = PressurePanel(self._theme, time_choices(now, session.zone, session.opened))
        panel.entered.connect(
            lambda pressures, back_s: self._act(lambda: self._enter(pressures, back_s))
        )
        self._open(panel, _ALWAYS)

    def _enter(self, pressures: Pressures, back_s: int) -> None:
        self._actions.enter_bp(
            pressures.systolic_mmhg,
            pressures.diastolic_mmhg,
            mean_mmhg=pressures.mean_mmhg,
            pulse_rate_per_min=pressures.pulse_rate_per_min,
            back_s=back_s,
        )

    def _start_cuff(self, session: Session, _now: Instant) -> None:
        able = [link for link in session.links.values() if link.can_start_cuff]
        live = [link for link in able if link.state is LinkState.LIVE]
        for link in (live or able)[:1]:
            self._actions.start_cuff(link.link)

    def _open_note(self, session: Session, _now: Instant) -> None:
        panel = NotePanel(self._theme, has_begun=session.phase in BEGUN_ONCE)
        panel.written.connect(lambda words: self._act(lambda: self._actions.note(words)))
        panel.asked.connect(self.press)
        self._open(panel, _ALWAYS)

    def _acknowledge(self, _session: Session, _now: Instant) -> None:
        number = self._page.shown_occurrence
        if number is not None:
            self._actions.acknowledge(number)

    def _open_end_session(self, session: Session, _now: Instant) -> None:
        panel = EndPanel(self._theme, session)
        panel.pump_done.connect(self._actions.pump_done)
        panel.agreed.connect(lambda: self._act(self._actions.end_session))
        self._open(panel, frozenset({session.phase}))

    def _open_ended(self, session: Session) -> None:
        panel = EndedPanel(self._theme, session, self._after_end)
        panel.agreed.connect(self.new_session_asked)
        self._open(panel, frozenset({_P.ENDED}))
