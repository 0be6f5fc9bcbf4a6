"""The app: puts clock, devices, record, bridge and window together, and takes them apart."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType

import click
from PySide6.QtWidgets import QApplication

from kmonitor import settings
from kmonitor.around_session import AroundSession
from kmonitor.clock import SystemClock
from kmonitor.errors import WorldError
from kmonitor.limit_sets import load_default
from kmonitor.one_voice import OneVoice, OwnVoice
from kmonitor.ports import Devices, Keeper, Simulator
from kmonitor.record_house import RecordHouse
from ui.faults import hearing_faults
from ui.going_on import KEYS, hand_keys_over
from ui.look_of_app import dress, has_display, hear_qt, theme_for
from ui.record_file import OpenRecord
from ui.window import Parts, Window

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")

OpenHouse = Callable[[str | None], RecordHouse]
Simulate = Callable[..., Simulator]
MakeVoice = Callable[[], OwnVoice]


class DisplayError(WorldError):
    """There is no display to open the window on."""


def run_app(
    hub: Devices,
    *,
    open_house: OpenHouse,
    open_record: OpenRecord,
    keeper: Keeper,
    simulate: Simulate,
    make_voice: MakeVoice,
    demo: bool = False,
    speed: float = 1.0,
    scenario: str = "hypertension",
    seconds: float | None = None,
    picture: str | None = None,
) -> int:
    """Open the window, or show the demonstration, which never opens the house's own record."""
    if demo:
        from ui.demo import Demonstration

        _check_demonstration(hub, scenario, picture)
        demonstration = Demonstration(
            hub, open_record, keeper=keeper, simulate=simulate, make_voice=make_voice, speed=speed,
            scenario=scenario, seconds=seconds, picture=None if picture is None else Path(picture),
        )  # fmt: skip
        with ending_by_signal() as causes:
            return demonstration.run(causes)
    if speed != 1.0 or seconds is not None or picture is not None:
        raise click.UsageError("--speed, --seconds and --picture go with --demo.")
    if not has_display():
        raise DisplayError(
            "No display was found: `--demo` shows the program off screen, "
            "and `watch` monitors without a window."
        )
    with ending_by_signal() as causes:
        house = open_house(keeper.handed_over.get(KEYS))
        return _run_window(hub, house, keeper, make_voice, causes)


def _check_demonstration(hub: Devices, scenario: str, picture: str | None) -> None:
    """Refuse before anything starts what would fail at its end."""
    known = hub.scenarios()
    if scenario not in known:
        raise click.UsageError(f"There is no scenario {scenario!r}; known are {', '.join(known)}.")
    if picture is not None and not Path(picture).absolute().parent.is_dir():
        raise click.UsageError(f"There is no folder for the picture {picture}.")


def _run_window(
    hub: Devices, house: RecordHouse, keeper: Keeper, make_voice: MakeVoice, causes: list[str]
) -> int:
    """The plain start: real ports, this computer's own record and sound device."""
    site = settings.load()
    voice = OneVoice(make_voice, volume_pct=site.alarm_volume_pct)
    hear_qt()
    app = QApplication(["kmonitor"])
    theme = theme_for(app, site.theme)
    dress(app, theme)
    parts = Parts(
        hub=hub,
        house=house,
        keeper=keeper,
        clock=SystemClock(),
        limits=load_default(),
        around=partial(AroundSession, record=house.path),
        voice=voice,
    )
    window = Window(app, parts, site, theme)
    shell = window.shell
    hand_keys_over(shell.framed, house, keeper)
    keeper.remember(chair=site.chair)
    shell.resize(app.primaryScreen().availableSize())
    shell.showMaximized()
    shell.activateWindow()
    window.begin()
    with hearing_faults(shell.take_fault):
        status = app.exec()
    shell.leave(*causes[:1])
    window.finish()
    voice.close()
    house.close()
    return status


@contextmanager
def ending_by_signal() -> Iterator[list[str]]:
    """Ctrl-C, SIGTERM and a closed terminal end Qt's loop; yields the names of those that came.

    Qt's frame timer lets Python hear them. A signal that was ignored at the start stays so.
    """
    causes: list[str] = []

    def end(number: int, _frame: FrameType | None) -> None:
        causes.append(signal.Signals(number).name)
        app = QApplication.instance()
        if app is None:
            raise KeyboardInterrupt
        app.exit(0)  # quit() asks the windows first

    numbers = [number for name in _SIGNALS if (number := getattr(signal, name, None)) is not None]
    heard = [n for n in numbers if signal.getsignal(n) is not signal.SIG_IGN]
    before = {number: signal.signal(number, end) for number in heard}
    try:
        yield causes
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
