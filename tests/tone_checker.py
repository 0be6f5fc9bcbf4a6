"""Alarm tones measured as they are heard: by envelope and spectrum, not by what they were made of.

The bounds are the published figures of IEC 60601-1-8, as read in public sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kmonitor.alarms.conditions import Priority

Sound = NDArray[np.float64]

_WINDOW_S = 0.005
_SLACK_S = 0.002
_QUIET = 0.004
_FFT = 2**17
_PEAKS_APART_HZ = 25
_LOUDEST = 10 ** (-1 / 20)


@dataclass(frozen=True)
class HeardPulse:
    """Moments in seconds from the begin of the sound, by the pulse's own peak."""

    begin_s: float
    end_s: float
    rise_90_s: float
    fall_90_s: float
    rise_s: float
    fall_s: float
    half_s: float
    level_db: float

    @property
    def td_s(self) -> float:
        return self.fall_90_s - self.rise_90_s


@dataclass(frozen=True)
class Published:
    """The bands for one priority; spacings by their place in the burst, counted from 1."""

    pulses: int
    td_s: tuple[float, float]
    spacing_s: tuple[float, float]
    f0_hz: float
    between_bursts_s: tuple[float, float]


PUBLISHED = {
    Priority.HIGH: Published(10, (0.075, 0.200), (0.050, 0.125), 440, (2.5, 15)),
    Priority.MEDIUM: Published(3, (0.125, 0.250), (0.125, 0.250), 440, (2.5, 30)),
    Priority.LOW: Published(1, (0.125, 0.250), (0.125, 0.250), 330, (15, 1e9)),
}
_HIGH_LONG, _HIGH_MIDDLE = (3, 8), 5


def heard_pulses(sound: Sound, rate_hz: int) -> list[HeardPulse]:
    """Each pulse by the 10, 50 and 90 % of its own peak."""
    shape = _envelope(sound, rate_hz)
    is_loud = np.concatenate([[False], shape > _QUIET, [False]])
    edges = np.flatnonzero(np.diff(is_loud.astype(np.int8)))
    return [
        _heard(shape[begin:end], begin, rate_hz)
        for begin, end in zip(edges[::2], edges[1::2], strict=True)
    ]


def bursts_of(pulses: list[HeardPulse], apart_s: float = 1.6) -> list[list[HeardPulse]]:
    """Pulses further apart than the longest spacing belong to different bursts."""
    bursts: list[list[HeardPulse]] = []
    for pulse in pulses:
        if bursts and pulse.rise_90_s - bursts[-1][-1].fall_90_s <= apart_s:
            bursts[-1].append(pulse)
        else:
            bursts.append([pulse])
    return bursts


def burst_complaints(sound: Sound, rate_hz: int, priority: Priority) -> list[str]:
    """What of the published figures one burst does not keep."""
    published = PUBLISHED[priority]
    pulses = heard_pulses(sound, rate_hz)
    found = [] if len(pulses) == published.pulses else [f"{len(pulses)} pulses"]
    if np.abs(sound).max() > _LOUDEST + 1e-4:
        found.append("louder than 1 dB below full scale")
    found += _spacing_complaints(pulses, priority)
    for pulse in pulses:
        found += _pulse_complaints(pulse, published)
        found += _spectrum_complaints(sound, rate_hz, pulse, published.f0_hz)
    if pulses and max(p.level_db for p in pulses) - min(p.level_db for p in pulses) > 10:
        found.append("unequal levels")
    return list(dict.fromkeys(found))


def components(sound: Sound, rate_hz: int, pulse: HeardPulse) -> list[tuple[float, float]]:
    """Hz and dB of the peaks in the steady part, at least 25 Hz apart, the lowest first."""
    begin, end = (round(at * rate_hz) for at in (pulse.rise_90_s, pulse.fall_90_s))
    steady = sound[begin:end] * np.hanning(end - begin)
    level = 20 * np.log10(np.abs(np.fft.rfft(steady, _FFT)) + 1e-9)
    reach = round(_PEAKS_APART_HZ * _FFT / rate_hz)
    around = np.lib.stride_tricks.sliding_window_view(
        np.pad(level, reach, constant_values=-999), 2 * reach + 1
    )
    loud = np.flatnonzero(level > level.max() - 25)
    tops = [int(at) for at in loud if level[at] >= around[at].max()]
    return [(at * rate_hz / _FFT, float(level[at])) for at in tops]


