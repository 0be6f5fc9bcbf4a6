"""The demonstration nurse: no sound test holds her up, and she is in time at the pump."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from kmonitor.alarm_acts import SoundTested
from kmonitor.alarms.conditions import Condition
from kmonitor.clock import Instant
from kmonitor.events import AlarmAcknowledged, InfusionStarted, PumpDone, SoundChanged
from kmonitor.ports import SoundState
from tests import builders
from tests.ui_window import Window
from tests.voices import GONE, HEARD
from ui.bedside.panels.sound_test_panel import SoundTestPanel
from ui.demo_nurse import DemoNurse

LIMIT_MS = 10_000
STEP_MS = 100
ON_SCREEN_READS_S = 6.0
LEFT_TO_BE_HEARD_S = 40.0


class NursedWindow(Window):
    """A session with a nurse at the keys, and a sound device that the test names."""

    def __init__(self, qtbot: QtBot, device: SoundState) -> None:
        self.plays = 0
        super().__init__(qtbot, test_sound=self._play)
        self.open(qtbot)
        self.played.put(
            SoundChanged(
                at=self.played.clock.now(), is_there=device.is_there, device=device.device,
                volume_pct=device.volume_pct,
            )
        )  # fmt: skip
        self.frame()
        assert self.has_test

    def _play(self) -> None:
        self.plays += 1

    @property
    def has_test(self) -> bool:
        desk = self.shell.desk
        return desk is not None and isinstance(desk.host.panel, SoundTestPanel)

    @property
    def answers(self) -> list[bool]:
        return [each.is_heard for each in self.played.events if isinstance(each, SoundTested)]


def test_she_says_that_the_tones_were_heard(qtbot: QtBot) -> None:
    window = NursedWindow(qtbot, HEARD)
    assert window.plays == 1
    DemoNurse(window.shell, window.played.clock, reads_s=0)
    qtbot.waitUntil(lambda: window.answers == [True], timeout=LIMIT_MS)
    assert not window.has_test


def test_where_there_is_no_device_she_leaves_it_and_goes_on_to_the_start(qtbot: QtBot) -> None:
    window = NursedWindow(qtbot, GONE)
    DemoNurse(window.shell, window.played.clock, reads_s=0)
    qtbot.waitUntil(lambda: not window.has_test, timeout=LIMIT_MS)
    assert window.answers == []
    window.played.put(builders.nibp(window.played.clock.now()))
    window.frame()
    qtbot.waitUntil(
        lambda: any(isinstance(each, InfusionStarted) for each in window.played.events),
        timeout=LIMIT_MS,
    )


@pytest.mark.parametrize("speed", [15, 60])
def test_however_fast_the_patient_is_she_is_at_the_pump_before_it_rings(
    qtbot: QtBot, speed: int
) -> None:
    """A slow machine only slows the patient of this test, so it never makes the nurse late."""
    window = Window(qtbot, speed=speed)
    window.open(qtbot)
    played = window.played
    played.put(builders.nibp(played.clock.now()))
    DemoNurse(window.shell, played.clock, reads_s=ON_SCREEN_READS_S)
    for _ in range(LIMIT_MS // STEP_MS):
        qtbot.wait(STEP_MS)
        played.clock.advance(s=speed * STEP_MS / 1000 - 1)
        window.frame()  # one second more
        conditions = [each.condition for each in played.session.presented_alarms]
        assert Condition.PUMP_NOT_CONFIRMED not in conditions
        if any(isinstance(each, PumpDone) for each in played.events):
            return
    raise AssertionError("she never was at the pump")


def test_she_does_nothing_twice_while_the_screen_does_not_tell_of_it_yet(qtbot: QtBot) -> None:
    window = Window(qtbot, speed=60)
    window.open(qtbot)
    events, now = window.played.events, window.played.clock.now()
    window.played.put(builders.nibp(now))
    window.frame()
    DemoNurse(window.shell, window.played.clock, reads_s=ON_SCREEN_READS_S)
    qtbot.waitUntil(
        lambda: any(isinstance(each, InfusionStarted) for each in events), timeout=LIMIT_MS
    )
    qtbot.wait(600)  # in which no snapshot comes
    assert sum(isinstance(each, InfusionStarted) for each in events) == 1


def test_an_alarm_that_got_worse_is_heard_as_long_as_a_new_one(qtbot: QtBot) -> None:
    window = Window(qtbot, speed=60)
    window.open(qtbot)
    played = window.played
    played.put(builders.nibp(played.clock.now(), 168, 93))
    DemoNurse(window.shell, played.clock, reads_s=0)
    pass_until_acknowledged(qtbot, window, after=0)
    worse_since = played.clock.now()
    played.put(builders.nibp(worse_since, 184, 96))
    again = pass_until_acknowledged(qtbot, window, after=1)
    assert again.seconds_since(worse_since) >= LEFT_TO_BE_HEARD_S


def pass_until_acknowledged(qtbot: QtBot, window: Window, *, after: int) -> Instant:
    """When somebody acknowledged an alarm, if `after` have been before."""
    for _ in range(LIMIT_MS // STEP_MS):
        window.played.clock.advance(s=4)
        window.frame()
        found = [each for each in window.played.events if isinstance(each, AlarmAcknowledged)]
        if len(found) > after:
            return found[after].at
        qtbot.wait(STEP_MS)
    raise AssertionError("she acknowledged nothing")
