"""The monitor thread: it alone holds the session; everything comes to it by the inbox.

It waits on the inbox until the session's next deadline; alarms are judged here and nowhere else.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Protocol, assert_never

from kmonitor.alarm_acts import AudioPauseAsked, AudioSwitched
from kmonitor.alarms.conditions import AlarmTransition
from kmonitor.alarms.limits import LimitSet
from kmonitor.alarms.occurrences import Occurrence
from kmonitor.alarms.rebuilding import rebuilt
from kmonitor.alarms.signals import SILENT, AlarmSignal, SoundState
from kmonitor.clock import LONGEST_WAIT_S, Clock, Instant, monotonic_s
from kmonitor.effects import (
    Effect,
    PersistRow,
    PersistWave,
    PresentAlarms,
    PublishSnapshot,
    SendToDevice,
    ShowWave,
)
from kmonitor.errors import way_of
from kmonitor.events import (
    ClockJumped,
    Committed,
    EngineFaulted,
    Event,
    ScreenChanged,
    SessionOpened,
    SessionResumed,
    SoundChanged,
    Tick,
    UiAlive,
)
from kmonitor.ports import AlarmVoice, Link, Record
from kmonitor.resuming import ResumePoint
from kmonitor.session import (
    Session,
    fail_plainly,
    fail_safely,
    next_deadline,
    open_session,
    restart_engine,
    step,
)
from kmonitor.session_state import SessionPhase
from kmonitor.vitals import WaveBlock

log = logging.getLogger(__name__)

JUMP_S = 2.0
STALL_S = 3.0
FLUSH_S = 10.0
BEAT_S = 0.25
MARK_S = 60.0
SCREEN_SILENT_S = 3.0
_SILENCING = (AudioPauseAsked, AudioSwitched)


class Observer(Protocol):
    """Who looks on; called on the monitor thread, must return at once."""

    def on_snapshot(self, session: Session) -> None:
        """The session as it now is."""

    def on_wave(self, link: str, block: WaveBlock) -> None:
        """Samples for the screen."""

    def on_row(self, row: PersistRow) -> None:
        """A row on its way to the record."""

    def on_commit(self, seq: int) -> None:
        """Everything up to `seq` is on disk."""


class Monitor:
    """Runs one session; it is itself the inbox of every other thread."""

    def __init__(
        self,
        *,
        clock: Clock,
        limits: LimitSet,
        observers: Sequence[Observer] = (),
        beat: Callable[[], None] | None = None,
        voice: AlarmVoice | None = None,
    ) -> None:
        """Prepare; nothing runs before `start` or `resume`.

        `beat` is called on the monitor thread, at least once and at most four times a second;
        `voice` is told what is to be heard, and how its device stands comes to the inbox.
        """
        self._voice = voice
        self._sound: SoundState | None = None
        self._is_voice_deaf = False
        self._screen = _ScreenWatch()
        self._clock = clock
        self._limits = limits
        self._observers = tuple(observers)
        self._beat = beat
        self._beaten_s = self._marked_s = -LONGEST_WAIT_S
        self._held: tuple[Occurrence, ...] = ()
        self._faults_in_a_row = 0
        self._has_failed_plainly = False
        self._record: Record | None = None
        self._links: dict[str, Link] = {}
        self._queue: queue.SimpleQueue[Event | _Barrier] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="monitor", daemon=True)
        self._session: Session
        self._round_ended: Instant
        self._failing: set[str] = set()
        self._wall_ahead_ns: int | None = None

    def keep_in(self, record: Record) -> None:
        """Give the rows to `record`; before `start`."""
        self._record = record

    def attach(self, link: Link) -> None:
        """Use `link`; it is started with the monitor and ended by `stop`."""
        self._links[link.name] = link
        if self._thread.is_alive():
            link.start()

    def put(self, event: Event) -> None:
        """Hand over an event; never blocks."""
        self._queue.put(event)

    def start(self, opened: SessionOpened) -> None:
        """Open the session, begin to judge, start the links."""
        session, effects = open_session(opened, self._limits)
        self._session = session
        self._perform(session, effects)
        self._begin()

    def resume(self, point: ResumePoint, resumed: SessionResumed) -> None:
        """Go on with a session that broke off, as `start` begins one."""
        self._session = point.session
        self._held = point.session.alarms.occurrences
        self._perform(point.session, point.missing)
        self._take(resumed)
        self._held = self._session.alarms.occurrences  # on the clock of this run
        self._begin()

    def _begin(self) -> None:
        self._mark()
        self._present_anew()
        self._thread.start()
        if self._voice is not None:
            self._voice.attend(self._hear_of_sound)
        for link in self._links.values():
            link.start()

    def stop(self) -> None:
        """End the links, then take what they still sent, then the record; joins everything."""
        for link in self._links.values():
            link.stop()
        self._pass_barrier()
        if self._record is not None:
            self._record.stop()
        if self._voice is not None:
            self._voice.attend(None)
        self._pass_barrier(is_last=True)
        self._present(SILENT)
        if self._thread.ident is not None:
            self._thread.join(FLUSH_S)

    def _hear_of_sound(self, state: SoundState) -> None:
        """On a thread of the voice."""
        self._sound = state
        self._tell_of_sound()

    def _tell_of_sound(self) -> None:
        state = SoundState(is_there=False) if self._is_voice_deaf else self._sound
        if state is None:
            return  # the voice has yet to tell
        self.put(
            SoundChanged(
                at=self._clock.now(), is_there=state.is_there, device=state.device,
                is_silenced=state.is_silenced, volume_pct=state.volume_pct,
            )
        )  # fmt: skip

    def _pass_barrier(self, *, is_last: bool = False) -> None:
        """Wait until everything that was put before has been taken."""
        if not self._thread.is_alive():
            return
        barrier = _Barrier(is_last)
        self._queue.put(barrier)
        if not barrier.passed.wait(FLUSH_S):
            log.error("the monitor thread did not end in %s s", FLUSH_S)

    def _run(self) -> None:
        self._round_ended = self._clock.now()
        while True:
            self._tell_that_it_lives()
            event = self._next_event()
            if isinstance(event, _Barrier):
                event.passed.set()
                if event.is_last:
                    return
                continue
            self._watch_clock(self._round_ended)
            self._watch_screen(event)
            self._take(event)

    def _tell_that_it_lives(self) -> None:
        """Real time, as the heart of the program beats at any speed."""
        now_s = monotonic_s()
        if self._beat is not None and now_s - self._beaten_s >= BEAT_S:
            self._beaten_s = now_s
            self._try(self._beat)
        if now_s - self._marked_s >= MARK_S:
            self._mark()

    def _mark(self) -> None:
        """Let the record keep the session itself, so that resuming it takes no replay of hours."""
        self._marked_s = monotonic_s()
        if self._record is not None and self._session.phase is not SessionPhase.ENDED:
            self._try(self._record.mark, self._session)

    def _next_event(self) -> Event | _Barrier:
        wait_s = self._wait_s()
        try:
            event: Event | _Barrier = self._queue.get(timeout=wait_s)
        except queue.Empty:
            event = Tick(at=self._clock.now())
        now = self._clock.now()
        before, self._round_ended = self._round_ended, now
        late_s = now.seconds_since(before) / self._clock.speed - wait_s
        if late_s > STALL_S:
            cause = "the program stood still"
            self._take(ClockJumped(at=now, by_s=late_s, cause=cause, since=before))
        return event

    def _wait_s(self) -> float:
        """Real seconds until something is due; a second where even that cannot be told."""
        try:
            return self._clock.wait_s(next_deadline(self._session))
        except Exception as error:  # top of the thread: we failed
            self._fail_safely(self._clock.now(), error)
            return LONGEST_WAIT_S

    def _watch_clock(self, at: Instant) -> None:
        """Between two rounds the wall clock and the monotonic one move on alike, or it jumped.

        By this thread's own readings: events of several threads come in the order of no clock.
        """
        ahead_ns = at.utc_ms * 1_000_000 - at.mono_ns
        before_ns, self._wall_ahead_ns = self._wall_ahead_ns, ahead_ns
        if before_ns is None:
            return
        by_s = (ahead_ns - before_ns) / 1e9
        if abs(by_s) > JUMP_S:
            self._take(ClockJumped(at=at, by_s=by_s, cause="the wall clock was set"))

    def _watch_screen(self, event: Event) -> None:
        """In real time; a session that never had a screen misses none.

        Silence counts only where nothing waits in the inbox: the sign may wait there itself.
        """
        is_all_heard = isinstance(event, Tick)
        changed = self._screen.look(isinstance(event, UiAlive), is_all_heard, monotonic_s())
        if changed is not None:
            self._take(ScreenChanged(at=self._round_ended, is_alive=changed))

    def _take(self, event: Event) -> None:
        """What failed is tried once more: no press is lost by a fault that is over.

        But for silence: who asked for it did not know of the fault.
        """
        if not self._has_taken(event, is_again=False) and not isinstance(event, _SILENCING):
            self._has_taken(event, is_again=True)

    def _has_taken(self, event: Event, *, is_again: bool) -> bool:
        try:
            session, effects = step(self._session, event)
        except Exception as error:  # top of the thread: we failed
            self._faults_in_a_row += not is_again
            self._fail_safely(event.at, error)
            return False
        self._session = session
        if not is_again:
            self._faults_in_a_row = 0
        self._perform(session, effects)
        if self._has_failed_plainly:
            self._has_failed_plainly = False
            self._present_anew()
        if isinstance(event, Committed):
            for observer in self._observers:
                self._try(observer.on_commit, event.seq)
        return True

    def _fail_safely(self, at: Instant, error: Exception) -> None:
        """We failed: the session goes on as it was, with a high-priority technical condition.

        What fails at the next event too may lie in what the engine holds: that is made anew,
        with the open conditions as they were logged.
        """
        what = type(error).__name__
        if self._session.engine_fault != what:
            log.error("fault on the monitor thread: %s", way_of(error))
        try:
            if self._faults_in_a_row > 1:
                self._session = restart_engine(self._session, self._held)
            session, effects = fail_safely(self._session, at, what)
        except Exception:  # top of the thread: nothing of the engine can be relied on
            session, effects = fail_plainly(self._session, at, what)
            self._has_failed_plainly = True
        self._session = session
        self._perform(session, effects)

    def _perform(self, session: Session, effects: Sequence[Effect]) -> None:
        """Rows go to the record before anybody who looks on hears of anything."""
        for effect in effects:
            if isinstance(effect, PersistRow) and isinstance(effect.row, AlarmTransition):
                self._try(self._hold, effect.row, session)
            if isinstance(effect, PersistRow | PersistWave) and self._record is not None:
                self._try(self._record.keep, effect)
        for effect in effects:
            match effect:
                case SendToDevice():
                    self._try(self._send, effect)
                case PresentAlarms():
                    self._present(effect.signal)
                case PersistWave():
                    pass  # is with the record already
                case PersistRow() | ShowWave() | PublishSnapshot():
                    self._tell(session, effect)
                case _:
                    assert_never(effect)

    def _hold(self, row: AlarmTransition, session: Session) -> None:
        """Follow the log; where that fails, what the engine holds is all that is known."""
        held, self._held = self._held, session.alarms.occurrences
        self._held = rebuilt(held, (row,), session.limits)

    def _present_anew(self) -> None:
        if self._voice is not None:
            self._try(lambda: self._present(self._session.signal))

    def _present(self, signal: AlarmSignal) -> None:
        """A voice that cannot take it is as good as none, for as long as that is so."""
        if self._voice is None:
            return
        was_deaf = self._is_voice_deaf
        self._is_voice_deaf = not self._try(self._voice.present, signal)
        if self._is_voice_deaf is not was_deaf:
            self._tell_of_sound()

    def _send(self, effect: SendToDevice) -> None:
        self._links[effect.link].send(effect.verb)

    def _tell(self, session: Session, effect: PersistRow | ShowWave | PublishSnapshot) -> None:
        for observer in self._observers:
            match effect:
                case PersistRow():
                    self._try(observer.on_row, effect)
                case ShowWave():
                    self._try(observer.on_wave, effect.link, effect.block)
                case PublishSnapshot():
                    self._try(observer.on_snapshot, session)
                case _:
                    assert_never(effect)

    def _try(self, call: Callable[..., None], *what: object) -> bool:
        """Call what must not end this thread; a fault is logged and told once, nobody else hurt."""
        try:
            call(*what)
            return True
        except Exception as error:  # top of the thread: something of ours failed
            name = call.__qualname__
            if name not in self._failing:
                self._failing.add(name)
                log.error("%s failed: %s", name, way_of(error))
                self.put(
                    EngineFaulted(at=self._clock.now(), what=f"{name}: {type(error).__name__}")
                )
            return False


class _ScreenWatch:
    """Whether the screen's signs of life still come."""

    def __init__(self) -> None:
        self._heard_s: float | None = None
        self._is_alive = True

    def look(self, is_sign: bool, is_all_heard: bool, real_s: float) -> bool | None:
        """Take note of a sign or of its absence; the news if there are any."""
        if is_sign:
            self._heard_s = real_s
        if self._heard_s is None or not (is_sign or is_all_heard):
            return None
        is_alive = real_s - self._heard_s < SCREEN_SILENT_S
        was_alive, self._is_alive = self._is_alive, is_alive
        return None if is_alive is was_alive else is_alive


class _Barrier:
    """A mark in the inbox: all that was put before it has been taken."""

    def __init__(self, is_last: bool) -> None:
        self.is_last = is_last
        self.passed = threading.Event()
