"""What the keys about alarms do: the panel, the sound, and the entries that alarms ask for."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Protocol

from kmonitor.access import Right, may
from kmonitor.alarm_acts import AlarmAnswer
from kmonitor.alarms.conditions import Condition
from kmonitor.alarms.suppression import pause_ends
from kmonitor.clock import Instant
from kmonitor.session_state import Session, SessionPhase
from ui.actions import Actions
from ui.bedside.panels.alarm_panel import AlarmPanel
from ui.bedside.panels.ask_panel import AskPanel
from ui.bedside.panels.panel import Panel
from ui.bedside.panels.sedation_panel import SedationPanel
from ui.bedside.panels.volume_panel import VolumePanel
from ui.bedside.panels.words_panel import WordsPanel
from ui.bedside.view_models.alarm_answers import condition_of, starts_cuff
from ui.bedside.view_models.alarm_panel import first_to_answer
from ui.people.gate import Gate
from ui.theme import Theme

BEGUN_ONCE = frozenset(
    {SessionPhase.INFUSING, SessionPhase.PAUSED, SessionPhase.END_DUE, SessionPhase.RECOVERY}
)
_ASKED_FOR = {
    AlarmAnswer.PRESCRIBER_SAID: ("Prescriber said", "What was said, and by whom?"),
    AlarmAnswer.MEDICINE_GIVEN: ("Medicine given", "What was given, how much, and by whom?"),
}
_OFF_SAYS = (
    "No alarm of this session will be heard until somebody switches the sound on again. "
    "Alarms stay on the screen, and a short tone reminds every three minutes."
)


class DeskOfAll(Protocol):
    """What of the bedside's desk is needed here."""

    @property
    def theme(self) -> Theme:
        """What panels are drawn with."""

    @property
    def session(self) -> Session | None:
        """The last snapshot."""

    def open(self, panel: Panel) -> None:
        """Show a panel until it is left or the session ends."""

    def close(self) -> None:
        """Take the panel away."""

    def press(self, key: str) -> None:
        """Do what a key of the page means."""

    def now(self) -> Instant:
        """The patient's time."""


