"""The finger's pulse wave, beat by beat, from the pulse rate and the breath of the source."""

from __future__ import annotations

import math

from devices.source import Sensor, Source, VitalSigns

LEVELS = 128
LEVEL_WITHOUT_FINGER = 0x40
BEEP_S = 0.07
_POINTS = 256


def _template() -> tuple[float, ...]:
    """One beat from 0 to 1: steep rise, top, dicrotic notch and its wave, run-off."""

    def bump(phase: float, middle: float, width: float) -> float:
        return math.exp(-(((phase - middle) / width) ** 2))

    shape = [
        bump(phase, 0.17, 0.10) + 0.42 * bump(phase, 0.30, 0.13) + 0.33 * bump(phase, 0.53, 0.11)
        for phase in (point / _POINTS for point in range(_POINTS))
    ]
    start, end = shape[0], shape[-1]
    level = [y - start - (end - start) * x / (_POINTS - 1) for x, y in enumerate(shape)]
    low, high = min(level), max(level)
    return tuple((y - low) / (high - low) for y in level)


_BEAT = _template()


class Pleth:
    """Samples at `rate_hz` from `start_s` on; each is the level and whether a beat just began."""

    def __init__(self, source: Source, *, rate_hz: int, start_s: float) -> None:
        """Begin with a beat at `start_s`."""
        self._source = source
        self._rate_hz = rate_hz
        self._beat_s = start_s
        self._period_s = self._draw_period()

    def _draw_period(self) -> float:
        rate = self._source.pulse_rate_per_min(self._beat_s)
        sway = 1 + 0.02 * math.sin(2 * math.pi * self._beat_s / 4.3)  # the breath moves the beat
        return 60.0 / rate * sway

    def samples(self, vitals: VitalSigns, at_s: list[float]) -> list[tuple[int, bool]]:
        """The samples at these rising times, which lie within one second of `vitals`."""
        if vitals.sensor is Sensor.OFF:
            self._move_to(at_s[-1])
            return [(LEVEL_WITHOUT_FINGER, False)] * len(at_s)
        if vitals.sensor is Sensor.SEARCHING:
            share = 0.15
        elif vitals.perfusion_index_pct is None:
            share = 0.75
        else:
            share = math.sqrt(min(max(vitals.perfusion_index_pct / 6.0, 0.02), 1.0))
        breath = 2 * math.pi * (vitals.respiratory_rate_per_min or 14) / 60.0
        return [self._sample(moment, share, breath) for moment in at_s]

    def _sample(self, at_s: float, share: float, breath_per_s: float) -> tuple[int, bool]:
        self._move_to(at_s)
        into_s = at_s - self._beat_s
        sway = math.sin(breath_per_s * at_s)
        height = _BEAT[int(into_s / self._period_s * _POINTS) % _POINTS]
        level = 12 + 3 * sway + 96 * share * (1 + 0.06 * sway) * height
        return min(max(int(level), 0), LEVELS - 1), into_s < BEEP_S

    def _move_to(self, at_s: float) -> None:
        while self._beat_s + self._period_s <= at_s:
            self._beat_s += self._period_s
            self._period_s = self._draw_period()
