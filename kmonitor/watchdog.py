"""When the app is started again and what is heard meanwhile: pure, real seconds are handed in.

Nothing here knows of processes; `supervisor.py` does what the effects say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import assert_never

MONITOR, SCREEN = "monitor", "screen"
SILENT_AFTER_S: Mapping[str, float] = {MONITOR: 2.0, SCREEN: 5.0}
SHOWN_WITHIN_S = 20.0  # from its first word to its first frame a window is built
STARTS_WITHIN_S = 30.0  # a start after a death; the first one may install packages
CLOSES_WITHIN_S = 20.0  # from being asked to the goodbye: links end, the record is written
LEAVES_WITHIN_S = 120.0  # from the goodbye to the end: a backup may still be under way
DEATHS_WITHIN_S = 60.0
MOST_DEATHS = 3
STOOD_STILL_S = 1.5  # we are asked ten times a second; whoever is asked later was away himself
NOT_DONE = 1
SESSION = "session"  # the name under which the app remembers the session that runs

_ENDED = "it ended unexpectedly"


class Phase(StrEnum):
    """What becomes of the app."""

    RUNNING = "running"
    DYING = "dying"  # it was ended, or ended by itself, and is to be started again
    CLOSING = "closing"  # it was asked to close, or said goodbye
    GIVEN_UP = "given_up"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The app says whether signs of life of `who` are to be expected from now on."""

    who: str
    is_watched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Beaten:
    """A sign of life of `who`."""

    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What the app wants to be told after a death; None forgets."""

    said: Mapping[str, str | None] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidGoodbye:
    """The app's next end is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEnded:
    """Nothing more will come from the app."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The app's process is no more, or could not be started."""

    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseAsked:
    """A signal or the end of the desktop session asks us to end."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """A person has seen the last message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """Time has passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartApp:
    """Start the app and hand this over."""

    handed_over: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KillApp:
    """End the app's process, whatever it does; its end comes as `Ended`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskToClose:
    """Tell the app to close cleanly."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """Begin or end the alarm sound; `why` is for the person at the bed."""

    is_on: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowLastMessage:
    """The app cannot be kept alive: say so on the screen."""

    handed_over: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """End with this exit status."""

    status: int


Event = (
    Watched
    | Beaten
    | Remembered
    | SaidGoodbye
    | StreamEnded
    | Ended
    | CloseAsked
    | Acknowledged
    | Ticked
)
Effect = StartApp | KillApp | AskToClose | Sound | ShowLastMessage | Finish
Stepped = tuple["Watch", tuple[Effect, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is known of the app; `heard_s` holds who is watched and when he was last heard."""

    phase: Phase
    asked_s: float
    heard_s: Mapping[str, float] = field(default_factory=dict)
    memory: Mapping[str, str] = field(default_factory=dict, repr=False)
    deaths_s: tuple[float, ...] = ()
    cause: str = ""
    due_s: float | None = None  # by then it must have beaten (running) or ended (closing)
    has_lived: bool = False
    is_sounding: bool = False

    @property
    def handed_over(self) -> Mapping[str, str]:
        """What a restarted app, or the last message, is told."""
        return dict(self.memory) | {"cause": self.cause, "deaths": str(len(self.deaths_s))}


def begin(now_s: float) -> Stepped:
    """The first start: nothing to hand over, nothing expected before the app asks for it."""
    return Watch(phase=Phase.RUNNING, asked_s=now_s), (StartApp(handed_over={}),)


def step(watch: Watch, event: Event, now_s: float) -> Stepped:
    """Take what happened at `now_s`, seconds of a clock that only goes forward."""
    watch = _after_standing_still(watch, now_s)
    match event:
        case Ticked():
            return _look(watch, now_s)
        case Beaten():
            return _take_beat(watch, event.who, now_s)
        case Watched():
            return _expect(watch, event, now_s), ()
        case Remembered():
            return _remember(watch, event), ()
        case SaidGoodbye() | CloseAsked():
            cause = event.cause if isinstance(event, CloseAsked) else None
            return _close(watch, cause, now_s)
        case StreamEnded():
            is_death = watch.phase is Phase.RUNNING and not _is_first_start(watch)
            return _die(watch, _ENDED, now_s) if is_death else (watch, ())
        case Ended():
            return _take_end(watch, event.status, now_s)
        case Acknowledged():
            return _finish(watch, NOT_DONE) if watch.phase is Phase.GIVEN_UP else (watch, ())
        case _:
            assert_never(event)


def _after_standing_still(watch: Watch, now_s: float) -> Watch:
    """Where we ourselves were away (sleep, a stopped process), nobody's silence counts."""
    away_s = now_s - watch.asked_s
    watch = replace(watch, asked_s=now_s)
    if away_s <= STOOD_STILL_S:
        return watch
    heard_s = {who: heard_s + away_s for who, heard_s in watch.heard_s.items()}
    due_s = None if watch.due_s is None else watch.due_s + away_s
    return replace(watch, heard_s=heard_s, due_s=due_s)


