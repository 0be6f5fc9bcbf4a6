"""Keeps a noisy line from flooding the record with faults."""

from __future__ import annotations

from dataclasses import replace

from kmonitor.clock import Instant
from kmonitor.vitals import FrameFault

FAULT_EVENT_S = 1.0
KEPT_RAW_BYTES = 256


class FaultMerger:
    """Tells a fault at once, and then at most one a second with all bytes counted in words."""

    def __init__(self) -> None:
        self._first: FrameFault | None = None
        self._faults = 0
        self._bytes = 0
        self._told_at: Instant | None = None

    def add(self, fault: FrameFault) -> None:
        """Take the next fault."""
        self._first = self._first or fault
        self._faults += 1
        self._bytes += len(fault.raw)

    def tell(self, now: Instant, *, at_once: bool = False) -> list[FrameFault]:
        """What is to be told now: nothing, or one fault for all since the last time."""
        first = self._first
        is_early = self._told_at is not None and now.seconds_since(self._told_at) < FAULT_EVENT_S
        if first is None or (is_early and not at_once):
            return []
        reason = first.reason
        if self._faults > 1:
            reason = f"{reason}; {self._faults} faults of {self._bytes} bytes in all"
        self._first, self._faults, self._bytes, self._told_at = None, 0, 0, now
        return [replace(first, raw=first.raw[:KEPT_RAW_BYTES], reason=reason)]
