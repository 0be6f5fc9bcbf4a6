"""A monitor on the test's own thread, and one function of the alarms that fails in its midst."""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType

import kmonitor.alarms
from kmonitor.alarm_acts import (
    AlarmSwitched,
    AudioPauseAsked,
    AudioPauseEnded,
    AudioSwitched,
    LimitsChanged,
)
from kmonitor.alarms.conditions import Condition
from kmonitor.alarms.occurrences import Occurrence
from kmonitor.alarms.signals import SILENT, AlarmSignal
from kmonitor.clock import FakeClock
from kmonitor.events import (
    AlarmAcknowledged,
    Event,
    LinkState,
    ObservationMade,
    Tick,
)
from kmonitor.metrics import Metric
from kmonitor.monitor import Monitor
from kmonitor.session_state import Session
from tests import builders
from tests.builders import NURSE
from tests.engine_bench import LIMITS, moved_limits

HERE = Path(kmonitor.alarms.__file__).parent.as_posix()


class Voice:
    """Hears what is to sound."""

    def __init__(self) -> None:
        self.signal: AlarmSignal = SILENT

    def present(self, signal: AlarmSignal) -> None:
        self.signal = signal

    def set_volume(self, volume_pct: int) -> None:
        pass

    def test(self) -> None:
        pass

    def attend(self, tell: object) -> None:
        pass


class _NoThread:
    ident = None

    def start(self) -> None:
        pass

    def is_alive(self) -> bool:
        return False


