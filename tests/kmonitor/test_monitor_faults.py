"""Each function of the alarms that the monitor calls fails, once and for good.

Always that is a HIGH technical alarm within a second, heard by the voice; the engine goes on out
of the log, nothing that was open is forgotten, and no silence outlives its time.
"""

import pytest

from kmonitor.alarm_acts import AudioPauseAsked
from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.signals import AlarmSignal, SoundState
from kmonitor.clock import SystemClock
from kmonitor.events import Tick
from kmonitor.metrics import Metric
from kmonitor.monitor import Monitor
from kmonitor.moving import moved
from kmonitor.resuming import ResumePoint
from kmonitor.technical_conditions import no_sound_words
from tests import builders
from tests.engine_bench import LIMITS
from tests.monitor_faults import (
    StillMonitor,
    Voice,
    failing,
    functions_reached,
    lived_on,
    opened,
)
from tests.monitor_looker import Looker

FUNCTIONS = functions_reached()
NAMES = sorted(FUNCTIONS)
SILENT_BY = (Condition.AUDIO_PAUSED, Condition.AUDIO_OFF)  # somebody's own act, and seen
FAULT = r"fault on the monitor thread|failed: "


def _some(every: int):
    """All of them in the long run."""
    return [
        pytest.param(name, marks=() if i % every == 0 else pytest.mark.slow)
        for i, name in enumerate(NAMES)
    ]


def test_many_functions_are_found():
    assert len(NAMES) > 70
    assert {"engine.step", "engine.next_due", "rebuilding.rebuilt", "suppression.signal_of"} <= set(
        NAMES
    )


def _is_said(monitor: StillMonitor) -> None:
    fault = monitor.find(Condition.ENGINE_FAULT)
    assert fault is not None
    assert (fault.priority, fault.state.value) == (Priority.HIGH, "active")
    assert monitor.voice.signal.sounding is Priority.HIGH


def _is_remembered(monitor: StillMonitor) -> None:
    """What was open before the fault, and who had acknowledged it."""
    spo2, pulse = monitor.find(Condition.SPO2_LOW), monitor.find(Condition.PULSE_HIGH)
    off = monitor.find(Condition.ALARM_OFF)
    assert spo2 is not None
    assert (spo2.state.value, spo2.is_acknowledged) == ("active", False)
    assert pulse is not None
    assert (pulse.state.value, pulse.priority) == ("active", Priority.HIGH)
    assert pulse.acknowledged_by == builders.NURSE
    assert off is not None
    assert off.about == "etco2_low"


def _lived(name: str, *, is_once: bool) -> StillMonitor:
    """Live on with the fault; it is said by the end of the second in which it struck."""
    monitor = opened()
    assert monitor.voice.signal.sounding is None
    said = 0
    with failing(FUNCTIONS[name], is_once=is_once) as strike:
        for _ in lived_on(monitor, then_s=180):
            if is_once and said > 2:
                break
            if strike.struck and not any(monitor.find(each) for each in SILENT_BY):
                said += 1
                _is_said(monitor)
    assert said
    assert monitor.find(Condition.AUDIO_PAUSED) is None
    return monitor


@pytest.mark.expects_log(FAULT)
@pytest.mark.parametrize("name", _some(2))
def test_a_function_that_fails_once_is_a_high_alarm_and_forgets_nothing(name):
    monitor = _lived(name, is_once=True)
    _is_remembered(monitor)
    monitor.clock.advance(s=1)
    monitor.live(builders.reading(monitor.clock.now(), Metric.SPO2, 79))
    spo2 = monitor.find(Condition.SPO2_LOW)
    assert spo2 is not None
    assert spo2.priority is Priority.HIGH


@pytest.mark.expects_log(FAULT)
@pytest.mark.parametrize("name", _some(8))
def test_a_function_that_always_fails_is_a_high_alarm_as_long_as_it_does(name):
    monitor = _lived(name, is_once=False)
    for condition in (Condition.SPO2_LOW, Condition.PULSE_HIGH):
        assert monitor.find(condition) is not None


@pytest.mark.expects_log(FAULT)
def test_after_a_resumption_the_engine_is_rebuilt_on_the_clock_of_this_run():
    before = opened().session
    known = next(o for o in before.alarms.occurrences if o.condition is Condition.PULSE_HIGH)
    shift_ns = 5_000_000_000_000
    point = ResumePoint(
        session=before, missing=(), last=before.now, shift_ns=shift_ns, is_same_boot=False
    )
    monitor = StillMonitor()
    at = moved(before.now, shift_ns).plus(3)
    monitor.resume(point, point.resumed(at, author=builders.NURSE, cause="it was killed"))
    with failing(FUNCTIONS["engine.step"], is_once=False):
        for second in (1, 2, 3):
            monitor.live(Tick(at=at.plus(second)))
    pulse = monitor.find(Condition.PULSE_HIGH)
    assert pulse is not None
    assert pulse.quiet_since == moved(known.quiet_since, shift_ns)
    assert pulse.acknowledged_by == builders.NURSE


@pytest.mark.expects_log("fault on the monitor thread")
def test_a_fault_on_the_real_thread_is_heard_by_the_voice(monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    voice, looker, clock = Voice(), Looker(), SystemClock()
    monkeypatch.setattr("kmonitor.session_work.engine.step", broken)
    monitor = Monitor(clock=clock, limits=LIMITS, observers=[looker], voice=voice)
    monitor.start(builders.opened(clock.now()))
    session = looker.wait_for(lambda session: bool(session.presented_alarms))
    assert session.presented_alarms[0].condition is Condition.ENGINE_FAULT
    assert session.now.seconds_since(session.opened) <= 1.5
    assert voice.signal.sounding is Priority.HIGH
    monitor.stop()
    assert voice.signal.sounding is None


class DeafVoice(Voice):
    """It has a device, and takes nothing as long as it `is_deaf`."""

    is_deaf = True

    def present(self, signal: AlarmSignal) -> None:
        if self.is_deaf:
            raise ZeroDivisionError
        super().present(signal)

    def attend(self, tell: object) -> None:
        if callable(tell):
            tell(SoundState(is_there=True))


@pytest.mark.expects_log("present failed")
def test_a_voice_that_takes_nothing_is_no_alarm_sound_until_it_does():
    voice, looker, clock = DeafVoice(), Looker(), SystemClock()
    monitor = Monitor(clock=clock, limits=LIMITS, observers=[looker], voice=voice)
    monitor.start(builders.opened(clock.now()))
    session = looker.wait_for(lambda session: bool(no_sound_words(session)))
    assert Condition.SOUND_FAILED in {each.condition for each in session.presented_alarms}
    voice.is_deaf = False
    monitor.put(AudioPauseAsked(at=clock.now(), author=builders.NURSE))  # something else to tell
    looker.wait_for(lambda session: session.sound is not None and session.sound.is_there)
    monitor.stop()
