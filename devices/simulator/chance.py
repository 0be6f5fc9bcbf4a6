"""Seeded chance: the same names give the same numbers, on every machine and version."""

from __future__ import annotations

import math
import random


def stream(*names: object) -> random.Random:
    """A stream of chance that belongs to these names alone."""
    return random.Random("/".join(map(str, names)))  # noqa: S311 - a patient, not a secret


def spread(chance: random.Random, middle: float, sd: float, low: float, high: float) -> float:
    """A normally distributed number, kept between `low` and `high`."""
    return min(max(chance.gauss(middle, sd), low), high)


class Wander:
    """A slow, smooth movement about 0 that never goes beyond `reach`: three sines by chance."""

    def __init__(self, chance: random.Random, *, reach: float, period_s: float) -> None:
        """Draw periods around `period_s` and phases."""
        self._reach = reach / 3
        self._waves = tuple(
            (2 * math.pi / (period_s * factor * chance.uniform(0.8, 1.25)), chance.uniform(0, 6.28))
            for factor in (0.4, 1.0, 2.3)
        )

    def at(self, at_s: float) -> float:
        """Where the movement stands at `at_s`."""
        return self._reach * sum(math.sin(speed * at_s + phase) for speed, phase in self._waves)
