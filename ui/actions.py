"""What a press means: one event with author and times, put into the inbox."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from kmonitor.alarm_acts import (
    AlarmAnswer,
    AlarmAnswered,
    AlarmSwitched,
    AudioPauseAsked,
    AudioPauseEnded,
    AudioSwitched,
    CuffArmTold,
    LimitsChanged,
    SoundTested,
)
from kmonitor.alarms.conditions import Condition
from kmonitor.alarms.limits import LimitSet
from kmonitor.clock import Clock, Instant
from kmonitor.events import (
    AlarmAcknowledged,
    CuffAsked,
    EngineFaulted,
    InfusionEndConfirmed,
    InfusionPaused,
    InfusionRateChanged,
    InfusionResumed,
    InfusionStarted,
    InfusionStopped,
    NibpEntered,
    NoteWritten,
    ObservationMade,
    PumpDone,
    PumpVolumeRead,
    SessionEnded,
    UiAlive,
)
from kmonitor.infusion import ResumeEnd
from kmonitor.people import Person
from kmonitor.ports import Inbox


class Actions:
    """Whoever is at the keys at each press; `back_s` says how long before it was done.

    `who` gives `kmonitor.people.LOCKED` where nobody is signed in.
    """

    def __init__(self, inbox: Inbox, clock: Clock, who: Callable[[], Person]) -> None:
        self._inbox = inbox
        self._clock = clock
        self._who = who

    @property
    def _author(self) -> str:
        return self._who().person_id

    def start(self, back_s: float = 0) -> None:
        """The pump was started."""
        at = self._clock.now()
        self._inbox.put(InfusionStarted(at=at, author=self._author, effective=at.plus(-back_s)))

    def pause(self, back_s: float = 0) -> None:
        """The pump was paused."""
        at = self._clock.now()
        self._inbox.put(InfusionPaused(at=at, author=self._author, effective=at.plus(-back_s)))

    def resume(self, end: ResumeEnd, back_s: float = 0) -> None:
        """The pump goes on, with a later end or with less drug."""
        at = self._clock.now()
        self._inbox.put(
            InfusionResumed(at=at, author=self._author, effective=at.plus(-back_s), end=end)
        )

    def change_rate(self, rate_ml_per_h: Decimal, back_s: float = 0) -> None:
        """The pump was set to another rate."""
        at = self._clock.now()
        self._inbox.put(
            InfusionRateChanged(
                at=at,
                author=self._author,
                effective=at.plus(-back_s),
                rate_ml_per_h=rate_ml_per_h,
            )
        )

    def stop(self, back_s: float = 0) -> None:
        """The pump was stopped for good."""
        at = self._clock.now()
        self._inbox.put(InfusionStopped(at=at, author=self._author, effective=at.plus(-back_s)))

    def confirm_end(self, effective: Instant | None = None) -> None:
        """The pump finished, at the press or at `effective`."""
        at = self._clock.now()
        self._inbox.put(InfusionEndConfirmed(at=at, author=self._author, effective=effective or at))

    def pump_done(self, prompt: int) -> None:
        """What prompt number `prompt` asked for was done at the pump."""
        self._inbox.put(PumpDone(at=self._clock.now(), author=self._author, prompt=prompt))

    def enter_bp(
        self,
        systolic_mmhg: int,
        diastolic_mmhg: int,
        *,
        mean_mmhg: int | None = None,
        pulse_rate_per_min: int | None = None,
        back_s: float = 0,
    ) -> None:
        """A blood pressure was measured by hand."""
        at = self._clock.now()
        self._inbox.put(
            NibpEntered(
                at=at,
                author=self._author,
                measured=at.plus(-back_s),
                systolic_mmhg=systolic_mmhg,
                diastolic_mmhg=diastolic_mmhg,
                mean_mmhg=mean_mmhg,
                pulse_rate_per_min=pulse_rate_per_min,
            )
        )

    def start_cuff(self, link: str) -> None:
        """The monitor on `link` shall take one cuff reading."""
        self._inbox.put(CuffAsked(at=self._clock.now(), author=self._author, link=link))

    def note(self, text: str) -> None:
        """A note for the record."""
        self._inbox.put(NoteWritten(at=self._clock.now(), author=self._author, text=text))

    def acknowledge(self, occurrence: int) -> None:
        """One alarm was seen."""
        at = self._clock.now()
        self._inbox.put(AlarmAcknowledged(at=at, author=self._author, occurrence=occurrence))

    def answer(self, occurrence: int, answer: AlarmAnswer, text: str = "") -> None:
        """Something was done about one alarm, which acknowledges it too."""
        self._inbox.put(
            AlarmAnswered(
                at=self._clock.now(),
                author=self._author,
                occurrence=occurrence,
                answer=answer,
                text=text,
            )
        )

    def pause_sound(self) -> None:
        """Silence for a while; it comes back by itself."""
        self._inbox.put(AudioPauseAsked(at=self._clock.now(), author=self._author))

    def end_sound_pause(self) -> None:
        """The alarm sound back before its pause is over."""
        self._inbox.put(AudioPauseEnded(at=self._clock.now(), author=self._author))

    def switch_sound(self, *, is_on: bool) -> None:
        """The alarm sound of this session off, or on again."""
        self._inbox.put(AudioSwitched(at=self._clock.now(), author=self._author, is_on=is_on))

    def switch_alarm(self, condition: Condition, *, is_on: bool) -> None:
        """One alarm of this session off, or on again."""
        at = self._clock.now()
        self._inbox.put(AlarmSwitched(at=at, author=self._author, condition=condition, is_on=is_on))

    def change_limits(self, limits: LimitSet, words: str) -> None:
        """`limits` from now on; `words` say what was changed, with the old and the new number."""
        at = self._clock.now()
        self._inbox.put(LimitsChanged(at=at, author=self._author, limits=limits, words=words))

    def observe(self, sedation: int) -> None:
        """Somebody looked at the patient; by MOAA/S, 5 awake to 0 no response."""
        at = self._clock.now()
        self._inbox.put(ObservationMade(at=at, author=self._author, sedation=sedation))

    def pump_volume(self, volume_ml: Decimal) -> None:
        """The pump says how many mL it has given in this infusion."""
        at = self._clock.now()
        self._inbox.put(PumpVolumeRead(at=at, author=self._author, volume_ml=volume_ml))

    def sound_tested(self, *, is_heard: bool) -> None:
        """Somebody was asked whether the alarm tones were heard."""
        self._inbox.put(SoundTested(at=self._clock.now(), author=self._author, is_heard=is_heard))

    def cuff_arm(self, *, is_same_arm: bool) -> None:
        """Whether cuff and SpO2 sensor share an arm, and SpO2 is to wait for the cuff."""
        at = self._clock.now()
        self._inbox.put(CuffArmTold(at=at, author=self._author, is_same_arm=is_same_arm))

    def end_session(self) -> None:
        """The session is over."""
        self._inbox.put(SessionEnded(at=self._clock.now(), author=self._author))

    def screen_is_alive(self) -> None:
        """The screen's event loop runs."""
        self._inbox.put(UiAlive(at=self._clock.now()))

    def screen_faulted(self, what: str) -> None:
        """We failed on the Qt thread."""
        self._inbox.put(EngineFaulted(at=self._clock.now(), what=what))
