"""Joins short pieces of a waveform to longer blocks."""

from __future__ import annotations

from dataclasses import replace

from kmonitor.vitals import WaveBlock


class WaveJoiner:
    """Gathers blocks that follow each other; a gap, another metric or rate begins anew."""

    def __init__(self, piece_s: float = 1.0) -> None:
        self._piece_s = piece_s
        self._samples: list[int | None] = []
        self._last: WaveBlock | None = None

    def join(self, block: WaveBlock) -> list[WaveBlock]:
        """Take the next block; return the whole pieces that it completes."""
        last, self._last = self._last, block
        done = []
        if last and (last.metric, last.rate_hz) != (block.metric, block.rate_hz):
            done = self._cut(last, len(self._samples))
        self._samples += block.samples
        piece = max(1, round(block.rate_hz * self._piece_s))
        while len(self._samples) >= piece:
            done += self._cut(block, piece)
        return done

    def break_off(self) -> list[WaveBlock]:
        """Return the rest: what comes next does not follow it."""
        return self._cut(self._last, len(self._samples)) if self._last else []

    def _cut(self, block: WaveBlock, count: int) -> list[WaveBlock]:
        samples, self._samples = self._samples[:count], self._samples[count:]
        return [replace(block, samples=tuple(samples))] if samples else []
