"""Contec CMS50 family, protocol V7: 115200 8N1, 60 live packets a second, no checksum.

A packet is a type byte (bit 7 clear), a byte with the high bits, and data bytes, all with
bit 7 set. Nothing else guards the bytes, so what follows a live packet must prove it. One that
repeats the numbers of the last counts when a known type byte follows, or eight high bytes
and then any type byte (a type byte was lost), or a pause. One that changes a number counts when
a whole live packet follows, which after unreadable bytes, or more than `NEAR_BYTES` of them,
must tell the same; where that one was damaged, the next packet that tells the same counts.

Lost, repeated or surplus bytes of one kind then make no false number. What is left are bytes that
by chance look like packets: a burst of one to eleven random bytes makes a false number about once
in a million, for one packet. A changed byte cannot be seen: there is no checksum.
"""

from __future__ import annotations

import re

from devices.protocols.base import FaultRun, SensorWatch
from devices.protocols.contec_v7_packets import (
    GOODBYE,
    IDLE,
    LIVE,
    NO_PERFUSION_INDEX,
    NO_PULSE,
    NO_SPO2,
    PACKET_BYTES,
    PACKETS_PER_S,
    START,
    STILL_HERE,
    STOP,
    encode_command,
)
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

NEAR_BYTES = 64

_LIVE_BYTES = PACKET_BYTES[LIVE]
_LIVE_AND_TYPE = re.compile(rb"\x01[\x80-\xff]{8}(?=[%s])" % re.escape(bytes(PACKET_BYTES)))
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
_Numbers = tuple[int, int, int, bytes]


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
        self._numbers_raw: _Numbers | None = None
        self._doubted: _Numbers | None = None
        self._is_old = self._is_end = False
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
        """Say that for now nothing follows: the last fault is complete, the last packet too.

        But new numbers are held until something follows them, and if that denies them, not told;
        that there is none is told at once.
        """
        found = self._take(b"", received, is_quiet=True)
        self._is_old = bool(self._held)
        return found + self._faults.close(received)

    def finish(self, received: Instant) -> list[Reading | FrameFault]:
        """Say that nothing will follow, as at the end of a file: a whole last packet counts."""
        self._is_end = True
        return self.settle(received)

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
            if self._stray_bytes <= NEAR_BYTES and _LIVE_AND_TYPE.match(held, at):
                raw = _numbers_of(held, at)
                if raw == self._numbers_raw:
                    self._take_live(held, at, raw, received)
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
            return self._judge_live(held, at, is_quiet)
        is_near = self._had_live and self._stray_bytes <= NEAR_BYTES
        if kind == GOODBYE and _whole(body)[0] not in _GOODBYES:
            return "unknown reason of a goodbye"
        return length if is_near or self._stray_bytes == 0 else "packet among unreadable bytes"

    def _judge_live(self, held: bytes, at: int, is_quiet: bool) -> int | str:
        numbers = _numbers_of(held, at)
        following = held[at + _LIVE_BYTES : at + 2 * _LIVE_BYTES]
        if following and following[0] < 0x80 and following[0] not in PACKET_BYTES:
            return "an unknown packet type follows"
        if self._stray_bytes <= NEAR_BYTES and numbers == self._numbers_raw:
            return _judge_repeated(following, is_quiet)
        if not following:
            is_told = self._is_end or self._numbers_raw is None or _has_no_numbers(held, at)
            return _LIVE_BYTES if is_quiet and is_told and self._stray_bytes == 0 else 0
        if following[0] & 0x80:
            return "a byte too many"
        return self._judge_changed(numbers, following)

    def _judge_changed(self, numbers: _Numbers, following: bytes) -> int | str:
        """One that changes a number; in doubt what it tells waits for a second witness."""
        if numbers == self._doubted:
            return _LIVE_BYTES
        if following[0] != LIVE or not _HIGH_BYTES.fullmatch(following, 1):
            self._doubted = numbers
            return "new numbers and no live packet after them"
        if len(following) < _LIVE_BYTES:
            return 0
        is_doubtful = self._stray_bytes > 0 or self._is_old
        if is_doubtful and _numbers_of(following, 0) != numbers:
            self._doubted = _numbers_of(following, 0)
            return "new numbers that the next packet does not repeat"
        return _LIVE_BYTES

    def _take_stray(self, stray: bytes, at: int, reason: str, received: Instant) -> None:
        self._close_wave(received)
        self._stray_bytes += 1
        self._found += self._faults.add(stray, self._offset + at, reason, received)

    def _take_packet(self, packet: bytes, at: int, received: Instant) -> None:
        if packet[0] == LIVE:
            self._take_live(packet, 0, _numbers_of(packet, 0), received)
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

    def _take_live(self, held: bytes, at: int, raw: _Numbers, received: Instant) -> None:
        self._frames += 1
        self._had_live = True
        self._stray_bytes = 0
        self._doubted = None
        self._is_old = False
        if self._faults:
            self._found += self._faults.close(received)
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
        self._samples.append(None if held[at + 1] & 0x01 else held[at + 3] & 0x7F)

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


def _numbers_of(held: bytes, at: int) -> _Numbers:
    """The bytes of the live packet at `at` that are more than its pleth, bar and beep."""
    return held[at + 1], held[at + 2] & 0x10, held[at + 4] & 0x10, held[at + 5 : at + 9]


def _judge_repeated(following: bytes, is_quiet: bool) -> int | str:
    """A live packet that tells what the last one told, before a known type, high bytes or none."""
    high = _HIGH_BYTES.match(following)
    surplus = high.end() if high else 0
    if surplus == len(following) < _LIVE_BYTES and not is_quiet:
        return 0
    if surplus == 0 or (surplus == _LIVE_BYTES - 1 and len(following) == _LIVE_BYTES):
        return _LIVE_BYTES
    return "a byte too many"


def _whole(packed: bytes) -> bytes:
    """The data bytes with bit 7 put back from the high-bits byte before them."""
    high = packed[0]
    return bytes(byte & 0x7F | (high >> k & 1) << 7 for k, byte in enumerate(packed[1:]))


def _has_no_numbers(held: bytes, at: int) -> bool:
    return _absence(_whole(held[at + 1 : at + _LIVE_BYTES])) is not None


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
