"""What a decoder makes of bytes; frozen, so that it may cross threads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kmonitor.clock import Instant
from kmonitor.metrics import Metric


class Mode(StrEnum):
    """Where a value comes from; it stays with the value from the port to the export."""

    REAL = "real"
    SIMULATED = "simulated"
    REPLAYED = "replayed"


class Validity(StrEnum):
    """How far a value may be believed; the last three carry no value."""

    VALID = "valid"
    QUESTIONABLE = "questionable"
    ONGOING = "ongoing"
    INVALID = "invalid"
    NOT_AVAILABLE = "not_available"

    @property
    def has_value(self) -> bool:
        """Whether a reading of this validity carries a number."""
        return self in (Validity.VALID, Validity.QUESTIONABLE)


class Reason(StrEnum):
    """Why there is no value, or why it is questionable."""

    SENSOR_OFF = "sensor_off"
    SENSOR_FAULT = "sensor_fault"
    SEARCHING = "searching"
    LOW_PERFUSION = "low_perfusion"
    ARTEFACT = "artefact"
    OUT_OF_RANGE = "out_of_range"
    DEVICE_SAYS_INVALID = "device_says_invalid"
    OLD = "old"
    TIME_UNKNOWN = "time_unknown"
    NOT_MEASURED = "not_measured"
    CUFF_MOTION = "cuff_motion"
    CUFF_LEAK = "cuff_leak"
    CUFF_WEAK_SIGNAL = "cuff_weak_signal"
    CUFF_OVER_PRESSURE = "cuff_over_pressure"
    CUFF_TIME_OUT = "cuff_time_out"
    CUFF_STOPPED = "cuff_stopped"
    CUFF_FAILED = "cuff_failed"


class StatusKind(StrEnum):
    """What a device says of itself beside its values."""

    SENSOR_OFF = "sensor_off"
    SENSOR_ON = "sensor_on"
    SEARCHING = "searching"
    LIVE_STREAM_ENDED = "live_stream_ended"
    LINES_LOST = "lines_lost"
    CUFF_STARTED = "cuff_started"
    CUFF_ENDED = "cuff_ended"
    COMMAND_ACCEPTED = "command_accepted"
    COMMAND_REFUSED = "command_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumericReading:
    """One number of one metric in the unit of `metrics.TABLE`, or the reason for its absence."""

    received: Instant
    metric: Metric
    value: float | None
    validity: Validity
    reason: Reason | None
    mode: Mode
    device_time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NibpReading:
    """One cuff determination, also a failed one.

    `measured` is the end of deflation; None means that the time is not known, and then
    the reading is shown grey and judges nothing. A missing pressure is None, never 0.
    """

    received: Instant
    measured: Instant | None
    systolic_mmhg: int | None
    diastolic_mmhg: int | None
    mean_mmhg: int | None
    pulse_rate_per_min: int | None
    validity: Validity
    reason: Reason | None
    mode: Mode
    determination: str | None = None
    device_time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveBlock:
    """Consecutive samples at `rate_hz`, the last one at `received`; None is a missing sample."""

    received: Instant
    metric: Metric
    rate_hz: float
    samples: tuple[int | None, ...]
    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceStatus:
    """A device's word on itself; `detail` is plain text for people."""

    received: Instant
    what: StatusKind
    mode: Mode
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceIdentity:
    """Who a device says it is; empty where it does not say."""

    received: Instant
    mode: Mode
    model: str = ""
    serial_number: str = ""
    firmware: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameFault:
    """Bytes that could not be read; `offset` counts from the first byte of the stream."""

    received: Instant
    offset: int
    raw: bytes
    reason: str


Reading = NumericReading | NibpReading | WaveBlock | DeviceStatus | DeviceIdentity
