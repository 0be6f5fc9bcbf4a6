"""What the `B` lines of kmonitor's line protocol say of the cuff."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping

from devices.protocols.line_message import Message, UnreadableError, number_of, whole_of
from kmonitor.metrics import Metric, facts_of
from kmonitor.vitals import (
    DeviceStatus,
    Mode,
    NibpReading,
    NumericReading,
    Reading,
    Reason,
    StatusKind,
    Validity,
)

REMEMBERED = 16
_PRESSURES = ("sys", "dia", "map")
_FAILURES = {
    "": Reason.CUFF_FAILED,
    "motion": Reason.CUFF_MOTION,
    "leak": Reason.CUFF_LEAK,
    "weak": Reason.CUFF_WEAK_SIGNAL,
    "over": Reason.CUFF_OVER_PRESSURE,
    "time": Reason.CUFF_TIME_OUT,
}
_Pressures = tuple[int | None, int | None, int | None]
_NONE: _Pressures = (None, None, None)


class CuffLog:
    """Tells new determinations from repeats, and whether each was made on this connection.

    Proof of that is that it was seen to start or run, or that another one was seen before it.
    """

    def __init__(self, mode: Mode) -> None:
        self._mode = mode
        self._told: deque[tuple[str, ...]] = deque(maxlen=REMEMBERED)
        self._running: str | None = None
        self._last_ended: str | None = None
        self._readers: dict[str, Callable[[Message, Mapping[str, str]], list[Reading]]] = {
            "start": self._read_running,
            "run": self._read_running,
            "done": self._read_end,
            "err": self._read_end,
            "stop": self._read_end,
        }

    def forget_connection(self) -> None:
        """Take nothing that was seen as proof any more; repeats stay known."""
        self._running = None
        self._last_ended = None

    def read(self, message: Message) -> list[Reading]:
        """The readings of one `B` line; raises UnreadableError before anything is noted."""
        keys = message.keys()
        reader = self._readers.get(keys.get("st", ""))
        if reader is None:
            raise UnreadableError(f"unknown cuff state {keys.get('st', '')!r}")
        return reader(message, keys)

    def _read_running(self, message: Message, keys: Mapping[str, str]) -> list[Reading]:
        pressure = keys.get("cuff", "")
        cuff = number_of(pressure) if pressure else None
        determination = keys.get("id", "")
        readings: list[Reading] = []
        if self._running != determination:
            self._running = determination
            self._told = deque((t for t in self._told if t[0] != determination), REMEMBERED)
            readings.append(self._status(message, StatusKind.CUFF_STARTED))
        if cuff is not None:
            is_plausible = facts_of(Metric.CUFF_PRESSURE).is_plausible(cuff)
            readings.append(
                NumericReading(
                    received=message.received,
                    metric=Metric.CUFF_PRESSURE,
                    value=cuff if is_plausible else None,
                    validity=Validity.VALID if is_plausible else Validity.INVALID,
                    reason=None if is_plausible else Reason.OUT_OF_RANGE,
                    mode=self._mode,
                    device_time=message.device_time,
                )
            )
        return readings

    def _read_end(self, message: Message, keys: Mapping[str, str]) -> list[Reading]:
        pressures, validity, reason = _outcome(keys)
        pulse = _plausible(Metric.PULSE_RATE, keys.get("pr", ""))
        determination = keys.get("id", "")
        is_proven = self._running == determination or (
            self._last_ended is not None and self._last_ended != determination
        )
        told = (determination, *(keys.get(key, "") for key in (*_PRESSURES, "pr", "st", "err")))
        if told in self._told:
            return []
        self._told.append(told)
        self._running, self._last_ended = None, determination
        systolic, diastolic, mean = pressures
        readings: list[Reading] = [
            NibpReading(
                received=message.received,
                measured=message.received if is_proven else None,
                systolic_mmhg=systolic,
                diastolic_mmhg=diastolic,
                mean_mmhg=mean,
                pulse_rate_per_min=pulse if validity.has_value else None,
                validity=validity,
                reason=reason,
                mode=self._mode,
                determination=determination or None,
                device_time=message.device_time,
            )
        ]
        if keys["st"] == "stop":
            readings.append(self._status(message, StatusKind.CUFF_ENDED))
        return readings

    def _status(self, message: Message, what: StatusKind) -> DeviceStatus:
        return DeviceStatus(received=message.received, what=what, mode=self._mode)


def _outcome(keys: Mapping[str, str]) -> tuple[_Pressures, Validity, Reason | None]:
    """The pressures of a finished determination and how far they may be believed."""
    if keys["st"] == "stop":
        return _NONE, Validity.INVALID, Reason.CUFF_STOPPED
    if keys["st"] == "err":
        failure = _FAILURES.get(keys.get("err", ""))
        if failure is None:
            raise UnreadableError(f"unknown cuff failure {keys['err']!r}")
        return _NONE, Validity.INVALID, failure
    texts = [keys.get(key, "") for key in _PRESSURES]
    systolic, diastolic, mean = (_plausible(Metric.NIBP, text) for text in texts)
    if systolic is None or diastolic is None:
        if "" in texts[:2]:
            return _NONE, Validity.NOT_AVAILABLE, Reason.NOT_MEASURED
        return _NONE, Validity.INVALID, Reason.OUT_OF_RANGE
    pressures = (systolic, diastolic, mean)
    is_in_order = diastolic < systolic if mean is None else diastolic < mean < systolic
    if not is_in_order or (mean is None and texts[2]):
        return pressures, Validity.QUESTIONABLE, Reason.OUT_OF_RANGE
    return pressures, Validity.VALID, None


def _plausible(metric: Metric, text: str) -> int | None:
    """The whole number in `text` if a living patient can have it."""
    number = whole_of(text) if text else 0
    return number if number and facts_of(metric).is_plausible(number) else None
