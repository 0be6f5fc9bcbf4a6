"""The alarm tones as samples: pure functions of a few lengths and levels, no file of sound.

Designed after the figures that are published of IEC 60601-1-8, its tables of bursts and of pulses;
nothing here claims to comply with it. Effective lengths are taken between the 90 % points of an
edge, spacings from the 90 % of a fall to the 90 % of the next rise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]
Pcm = NDArray[np.int16]

RATE_HZ = 48_000
_PEAK = 10 ** (-1 / 20)  # 1 dB below full scale: nothing is clipped
# Where a raised cosine of length 1 has come to 10 % and to 90 %.
_AT_10_PCT = math.acos(0.8) / math.pi
_AT_90_PCT = 1 - _AT_10_PCT


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """One pulse; each harmonic has `falls_to` of the height of the one below it."""

    fundamental_hz: float
    harmonics: int
    falls_to: float
    effective_s: float
    edge_s: float  # from 10 % to 90 %, rise and fall alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """Equal pulses with these spacings between them, and the silence before the next burst."""

    pulse: Pulse
    spacings_s: tuple[float, ...]
    pause_s: float


_FALLS_TO = 0.67  # a little duller than the published example, and still 5 harmonics within 15 dB

# 10 pulses in the rhythm 3-2, 3-2. Published: lengths of 75 to 200 ms, short spacings of 50 to
# 125 ms, the third and the eighth two of those and a pulse long, the middle one 0.35 to 1.3 s,
# bursts 2.5 to 15 s apart.
HIGH = Burst(
    pulse=Pulse(
        fundamental_hz=440, harmonics=6, falls_to=_FALLS_TO, effective_s=0.150, edge_s=0.022
    ),
    spacings_s=(0.1, 0.1, 0.35, 0.1, 0.8, 0.1, 0.1, 0.35, 0.1),
    pause_s=4.0,
)
# 3 pulses. Published: lengths and spacings of 125 to 250 ms, bursts 2.5 to 30 s apart and never
# closer than those of high priority.
MEDIUM = Burst(
    pulse=Pulse(
        fundamental_hz=440, harmonics=6, falls_to=_FALLS_TO, effective_s=0.200, edge_s=0.030
    ),
    spacings_s=(0.2, 0.2),
    pause_s=7.5,
)
# One pulse, deeper than the others. Published: 1 or 2 pulses, more than 15 s apart or not repeated.
LOW = Burst(
    pulse=Pulse(
        fundamental_hz=330, harmonics=6, falls_to=_FALLS_TO, effective_s=0.200, edge_s=0.030
    ),
    spacings_s=(),
    pause_s=16.0,
)


def render_pulse(pulse: Pulse, rate_hz: int = RATE_HZ) -> Samples:
    """One pulse from silence to silence, its peak 1 dB below full scale."""
    edge_s = _edge_s(pulse)
    flat_s = pulse.effective_s - 2 * (1 - _AT_90_PCT) * edge_s
    at_s = np.arange(round((flat_s + 2 * edge_s) * rate_hz)) / rate_hz
    wave = np.zeros_like(at_s)
    for number in range(1, pulse.harmonics + 1):
        level = pulse.falls_to ** (number - 1)
        wave += level * np.sin(2 * np.pi * pulse.fundamental_hz * number * at_s)
    shaped: Samples = wave * _envelope(at_s, edge_s)
    return shaped * (_PEAK / float(np.abs(shaped).max()))


def silences(burst: Burst, rate_hz: int = RATE_HZ) -> tuple[int, ...]:
    """The samples of full silence after each pulse, the pause after the last."""
    edges_s = 2 * _AT_90_PCT * _edge_s(burst.pulse)
    between = (round((spacing_s - edges_s) * rate_hz) for spacing_s in burst.spacings_s)
    return (*between, round(burst.pause_s * rate_hz))


def render_burst(burst: Burst, rate_hz: int = RATE_HZ) -> Samples:
    """All pulses of one burst, without the pause after it."""
    pulse = render_pulse(burst.pulse, rate_hz)
    parts = [pulse]
    for silence in silences(burst, rate_hz)[:-1]:
        parts += [np.zeros(silence), pulse]
    return np.concatenate(parts)


def as_pcm(samples: Samples) -> Pcm:
    """As 16-bit numbers for a sound device."""
    return np.round(samples * 32_767).astype(np.int16)


def _edge_s(pulse: Pulse) -> float:
    """The whole length of an edge of which `pulse.edge_s` is the steep part."""
    return pulse.edge_s / (_AT_90_PCT - _AT_10_PCT)


def _envelope(at_s: Samples, edge_s: float) -> Samples:
    """Raised cosine up, flat, raised cosine down."""
    to_edge_s = np.minimum(at_s, at_s[-1] - at_s)
    shape: Samples = 0.5 - 0.5 * np.cos(np.pi * np.minimum(to_edge_s / edge_s, 1))
    return shape
