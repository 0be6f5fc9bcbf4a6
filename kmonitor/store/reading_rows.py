"""What came from a device as columns and back: numbers, cuff readings, states, faults, links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kmonitor.clock import Instant
from kmonitor.events import (
    FrameFaulted,
    LinkChanged,
    LinkState,
    NibpArrived,
    ReadingArrived,
    StatusArrived,
)
from kmonitor.metrics import TABLE, facts_of
from kmonitor.vitals import (
    DeviceIdentity,
    DeviceStatus,
    FrameFault,
    Mode,
    NibpReading,
    NumericReading,
    Reason,
    StatusKind,
    Validity,
)

Fields = tuple[Any, ...]
Numbered = Callable[[str], int]
READING_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "numeric_live": (
        *("source", "received_utc_ms", "received_mono_ns", "mode"),
        *("metric", "value", "validity", "reason", "device_time"),
    ),
    "nibp": (
        *("source", "received_utc_ms", "received_mono_ns", "mode"),
        *("measured_utc_ms", "measured_mono_ns", "systolic_mmhg", "diastolic_mmhg"),
        *("mean_mmhg", "pulse_rate_per_min", "validity", "reason", "determination"),
        "device_time",
    ),
    "status": ("source", "received_utc_ms", "received_mono_ns", "mode", "what", "detail"),
    "device": (
        *("source", "received_utc_ms", "received_mono_ns", "mode"),
        *("model", "serial_number", "firmware"),
    ),
    "frame_fault": ("source", "received_utc_ms", "received_mono_ns", "position", "raw", "reason"),
    "link_event": (
        *("source", "mode", "protocol", "state", "detail", "can_start_cuff", "gives_nibp"),
    ),
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a row needs of the rest: its moment, the links by number, the session's own row."""

    at: Instant
    links: Mapping[int, str]
    opened: Mapping[str, object] = field(default_factory=dict)


def _beside(moment: Instant, at: Instant) -> Fields:
    return (None, None) if moment == at else (moment.utc_ms, moment.mono_ns)


def _moment(utc_ms: int | None, mono_ns: int | None, otherwise: Instant) -> Instant:
    if utc_ms is None or mono_ns is None:
        return otherwise
    return Instant.from_stored(mono_ns, utc_ms)


def _name(reason: Reason | None) -> str | None:
    """Plain text: the database driver is slow with any other class, a StrEnum too."""
    return None if reason is None else reason.value


def _reason(name: str | None) -> Reason | None:
    return None if name is None else Reason(name)


def write_numeric(event: ReadingArrived, source: Numbered) -> Fields:
    """The columns of `numeric_live`."""
    reading = event.reading
    return (
        *(source(event.link), *_beside(reading.received, event.at), reading.mode.value),
        *(facts_of(reading.metric).mdc, reading.value, reading.validity.value),
        _name(reading.reason),
        reading.device_time,
    )


def read_numeric(stamp: Stamp, fields: Fields) -> ReadingArrived:
    """The event back from `numeric_live`."""
    source, utc_ms, mono_ns, mode, mdc, number, validity, reason, device_time = fields
    reading = NumericReading(
        received=_moment(utc_ms, mono_ns, stamp.at),
        metric=TABLE[mdc].metric,
        value=number,
        validity=Validity(validity),
        reason=_reason(reason),
        mode=Mode(mode),
        device_time=device_time,
    )
    return ReadingArrived(at=stamp.at, link=stamp.links[source], reading=reading)


def write_nibp(event: NibpArrived, source: Numbered) -> Fields:
    """The columns of `nibp`."""
    nibp, measured = event.nibp, event.nibp.measured
    return (
        *(source(event.link), *_beside(nibp.received, event.at), nibp.mode.value),
        *((None, None) if measured is None else (measured.utc_ms, measured.mono_ns)),
        *(nibp.systolic_mmhg, nibp.diastolic_mmhg, nibp.mean_mmhg, nibp.pulse_rate_per_min),
        *(nibp.validity.value, _name(nibp.reason), nibp.determination, nibp.device_time),
    )


def read_nibp(stamp: Stamp, fields: Fields) -> NibpArrived:
    """The event back from `nibp`."""
    source, utc_ms, mono_ns, mode, measured_ms, measured_ns, *pressures = fields
    systolic, diastolic, mean, pulse, validity, reason, determination, device_time = pressures
    nibp = NibpReading(
        received=_moment(utc_ms, mono_ns, stamp.at),
        measured=None if measured_ms is None else Instant.from_stored(measured_ns, measured_ms),
        systolic_mmhg=systolic,
        diastolic_mmhg=diastolic,
        mean_mmhg=mean,
        pulse_rate_per_min=pulse,
        validity=Validity(validity),
        reason=_reason(reason),
        mode=Mode(mode),
        determination=determination,
        device_time=device_time,
    )
    return NibpArrived(at=stamp.at, link=stamp.links[source], nibp=nibp)


def write_status(event: StatusArrived, source: Numbered) -> Fields:
    """The columns of `status`, or of `device` for an identity."""
    status = event.status
    common = (source(event.link), *_beside(status.received, event.at), status.mode.value)
    if isinstance(status, DeviceIdentity):
        return (*common, status.model, status.serial_number, status.firmware)
    return (*common, status.what.value, status.detail)


def read_status(stamp: Stamp, fields: Fields) -> StatusArrived:
    """The event back from `status`."""
    source, utc_ms, mono_ns, mode, what, detail = fields
    status = DeviceStatus(
        received=_moment(utc_ms, mono_ns, stamp.at),
        what=StatusKind(what),
        mode=Mode(mode),
        detail=detail,
    )
    return StatusArrived(at=stamp.at, link=stamp.links[source], status=status)


def read_device(stamp: Stamp, fields: Fields) -> StatusArrived:
    """The event back from `device`."""
    source, utc_ms, mono_ns, mode, model, serial_number, firmware = fields
    identity = DeviceIdentity(
        received=_moment(utc_ms, mono_ns, stamp.at),
        mode=Mode(mode),
        model=model,
        serial_number=serial_number,
        firmware=firmware,
    )
    return StatusArrived(at=stamp.at, link=stamp.links[source], status=identity)


def write_fault(event: FrameFaulted, source: Numbered) -> Fields:
    """The columns of `frame_fault`."""
    fault = event.fault
    received = _beside(fault.received, event.at)
    return (source(event.link), *received, fault.offset, fault.raw, fault.reason)


def read_fault(stamp: Stamp, fields: Fields) -> FrameFaulted:
    """The event back from `frame_fault`."""
    source, utc_ms, mono_ns, offset, raw, reason = fields
    received = _moment(utc_ms, mono_ns, stamp.at)
    fault = FrameFault(received=received, offset=offset, raw=raw, reason=reason)
    return FrameFaulted(at=stamp.at, link=stamp.links[source], fault=fault)


def write_link(event: LinkChanged, source: Numbered) -> Fields:
    """The columns of `link_event`."""
    return (
        *(source(event.link), event.mode.value, event.protocol, event.state.value, event.detail),
        *(event.can_start_cuff, event.gives_nibp),
    )


def read_link(stamp: Stamp, fields: Fields) -> LinkChanged:
    """The event back from `link_event`."""
    source, mode, protocol, state, detail, can_start_cuff, gives_nibp = fields
    return LinkChanged(
        at=stamp.at,
        link=stamp.links[source],
        protocol=protocol,
        state=LinkState(state),
        mode=Mode(mode),
        detail=detail,
        can_start_cuff=bool(can_start_cuff),
        gives_nibp=bool(gives_nibp),
    )
