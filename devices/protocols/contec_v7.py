"""Contec CMS50 family, protocol V7: 115200 8N1, 60 live packets a second, no checksum.

A packet is a type byte (bit 7 clear), a byte with the high bits, and data bytes, all with
bit 7 set. As nothing else guards the bytes, a live packet counts only when the next one
follows it (one byte too many means that a byte was doubled inside), and after more than
`NEAR_BYTES` unreadable bytes only when two stand in a row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from devices.protocols.base import FaultRun, SensorWatch
from kmonitor.clock import Instant
from kmonitor.effects import DeviceVerb
from kmonitor.metrics import Metric, facts_of
from kmonitor.vitals import (
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

PACKETS_PER_S = 60
LIVE, ANSWER, IDLE, GOODBYE = 0x01, 0x0B, 0x0C, 0x0D
PACKET_BYTES = {
    0x01: 9, 0x04: 9, 0x05: 9, 0x07: 8, 0x08: 8, 0x09: 6, 0x0A: 4, 0x0B: 4,
    0x0C: 2, 0x0D: 3, 0x0E: 3, 0x0F: 8, 0x10: 3, 0x11: 9, 0x12: 8, 0x15: 9,
}  # fmt: skip
START, STOP, STILL_HERE = 0xA1, 0xA2, 0xAF
NO_PULSE, NO_SPO2, NO_PERFUSION_INDEX = 0xFF, 0x7F, 0xFFFF
NEAR_BYTES = 64

_LIVE_BYTES = PACKET_BYTES[LIVE]
_LIVE_AND_NEXT = re.compile(rb"\x01[\x80-\xff]{8}(?=[\x00-\x7f])")
_LIVE_PACKET = re.compile(rb"\x01[\x80-\xff]{8}")
_HIGH_BYTES = re.compile(rb"[\x80-\xff]*")
_GOODBYES = {
    0x00: "the oximeter is done",
    0x01: "the oximeter is switching off",
    0x02: "somebody changed the user on the oximeter",
    0x03: "the oximeter is recording",
    0x04: "the oximeter could not delete its record",
    0x05: "the oximeter does not support what was asked",
    0xFF: "the oximeter gives no reason",
}
_Judged = tuple[float | None, Validity, Reason | None]


class ContecV7Decoder:
    """Live packets to SpO2, pulse rate, perfusion index and pleth."""

    def __init__(self, mode: Mode) -> None:
        self._mode = mode
        self._held = b""
        self._offset = 0
        self._faults = FaultRun()
        self._samples: list[int | None] = []
        self._found: list[Reading | FrameFault] = []
        self._frames = 0
        self._begin()

    def _begin(self) -> None:
        self._sensor = SensorWatch(self._mode)
        self._stray_bytes = 0
        self._had_live = False
        self._numbers_raw: tuple[int, int, int, bytes] | None = None
        self._judged: list[tuple[Metric, _Judged]] = []
        self._numbers: list[NumericReading] = []
        self._numbers_at: Instant | None = None

    @property
    def frames(self) -> int:
        """Whole packets so far, of every known type."""
        return self._frames

    @property
    def pending(self) -> int:
        """Bytes held: less than three packets and one run of unreadable bytes."""
        return len(self._held) + len(self._faults)

    def feed(self, chunk: bytes, received: Instant) -> list[Reading | FrameFault]:
        """Take what the port gave; return what is complete."""
        return self._take(chunk, received, is_quiet=False)

    def settle(self, received: Instant) -> list[Reading | FrameFault]:
        """Say that for now nothing follows: the last packet and the last fault are complete."""
        found = self._take(b"", received, is_quiet=True)
        return found + self._faults.close(received)

    def reset(self, received: Instant) -> list[FrameFault]:
        """Begin anew after a reopened port; what was held comes back as a fault."""
        reason = "cut off when the port was opened again"
        rest = self._faults.add(self._held, self._offset, reason, received)
        rest += self._faults.close(received)
        self._offset += len(self._held)
        self._held = b""
        self._begin()
        return rest

    def _take(
        self, chunk: bytes, received: Instant, *, is_quiet: bool
    ) -> list[Reading | FrameFault]:
        self._found = []
        held, at = self._held + chunk, 0
        while at < len(held):
            if self._stray_bytes <= NEAR_BYTES and _LIVE_AND_NEXT.match(held, at):
                self._take_live(held, at, received)
                at += _LIVE_BYTES
                continue
            verdict = self._judge(held, at, is_quiet)
            if isinstance(verdict, str):
                self._take_stray(held[at : at + 1], at, verdict, received)
                at += 1
            elif verdict == 0:
                break
            else:
                self._take_packet(held[at : at + verdict], at, received)
                at += verdict
        self._held = held[at:]
        self._offset += at
        self._close_wave(received)
        return self._found

    def _judge(self, held: bytes, at: int, is_quiet: bool) -> int | str:
        """The length of the packet at `at`, 0 if more must come, or why there is none."""
        kind = held[at]
        length = PACKET_BYTES.get(kind)
        if length is None:
            return "no packet begins here" if kind & 0x80 else "unknown packet type"
        body = held[at + 1 : at + length]
        if not _HIGH_BYTES.fullmatch(body):
            return "packet cut short"
        if len(body) < length - 1:
            return 0
        if kind == LIVE:
            return self._judge_live(held[at + length : at + 2 * length], is_quiet)
        is_near = self._had_live and self._stray_bytes <= NEAR_BYTES
        if kind == GOODBYE and _whole(body)[0] not in _GOODBYES:
            return "unknown reason of a goodbye"
        return length if is_near or self._stray_bytes == 0 else "packet among unreadable bytes"

    def _judge_live(self, following: bytes, is_quiet: bool) -> int | str:
        if len(following) == 0:
            return _LIVE_BYTES if is_quiet else 0
        if following[0] & 0x80:
            if len(following) == 1 and not is_quiet:
                return 0
            if len(following) == 1 or not following[1] & 0x80:
                return "a byte too many"
        if self._stray_bytes <= NEAR_BYTES or _LIVE_PACKET.match(following):
            return _LIVE_BYTES
        is_promising = following[0] == LIVE and _HIGH_BYTES.fullmatch(following[1:])
        if is_promising and len(following) < _LIVE_BYTES:
            return _LIVE_BYTES if is_quiet else 0
        return "packet among unreadable bytes"

    def _take_stray(self, stray: bytes, at: int, reason: str, received: Instant) -> None:
        self._close_wave(received)
        self._stray_bytes += 1
        self._found += self._faults.add(stray, self._offset + at, reason, received)

    def _take_packet(self, packet: bytes, at: int, received: Instant) -> None:
        if packet[0] == LIVE:
            self._take_live(packet, 0, received)
            return
        self._frames += 1
        self._found += self._faults.close(received)
        if packet[0] in (IDLE, GOODBYE):
            detail = "the oximeter is idle"
            if packet[0] == GOODBYE:
                detail = _GOODBYES[_whole(packet[1:])[0]]
            ended = StatusKind.LIVE_STREAM_ENDED
            self._found.append(
                DeviceStatus(received=received, what=ended, mode=self._mode, detail=detail)
            )

    def _take_live(self, held: bytes, at: int, received: Instant) -> None:
        self._frames += 1
        self._had_live = True
        self._stray_bytes = 0
        if self._faults:
            self._found += self._faults.close(received)
        high = held[at + 1]
        raw = (high, held[at + 2] & 0x10, held[at + 4] & 0x10, held[at + 5 : at + 9])
        if raw != self._numbers_raw:
            self._numbers_raw, self._numbers_at = raw, None
            self._judge_numbers(_whole(held[at + 1 : at + 9]), received)
        if received is not self._numbers_at:
            self._numbers_at = received
            self._numbers = [
                NumericReading(
                    received=received, metric=metric, value=value, validity=validity,
                    reason=reason, mode=self._mode,
                )
                for metric, (value, validity, reason) in self._judged
            ]  # fmt: skip
        self._found += self._numbers
        self._samples.append(None if high & 0x01 else held[at + 3] & 0x7F)

    def _judge_numbers(self, live: bytes, received: Instant) -> None:
        """Only when the bytes of the numbers changed: sixty times a second would be a waste."""
        absence = _absence(live)
        self._found += self._sensor.turn(absence[2] if absence else None, received)
        index_raw = live[5] | live[6] << 8
        has_index = not live[2] & 0x10 and index_raw != NO_PERFUSION_INDEX
        numbers = (
            (Metric.SPO2, live[4], live[4] != NO_SPO2),
            (Metric.PULSE_RATE, live[3], live[3] != NO_PULSE),
            (Metric.PERFUSION_INDEX, index_raw / 100, has_index),
        )
        self._judged = [(number[0], absence or _judged(*number)) for number in numbers]

    def _close_wave(self, received: Instant) -> None:
        if not self._samples:
            return
        self._found.append(
            WaveBlock(
                received=received, metric=Metric.PLETH, rate_hz=PACKETS_PER_S,
                samples=tuple(self._samples), mode=self._mode,
            )
        )  # fmt: skip
        self._samples.clear()


def _whole(packed: bytes) -> bytes:
    """The data bytes with bit 7 put back from the high-bits byte before them."""
    high = packed[0]
    return bytes(byte & 0x7F | (high >> k & 1) << 7 for k, byte in enumerate(packed[1:]))


def _absence(live: bytes) -> _Judged | None:
    """Why there is no number at all, whatever the bytes of the numbers say."""
    if live[0] & 0x80:
        return None, Validity.NOT_AVAILABLE, Reason.SENSOR_OFF
    if live[0] & 0x10 or live[1] & 0x80:
        return None, Validity.ONGOING, Reason.SEARCHING
    return None


def _judged(metric: Metric, number: float, is_said_valid: bool) -> _Judged:
    if not is_said_valid:
        return None, Validity.INVALID, Reason.DEVICE_SAYS_INVALID
    if not facts_of(metric).is_plausible(number):
        return None, Validity.INVALID, Reason.OUT_OF_RANGE
    return float(number), Validity.VALID, None


class ContecV7Host:
    """What the computer says: start, once a second "still here", stop."""

    def greeting(self) -> bytes:
        """Start the live stream; without it the oximeter is silent."""
        return encode_command(START)

    def keep_alive(self) -> bytes:
        """Say "still here", without which the stream ends in under a minute."""
        return encode_command(STILL_HERE)

    def farewell(self) -> bytes:
        """Stop the live stream."""
        return encode_command(STOP)

    def command(self, verb: DeviceVerb) -> bytes | None:
        """Return None: an oximeter has no cuff."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePacket:
    """What the simulated oximeter shows at one sixtieth of a second; None is "no value"."""

    spo2_pct: int | None
    pulse_rate_per_min: int | None
    perfusion_index_pct: float | None
    pleth: int
    signal: int = 5
    bar: int = 0
    is_beep: bool = False
    is_probe_off: bool = False
    is_searching: bool = False


