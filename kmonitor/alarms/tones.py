"""The alarm tones as samples: pure functions of a few lengths and levels, no file of sound.

Designed after the figures that are published of IEC 60601-1-8: effective lengths are taken between
the 90 % points of an edge, spacings from the 90 % of a fall to the 90 % of the next rise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

RATE_HZ = 48_000
_PEAK = 10 ** (-1 / 20)  # 1 dB below full scale: nothing is clipped
# Where a raised cosine of length 1 has come to 10 % and to 90 %.
_AT_10_PCT = math.acos(0.8) / math.pi
_AT_90_PCT = 1 - _AT_10_PCT


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """One pulse; each harmonic is `fall_db` weaker than the one below it."""

    fundamental_hz: float
    harmonics: int
    fall_db: float
    effective_s: float
    edge_s: float  # from 10 % to 90 %, rise and fall alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """Equal pulses with these spacings between them, and the silence before the next burst."""

    pulse: Pulse
    spacings_s: tuple[float, ...]
    pause_s: float


HIGH = Burst(
    pulse=Pulse(fundamental_hz=440, harmonics=6, fall_db=2, effective_s=0.150, edge_s=0.022),
    spacings_s=(0.1, 0.1, 0.35, 0.1, 0.8, 0.1, 0.1, 0.35, 0.1),
    pause_s=4.0,
)


def render_pulse(pulse: Pulse, rate_hz: int = RATE_HZ) -> Samples:
    """One pulse from silence to silence, its peak 1 dB below full scale."""
    edge_s = _edge_s(pulse)
    flat_s = pulse.effective_s - 2 * (1 - _AT_90_PCT) * edge_s
    at_s = np.arange(round((flat_s + 2 * edge_s) * rate_hz)) / rate_hz
    wave = np.zeros_like(at_s)
    for number in range(1, pulse.harmonics + 1):
        level = 10 ** (-pulse.fall_db * (number - 1) / 20)
        wave += level * np.sin(2 * np.pi * pulse.fundamental_hz * number * at_s)
    shaped: Samples = wave * _envelope(at_s, edge_s)
    return shaped * (_PEAK / float(np.abs(shaped).max()))


def render_burst(burst: Burst, rate_hz: int = RATE_HZ) -> Samples:
    """All pulses of one burst, without the pause after it."""
    pulse = render_pulse(burst.pulse, rate_hz)
    edges_s = 2 * _AT_90_PCT * _edge_s(burst.pulse)
    parts = [pulse]
    for spacing_s in burst.spacings_s:
        parts += [np.zeros(round((spacing_s - edges_s) * rate_hz)), pulse]
    return np.concatenate(parts)


def render_round(burst: Burst, rate_hz: int = RATE_HZ) -> Samples:
    """A burst and its pause: what is repeated while the alarm lasts."""
    return np.concatenate([render_burst(burst, rate_hz), np.zeros(round(burst.pause_s * rate_hz))])


def as_pcm(samples: Samples) -> NDArray[np.int16]:
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
