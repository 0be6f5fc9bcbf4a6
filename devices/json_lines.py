"""Readings as the JSON Lines of `decode` and `watch`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import assert_never

from kmonitor.metrics import facts_of, json_number
from kmonitor.vitals import (
    DeviceIdentity,
    DeviceStatus,
    FrameFault,
    NibpReading,
    NumericReading,
    Reading,
    WaveBlock,
)

Fields = dict[str, object]


def line_of(fields: Mapping[str, object]) -> str:
    """One line of JSON without its end."""
    return json.dumps(fields, separators=(",", ":"))


def fields_of(found: Reading | FrameFault) -> Fields:
    """What a line says of one reading or fault."""
    match found:
        case NumericReading():
            return numeric_fields(found)
        case NibpReading():
            return nibp_fields(found)
        case WaveBlock():
            rate_hz = int(found.rate_hz) if found.rate_hz == int(found.rate_hz) else found.rate_hz
            wave: Fields = {"type": "wave", "metric": found.metric.value, "rate_hz": rate_hz}
            return wave | {"samples": found.samples}
        case DeviceStatus():
            status: Fields = {"type": "status", "what": found.what.value}
            return status | {"detail": found.detail} if found.detail else status
        case DeviceIdentity():
            return {
                "type": "identity",
                "model": found.model,
                "serial_number": found.serial_number,
                "firmware": found.firmware,
            }
        case FrameFault():
            place: Fields = {"type": "fault", "offset": found.offset, "length": len(found.raw)}
            return place | {"reason": found.reason}
        case _:
            assert_never(found)


def numeric_fields(reading: NumericReading) -> Fields:
    """What a line says of one number."""
    return {
        "type": "numeric",
        "metric": reading.metric.value,
        "value": json_number(reading.metric, reading.value),
        "unit": facts_of(reading.metric).unit,
        "validity": reading.validity.value,
        "reason": reading.reason.value if reading.reason else None,
        "device_time": reading.device_time,
    }


def nibp_fields(nibp: NibpReading) -> Fields:
    """What a line says of one cuff determination."""
    return {
        "type": "nibp",
        "systolic_mmhg": nibp.systolic_mmhg,
        "diastolic_mmhg": nibp.diastolic_mmhg,
        "mean_mmhg": nibp.mean_mmhg,
        "pulse_rate_per_min": nibp.pulse_rate_per_min,
        "validity": nibp.validity.value,
        "reason": nibp.reason.value if nibp.reason else None,
        "device_time": nibp.device_time,
    }