def encode_live(live: LivePacket) -> bytes:
    """The nine bytes of one live packet."""
    index = live.perfusion_index_pct
    index_raw = NO_PERFUSION_INDEX if index is None else round(index * 100)
    return encode_packet(
        LIVE,
        live.signal | live.is_beep << 6 | live.is_probe_off << 7,
        live.pleth | live.is_searching << 7,
        live.bar | (index is None) << 4,
        NO_PULSE if live.pulse_rate_per_min is None else live.pulse_rate_per_min,
        NO_SPO2 if live.spo2_pct is None else live.spo2_pct,
        index_raw & 0xFF,
        index_raw >> 8,
    )


def encode_packet(kind: int, *unpacked: int) -> bytes:
    """One packet of the device: type, high bits, data bytes of 0 to 255."""
    high = 0x80
    for k, byte in enumerate(unpacked):
        high |= (byte >> 7) << k
    return bytes((kind, high, *(byte | 0x80 for byte in unpacked)))


def encode_command(code: int) -> bytes:
    """One packet of the host, nine bytes."""
    return bytes((0x7D, 0x81, code, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80))


class ContecV7Ear:
    """Hears the host's commands on the device's side."""

    _COMMAND = re.compile(rb"\x7d\x81([\x80-\xff])[\x80-\xff]{6}")

    def __init__(self) -> None:
        self._held = b""

    def hear(self, chunk: bytes) -> list[int]:
        """Take what the host sent; return the codes of whole commands, such as START."""
        held = self._held + chunk
        codes, end = [], 0
        for match in self._COMMAND.finditer(held):
            codes.append(match[1][0])
            end = match.end()
        self._held = held[end:][-8:]
        return codes