class StillMonitor(Monitor):
    """Does in `live` what its thread would do, so that a fault strikes where a test can see it."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.voice = Voice()
        super().__init__(clock=self.clock, limits=LIMITS, voice=self.voice)
        self._thread = _NoThread()  # type: ignore[assignment]  # nothing runs beside the test
        self.start(builders.opened(self.clock.now(), plan=None))

    @property
    def session(self) -> Session:
        return self._session

    def live(self, event: Event) -> None:
        self._wait_s()
        self._take(event)
        while not self._queue.empty():
            told = self._queue.get()
            assert not hasattr(told, "passed")
            self._take(told)

    def find(self, condition: Condition) -> Occurrence | None:
        """Without a call of what may be failing."""
        for each in self.session.alarms.occurrences:
            if each.condition is condition and each.state.value != "latched":
                return each
        return None

    def number(self, condition: Condition) -> int:
        found = self.find(condition)
        return 0 if found is None else found.number

    def numbers(self) -> None:
        now = self.clock.advance(s=1)
        self.live(builders.reading(now, Metric.SPO2, 89))
        self.live(builders.reading(now, Metric.PULSE_RATE, 150))


def opened() -> StillMonitor:
    """Medium by SpO2, high by the pulse and acknowledged, one alarm off, the sound paused."""
    session, held = _opened()
    monitor = StillMonitor()
    monitor.clock.advance(s=session.now.seconds_since(session.opened))
    monitor._session, monitor._held = session, held
    return monitor


@cache
def _opened() -> tuple[Session, tuple[Occurrence, ...]]:
    monitor = StillMonitor()
    monitor.live(builders.link(monitor.clock.now()))
    for _ in range(12):
        monitor.numbers()
    now = monitor.clock.now()
    for event in (
        AlarmAcknowledged(at=now, author=NURSE, occurrence=monitor.number(Condition.PULSE_HIGH)),
        AlarmSwitched(at=now, author=NURSE, condition=Condition.ETCO2_LOW, is_on=False),
        AudioPauseAsked(at=now, author=NURSE),
    ):
        monitor.live(event)
    return monitor.session, monitor._held


def lived_on(monitor: StillMonitor, *, then_s: int) -> Iterator[None]:
    """Whatever may come while something fails, and then so long; a stop after each second."""
    changed = moved_limits(Condition.SPO2_LOW, 93, 91, 85, 80)
    happen: list[Callable[[], list[Event]]] = [
        lambda: [builders.nibp(monitor.clock.now(), 165, 107)],
        lambda: [
            AlarmAcknowledged(
                at=monitor.clock.now(), author=NURSE,
                occurrence=monitor.number(Condition.NIBP_SYSTOLIC_HIGH)
                or monitor.number(Condition.NIBP_DIASTOLIC_HIGH),
            )
        ],
        lambda: [builders.nibp(monitor.clock.now(), 190, 107)],
        lambda: [builders.nibp(monitor.clock.now(), 165, 107)],
        lambda: [_switched(monitor, is_on) for is_on in (False, True)],
        lambda: [
            LimitsChanged(at=monitor.clock.now(), author=NURSE, limits=changed, words="90 to 91")
        ],
        lambda: [builders.link(monitor.clock.now(), LinkState.LOST)],
        lambda: [builders.nibp(monitor.clock.now(), 120, 80)],
        lambda: [ObservationMade(at=monitor.clock.now(), author=NURSE, sedation=2)],
        lambda: [ObservationMade(at=monitor.clock.now(), author=NURSE, sedation=5)],
        lambda: [builders.reading(monitor.clock.now(), Metric.RESPIRATORY_RATE, 6)],
        lambda: [builders.reading(monitor.clock.now(), Metric.RESPIRATORY_RATE, None)],
        lambda: [AudioPauseAsked(at=monitor.clock.now(), author=NURSE)],
        lambda: [AudioPauseEnded(at=monitor.clock.now(), author=NURSE)],
        lambda: [
            AudioSwitched(at=monitor.clock.now(), author=NURSE, is_on=is_on)
            for is_on in (False, True)
        ],
    ]  # fmt: skip
    for each in happen:
        monitor.numbers()
        for event in each():
            monitor.live(event)
        yield
    for _ in range(then_s // 9):
        monitor.clock.advance(s=8)
        monitor.numbers()
        monitor.live(Tick(at=monitor.clock.now()))
        yield


def _switched(monitor: StillMonitor, is_on: bool) -> Event:
    return AlarmSwitched(
        at=monitor.clock.now(), author=NURSE, condition=Condition.NIBP_SYSTOLIC_HIGH, is_on=is_on
    )


def functions_reached() -> dict[str, FunctionType]:
    """Every function of the alarms that is called while the monitor lives on, by its name."""
    reached: set[CodeType] = set()

    def look(frame, what: str, _arg: object) -> None:
        if what == "call" and frame.f_code.co_filename.replace("\\", "/").startswith(HERE):
            reached.add(frame.f_code)

    monitor = opened()
    sys.setprofile(look)
    try:
        for _ in lived_on(monitor, then_s=180):
            pass
    finally:
        sys.setprofile(None)
    return {name: each for name, each in _all_functions() if each.__code__ in reached}


def _all_functions() -> Iterator[tuple[str, FunctionType]]:
    for found in pkgutil.iter_modules(kmonitor.alarms.__path__):
        if found.name == "audio":
            continue
        module = importlib.import_module(f"kmonitor.alarms.{found.name}")
        for name, thing in vars(module).items():
            if getattr(thing, "__module__", None) != module.__name__:
                continue
            if inspect.isfunction(thing):
                yield f"{found.name}.{name}", thing
            elif inspect.isclass(thing):
                for inner, each in vars(thing).items():
                    function = each.fget if isinstance(each, property) else each
                    if inspect.isfunction(function) and function.__code__.co_filename != "<string>":
                        yield f"{found.name}.{name}.{inner}", function


class Strike:
    """What a failing function does: it fails, the first time only or always."""

    now: "Strike | None" = None

    def __init__(self, function: FunctionType, *, is_once: bool) -> None:
        self.function, self.is_once = function, is_once
        self.code = function.__code__
        self.struck = 0

    def strike(self) -> None:
        self.struck += 1
        if self.is_once:
            self.function.__code__ = self.code
        raise ZeroDivisionError


def _fails(*_: object, **__: object) -> None:
    from tests import monitor_faults  # it runs among the names of the failing module

    if monitor_faults.Strike.now is not None:
        monitor_faults.Strike.now.strike()


@contextmanager
def failing(function: FunctionType, *, is_once: bool) -> Iterator[Strike]:
    """In place, so that everybody who imported the function meets the fault."""
    strike = Strike.now = Strike(function, is_once=is_once)
    function.__code__ = _fails.__code__
    try:
        yield strike
    finally:
        function.__code__ = strike.code
        Strike.now = None
