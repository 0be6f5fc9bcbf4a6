"""What is drawn and sent in every benchmark: the same pleth for ours and for the references."""

from __future__ import annotations

import math

PLETH_HZ = 125
SWEEP_S = 10
PLETH_LOW, PLETH_HIGH = 0, 127
_BEATS_HZ = 1.2


def pleth(seconds: float) -> list[int]:
    """Samples of a seven-bit pleth with a dicrotic wave, as an oximeter sends them."""
    samples = []
    for number in range(round(seconds * PLETH_HZ)):
        phase = 2 * math.pi * _BEATS_HZ * number / PLETH_HZ
        height = (math.sin(phase) + 0.4 * math.sin(2 * phase + 1)) / 1.4
        samples.append(round(63.5 + 60 * height))
    return samples
