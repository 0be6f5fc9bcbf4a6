"""The parent process: hears the app's signs of life, sounds, ends it and starts it again.

It starts the app before it imports anything more than the standard library. What is to be done is
decided by `watchdog.step`; here are the processes, the pipes and the clock.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FrameType
from typing import Protocol, assert_never

from kmonitor import watchdog
from kmonitor.bootstrap import SPARE, SUPERVISED
from kmonitor.pipes import Message, Pen, Splitter, encode

_LOOKS_EVERY_S = 0.1
_SIGN_OF_LIFE_EVERY_S = 1.0
SPARE_AFTER_S = 10.0  # the app itself has started by then
_SPARE_AGAIN_AFTER_S = 120.0
_FLUSHES_WITHIN_S = 0.5
_SERVES_WITHIN_S = 3.0
_CHUNK = 65_536
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
_PROGRAM = "import sys; sys.path.insert(0, {place!r}); from {module} import main; sys.exit(main())"
_STOPPED = (
    "KMONITOR STOPPED. Watch the patient monitor. "
    "The pump may be running: kmonitor does not control it. "
    "Press Ctrl-C to end the sound, then start kmonitor again: it offers to resume the session."
)


class AlarmVoice(Protocol):
    """What is heard when the app is lost; all calls return at once."""

    @property
    def has_sound(self) -> bool:
        """Whether a sound device takes what we play."""

    def sound(self, is_on: bool) -> None:
        """Begin or end the alarm sound."""

    def close(self) -> None:
        """Let the device go."""


class Service(Protocol):
    """Something that has to outlive the app, such as the simulated monitors."""

    def answer(self, said: Mapping[str, str]) -> Mapping[str, str]:
        """Do what the app asks; may take seconds. A failure is told as `error`, in a sentence."""

    def stop(self) -> None:
        """The program ends."""


def supervise(
    arguments: Sequence[str], main: str, services: Mapping[str, Service], last_message: str
) -> int:
    """Run the app, the file `main` with these words, until it is over; returns its exit status.

    `last_message` names the module whose `main()` shows that the app cannot be kept alive.
    """
    program = _PROGRAM.format(place=os.path.dirname(main), module=last_message)
    supervisor = Supervisor(
        [sys.executable, main, *arguments, SUPERVISED],
        services=services,
        make_voice=_alarm_sound,
        last_message=[sys.executable, "-P", "-c", program],
    )
    with supervisor.hearing_signals():
        return supervisor.run()


class Supervisor:
    """One app after the other until it has said goodbye; `command` starts it."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        services: Mapping[str, Service],
        make_voice: Callable[[], AlarmVoice],
        last_message: Sequence[str],
        spare_after_s: float = SPARE_AFTER_S,
    ) -> None:
        self._command = list(command)
        self._counter = _Counter(services)
        self._make_voice = make_voice
        self._last_message = list(last_message)
        self._inbox: queue.SimpleQueue[tuple[_App | None, watchdog.Event]] = queue.SimpleQueue()
        self._watch, self._first = watchdog.begin(time.monotonic())
        self._app: _App | None = None
        self._spare: _App | None = None
        self._spare_after_s = spare_after_s
        self._spare_due_s = float("inf")
        self._voice: AlarmVoice | None = None
        self._notice: subprocess.Popen[bytes] | None = None
        self._shower: threading.Thread | None = None
        self._was_silence_told = False
        self._told_s = 0.0
        self._status: int | None = None

    def run(self) -> int:
        """Keep the app alive; returns when it has ended as it was meant to, or was given up."""
        try:
            self._perform(self._first)
            while self._status is None:
                self._turn()
            return self._status
        finally:
            self._leave()

    @contextlib.contextmanager
    def hearing_signals(self) -> Iterator[None]:
        """A signal, or a closed terminal, asks the app to close; what was ignored stays so."""

        def hear(number: int, _frame: FrameType | None) -> None:
            self._inbox.put((None, watchdog.CloseAsked(cause=signal.Signals(number).name)))

        before = {}
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, hear)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _turn(self) -> None:
        """Everything that has come is taken before anybody is judged silent."""
        with contextlib.suppress(queue.Empty):
            self._take(*self._inbox.get(timeout=_LOOKS_EVERY_S))
            while True:
                self._take(*self._inbox.get_nowait())
        self._take(None, watchdog.Ticked())
        self._tell_of_life()
        self._tell_of_silence()
        self._keep_spare()

    def _take(self, app: _App | None, event: watchdog.Event) -> None:
        """News of an app that was replaced are news no more."""
        if app is not None and app is not self._app:
            if app is self._spare and isinstance(event, watchdog.Ended):
                app.close()
                self._spare = None
            return
        self._watch, effects = watchdog.step(self._watch, event, time.monotonic())
        if isinstance(event, watchdog.Watched) and event.is_watched:
            self._wake_voice()
        self._perform(effects)

    def _perform(self, effects: tuple[watchdog.Effect, ...]) -> None:
        for effect in effects:
            match effect:
                case watchdog.StartApp():
                    self._start(effect.handed_over)
                case watchdog.KillApp():
                    if self._app is not None:
                        self._app.kill()
                case watchdog.AskToClose():
                    if self._app is not None:
                        self._app.tell(encode("close", {"cause": effect.cause}))
                case watchdog.Sound():
                    self._sound(effect)
                case watchdog.ShowLastMessage():
                    self._show_last_message(effect.handed_over)
                case watchdog.Finish():
                    self._status = effect.status if effect.status >= 0 else 128 - effect.status
                case _:
                    assert_never(effect)

    def _start(self, handed_over: Mapping[str, str]) -> None:
        """The spare app if there is one, which saves the seconds that the imports take."""
        old, self._app = self._app, self._spare
        self._spare = None
        self._spare_due_s = time.monotonic() + self._spare_after_s
        if self._app is None:
            self._app = self._new_app()
        if self._app is not None:
            self._app.tell(encode("hand_over", handed_over))
        self._told_s = time.monotonic()
        if old is not None:
            old.close()

    def _new_app(self, *flags: str) -> _App | None:
        try:
            return _App([*self._command, *flags], self._inbox, self._counter)
        except OSError as error:
            _say(f"kmonitor could not be started: {error.strerror or error}.")
            if not flags:
                self._inbox.put((None, watchdog.Ended(status=watchdog.NOT_DONE)))
            return None

    def _keep_spare(self) -> None:
        """While somebody is watched an app stands ready; if that dies another only much later."""
        now_s = time.monotonic()
        is_watching = watchdog.MONITOR in self._watch.heard_s
        if is_watching and self._spare is None and now_s >= self._spare_due_s:
            self._spare_due_s = now_s + _SPARE_AGAIN_AFTER_S
            self._spare = self._new_app(SPARE)

    def _tell_of_life(self) -> None:
        now_s = time.monotonic()
        if self._app is not None and now_s - self._told_s >= _SIGN_OF_LIFE_EVERY_S:
            self._told_s = now_s
            self._app.tell_if_it_listens(encode("alive"))

    def _wake_voice(self) -> AlarmVoice:
        """The device is opened when somebody is first watched, so that it sounds at once."""
        if self._voice is None:
            self._voice = self._make_voice()
        return self._voice

    def _sound(self, effect: watchdog.Sound) -> None:
        if effect.is_on:
            _say(f"kmonitor was lost: {effect.why}.")
            self._was_silence_told = False
        self._wake_voice().sound(effect.is_on)

    def _tell_of_silence(self) -> None:
        """Where nothing can be heard the words say so, and the terminal's bell has to do."""
        if not self._watch.is_sounding or self._wake_voice().has_sound:
            return
        if not self._was_silence_told:
            self._was_silence_told = True
            _say("NO ALARM SOUND: no sound device takes the alarm.")
        if sys.stderr is not None and sys.stderr.isatty():
            print("\a", end="", file=sys.stderr, flush=True)

    def _show_last_message(self, handed_over: Mapping[str, str]) -> None:
        """In a process of its own; where it cannot be shown its words stand on stderr."""
        said = {name: handed_over.get(name, "") for name in ("chair", "cause")}
        said["has_sound"] = "yes" if self._wake_voice().has_sound else ""

        def show() -> None:
            if self._notice is not None:
                self._notice.communicate(encode("stopped", said))
            if self._notice is not None and self._notice.returncode == 0:
                self._inbox.put((None, watchdog.Acknowledged()))
            elif self._status is None:
                _say(_STOPPED)

        with contextlib.suppress(OSError):
            self._notice = subprocess.Popen(self._last_message, stdin=subprocess.PIPE)
        self._shower = threading.Thread(target=show, name="last message", daemon=True)
        self._shower.start()

    def _leave(self) -> None:
        if self._notice is not None and self._shower is not None:
            self._notice.kill()
            self._shower.join(_FLUSHES_WITHIN_S)
        for app in (self._spare, self._app):
            if app is not None:
                app.kill()
                app.close()
        if self._voice is not None:
            self._voice.close()
        self._counter.close()


