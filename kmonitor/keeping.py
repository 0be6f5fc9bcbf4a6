"""The app's side of the pipe to its parent; `NoKeeper` where it was started without one."""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from kmonitor.bootstrap import SPARE, SUPERVISED
from kmonitor.clock import monotonic_s
from kmonitor.errors import WorldError
from kmonitor.pipes import Message, Pen, Splitter, encode

BEATS_EVERY_S = 0.25
LOST_AFTER_S = 5.0
_ANSWERS_WITHIN_S = 30.0
_FLUSHES_WITHIN_S = 2.0
_CHUNK = 65_536
_NO_ANSWER = "The program that supervises this one did not answer."


class KeeperError(WorldError):
    """The parent process did not do what it was asked to."""


def keeper_for(arguments: Sequence[str], needed: Sequence[str] = ()) -> NoKeeper | PipeKeeper:
    """The parent of an app that was started with the flag for it, else nobody.

    A spare app imports the modules that are `needed` and comes back when it is.
    """
    if SPARE in arguments:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this
        for name in needed:
            import_module(name)
    if SUPERVISED not in arguments:
        return NoKeeper()
    try:
        return PipeKeeper()
    except KeeperError as error:
        # A spare app that was never needed has nothing to say when its parent is gone.
        sys.exit(1 if SPARE in arguments else str(error))


class NoKeeper:
    """Nobody starts this app again; nothing is said about that, for somebody wanted it so."""

    handed_over: Mapping[str, str] = {}  # never changed
    is_there = False
    asked_to_close: str | None = None

    def attend(self, tell: Callable[[bool], None] | None) -> None:
        """There is nothing to hear."""

    def beat(self, who: str) -> None:
        """Nobody listens."""

    def watch(self, who: str, is_watched: bool) -> None:
        """Nobody listens."""

    def remember(self, **said: str | None) -> None:
        """Nobody listens."""

    def goodbye(self) -> None:
        """Nobody listens."""


class PipeKeeper:
    """The parent behind standard input and output; made once, before anything else is read."""

    def __init__(self, file_in: int = 0, file_out: int = 1) -> None:
        """Wait for what the parent hands over; raises KeeperError where there is no parent.

        A spare app waits here until it is needed.
        """
        self._heard = _take_over(file_in)
        self._printed_on = file_out
        self._pen = Pen(_copy(file_out), "to the parent")
        self._answers: queue.SimpleQueue[Mapping[str, str]] = queue.SimpleQueue()
        self._handed_over: Mapping[str, str] | None = None
        self._has_begun = threading.Event()
        self._asked_to_close: str | None = None
        self._beaten_s: dict[str, float] = {}
        self._tell: Callable[[bool], None] | None = None
        self._said: bool | None = None
        self._living_s = monotonic_s()
        self._is_cut_off = False
        self._ended = threading.Event()
        threading.Thread(target=self._read, name="from the parent", daemon=True).start()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self._thread.start()
        self._has_begun.wait()
        if self._handed_over is None:
            self._end()
            raise KeeperError(_NO_ANSWER)

    @property
    def handed_over(self) -> Mapping[str, str]:
        """What the parent kept; empty on a plain start."""
        return self._handed_over or {}

    @property
    def is_there(self) -> bool:
        """Whether the parent gave a sign of life lately."""
        return not self._is_cut_off and monotonic_s() - self._living_s < LOST_AFTER_S

    @property
    def asked_to_close(self) -> str | None:
        """Why the parent wants the app to close."""
        return self._asked_to_close

    def attend(self, tell: Callable[[bool], None] | None) -> None:
        """`tell` is called on the keeper's thread: soon, and at each change."""
        self._tell = tell
        self._said = None

    def beat(self, who: str) -> None:
        """Pass on a sign of life, four a second at most."""
        now_s = monotonic_s()
        if now_s - self._beaten_s.get(who, float("-inf")) >= BEATS_EVERY_S:
            self._beaten_s[who] = now_s
            self._pen.offer(encode("beat", {"who": who}))

    def watch(self, who: str, is_watched: bool) -> None:
        """Ask the parent to expect beats, or not to."""
        self._pen.write(encode("watch", {"who": who, "is_watched": "yes" if is_watched else ""}))

    def remember(self, **said: str | None) -> None:
        """Give the parent something to keep."""
        self._pen.write(encode("remember", said))

    def ask(self, service: str, **said: str) -> Mapping[str, str]:
        """Ask one of the parent's services and wait; raises KeeperError in one sentence."""
        self._pen.write(encode(service, said))
        try:
            answer = self._answers.get(timeout=_ANSWERS_WITHIN_S)
        except queue.Empty:
            answer = {"error": _NO_ANSWER}
        if "error" in answer:
            raise KeeperError(answer["error"])
        return answer

    def tell(self, service: str, **said: str) -> None:
        """Tell a service something that has no answer; returns at once."""
        self._pen.write(encode(service, said))

    def goodbye(self) -> None:
        """The last word; waits shortly until it is on its way."""
        self._pen.write(encode("goodbye"))
        self._end()

    def _end(self) -> None:
        self._pen.close(_FLUSHES_WITHIN_S)
        self._ended.set()
        self._thread.join(_FLUSHES_WITHIN_S)

    def _run(self) -> None:
        """Tell the session when the parent is lost or found."""
        while not self._ended.wait(BEATS_EVERY_S):
            tell, is_there = self._tell, self.is_there
            if tell is not None and is_there is not self._said:
                self._said = is_there
                tell(is_there)

    def _read(self) -> None:
        splitter = Splitter()
        try:
            while chunk := os.read(self._heard, _CHUNK):
                self._living_s = monotonic_s()
                for found in splitter.feed(chunk):
                    if isinstance(found, Message):
                        self._hear(found)
        except OSError:
            pass  # cut off, as at the end of the file
        self._is_cut_off = True
        _point_nowhere(self._printed_on, os.O_WRONLY)  # what is printed now goes nowhere
        self._has_begun.set()

    def _hear(self, message: Message) -> None:
        said = {name: text for name, text in message.said.items() if text is not None}
        match message.kind:
            case "hand_over":
                self._handed_over = said
                self._has_begun.set()
            case "close":
                self._asked_to_close = said.get("cause", "")
            case "answer":
                self._answers.put(said)


def _copy(file: int) -> int:
    """A descriptor of our own, which processes that we start do not get."""
    if sys.stdout is not None:
        sys.stdout.flush()
    return os.dup(file)


def _take_over(file: int) -> int:
    """As `_copy`; what reads standard input from now on finds it empty."""
    own = os.dup(file)
    _point_nowhere(file, os.O_RDONLY)
    return own


def _point_nowhere(file: int, way: int) -> None:
    nothing = os.open(os.devnull, way)
    os.dup2(nothing, file)
    os.close(nothing)
