"""The whole window over a monitor that the test plays."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from kmonitor.clock import FakeClock
from kmonitor.errors import LinkError
from kmonitor.events import Event
from kmonitor.limit_sets import load_default
from kmonitor.ports import Keeper
from kmonitor.session import open_session, step
from tests import builders
from ui.bridge import Bridge
from ui.setup.form import DEMONSTRATION
from ui.setup.monitors_box import SimulatedMonitors
from ui.setup.page import Confirmed, SetupPage
from ui.shell import Shell
from ui.sitting import Sitting
from ui.theme import Theme, make_theme


class Played:
    """Stands in for the monitor thread: publishes when the test says so."""

    def __init__(self, bridge: Bridge, speed: float = 1.0) -> None:
        self.clock = FakeClock(speed=speed)
        self.bridge = bridge
        self.events: list[Event] = []
        self.ended = 0
        self.fails = ""
        self.session, _ = open_session(builders.opened(self.clock.now()), load_default())

    def begin(self, confirmed: Confirmed) -> Sitting:
        if self.fails:
            raise LinkError(self.fails)
        return Sitting(
            session_id=self.session.session_id, put=self.put, stop=self.end,
            began_with=confirmed.limits,
        )  # fmt: skip

    def put(self, event: Event) -> None:
        self.events.append(event)
        self.session, _ = step(self.session, event)

    def end(self) -> None:
        self.ended += 1

    def publish(self) -> None:
        self.clock.advance(s=1)
        self.put(builders.reading(self.clock.now()))
        self.bridge.on_snapshot(self.session)


class Window:
    def __init__(
        self,
        qtbot: QtBot,
        size: tuple[int, int] = (1280, 800),
        px_per_mm: float = 3.86,
        keeper: Keeper | None = None,
        test_sound: Callable[[], None] | None = None,
        speed: float = 1.0,
    ) -> None:
        bridge = Bridge()
        self.played = Played(bridge, speed)

        def make_setup(theme: Theme) -> SetupPage:
            monitors = SimulatedMonitors(theme, ["port:line"])
            return SetupPage(theme, chair="Chair 2", monitors=monitors, form=DEMONSTRATION)

        self.shell = Shell(
            make_theme("dark", px_per_mm, QSize(*size)),
            clock=self.played.clock,
            bridge=bridge,
            make_setup=make_setup,
            begin=self.played.begin,
            keeper=keeper,
            test_sound=test_sound,
        )
        qtbot.addWidget(self.shell)
        self.shell.resize(*size)
        self.shell.show()

    @property
    def setup(self) -> SetupPage:
        assert self.shell.setup is not None
        return self.shell.setup

    def open(self, qtbot: QtBot) -> None:
        self.setup.confirm.click()
        self.played.publish()
        qtbot.waitUntil(lambda: self.shell.session is not None, timeout=2000)

    def frame(self) -> None:
        """One snapshot and one frame, as the timer would."""
        self.played.publish()
        self.shell._take_snapshot(self.played.session)
        self.shell._frame()


def open_window(qtbot: QtBot) -> Window:
    window = Window(qtbot)
    window.open(qtbot)
    return window
