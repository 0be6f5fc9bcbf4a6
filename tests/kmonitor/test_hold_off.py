"""Holding off sleep, on a real session bus with a desktop that is ours."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue

import pytest

from kmonitor.around_session import AroundSession
from kmonitor.clock import FakeClock
from kmonitor.events import Event, SleepHeldOff
from kmonitor.hold_off import Held, HoldOff, try_to_hold_off

WAIT_S = 20.0
DESKTOP = Path(__file__).with_name("a_desktop.py")
needs_bus = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("dbus-daemon") is None, reason="needs dbus-daemon"
)


def heard(inbox: SimpleQueue[Event]) -> SleepHeldOff:
    event = inbox.get(timeout=WAIT_S)
    assert isinstance(event, SleepHeldOff)
    return event


@pytest.fixture
def session_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A message bus of this test alone; nobody offers anything on it."""
    address = f"unix:path={tmp_path / 'bus'}"
    command = ["dbus-daemon", "--session", "--nofork", "--print-address", f"--address={address}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as bus:
        assert bus.stdout is not None
        assert bus.stdout.readline().startswith("unix:")
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address
        bus.terminate()


class Desktop:
    """A process that offers one service and prints what is asked of it."""

    def __init__(self, service: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(DESKTOP), service], stdout=subprocess.PIPE, text=True
        )
        assert self.says() == "ready"

    def says(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def __enter__(self) -> "Desktop":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


@needs_bus
@pytest.mark.usefixtures("session_bus")
def test_screen_and_sleep_are_held_off_until_the_session_ends() -> None:
    with Desktop("org.freedesktop.ScreenSaver") as desktop:
        inbox: SimpleQueue[Event] = SimpleQueue()
        hold = HoldOff(inbox, FakeClock())
        hold.start()
        assert heard(inbox) == SleepHeldOff(at=FakeClock().now(), is_held=True)
        assert desktop.says() == "Inhibit"
        hold.stop()
        assert desktop.says() == "UnInhibit"
        assert inbox.empty()


@needs_bus
@pytest.mark.usefixtures("session_bus")
def test_a_screen_that_may_lock_is_said_though_sleep_is_held_off() -> None:
    with Desktop("org.freedesktop.PowerManagement") as desktop:
        inbox: SimpleQueue[Event] = SimpleQueue()
        hold = HoldOff(inbox, FakeClock())
        hold.start()
        told = heard(inbox)
        assert not told.is_held
        assert told.detail == (
            "Sleep is held off, but the screen may go dark or lock: "
            "the desktop offers no way to do it."
        )
        assert desktop.says() == "Inhibit"
        hold.stop()
        assert desktop.says() == "UnInhibit"


@needs_bus
@pytest.mark.usefixtures("session_bus")
def test_a_desktop_that_offers_nothing_is_told() -> None:
    told = try_to_hold_off(FakeClock(), WAIT_S)
    assert told is not None
    assert not told.is_held
    assert told.detail == "Sleep cannot be held off here: the desktop offers no way to do it."


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a session")
def test_without_a_desktop_session_it_says_so_in_plain_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    told = try_to_hold_off(FakeClock(), WAIT_S)
    assert told is not None
    assert (told.is_held, told.detail) == (
        False,
        "Sleep cannot be held off here: there is no desktop session.",
    )


def test_a_faked_success_of_the_library_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAKEPY_FAKE_SUCCESS", "yes")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    told = try_to_hold_off(FakeClock(), WAIT_S)
    assert told is not None
    assert not told.is_held


def test_a_library_that_fails_is_a_sentence_and_nothing_more() -> None:
    def fail(_: ExitStack) -> Held:
        raise MemoryError("deep inside")

    inbox: SimpleQueue[Event] = SimpleQueue()
    hold = HoldOff(inbox, FakeClock(), hold=fail)
    hold.start()
    assert heard(inbox).detail == "Sleep cannot be held off here: it failed."
    hold.stop()


def test_a_desktop_that_does_not_answer_holds_up_nobody() -> None:
    is_let_go = threading.Event()

    def hang(_: ExitStack) -> Held:
        is_let_go.wait(WAIT_S)
        return Held(is_sleep_held=True, is_screen_held=True)

    inbox: SimpleQueue[Event] = SimpleQueue()
    hold = HoldOff(inbox, FakeClock(), hold=hang)
    hold.start()
    hold.stop()  # comes back though the thread still waits
    is_let_go.set()
    assert inbox.empty()


def test_a_session_begins_and_ends_all_of_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    inbox: SimpleQueue[Event] = SimpleQueue()
    around = AroundSession(inbox, FakeClock(), record=tmp_path / "record.db")
    around.start()
    names = {thread.name for thread in threading.enumerate()}
    around.stop()
    assert {"hold off", "power", "disk"} <= names
