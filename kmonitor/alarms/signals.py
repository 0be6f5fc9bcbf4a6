"""What passes between the alarms and the ear: what is to be heard, and whether it can be."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundState:
    """How the sound device stands; None is what the system does not tell."""

    is_there: bool
    device: str = ""
    is_silenced: bool | None = None
    volume_pct: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemOutput:
    """What the system tells of where it sends sound; the names are its own.

    `chosen` is the output it sends sound to, `ours` the one that has our sound, None where that
    is not told. `is_real` is False for the stand-in that takes all sound where no device is left.
    """

    chosen: str
    ours: str | None = None
    title: str = ""
    is_real: bool = True
    is_silenced: bool | None = None
    volume_pct: int | None = None