def _look(watch: Watch, now_s: float) -> Stepped:
    is_late = watch.due_s is not None and now_s >= watch.due_s
    if watch.phase is Phase.CLOSING and is_late:
        return replace(watch, due_s=None), (KillApp(),)
    if watch.phase is not Phase.RUNNING:
        return watch, ()
    if is_late:
        return _die(watch, "it did not come up", now_s)
    for who, heard_s in watch.heard_s.items():
        if now_s - heard_s >= SILENT_AFTER_S[who]:
            return _die(watch, f"its {who} was silent for {SILENT_AFTER_S[who]:g} s", now_s)
    return watch, ()


def _remember(watch: Watch, event: Remembered) -> Watch:
    kept = dict(watch.memory) | dict(event.said)
    memory = {name: text for name, text in kept.items() if text is not None}
    return replace(watch, memory=memory)


def _take_beat(watch: Watch, who: str, now_s: float) -> Stepped:
    """The sound ends when what is needed lives again: the monitor, if a session ran."""
    if watch.phase is not Phase.RUNNING or who not in SILENT_AFTER_S:
        return watch, ()
    heard_s = watch.heard_s
    if who in heard_s:
        heard_s = dict(heard_s) | {who: now_s}
    watch = replace(watch, heard_s=heard_s, due_s=None, has_lived=True)
    if watch.is_sounding and (who == MONITOR or SESSION not in watch.memory):
        return replace(watch, is_sounding=False), (Sound(is_on=False),)
    return watch, ()


def _expect(watch: Watch, event: Watched, now_s: float) -> Watch:
    if watch.phase is not Phase.RUNNING or event.who not in SILENT_AFTER_S:
        return watch
    heard_s = {who: heard_s for who, heard_s in watch.heard_s.items() if who != event.who}
    if event.is_watched:
        is_built = event.who != SCREEN or SCREEN in watch.heard_s
        heard_s[event.who] = now_s if is_built else now_s + SHOWN_WITHIN_S - SILENT_AFTER_S[SCREEN]
    return replace(watch, heard_s=heard_s, has_lived=True)


def _die(watch: Watch, cause: str, now_s: float) -> Stepped:
    """The app is lost: it is heard at once, and ended before another is started."""
    watch = _mourn(watch, cause, now_s)
    return watch, (Sound(is_on=True, why=cause), KillApp())


def _mourn(watch: Watch, cause: str, now_s: float) -> Watch:
    lately = (*(at_s for at_s in watch.deaths_s if now_s - at_s < DEATHS_WITHIN_S), now_s)
    return replace(
        watch,
        phase=Phase.DYING,
        heard_s={},
        deaths_s=lately,
        cause=cause,
        due_s=None,
        is_sounding=True,
    )


def _take_end(watch: Watch, status: int, now_s: float) -> Stepped:
    match watch.phase:
        case Phase.CLOSING:
            return _finish(watch, status)
        case Phase.RUNNING if _is_first_start(watch):
            return _finish(watch, status or NOT_DONE)  # its own words say why it cannot start
        case Phase.RUNNING:
            watch = _mourn(watch, _ENDED, now_s)
            watch, effects = _start_again(watch, now_s)
            return watch, (Sound(is_on=True, why=watch.cause), *effects)
        case Phase.DYING:
            return _start_again(watch, now_s)
        case Phase.GIVEN_UP | Phase.OVER:
            return watch, ()
        case _:
            assert_never(watch.phase)


def _is_first_start(watch: Watch) -> bool:
    """Whether nothing has been seen of the app yet: then there is nothing to keep alive."""
    return not watch.has_lived and not watch.deaths_s


def _start_again(watch: Watch, now_s: float) -> Stepped:
    if len(watch.deaths_s) >= MOST_DEATHS:
        message = ShowLastMessage(handed_over=watch.handed_over)
        return replace(watch, phase=Phase.GIVEN_UP), (message,)
    started = StartApp(handed_over=watch.handed_over)
    return replace(watch, phase=Phase.RUNNING, due_s=now_s + STARTS_WITHIN_S), (started,)


def _close(watch: Watch, cause: str | None, now_s: float) -> Stepped:
    """Asked for by `cause`; None: the app said goodbye by itself."""
    if watch.phase is Phase.OVER or (watch.phase is Phase.CLOSING and cause is not None):
        return watch, ()
    if watch.phase is Phase.GIVEN_UP:
        return _finish(watch, NOT_DONE)
    was_running = watch.phase is Phase.RUNNING  # else it is on its way out and is not started again
    watch, effects = _fall_silent(watch)
    if was_running and cause is not None:
        effects = (*effects, AskToClose(cause=cause))
    due_s = now_s + (LEAVES_WITHIN_S if cause is None else CLOSES_WITHIN_S)
    return replace(watch, phase=Phase.CLOSING, heard_s={}, due_s=due_s), effects


def _finish(watch: Watch, status: int) -> Stepped:
    quiet, silence = _fall_silent(watch)
    return replace(quiet, phase=Phase.OVER, heard_s={}), (*silence, Finish(status=status))


def _fall_silent(watch: Watch) -> Stepped:
    if not watch.is_sounding:
        return watch, ()
    return replace(watch, is_sounding=False), (Sound(is_on=False),)
