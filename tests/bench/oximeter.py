"""The reference dashboard's oximeter, a process of its own: 60 frames a second to stdout."""

from __future__ import annotations

import os
from itertools import count
from time import monotonic, sleep

from tests.bench.signals import pleth

FRAMES_PER_S = 60
FRAME_BYTES = 5
START_BIT = 0x80


def main() -> None:
    """Send start bit and pulse, height, a byte of nothing, rate and saturation; until it breaks."""
    heights = pleth(20)
    begun = monotonic()
    for number in count():
        height = heights[number % len(heights)]
        frame = bytes((START_BIT, height, 0, 66, 90 + number // FRAMES_PER_S % 8))
        try:
            os.write(1, frame)
        except BrokenPipeError:
            return  # the dashboard has ended
        sleep(max(0.0, begun + number / FRAMES_PER_S - monotonic()))


if __name__ == "__main__":
    main()
