"""What is to be done after a step; the monitor thread does it, the step only says it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kmonitor.alarms.conditions import AlarmTransition
from kmonitor.alarms.signals import AlarmSignal
from kmonitor.events import Stored
from kmonitor.vitals import WaveBlock

Row = Stored | AlarmTransition


@dataclass(frozen=True, slots=True, kw_only=True)
class PersistRow:
    """Keep `row` under the session-wide sequence `seq`; `is_act` asks for its own commit."""

    seq: int
    row: Row
    is_act: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersistWave:
    """Keep a wave block; waves have no place in the session-wide sequence."""

    link: str
    block: WaveBlock


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowWave:
    """Hand a wave block to the screen's ring."""

    link: str
    block: WaveBlock


class DeviceVerb(StrEnum):
    """What may be asked of a device."""

    START_CUFF = "start_cuff"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendToDevice:
    """Ask the device on `link` for something; its protocol makes the bytes."""

    link: str
    verb: DeviceVerb


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentAlarms:
    """What is to be heard changed."""

    signal: AlarmSignal


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishSnapshot:
    """Show the session as it is after this step."""


Effect = PersistRow | PersistWave | ShowWave | SendToDevice | PresentAlarms | PublishSnapshot
