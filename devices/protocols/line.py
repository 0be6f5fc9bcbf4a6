"""kmonitor's own line protocol for microcontroller boards and the simulator: 115200 8N1, ASCII.

An empty value means "not available". A gap in the sequence numbers that no unreadable bytes
explain is told as a fault without bytes; a line with the last line's number is a repeat.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from devices.protocols.base import FaultRun, SensorWatch
from devices.protocols.line_cuff import CuffLog
from devices.protocols.line_message import (
    LONGEST_LINE_BYTES,
    Message,
    UnreadableError,
    number_of,
    read_message,
    write_message,
)
from kmonitor.clock import Instant
from kmonitor.effects import DeviceVerb
from kmonitor.metrics import Metric, facts_of
from kmonitor.vitals import (
    DeviceIdentity,
    DeviceStatus,
    FrameFault,
    Mode,
    NumericReading,
    Reading,
    Reason,
    StatusKind,
    Validity,
    WaveBlock,
)

SEQUENCES = 65536
HIGHEST_WAVE_RATE_HZ, HIGHEST_SAMPLE = 1000, 127

_DOLLAR = ord("$")
_FROM_HOST, _ANSWER = ("K", "C"), "A"
_SAMPLE = re.compile(r"[0-9]{0,3}")
_Quality = tuple[Validity, Reason | None]
_QUALITIES: dict[str, _Quality] = {
    "": (Validity.VALID, None),
    "ok": (Validity.VALID, None),
    "search": (Validity.ONGOING, Reason.SEARCHING),
    "low": (Validity.QUESTIONABLE, Reason.LOW_PERFUSION),
    "art": (Validity.QUESTIONABLE, Reason.ARTEFACT),
    "off": (Validity.NOT_AVAILABLE, Reason.SENSOR_OFF),
    "fault": (Validity.INVALID, Reason.SENSOR_FAULT),
}
_OXIMETRY = {"spo2": Metric.SPO2, "pr": Metric.PULSE_RATE, "pi": Metric.PERFUSION_INDEX}
_OTHERS = {"rr": Metric.RESPIRATORY_RATE, "temp": Metric.TEMPERATURE, "etco2": Metric.ETCO2}
_ALWAYS_TOLD = ("spo2", "pr")  # when the sensor gives nothing, also if the line leaves them out


class LineDecoder:
    """Lines to numbers, cuff readings and pleth; `q` speaks of the oximeter's numbers alone."""

    def __init__(self, mode: Mode) -> None:
        self._mode = mode
        self._held = b""
        self._offset = 0
        self._faults = FaultRun()
        self._found: list[Reading | FrameFault] = []
        self._frames = 0
        self._cuff = CuffLog(mode)
        self._begin()
        self._readers: dict[str, Callable[[Message], list[Reading]]] = {
            "H": self._read_hello,
            "V": self._read_vitals,
            "B": self._cuff.read,
            "W": self._read_wave,
        }

    def _begin(self) -> None:
        self._sensor = SensorWatch(self._mode)
        self._sequence: int | None = None
        self._had_stray = False

    @property
    def frames(self) -> int:
        """Whole lines so far, also repeated ones and those of unknown types."""
        return self._frames

    @property
    def pending(self) -> int:
        """Bytes held: at most one line and one run of unreadable bytes."""
        return len(self._held) + len(self._faults)

    def feed(self, chunk: bytes, received: Instant) -> list[Reading | FrameFault]:
        """Take what the port gave; return what is complete."""
        self._found = []
        held, at = self._held + chunk, 0
        while at < len(held):
            if held[at] != _DOLLAR:
                begin = held.find(b"$", at)
                end = len(held) if begin < 0 else begin
                self._take_stray(held[at:end], at, "no message begins here", received)
                at = end
                continue
            end = held.find(b"\n", at, at + LONGEST_LINE_BYTES) + 1
            if not end and len(held) - at < LONGEST_LINE_BYTES:
                break
            at += self._take_line(held[at:end], at, received)
        self._held = held[at:]
        self._offset += at
        return self._found

    def settle(self, received: Instant) -> list[Reading | FrameFault]:
        """Say that for now nothing follows: the last fault is complete."""
        return [*self._faults.close(received)]

    def finish(self, received: Instant) -> list[Reading | FrameFault]:
        """Say that nothing will follow, as at the end of a file."""
        return self.settle(received)

    def reset(self, received: Instant) -> list[FrameFault]:
        """Begin anew after a reopened port; what was held comes back as a fault."""
        reason = "cut off when the port was opened again"
        rest = self._faults.add(self._held, self._offset, reason, received)
        rest += self._faults.close(received)
        self._offset += len(self._held)
        self._held = b""
        self._cuff.forget_connection()
        self._begin()
        return rest

    def _take_stray(self, stray: bytes, at: int, reason: str, received: Instant) -> None:
        self._had_stray = True
        self._found += self._faults.add(stray, self._offset + at, reason, received)

    def _take_line(self, line: bytes, at: int, received: Instant) -> int:
        """Read a line, empty if it is too long; return how many bytes are done with."""
        try:
            if not line:
                raise UnreadableError("line too long")
            message = read_message(line, received)
            readings = self._read(message)
        except UnreadableError as damage:
            if line:
                self._found += self._faults.close(received)
            self._take_stray(b"$", at, str(damage), received)
            return 1
        self._frames += 1
        self._found += self._faults.close(received)
        self._found += readings
        self._had_stray = False
        return len(line)

    def _read(self, message: Message) -> list[Reading]:
        if message.kind == _ANSWER:
            return [self._read_answer(message)]
        if message.kind in _FROM_HOST:
            return []
        sequence = message.sequence
        if sequence == self._sequence:
            return []
        reader = self._readers.get(message.kind)
        readings = reader(message) if reader else []
        gap = self._gap_before(sequence, message.received)
        self._sequence = sequence
        return [*gap, *readings]

    def _gap_before(self, sequence: int, received: Instant) -> list[DeviceStatus]:
        """That whole lines are missing; damaged bytes before this line explain it already."""
        if self._sequence is None or self._had_stray:
            return []
        lost = (sequence - self._sequence - 1) % SEQUENCES
        if lost == 0:
            return []
        is_loss = lost < SEQUENCES // 2
        detail = str(lost) if is_loss else "the sequence went back"
        what = StatusKind.LINES_LOST
        return [DeviceStatus(received=received, what=what, mode=self._mode, detail=detail)]

    def _read_answer(self, message: Message) -> DeviceStatus:
        answer = message.word(1)
        is_accepted = answer == "ok"
        return DeviceStatus(
            received=message.received,
            what=StatusKind.COMMAND_ACCEPTED if is_accepted else StatusKind.COMMAND_REFUSED,
            mode=self._mode,
            detail="" if is_accepted else answer,
        )

    def _read_hello(self, message: Message) -> list[Reading]:
        keys = message.keys()
        if keys.get("ver", "") != "1":
            raise UnreadableError(f"unknown version {keys.get('ver', '')!r} of the line protocol")
        return [
            DeviceIdentity(
                received=message.received, mode=self._mode, model=keys.get("dev", ""),
                serial_number=keys.get("sn", ""), firmware=keys.get("fw", ""),
            )
        ]  # fmt: skip

    def _read_vitals(self, message: Message) -> list[Reading]:
        keys = message.keys()
        quality = _QUALITIES.get(keys.get("q", ""))
        if quality is None:
            raise UnreadableError(f"unknown quality {keys['q']!r}")
        if not quality[0].has_value:
            keys = dict.fromkeys(_ALWAYS_TOLD, "") | keys
        numbers: list[Reading] = [
            self._number(message, metric, keys[key], quality)
            for key, metric in _OXIMETRY.items()
            if key in keys
        ]
        numbers += [
            self._number(message, metric, keys[key], _QUALITIES["ok"])
            for key, metric in _OTHERS.items()
            if key in keys
        ]
        return [*self._sensor.turn(quality[1], message.received), *numbers]

    def _number(
        self, message: Message, metric: Metric, text: str, quality: _Quality
    ) -> NumericReading:
        number = number_of(text) if text else None
        validity, reason = quality
        if not validity.has_value:
            number = None
        elif number is None:
            validity, reason = Validity.NOT_AVAILABLE, Reason.NOT_MEASURED
        elif not facts_of(metric).is_plausible(number):
            number, validity, reason = None, Validity.INVALID, Reason.OUT_OF_RANGE
        return NumericReading(
            received=message.received, metric=metric,
            value=number,
            validity=validity, reason=reason, mode=self._mode, device_time=message.device_time,
        )  # fmt: skip

    def _read_wave(self, message: Message) -> list[Reading]:
        rate_hz = number_of(message.word(2))
        if not 0 < rate_hz <= HIGHEST_WAVE_RATE_HZ:
            raise UnreadableError(f"cannot read a wave of {rate_hz:g} Hz")
        samples = tuple(_sample(text) for text in message.word(3).split(":"))
        block = WaveBlock(
            received=message.received, metric=Metric.PLETH, rate_hz=rate_hz,
            samples=samples, mode=self._mode,
        )  # fmt: skip
        return [block]


