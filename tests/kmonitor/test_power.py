import threading
from dataclasses import dataclass
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from kmonitor import power
from kmonitor.clock import FakeClock
from kmonitor.events import Event, PowerChanged
from kmonitor.power import BatteryReading, PowerLevel, PowerWatch, level_of, read_battery

WAIT_S = 20.0


def on_battery(pct: int | None = 80, left_s: int | None = 7200) -> BatteryReading:
    return BatteryReading(is_on_mains=False, pct=pct, left_s=left_s)


@pytest.mark.parametrize(
    ("pct", "left_s", "level"),
    [
        (80, 7200, PowerLevel.BATTERY),
        (80, None, PowerLevel.BATTERY),
        (None, None, PowerLevel.BATTERY),
        (80, 1800, PowerLevel.BATTERY),
        (80, 1799, PowerLevel.SHORT),
        (80, 600, PowerLevel.SHORT),
        (80, 599, PowerLevel.LOW),
        (80, 0, PowerLevel.LOW),
        (10, None, PowerLevel.BATTERY),
        (10, 7200, PowerLevel.BATTERY),
        (9, 7200, PowerLevel.LOW),
        (9, None, PowerLevel.LOW),
        (0, None, PowerLevel.LOW),
        (None, 1799, PowerLevel.SHORT),
    ],
)
def test_a_battery_counts_by_its_time_and_by_its_percentage(
    pct: int | None, left_s: int | None, level: PowerLevel
) -> None:
    assert level_of(on_battery(pct, left_s)) is level


def test_on_mains_an_empty_battery_is_no_matter() -> None:
    reading = BatteryReading(is_on_mains=True, pct=1, left_s=60)
    assert level_of(reading, PowerLevel.LOW) is PowerLevel.MAINS


def test_what_feeds_it_may_be_unknown_and_its_end_known() -> None:
    unknown = BatteryReading(is_on_mains=None, pct=50, left_s=None)
    assert level_of(unknown) is PowerLevel.UNKNOWN
    assert level_of(BatteryReading(is_on_mains=None, pct=5, left_s=None)) is PowerLevel.LOW


def test_an_estimate_that_wavers_about_a_limit_is_told_once() -> None:
    level: PowerLevel | None = None
    seen = []
    for left_s in (2000, 1790, 1810, 1795, 2100, 1799, 700, 590, 610, 715, 721, 2159, 2161):
        level = level_of(on_battery(left_s=left_s), level)
        seen.append(level)
    short, low, full = PowerLevel.SHORT, PowerLevel.LOW, PowerLevel.BATTERY
    assert seen == [full, *[short] * 6, low, low, low, short, short, full]


def test_a_percentage_that_wavers_is_told_once() -> None:
    assert level_of(on_battery(11, None), PowerLevel.LOW) is PowerLevel.LOW
    assert level_of(on_battery(12, None), PowerLevel.LOW) is PowerLevel.BATTERY
    assert level_of(on_battery(11, None), PowerLevel.BATTERY) is PowerLevel.BATTERY


@dataclass
class Told:
    percent: float | None = 55.6
    secsleft: int | None = 3000
    power_plugged: bool | None = False


@pytest.mark.parametrize(
    ("told", "reading"),
    [
        (Told(), BatteryReading(is_on_mains=False, pct=55, left_s=3000)),
        (
            Told(secsleft=int(psutil.POWER_TIME_UNKNOWN)),
            BatteryReading(is_on_mains=False, pct=55, left_s=None),
        ),
        (
            Told(secsleft=int(psutil.POWER_TIME_UNLIMITED), power_plugged=True),
            BatteryReading(is_on_mains=True, pct=55, left_s=None),
        ),
        (
            Told(secsleft=int(psutil.POWER_TIME_UNLIMITED), power_plugged=None),
            BatteryReading(is_on_mains=True, pct=55, left_s=None),
        ),
        (
            Told(percent=255, secsleft=None, power_plugged=None),
            BatteryReading(is_on_mains=None, pct=None, left_s=None),
        ),
        (Told(percent=101.0), BatteryReading(is_on_mains=False, pct=100, left_s=3000)),
        (Told(percent=-1), BatteryReading(is_on_mains=False, pct=None, left_s=3000)),
        (None, None),
    ],
)
def test_what_the_system_says_is_read_with_its_gaps(
    told: Told | None, reading: BatteryReading | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: told, raising=False)
    assert read_battery() == reading


@pytest.mark.parametrize("failure", [FileNotFoundError(2, "no"), RuntimeError(), psutil.Error()])
def test_a_battery_that_does_not_answer_is_none(
    failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> Any:
        raise failure

    monkeypatch.setattr(psutil, "sensors_battery", refuse, raising=False)
    assert read_battery() is None


def test_a_system_without_the_call_has_no_battery(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(power, "psutil", SimpleNamespace())
    assert read_battery() is None


def watched(*readings: BatteryReading | None) -> list[PowerChanged]:
    """What the inbox got of these readings."""
    left = list(readings)
    inbox: SimpleQueue[Event] = SimpleQueue()
    is_all_told = threading.Event()

    def read() -> BatteryReading | None:
        if left:
            return left.pop(0)
        is_all_told.set()
        return readings[-1]

    watch = PowerWatch(inbox, FakeClock(), read=read, every_s=0.001)
    watch.start()
    assert is_all_told.wait(WAIT_S)
    watch.stop()
    told = [inbox.get_nowait() for _ in range(inbox.qsize())]
    assert all(isinstance(each, PowerChanged) for each in told)
    return [each for each in told if isinstance(each, PowerChanged)]


def test_only_changes_that_matter_are_told() -> None:
    mains = BatteryReading(is_on_mains=True, pct=99, left_s=None)
    told = watched(
        mains, mains, on_battery(98), on_battery(97), on_battery(96, 1700), on_battery(95, 1600),
        on_battery(9, 1500), on_battery(8, 1400), mains,
    )  # fmt: skip
    assert [(each.is_on_mains, each.battery_pct, each.battery_left_s) for each in told] == [
        (True, 99, None),
        (False, 98, 7200),
        (False, 96, 1700),
        (False, 9, 1500),
        (True, 99, None),
    ]


def test_the_figures_that_are_shown_are_not_left_behind_by_the_battery() -> None:
    readings = [on_battery(pct, None) for pct in (60, 58, 56, 55, 54, 57, 52, 50, 9, 6, 4)]
    assert [each.battery_pct for each in watched(*readings)] == [60, 55, 50, 9, 4]
    readings = [on_battery(None, minutes * 60) for minutes in (29, 25, 20, 19, 9, 8, 5, 4, 1, 0)]
    told = [each.battery_left_s for each in watched(*readings) if each.battery_left_s is not None]
    assert [left_s // 60 for left_s in told] == [29, 19, 9, 4, 1, 0]


def test_on_mains_a_battery_may_do_what_it_likes() -> None:
    readings = [BatteryReading(is_on_mains=True, pct=pct, left_s=None) for pct in (90, 50, 5)]
    assert [each.battery_pct for each in watched(*readings)] == [90]


def test_a_computer_without_a_battery_says_nothing() -> None:
    assert watched(None, None, None) == []


def test_a_battery_that_vanishes_is_told_as_unknown() -> None:
    gone = watched(on_battery(), None, None)[-1]
    assert (gone.is_on_mains, gone.battery_pct, gone.battery_left_s) == (None, None, None)


def test_a_watch_that_fails_ends_alone() -> None:
    def fail() -> BatteryReading | None:
        raise LookupError

    watch = PowerWatch(SimpleQueue(), FakeClock(), read=fail)
    watch.start()
    watch.stop()
