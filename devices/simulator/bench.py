"""The simulator's loop: turns all stations by the patient's clock until told to end."""

from __future__ import annotations

import select
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from devices.simulator.station import Station
from devices.source import Source
from kmonitor.clock import Clock, monotonic_s

SLICE_S = 0.01
IDLE_SLICE_S = 0.02
GRACE_S = 2.0  # real seconds in which the last bytes of a recording are read


@dataclass(frozen=True, slots=True)
class PumpGives:
    """From now on the patient is infused at this rate."""

    mg_per_kg_per_h: float


@dataclass(frozen=True, slots=True)
class EndAsked:
    """A signal, or the parent is gone."""


Told = PumpGives | EndAsked


class Bench:
    """All stations of one patient in one thread; `told` is the only way in from outside."""

    def __init__(
        self,
        source: Source,
        stations: Sequence[Station],
        *,
        told: SimpleQueue[Told],
        clock: Clock,
        infuse: Callable[[float, float], None],
        say: Callable[[str], None],
    ) -> None:
        """Patient second 0 is now; `say` takes a sentence for people."""
        self._told = told
        self._source = source
        self._stations = stations
        self._clock = clock
        self._infuse = infuse
        self._say = say
        self._began = clock.now()
        self._ended_s: float | None = None

    def run(self, seconds: float | None) -> None:
        """Turn until told to end, `seconds` of real time have passed or the recording is over."""
        end_s = None if seconds is None else monotonic_s() + seconds
        while not self._is_over(end_s):
            at_s = self._clock.now().seconds_since(self._began)
            if self._has_end_been_asked(at_s):
                return
            for station in self._stations:
                station.turn(at_s)
            self._note_end_of_recording(at_s)
            self._wait()

    def _is_over(self, end_s: float | None) -> bool:
        now_s = monotonic_s()
        has_run_out = self._ended_s is not None and now_s >= self._ended_s + GRACE_S
        return has_run_out or (end_s is not None and now_s >= end_s)

    def _has_end_been_asked(self, at_s: float) -> bool:
        while True:
            try:
                told = self._told.get_nowait()
            except Empty:
                return False
            if isinstance(told, EndAsked):
                return True
            self._infuse(at_s, told.mg_per_kg_per_h)

    def _note_end_of_recording(self, at_s: float) -> None:
        if self._ended_s is None and self._source.has_ended(at_s):
            self._say("The recording has ended.")
            self._ended_s = monotonic_s()

    def _wait(self) -> None:
        numbers = [number for station in self._stations for number in station.waits_on()]
        is_open = any(station.is_open for station in self._stations)
        slice_s = SLICE_S if is_open else IDLE_SLICE_S
        if numbers:
            select.select(numbers, [], [], slice_s)
        else:  # select without a file number is an error on Windows
            threading.Event().wait(slice_s)
