"""A cuff that only repeats what a recording holds."""

from __future__ import annotations

from devices.replay import Recording
from devices.simulator.cuff import CuffEvent, CuffResult, CuffStarted

NOT_WHILE_REPLAYING = "replaying"


class RecordedCuff:
    """The recording's pressures as determinations that begin and end at their second."""

    def __init__(self, recording: Recording) -> None:
        """None has been told yet."""
        self._recording = recording
        self._told = 0

    def begin_cycle(self, at_s: float) -> None:
        """A recording has its own times."""

    def end_cycle(self) -> None:
        """A recording has its own times."""

    def start(self, at_s: float) -> tuple[str, list[CuffEvent]]:
        """A recording cannot measure."""
        return NOT_WHILE_REPLAYING, []

    def stop(self, at_s: float) -> list[CuffEvent]:
        """There is no air in it."""
        return []

    def until(self, at_s: float) -> list[CuffEvent]:
        """The determinations due up to `at_s`."""
        events: list[CuffEvent] = []
        for found in self._recording.pressures_until(at_s, self._told):
            self._told += 1
            events.append(CuffStarted(at_s=at_s, number=self._told))
            events.append(
                CuffResult(
                    at_s=at_s,
                    number=self._told,
                    systolic_mmhg=found.systolic_mmhg,
                    diastolic_mmhg=found.diastolic_mmhg,
                    mean_mmhg=found.mean_mmhg,
                )
            )
        return events