def _sample(text: str) -> int | None:
    if not _SAMPLE.fullmatch(text) or (text and int(text) > HIGHEST_SAMPLE):
        raise UnreadableError(f"{text!r} is not a pleth sample")
    return int(text) if text else None


class LineHost:
    """What the computer says: a heartbeat each second, and commands to the cuff."""

    def __init__(self) -> None:
        self._sequence = 0

    def greeting(self) -> bytes:
        """Say a heartbeat at once; a board speaks by itself."""
        return self.keep_alive()

    def keep_alive(self) -> bytes:
        """Say a heartbeat; without it for 5 s the board begins no cuff reading."""
        return self._say("K")

    def farewell(self) -> bytes:
        """Say nothing: the heartbeat ceases."""
        return b""

    def command(self, verb: DeviceVerb) -> bytes | None:
        """Ask for one cuff reading."""
        return self._say("C", "BP", "start") if verb is DeviceVerb.START_CUFF else None

    def _say(self, kind: str, *words: str) -> bytes:
        self._sequence = (self._sequence + 1) % SEQUENCES
        return write_message(kind, (str(self._sequence), *words))


class LineEncoder:
    """A board's own lines; the sequence number rises with each, answers bear the command's."""

    def __init__(self, sequence: int = 0) -> None:
        self._sequence = sequence

    def encode(self, kind: str, device_ms: int, words: Iterable[str]) -> bytes:
        """One line of `kind` H, V, B or W with the next sequence number."""
        line = write_message(kind, (str(self._sequence), str(device_ms), *words))
        self._sequence = (self._sequence + 1) % SEQUENCES
        return line

    def encode_keys(
        self, kind: str, device_ms: int, keys: Mapping[str, str | float | None]
    ) -> bytes:
        """One line of `key=text` words; None is "not available" and written empty."""
        words = [f"{key}={'' if text is None else text}" for key, text in keys.items()]
        return self.encode(kind, device_ms, words)

    def encode_wave(self, device_ms: int, rate_hz: int, samples: Iterable[int | None]) -> bytes:
        """One W line; at most 40 samples of 0 to 127 fit surely into its 200 characters."""
        joined = ":".join("" if sample is None else str(sample) for sample in samples)
        return self.encode("W", device_ms, (str(rate_hz), joined))

    def encode_answer(self, command: int, answer: str = "ok") -> bytes:
        """The answer to the host's command number `command`: ok, or the reason why not."""
        return write_message("A", (str(command), answer))


class LineEar:
    """Hears the host's lines (K and C) on the board's side."""

    def __init__(self) -> None:
        self._held = b""

    def hear(self, chunk: bytes, received: Instant) -> list[Message]:
        """Take what the host sent; return its whole messages, damaged lines left out."""
        *lines, self._held = (self._held + chunk).split(b"\n")
        self._held = self._held[-LONGEST_LINE_BYTES:]
        messages = []
        for line in lines:
            try:
                messages.append(read_message(line[max(0, line.find(b"$")) :] + b"\n", received))
            except UnreadableError:
                continue
        return messages
