"""Holds off system sleep, blanking and the screen lock while a session runs, or says why not."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from kmonitor.clock import Clock
from kmonitor.events import Event, SleepHeldOff
from kmonitor.ports import Inbox

if TYPE_CHECKING:
    from wakepy import DBusAdapter

ENDS_WITHIN_S = 0.5  # the screen's thread waits for it
_NO_BUS = ("dbus_session_bus_address", "no such file", "connection refused")
_NO_SERVICE = ("serviceunknown", "unknownmethod", "namehasnoowner")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How far it went; `why` is the sentence for what is not held off, empty where all is."""

    is_sleep_held: bool
    is_screen_held: bool
    why: str = ""


Hold = Callable[[ExitStack], Held]


class HoldOff:
    """Holds off from `start` to `stop`, in a thread of its own: a desktop may answer late."""

    def __init__(self, inbox: Inbox, clock: Clock, *, hold: Hold | None = None) -> None:
        self._inbox = inbox
        self._clock = clock
        self._hold = hold or hold_off
        self._is_told_to_stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hold off", daemon=True)

    def start(self) -> None:
        """Begin; returns at once, whether it works comes by the inbox."""
        self._thread.start()

    def stop(self) -> None:
        """Let the computer sleep again; returns then, or after `ENDS_WITHIN_S`."""
        self._is_told_to_stop.set()
        if self._thread.is_alive():
            self._thread.join(ENDS_WITHIN_S)

    def _run(self) -> None:
        try:
            with ExitStack() as stack:
                held = self._hold(stack)
                self._tell(held)
                self._is_told_to_stop.wait()
        except Exception as failure:  # the top of this thread: a library's trouble stays here
            log.info("holding off sleep failed: %s", type(failure).__name__)
            self._tell(_not_held("it failed"))

    def _tell(self, held: Held) -> None:
        if self._is_told_to_stop.is_set():
            return
        is_held = held.is_sleep_held and held.is_screen_held
        self._inbox.put(SleepHeldOff(at=self._clock.now(), is_held=is_held, detail=held.why))


def hold_off(stack: ExitStack) -> Held:
    """Hold off what can be, until `stack` is left, by the thread that entered it."""
    from wakepy import Mode, keep

    def is_active(mode: AbstractContextManager[Mode]) -> tuple[bool, str]:
        entered = stack.enter_context(mode)
        tried = entered.result.list_methods(ignore_unused=True)
        return entered.result.real_success, " ".join(each.failure_reason for each in tried)

    desktop = _desktop(stack)
    is_whole, why = is_active(keep.presenting(on_fail="pass", dbus_adapter=desktop))
    if is_whole:
        return Held(is_sleep_held=True, is_screen_held=True)
    is_partly, _ = is_active(keep.running(on_fail="pass", dbus_adapter=desktop))
    if is_partly:
        return Held(
            is_sleep_held=True,
            is_screen_held=False,
            why=f"Sleep is held off, but the screen may go dark or lock: {_plain(why)}.",
        )
    return _not_held(_plain(why))


def _desktop(stack: ExitStack) -> type[DBusAdapter] | None:
    """The library's way to a Linux desktop, without two habits of it.

    It leaves connections open where it failed, and collects garbage where it closes them, which
    stops every thread of ours for as long.
    """
    if sys.platform != "linux":
        return None
    from wakepy.core.dbus import BusType
    from wakepy.dbus_adapters.jeepney import JeepneyDBusAdapter

    class Desktop(JeepneyDBusAdapter):
        def _create_new_connection(self, bus: BusType | str | None = BusType.SESSION) -> Any:
            connection = super()._create_new_connection(bus)
            stack.callback(connection.close)
            return connection

        def close_connections(self) -> None:
            """Left to the stack."""

    return Desktop


def try_to_hold_off(clock: Clock, within_s: float) -> SleepHeldOff | None:
    """Whether it would work here, for a moment only; None where the system does not answer."""
    heard: SimpleQueue[Event] = SimpleQueue()
    trial = HoldOff(heard, clock)
    trial.start()
    try:
        answer = heard.get(timeout=within_s)
    except Empty:
        return None
    finally:
        trial.stop()
    return answer if isinstance(answer, SleepHeldOff) else None


def _not_held(reason: str) -> Held:
    return Held(
        is_sleep_held=False,
        is_screen_held=False,
        why=f"Sleep cannot be held off here: {reason}.",
    )


def _plain(why: str) -> str:
    """The library's reasons in words for people; its own texts are for programmers."""
    reasons = why.lower()
    if any(sign in reasons for sign in _NO_SERVICE):
        return "the desktop offers no way to do it"
    if any(sign in reasons for sign in _NO_BUS):
        return "there is no desktop session"
    return "the system refused"