def _heard(part: Sound, begin: int, rate_hz: int) -> HeardPulse:
    at_10, at_50, at_90 = (np.flatnonzero(part >= share * part.max()) for share in (0.1, 0.5, 0.9))
    return HeardPulse(
        begin_s=begin / rate_hz + _WINDOW_S / 2,
        end_s=(begin + len(part)) / rate_hz - _WINDOW_S / 2,
        rise_90_s=float(begin + at_90[0]) / rate_hz,
        fall_90_s=float(begin + at_90[-1]) / rate_hz,
        rise_s=float(at_90[0] - at_10[0]) / rate_hz,
        fall_s=float(at_10[-1] - at_90[-1]) / rate_hz,
        half_s=float(at_50[-1] - at_50[0]) / rate_hz,
        level_db=float(20 * np.log10(part.max())),
    )


def _envelope(sound: Sound, rate_hz: int) -> Sound:
    """The running maximum over 5 ms, centred; by doubling, as two minutes are long."""
    width = round(_WINDOW_S * rate_hz)
    running: Sound = np.pad(np.abs(sound), (width // 2, width - width // 2 - 1))
    reach = 1
    while reach < width:
        step = min(reach, width - reach)
        running = np.maximum(running[step:], running[:-step])
        reach += step
    return running


def _spacing_complaints(pulses: list[HeardPulse], priority: Priority) -> list[str]:
    spacings = [later.rise_90_s - pulse.fall_90_s for pulse, later in pairwise(pulses)]
    short, found = [], []
    for place, spacing in enumerate(spacings, 1):
        least, most = PUBLISHED[priority].spacing_s
        if priority is Priority.HIGH and place == _HIGH_MIDDLE:
            least, most = 0.35, 1.30
        elif priority is Priority.HIGH and place in _HIGH_LONG:  # two short ones and a pulse
            td_s = pulses[place].td_s
            least, most = 2 * least + td_s, 2 * most + td_s
        else:
            short.append(spacing)
        if not least - _SLACK_S <= spacing <= most + _SLACK_S:
            found.append(f"spacing {place} is {spacing:.3f} s")
    if short and max(short) - min(short) > 0.1 * np.median(short):
        found.append("short spacings differ by more than 5 %")
    for spacing, (pulse, later) in zip(spacings, pairwise(pulses), strict=True):
        if pulse.fall_s > spacing - later.rise_s:
            found.append("a pulse begins before the last has ended")
    return found


def _pulse_complaints(pulse: HeardPulse, published: Published) -> list[str]:
    least, most = published.td_s
    found = []
    if not least - _SLACK_S <= pulse.td_s <= most + _SLACK_S:
        found.append(f"a pulse of {pulse.td_s:.3f} s")
    if not 0.1 * pulse.td_s - _SLACK_S <= pulse.rise_s <= 0.2 * pulse.td_s + _SLACK_S:
        found.append(f"a rise of {pulse.rise_s:.3f} s")
    if not pulse.td_s < pulse.half_s < pulse.td_s + pulse.rise_s + pulse.fall_s:
        found.append("a pulse that does not rise once and fall once")
    return found


def _spectrum_complaints(sound: Sound, rate_hz: int, pulse: HeardPulse, f0_hz: float) -> list[str]:
    heard = components(sound, rate_hz, pulse)
    lowest_hz, lowest_db = heard[0]
    if abs(lowest_hz - f0_hz) > 2 or not 150 <= lowest_hz <= 1000:
        return [f"fundamental {lowest_hz:.0f} Hz"]
    within = [hz for hz, db in heard if 300 <= hz <= 4000 and abs(db - lowest_db) <= 15]
    return [] if len(within) >= 4 else [f"{len(within)} components"]
