"""The body of `decode`: a stream of bytes to JSON Lines, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from devices.json_lines import fields_of, line_of
from devices.protocols.catalogue import DeviceProtocol
from devices.repeats import RepeatFilter
from devices.waves import WaveJoiner
from kmonitor.clock import Clock
from kmonitor.vitals import FrameFault, Mode, Reading, WaveBlock


class StreamDecoder:
    """Turns chunks into lines and counts what went in and what came out."""

    def __init__(self, protocol: DeviceProtocol, clock: Clock, *, is_all: bool) -> None:
        self._decoder = protocol.decoder(Mode.REPLAYED)
        self._repeats = None if is_all else RepeatFilter(protocol.frames_per_s)
        self._waves = WaveJoiner()
        self._clock = clock
        self._bytes = 0
        self._faults = 0

    @property
    def is_unreadable(self) -> bool:
        """Whether there were bytes and not one whole frame."""
        return self._bytes > 0 and self._decoder.frames == 0

    def lines(self, chunks: Iterable[bytes]) -> Iterator[list[str]]:
        """The lines of each chunk, and at the end those of the rest and the summary."""
        for chunk in chunks:
            self._bytes += len(chunk)
            yield self._told(self._decoder.feed(chunk, self._clock.now()))
        rest = self._told(self._decoder.finish(self._clock.now()))
        yield [*rest, *map(_line, self._waves.break_off()), self._summary()]

    def _told(self, found: list[Reading | FrameFault]) -> list[str]:
        lines: list[str] = []
        for one in self._repeats.pick(found) if self._repeats else found:
            if isinstance(one, WaveBlock):
                lines += map(_line, self._waves.join(one))
                continue
            if isinstance(one, FrameFault):
                self._faults += 1
                lines += map(_line, self._waves.break_off())
            lines.append(_line(one))
        return lines

    def _summary(self) -> str:
        counts = {"bytes": self._bytes, "frames": self._decoder.frames, "faults": self._faults}
        return line_of({"type": "summary", **counts, "pending": self._decoder.pending})


def _line(found: Reading | FrameFault) -> str:
    return line_of(fields_of(found))