class _Counter:
    """Where the app asks for services: one thread serves one wish after the other."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._services = services
        self._wishes: queue.SimpleQueue[_Wish | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="services", daemon=True)
        self._thread.start()

    def take(self, app: _App, message: Message) -> bool:
        """Whether this is for a service; it is served as soon as it is its turn."""
        is_mine = message.kind in self._services
        if is_mine:
            self._wishes.put((app, message))
        return is_mine

    def close(self) -> None:
        """The program ends."""
        self._wishes.put(None)
        self._thread.join(_SERVES_WITHIN_S)
        for service in self._services.values():
            service.stop()

    def _run(self) -> None:
        while (wish := self._wishes.get()) is not None:
            app, message = wish
            answer = self._services[message.kind].answer(_said_in(message))
            if answer:
                app.tell(encode("answer", answer))


class _App:
    """One process of the app, the threads at its pipes and the one that waits for its end."""

    def __init__(
        self,
        command: Sequence[str],
        inbox: queue.SimpleQueue[tuple[_App | None, watchdog.Event]],
        counter: _Counter,
    ) -> None:
        self._inbox = inbox
        self._counter = counter
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) if _has_no_console() else 0,
        )
        stdin, self._stdout = self._process.stdin, self._process.stdout
        if stdin is None or self._stdout is None:
            raise OSError("no pipes")
        self._pen = Pen(stdin.fileno(), "to the app")
        self._relay = Pen(sys.stdout.fileno(), "relay") if sys.stdout is not None else None
        self._reader = threading.Thread(target=self._read, name="from the app", daemon=True)
        self._reader.start()
        threading.Thread(target=self._wait, name="end of the app", daemon=True).start()

    def tell(self, line: bytes) -> None:
        """Say something that must be heard; never blocks."""
        self._pen.write(line)

    def tell_if_it_listens(self, line: bytes) -> None:
        """Say what may be lost on an app that does not read; never blocks."""
        self._pen.offer(line)

    def kill(self) -> None:
        """End the process, whatever it does."""
        with contextlib.suppress(OSError):
            self._process.kill()

    def close(self) -> None:
        """Pass on what it still printed; after its end."""
        self._reader.join(_FLUSHES_WITHIN_S)  # a process that it started may hold the pipe
        if self._relay is not None:
            self._relay.close(_FLUSHES_WITHIN_S)
        self._pen.close(_FLUSHES_WITHIN_S)
        for pipe in (self._process.stdin, None if self._reader.is_alive() else self._stdout):
            if pipe is not None:
                pipe.close()

    def _wait(self) -> None:
        status = self._process.wait()
        self._reader.join(_FLUSHES_WITHIN_S)  # its last words come before its end
        self._inbox.put((self, watchdog.Ended(status=status)))

    def _read(self) -> None:
        splitter = Splitter()
        file = self._stdout.fileno() if self._stdout is not None else -1
        with contextlib.suppress(OSError):
            while chunk := os.read(file, _CHUNK):
                for found in splitter.feed(chunk):
                    if isinstance(found, Message):
                        self._hear(found)
                    elif self._relay is not None:
                        self._relay.write(found)
        self._inbox.put((self, watchdog.StreamEnded()))

    def _hear(self, message: Message) -> None:
        if not self._counter.take(self, message) and (event := _event_of(message)) is not None:
            self._inbox.put((self, event))


_Wish = tuple[_App, Message]


def _said_in(message: Message) -> Mapping[str, str]:
    return {name: text for name, text in message.said.items() if text is not None}


def _event_of(message: Message) -> watchdog.Event | None:
    who = message.said.get("who") or ""
    match message.kind:
        case "beat":
            return watchdog.Beaten(who=who)
        case "watch":
            return watchdog.Watched(who=who, is_watched=bool(message.said.get("is_watched")))
        case "remember":
            return watchdog.Remembered(said=message.said)
        case "goodbye":
            return watchdog.SaidGoodbye()
        case _:
            return None


def _alarm_sound() -> AlarmVoice:
    from kmonitor.alarms.audio import AlarmSound

    return AlarmSound()


def _has_no_console() -> bool:
    return sys.stdout is None


def _say(sentence: str) -> None:
    if sys.stderr is not None:
        print(sentence, file=sys.stderr, flush=True)
