"""The volume that a pump says it has given: as typed, or one sentence about what is wrong; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from kmonitor.units import display
from ui.typed import read_number

MOST_ML = 2000
_ZERO = re.compile(r"0+(\.0*)?")  # a pump that has not run shows it


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeEntry:
    """`volume_ml` None: it cannot be entered, `trouble` says why; `is_wrong`: as typed."""

    volume_ml: Decimal | None
    trouble: str = ""
    is_wrong: bool = False

    @property
    def confirm(self) -> str:
        """What stands on the key."""
        return "Enter" if self.volume_ml is None else f"Enter {display(self.volume_ml, 'mL')}"


def read_volume(text: str) -> VolumeEntry:
    """Read what was typed."""
    if _ZERO.fullmatch(text.strip()):
        return VolumeEntry(volume_ml=Decimal(0))
    typed = read_number(text, "Volume", "34.5")
    if typed.number is None:
        trouble = typed.wrong or "Type the volume in mL."
        return VolumeEntry(volume_ml=None, trouble=trouble, is_wrong=bool(typed.wrong))
    if typed.number > MOST_ML:
        trouble = f"Volume must lie between 0 and {MOST_ML} mL."
        return VolumeEntry(volume_ml=None, trouble=trouble, is_wrong=True)
    return VolumeEntry(volume_ml=typed.number)
