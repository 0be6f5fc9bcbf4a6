"""The demonstration nurse: does a whole session by real key presses on the real window.

It looks ten times a second, faster where the patient's time runs faster, and does the first thing
that is due. A press of a person at the keyboard or the screen sends it away.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from kmonitor.alarms.conditions import Priority
from kmonitor.clock import Clock, Instant, monotonic_s
from kmonitor.events import NoteWritten
from kmonitor.infusion import running_s
from kmonitor.nibp_schedule import infusion_start
from kmonitor.session_state import Session, SessionPhase
from ui.bedside.panels.sound_test_panel import SoundTestPanel
from ui.shell import Shell

GREETING = "The demonstration nurse is at the keys; press any key to take them over"
FAREWELL = "You have the keys; the demonstration nurse has left"
_LOOKS_EVERY_S = 0.1
_HESITATES_S = 10.0  # at most, in patient time, before the next key: else she is late at the pump
_TOLD_WITHIN_S = 2.0  # real seconds; after them what she did came to nothing
_BASELINE_WITHIN_S = 300.0
_AT_THE_PUMP_S = 15.0
_ACKNOWLEDGES_AFTER_S = 40.0
_CONFIRMS_END_AFTER_S = 20.0
_NOTE_AFTER_S = 600.0
_NOTE = "note_6"
_LOOKS_AFTER_SHARE = 0.8  # of the interval, so that an observation is never due
_SCORE_KEY, _AWAKE = "note_observation", "sedation_5"
_ONLY_OPENS = {"confirm", "start", "note", "confirm_end", "panel_back", _SCORE_KEY}  # no acts
_OBSERVED = (SessionPhase.INFUSING, SessionPhase.PAUSED)
_LETTERS = {"start": "S", "note": "N", "confirm_end": "E", "acknowledge": "A"}
_TAKING_OVER = (
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.TouchBegin,
)


class DemoNurse(QObject):
    """`reads_s` is for how long, in real seconds, each page is left to be read before a press."""

    def __init__(self, shell: Shell, clock: Clock, *, reads_s: float) -> None:
        super().__init__(shell)
        self._shell = shell
        self._clock = clock
        self._reads_s = reads_s
        self._began_s = monotonic_s()
        self._looked_s = 0.0
        self._pressed_s = monotonic_s()
        self._acts_before: int | None = None  # when she did what is an act
        self._noticed: dict[tuple[int, Priority], Instant] = {}
        self._has_left = False
        shell.framed.connect(self._look)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)
        shell.say(GREETING)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """What comes from outside is a person; our own presses are not spontaneous."""
        if not self._has_left and event.type() in _TAKING_OVER and event.spontaneous():
            self._has_left = True
            self._shell.say(FAREWELL)
        return False

    def _look(self) -> None:
        real_s = monotonic_s()
        if self._has_left or real_s - self._looked_s < min(_LOOKS_EVERY_S, 1 / self._clock.speed):
            return
        self._looked_s = real_s
        if real_s - self._pressed_s < self._pause_s():
            return
        name, acts = self._due(), self._acts()
        if name is not None and self._press(name):
            self._pressed_s = real_s
            self._acts_before = None if name in _ONLY_OPENS else acts

    def _acts(self) -> int:
        session = self._shell.session
        return 0 if session is None else len(session.acts)

    def _pause_s(self) -> float:
        """Until the session tells of what she did, else she would do it again; then to read.

        A set-up page is read longer than a panel, and the alarm tones are heard to their end.
        """
        if self._acts_before == self._acts():
            return _TOLD_WITHIN_S
        is_long = self._shell.desk is None or self._sound_test() is not None
        if is_long:
            return self._reads_s
        return min(self._reads_s / 4, _HESITATES_S / self._clock.speed)

    def _sound_test(self) -> SoundTestPanel | None:
        desk = self._shell.desk
        panel = None if desk is None else desk.host.panel
        return panel if isinstance(panel, SoundTestPanel) else None

    def _due(self) -> str | None:
        session = self._shell.session
        if self._shell.desk is None:
            return "confirm"
        if session is None:
            return None
        return (
            self._at_the_pump(session)
            or self._in_the_panel()
            or self._about_alarms(session)
            or ("note" if is_to_observe(session, self._clock.now()) else None)
            or self._about_the_infusion(session)
        )

    def _at_the_pump(self, session: Session) -> str | None:
        prompt = session.pump_prompt
        if prompt is None or self._seconds_since(prompt.since) < _AT_THE_PUMP_S:
            return None
        return "pump_done"

    def _in_the_panel(self) -> str | None:
        """Answer the panel that stands."""
        if self._shell.desk is None or self._shell.desk.host.panel is None:
            return None
        if (test := self._sound_test()) is not None:
            return "sound_heard" if test.is_asking else "panel_back"
        session = self._shell.session
        if session is not None and session.phase is SessionPhase.END_DUE:
            is_time = self._seconds_since(session.phase_since) >= _CONFIRMS_END_AFTER_S
            return "when_confirm_end_0" if is_time else None
        note = (
            _SCORE_KEY
            if session is not None and is_to_observe(session, self._clock.now())
            else _NOTE
        )
        for name in ("when_start_0", _AWAKE, note):
            if self._shell.findChild(QWidget, name) is not None:
                return name
        return None

    def _about_alarms(self, session: Session) -> str | None:
        """Each is left to be heard, and one that got worse as long as a new one."""
        now, noticed = self._clock.now(), self._noticed
        self._noticed = {
            (alarm.number, alarm.priority): noticed.get((alarm.number, alarm.priority), now)
            for alarm in session.presented_alarms
            if not alarm.is_acknowledged and alarm.onset is not None
        }
        for since in self._noticed.values():
            if now.seconds_since(since) >= _ACKNOWLEDGES_AFTER_S:
                return "acknowledge"
        return None

    def _about_the_infusion(self, session: Session) -> str | None:
        match session.phase:
            case SessionPhase.READY:
                has_baseline = any(reading.is_judged for reading in session.nibp)
                waited_s = self._seconds_since(session.opened)
                return "start" if has_baseline or waited_s > _BASELINE_WITHIN_S else None
            case SessionPhase.INFUSING if session.infusion is not None:
                has_note = any(act.kind == NoteWritten.__name__ for act in session.acts)
                gone_s = running_s(session.infusion, self._clock.now())
                return "note" if gone_s > _NOTE_AFTER_S and not has_note else None
            case SessionPhase.END_DUE:
                return "confirm_end"
            case _:
                return None

    def _seconds_since(self, then: Instant) -> float:
        return self._clock.now().seconds_since(then)

    def _press(self, name: str) -> bool:
        """The letter of a key of the page, else Space on the widget of that name."""
        page = self._shell.page
        if page is not None and name in _LETTERS:
            letter = _LETTERS[name]
            _strike(page, Qt.Key(ord(letter)), letter.lower())
            return True
        for widget in self._shell.findChildren(QWidget, name):
            if widget.isVisible() and widget.isEnabled():
                widget.setFocus(Qt.FocusReason.TabFocusReason)
                _strike(widget, Qt.Key.Key_Space, " ")
                return True
        return False


def is_to_observe(session: Session, now: Instant) -> bool:
    """Whether somebody is to look at the patient soon, by the limit set's interval."""
    every_s, begun = session.limits.observation_every_s, infusion_start(session)
    if every_s is None or begun is None or session.phase not in _OBSERVED:
        return False
    last = session.observations[-1].at if session.observations else begun
    return now.seconds_since(last) >= _LOOKS_AFTER_SHARE * every_s


def _strike(widget: QWidget, key: Qt.Key, text: str) -> None:
    """One key, down and up."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
        QApplication.sendEvent(widget, event)
