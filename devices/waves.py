"""Joins short pieces of a waveform to blocks of a second."""

from __future__ import annotations

from dataclasses import replace

from kmonitor.vitals import WaveBlock


class WaveJoiner:
    """Gathers blocks that follow each other; a gap, another metric or rate begins anew."""

    def __init__(self) -> None:
        self._samples: list[int | None] = []
        self._last: WaveBlock | None = None

    def join(self, block: WaveBlock) -> list[WaveBlock]:
        """Take the next block; return the whole seconds that it completes."""
        last, self._last = self._last, block
        done = []
        if last and (last.metric, last.rate_hz) != (block.metric, block.rate_hz):
            done = self._cut(last, len(self._samples))
        self._samples += block.samples
        second = max(1, round(block.rate_hz))
        while len(self._samples) >= second:
            done += self._cut(block, second)
        return done

    def break_off(self) -> list[WaveBlock]:
        """Return the rest: what comes next does not follow it."""
        return self._cut(self._last, len(self._samples)) if self._last else []

    def _cut(self, block: WaveBlock, count: int) -> list[WaveBlock]:
        samples, self._samples = self._samples[:count], self._samples[count:]
        return [replace(block, samples=tuple(samples))] if samples else []