class AlarmDesk:
    """Part of the desk; whatever is asked of the gate, pausing and acknowledging are not."""

    def __init__(
        self, desk: DeskOfAll, actions: Actions, gate: Gate, shown: Callable[[], int | None]
    ) -> None:
        """`shown` gives the alarm that the banner shows."""
        self._shown = shown
        self._desk = desk
        self._actions = actions
        self._gate = gate
        self.keys: dict[str, Callable[[Session, Instant], None]] = {
            "open_alarms": self.open_alarms,
            "pause_sound": self.pause_sound,
            "observation": self.open_observation,
            "pump_volume": self.open_volume,
        }

    def open_alarms(self, session: Session, _now: Instant) -> None:
        """The panel about the alarm that the banner shows; without one, what was."""
        shown = self._shown()
        condition = condition_of(session, shown)
        is_alarm = condition is not None and not condition.is_inactivation
        self._open_about(session, shown if is_alarm else first_to_answer(session))

    def pause_sound(self, session: Session, now: Instant) -> None:
        """Silence for a while; pressed again, the sound is back. Where it is off, the way to on."""
        if session.alarms.running(Condition.AUDIO_OFF) is not None:
            self.open_alarms(session, now)
        elif pause_ends(session.alarms) is None:
            self._actions.pause_sound()
        else:
            self._actions.end_sound_pause()

    def open_observation(self, _session: Session, _now: Instant) -> None:
        """Six keys for how sedated the patient is."""
        panel = SedationPanel(self._desk.theme)
        panel.scored.connect(
            lambda score: self._if_may(
                lambda: self._close_and(lambda: self._actions.observe(score))
            )
        )
        self._desk.open(panel)

    def open_volume(self, session: Session, _now: Instant) -> None:
        """A field for what the pump shows; before the start it shows nothing of this infusion."""
        if session.phase not in BEGUN_ONCE:
            return
        panel = VolumePanel(self._desk.theme)
        panel.entered.connect(self._enter_volume)
        self._desk.open(panel)

    def _enter_volume(self, volume_ml: Decimal) -> None:
        self._if_may(lambda: self._close_and(lambda: self._actions.pump_volume(volume_ml)))

    def _open_about(self, session: Session, about: int | None) -> None:
        if session.phase is SessionPhase.ENDED:
            return
        panel = AlarmPanel(
            self._desk.theme, session, self._desk.now(), about=about, may_switch=self._may_switch
        )
        panel.answered.connect(self._answer)
        panel.acknowledged.connect(self._actions.acknowledge)
        panel.asked.connect(lambda key: self._asked(key, panel.about))
        self._desk.open(panel)

    def _may_switch(self) -> bool:
        return may(self._gate.person(), Right.SWITCH_ALARMS)

    def _if_may(self, act: Callable[[], None]) -> None:
        self._gate.ask(Right.RUN_SESSION, act)

    def _close_and(self, act: Callable[[], None]) -> None:
        self._desk.close()
        act()

    def _answer(self, number: int, answer: AlarmAnswer) -> None:
        """Log it, and do what it says where that is ours to do."""
        if answer is AlarmAnswer.PAUSE_INFUSION:
            self._actions.pause()  # as the key Pause: at the first press, whoever is there
            self._actions.answer(number, answer)
        elif answer in _ASKED_FOR:
            self._ask_words(number, answer)
        else:
            self._if_may(lambda: self._log(number, answer))

    def _log(self, number: int, answer: AlarmAnswer) -> None:
        session = self._desk.session
        needs_cuff = answer is AlarmAnswer.REPEAT_READING and session is not None
        is_cuff = (
            needs_cuff
            and session is not None
            and starts_cuff(session, condition_of(session, number))
        )
        self._actions.answer(number, answer)
        if is_cuff:
            self._desk.press("start_cuff")
        if answer is AlarmAnswer.SLOW_RATE:
            self._desk.press("change_rate")

    def _ask_words(self, number: int, answer: AlarmAnswer) -> None:
        title, hint = _ASKED_FOR[answer]
        about = self._words_of(number)
        panel = WordsPanel(self._desk.theme, title, f"About {about}", hint)
        panel.written.connect(
            lambda words: self._if_may(lambda: self._log_words(number, answer, words))
        )
        self._desk.open(panel)
        panel.closed.connect(lambda: self._back_to(number))

    def _log_words(self, number: int, answer: AlarmAnswer, words: str) -> None:
        self._actions.answer(number, answer, words)
        self._back_to(number)

    def _back_to(self, number: int) -> None:
        if self._desk.session is not None:
            self._open_about(self._desk.session, number)

    def _words_of(self, number: int) -> str:
        session = self._desk.session
        log = () if session is None else session.alarm_log
        return next((each.words for each in log if each.number == number), "the alarm")

    def _asked(self, key: str, about: int | None) -> None:
        match key:
            case "end_sound_pause" | "pause_sound":
                self._desk.press("pause_sound")
            case "switch_sound_on":
                self._if_may(lambda: self._actions.switch_sound(is_on=True))
            case "switch_sound_off":
                self._gate.ask(Right.SWITCH_ALARMS, lambda: self._ask_sound_off(about))
            case "switch_alarm_on":
                self._if_may(partial(self._switch_alarm_on, about))
            case _:
                self._desk.press(key)

    def _ask_sound_off(self, about: int | None) -> None:
        panel = AskPanel(
            self._desk.theme, "Alarm sound off for this session?", _OFF_SAYS, "Sound off"
        )
        panel.agreed.connect(
            lambda: self._gate.ask(Right.SWITCH_ALARMS, lambda: self._switch_sound_off(about))
        )
        self._desk.open(panel)

    def _switch_sound_off(self, about: int | None) -> None:
        self._actions.switch_sound(is_on=False)
        if self._desk.session is not None:
            self._open_about(self._desk.session, about)

    def _switch_alarm_on(self, about: int | None) -> None:
        session = self._desk.session
        for each in () if session is None else session.alarms.occurrences:
            if each.number == about and each.condition is Condition.ALARM_OFF:
                self._actions.switch_alarm(Condition(each.about), is_on=True)
