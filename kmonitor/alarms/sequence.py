"""Which alarm tone follows which: a function of what was asked and of the samples drawn so far.

A running pulse is always finished, or faded where silence is asked for. What is more urgent begins
right after it; what is less urgent waits out the pause of the burst that it follows.
"""

from __future__ import annotations

from collections import deque
from itertools import chain
from typing import NamedTuple

import numpy as np

from kmonitor.alarms.conditions import Priority
from kmonitor.alarms.signals import SILENT, AlarmSignal
from kmonitor.alarms.tones import (
    HIGH,
    LOW,
    MEDIUM,
    RATE_HZ,
    Pcm,
    Samples,
    as_pcm,
    render_pulse,
    silences,
)

BURSTS = {Priority.HIGH: HIGH, Priority.MEDIUM: MEDIUM, Priority.LOW: LOW}
FLOORS_PCT = {Priority.HIGH: 50, Priority.MEDIUM: 30, Priority.LOW: 15}  # however low it is set
_BREAKS_IN_AFTER_S = 0.05  # full silence, so that two pulses are heard and not one long one
_APART_S = 1.0  # from one burst of the test to the next, and from another sound to a reminder
_FADES_IN_S = 0.02
_FOR_EVER = 2**62


class _Next(NamedTuple):
    """A pulse to come, as soon as there were so many samples of silence."""

    priority: Priority
    after: int


class Sequencer:
    """What is played; asked on any thread, drawn on one."""

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self._rate_hz = rate_hz
        self._pulses = {p: render_pulse(burst.pulse, rate_hz) for p, burst in BURSTS.items()}
        self._silences = {p: silences(burst, rate_hz) for p, burst in BURSTS.items()}
        self._fade = _fade(self._samples(_FADES_IN_S))
        self._apart = self._samples(_APART_S)
        # What is asked for; each is set in one go and taken over when samples are drawn.
        self._asked = SILENT
        self._tests_asked = 0
        self._devices_told = 0
        self._volume_pct = 100
        # What was taken over, and how far it has come.
        self._signal = SILENT
        self._tests = 0
        self._devices = 0
        self._is_testing = False
        self._is_reminder_due = False
        self._pulse: Pcm = np.zeros(0, np.int16)  # what is left of the running one
        self._last: Priority | None = None
        self._silent = _FOR_EVER  # samples since the last pulse
        self._plan: deque[_Next] = deque()

    def present(self, signal: AlarmSignal) -> None:
        """Play this from the next sample on; low never sounds by itself.

        A step up of `reminders` is one low burst; steps that come faster than samples are one.
        """
        self._asked = signal

    def set_volume(self, volume_pct: int) -> None:
        """0 to 100 % of full scale, from the next pulse on; each priority keeps its floor."""
        self._volume_pct = volume_pct

    def test(self) -> None:
        """Low, medium, high, a burst each; an alarm goes before and ends it, one test is enough."""
        self._tests_asked += 1

    def change_device(self) -> None:
        """What is drawn from now on is heard elsewhere: the burst of an alarm begins anew."""
        self._devices_told += 1

    def next_samples(self, count: int) -> Pcm:
        """Draw `count` samples."""
        self._take_signal()
        self._take_test()
        self._take_device()
        drawn = np.zeros(count, np.int16)
        done = 0
        while done < count:
            if len(self._pulse):
                part, self._pulse = np.split(self._pulse, [count - done])
                drawn[done : done + len(part)] = part
                done += len(part)
            else:
                done += self._rest(count - done)
        return drawn

    def _take_signal(self) -> None:
        before, self._signal = self._signal, self._asked
        was, now = _sounding(before), _sounding(self._signal)
        if self._signal.reminders > before.reminders:
            self._is_reminder_due = True
        if now is not was:
            self._change(was, now)
        if now is not None:
            self._is_reminder_due = False

    def _change(self, was: Priority | None, now: Priority | None) -> None:
        """Whatever was planned is over; what is more urgent waits for no pause."""
        self._plan.clear()
        self._is_testing = False
        if now is None:
            self._fade_out()
        elif was is None or now.rank > was.rank:
            self._plan_burst(now, self._samples(_BREAKS_IN_AFTER_S))
        else:
            self._plan_burst(now, self._silences[was][-1])

    def _take_test(self) -> None:
        before, self._tests = self._tests, self._tests_asked
        if self._tests == before or self._is_testing or _sounding(self._signal) is not None:
            return
        self._is_testing = True
        self._plan.clear()  # at most a reminder, which the test is too
        for priority in sorted(BURSTS, key=lambda priority: priority.rank):
            self._plan_burst(priority, self._apart)

    def _take_device(self) -> None:
        """What ran on the old device was not heard to its end."""
        before, self._devices = self._devices, self._devices_told
        sounding = _sounding(self._signal)
        if self._devices != before and sounding is not None:
            self._fade_out()
            self._plan.clear()
            self._plan_burst(sounding, self._samples(_BREAKS_IN_AFTER_S))

    def _fade_out(self) -> None:
        rest = self._pulse[: len(self._fade)]
        self._pulse = (rest * self._fade[: len(rest)]).astype(np.int16)

    def _rest(self, room: int) -> int:
        """Let some silence pass, or begin the next pulse; returns how many samples passed."""
        if not self._plan:
            self._go_on()
        due = self._plan[0].after - self._silent if self._plan else room
        passed = min(room, max(0, due))
        self._silent += passed
        if not passed:
            self._begin(self._plan.popleft().priority)
        return passed

    def _go_on(self) -> None:
        """Where nothing is planned any more an alarm repeats, and a reminder has its moment."""
        self._is_testing = False
        sounding = _sounding(self._signal)
        if sounding is not None:
            self._plan_burst(sounding, self._silences[sounding][-1])
        elif self._is_reminder_due:
            self._is_reminder_due = False
            is_after_another = self._last is Priority.LOW
            pause = self._silences[Priority.LOW][-1]
            self._plan_burst(Priority.LOW, pause if is_after_another else self._apart)

    def _plan_burst(self, priority: Priority, after: int) -> None:
        for silence in chain([after], self._silences[priority][:-1]):
            self._plan.append(_Next(priority, silence))

    def _begin(self, priority: Priority) -> None:
        volume_pct = min(100, max(self._volume_pct, FLOORS_PCT[priority]))
        self._pulse = as_pcm(self._pulses[priority] * (volume_pct / 100))
        self._last = priority
        self._silent = 0

    def _samples(self, length_s: float) -> int:
        return round(length_s * self._rate_hz)


def _sounding(signal: AlarmSignal) -> Priority | None:
    return None if signal.sounding is Priority.LOW else signal.sounding


def _fade(count: int) -> Samples:
    """From 1 down to almost 0 without a corner."""
    steps: Samples = 0.5 + 0.5 * np.cos(np.pi * np.arange(count) / count)
    return steps
