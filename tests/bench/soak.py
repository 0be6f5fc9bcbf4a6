"""Goal 13: a day at one bed as fast as this machine can live it, and what it keeps in memory.

Monitor, record (encrypted, on disk, sealed as it goes), bridge and window with its frames are
the program's own; the monitors' events are put straight into the inbox. What runs by the real
clock and is due each second or minute (commits, marks) comes as much faster as the day does.
The frames cannot: so the first two hours wait for the screen, until it has drawn a few minutes'
worth and fonts, images and the allocator hold what they hold for good.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from kmonitor import monitor
from kmonitor.clock import FakeClock, SystemClock, monotonic_s
from kmonitor.effects import PersistRow
from kmonitor.keeping import NoKeeper
from kmonitor.limit_sets import load_default
from kmonitor.people import Patient
from kmonitor.session_state import Session, SessionPhase
from kmonitor.store import writer
from kmonitor.store.house import House
from kmonitor.store.verify import verify
from kmonitor.vitals import Mode, WaveBlock
from tests.bench.children import surroundings
from tests.bench.soak_bed import CUFF, OXIMETER, Bed, plan

if TYPE_CHECKING:
    from kmonitor.store.keys import RecordKeys
    from ui.setup.page import SetupPage
    from ui.shell import Shell
    from ui.sitting import Sitting
    from ui.theme import Theme

HOUR_S = 3600
FROM_HOUR = 2  # memory is flat from here on
FRAMES_A_SECOND = 0.75  # at least, until then
MOST_GROWTH_MB = 3.0
_MB = 1_000_000
_COMMIT_EVERY_S, _MARK_S = 0.01, 0.25
_IN_STEP_S = 60  # patient seconds after which the record must have caught up
_PANELS = ("note", "enter_bp", "change_rate", "earlier", "end_session")
_PANEL_FRAMES = 25
_PASSPHRASE = "a day at one bed"  # of a record that is thrown away
_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """What the process held when `number` hours had been lived."""

    number: int
    real_s: float
    memory_mb: float
    threads: int
    files: int
    rows: int
    record_mb: float
    frames: int

    @property
    def line(self) -> str:
        """As it stands in the table."""
        return (
            f"| {self.number} | {self.real_s:.0f} | {self.memory_mb:.1f} | {self.threads} "
            f"| {self.files} | {self.rows} | {self.record_mb:.1f} | {self.frames} |"
        )


HEAD = (
    "| hour | real s | memory MB | threads | files | rows | record MB | frames |\n"
    + "|---" * 8
    + "|"
)


class Watcher:
    """Looks on, so that the driver keeps in step with monitor and record."""

    def __init__(self) -> None:
        self.session: Session | None = None
        self.rows = self.committed = 0
        self._news = threading.Condition()

    def on_snapshot(self, session: Session) -> None:
        """The session as it now is."""
        with self._news:
            self.session = session
            self._news.notify()

    def on_wave(self, link: str, block: WaveBlock) -> None:
        """Waves are for the screen."""

    def on_row(self, row: PersistRow) -> None:
        """One more."""
        self.rows = row.seq

    def on_commit(self, seq: int) -> None:
        """Everything up to `seq` is on disk."""
        with self._news:
            self.committed = seq
            self._news.notify()

    def wait(self, is_so: Callable[[], bool]) -> Session:
        """The session as soon as it is so."""
        with self._news:
            if not self._news.wait_for(is_so, _LIMIT_S):
                raise SystemExit("monitor or record stood still")
        assert self.session is not None
        return self.session


class _Link:
    """A port that says nothing: the bed speaks for it."""

    mode = Mode.SIMULATED

    def __init__(self, name: str) -> None:
        self.name = name

    def start(self) -> None:
        """Nothing is opened."""

    def send(self, verb: object) -> None:
        """Nobody hears."""

    def stop(self) -> None:
        """Nothing is closed."""


class _Hub:
    def link(self, address: str, **_: object) -> _Link:
        """Any address."""
        return _Link(address)


class Day:
    """The driver's thread: lives the hours and writes down what they cost."""

    def __init__(self, hours: int, clock: FakeClock, watcher: Watcher, path: Path) -> None:
        self.hours: list[Hour] = []
        self.frames = 0
        self.is_over = False
        self.fault: BaseException | None = None
        self._count, self._clock, self._watcher, self._path = hours, clock, watcher, path
        self._begun_s = monotonic_s()
        self._pause = threading.Event()  # never set

    def live(self, sitting: Sitting) -> None:
        """All of it, to its end or to a fault, which the main thread tells."""
        try:
            self._live(sitting)
        except BaseException as error:
            self.fault = error
        finally:
            self.is_over = True

    def _live(self, sitting: Sitting) -> None:
        bed, watcher = Bed(), self._watcher
        session = watcher.wait(lambda: watcher.session is not None)
        for event in bed.opening(self._clock.now()):
            sitting.put(event)
        for number in range(self._count * HOUR_S):
            at = self._clock.advance(s=1)
            for event in bed.second(number, at, session):
                sitting.put(event)
            session = watcher.wait(lambda at=at: not watcher.session.now.is_before(at))  # type: ignore[misc, union-attr]
            if number < FROM_HOUR * HOUR_S:
                self._wait_for_screen(number)
            if number % _IN_STEP_S == _IN_STEP_S - 1:
                watcher.wait(lambda rows=session.seq: watcher.committed >= rows)  # type: ignore[misc]
            if number % HOUR_S == HOUR_S - 1:
                self._note(number // HOUR_S + 1)
        for event in bed.closing(self._clock.now()):
            sitting.put(event)
        watcher.wait(lambda: watcher.session.phase is SessionPhase.ENDED)  # type: ignore[union-attr]

    def _wait_for_screen(self, number: int) -> None:
        while self.frames < number * FRAMES_A_SECOND:
            self._pause.wait(0.01)

    def _note(self, number: int) -> None:
        process = psutil.Process()
        beside = self._path.parent.iterdir()
        record = sum(f.stat().st_size for f in beside if f.name.startswith(self._path.name))
        hour = Hour(
            number=number, real_s=monotonic_s() - self._begun_s,
            memory_mb=process.memory_info().rss / _MB, threads=process.num_threads(),
            files=len(process.open_files()), rows=self._watcher.rows, record_mb=record / _MB,
            frames=self.frames,
        )  # fmt: skip
        self.hours.append(hour)
        print(hour.line, flush=True)


def live(hours: int, path: Path) -> list[Hour]:
    """`hours` at one bed with the window over them; the record lies at `path` afterwards."""
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # nobody's own
    writer.COMMIT_EVERY_S, monitor.MARK_S = _COMMIT_EVERY_S, _MARK_S
    house = House.at(path)
    house.protect(_PASSPHRASE)
    print(HEAD, flush=True)
    try:
        with surroundings():
            return _with_window(hours, house)
    finally:
        house.close()


def _with_window(hours: int, house: House) -> list[Hour]:
    from PySide6.QtWidgets import QApplication

    from ui.bridge import Bridge
    from ui.look_of_app import dress, hear_qt, theme_for
    from ui.setup.page import Confirmed
    from ui.shell import Shell
    from ui.sitting import Sittings

    hear_qt()
    app = QApplication(sys.argv[:1])
    theme = theme_for(app, "dark")
    dress(app, theme)
    clock, bridge, watcher = FakeClock(SystemClock().now()), Bridge(), Watcher()
    sittings = Sittings(
        hub=_Hub(), clock=clock, limits=load_default(), house=house, keeper=NoKeeper(),  # type: ignore[arg-type]
        chair="Chair 1", observers=(bridge, watcher),
    )  # fmt: skip
    shell = Shell(
        theme, clock=clock, bridge=bridge, make_setup=_never, begin=sittings.begin, has_start=True
    )
    shell.showMaximized()
    confirmed = Confirmed(
        patient=Patient(label="Soak", identifier="S-1", weight_kg=plan(1).weight_kg),
        plan=plan(hours), addresses=(OXIMETER, CUFF), used_anyway=(), limits=load_default(),
    )  # fmt: skip
    sitting = sittings.begin(confirmed)
    shell.show_sitting(sitting)
    day = Day(hours, clock, watcher, house.path)
    shell.framed.connect(_handle_keys(shell, day))
    shell.framed.connect(lambda: app.exit() if day.is_over else None)
    thread = threading.Thread(target=day.live, args=(sitting,), name="day")
    thread.start()
    app.exec()
    thread.join()
    shell.leave()
    if day.fault is not None:
        raise day.fault
    return day.hours


def _never(_theme: Theme) -> SetupPage:
    raise SystemExit("nobody sets a session up here")


def _handle_keys(shell: Shell, day: Day) -> Callable[[], None]:
    """Somebody opens one panel after the other and closes it again."""
    panels: Iterator[str] = cycle(_PANELS)

    def on_frame() -> None:
        day.frames += 1
        if shell.desk is None:
            return
        if day.frames % (2 * _PANEL_FRAMES) == 0:
            shell.desk.press(next(panels))
        elif day.frames % _PANEL_FRAMES == 0:
            shell.desk.host.close()

    return on_frame


def told(hours: list[Hour]) -> Iterator[str]:
    """Whether memory, threads and files stayed as they were."""
    if len(hours) <= FROM_HOUR:
        return
    first, rest = hours[FROM_HOUR - 1], hours[FROM_HOUR:]
    growth = max(each.memory_mb for each in rest) - first.memory_mb
    yield (
        f"Most memory after hour {FROM_HOUR}: {growth:+.1f} MB "
        f"(goal {MOST_GROWTH_MB:g}, {'met' if growth <= MOST_GROWTH_MB else 'missed'})."
    )
    last = [each.memory_mb for each in hours[-len(hours) // 3 :]]
    yield f"In the last third: {max(last) - min(last):.1f} MB."
    for what in ("threads", "files"):
        numbers = [getattr(each, what) for each in (first, *rest)]
        yield f"{what.capitalize()}: {min(numbers)} to {max(numbers)}."


@contextmanager
def _timed() -> Iterator[Callable[[], float]]:
    begun_s = monotonic_s()
    yield lambda: monotonic_s() - begun_s


def check(path: Path) -> Iterator[str]:
    """What `verify` says of the record of that day, and how long it looked."""
    from kmonitor.store.key_file import read_key_file

    keys: RecordKeys = read_key_file(path).opened_by(_PASSPHRASE)
    with _timed() as passed_s:
        found = verify(path, keys)
        yield f"Verify: {found.rows} rows in {passed_s():.1f} s, ok {found.is_ok}."
    for finding in found.findings[:5]:
        yield finding.sentence
