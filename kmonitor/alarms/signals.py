"""What the alarm state asks of the ear: which priority sounds now, and when a reminder is due."""

from __future__ import annotations

from dataclasses import dataclass

from kmonitor.alarms.conditions import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSignal:
    """What is to be heard from now on.

    `sounding` is the priority whose bursts repeat, None is silence; low never sounds by itself.
    `reminders` counts up: each step up is one low burst at the next free moment.
    """

    sounding: Priority | None = None
    reminders: int = 0


SILENT = AlarmSignal()
