"""What a demonstration came to: counted in the record, and whether the picture shows anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QImage, QPixmap

from kmonitor.alarms.conditions import AlarmPhase, AlarmTransition
from kmonitor.effects import PersistRow
from kmonitor.errors import StoreError
from kmonitor.events import NibpArrived, NibpEntered, ReadingArrived
from kmonitor.session_state import Session, SessionPhase
from kmonitor.store.reader import RecordReader
from kmonitor.vitals import WaveBlock

_LEAST_COLOURS = 8
_GRID = 60


class PhaseWitness:
    """An observer that notes the phases of the session in their order."""

    def __init__(self) -> None:
        self.phases: list[SessionPhase] = []

    def on_snapshot(self, session: Session) -> None:
        """Note a phase when it is new."""
        if not self.phases or self.phases[-1] is not session.phase:
            self.phases.append(session.phase)

    def on_wave(self, link: str, block: WaveBlock) -> None:
        """Waves are counted in the record."""

    def on_row(self, row: PersistRow) -> None:
        """Rows are counted in the record."""

    def on_commit(self, seq: int) -> None:
        """Commits are not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Counted from what is on disk, not from what was on its way."""

    readings: int
    pressures: int
    alarms: tuple[str, ...]
    rows: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing came or nothing was kept."""
        return self.readings == 0 or self.rows == 0


def summarise(path: Path, session_ids: list[str]) -> Summary:
    """Count the sessions of a demonstration in its record."""
    readings = pressures = rows = 0
    alarms: list[str] = []
    reader = RecordReader(path)
    for session_id in session_ids:
        for _, row in reader.rows(session_id):
            rows += 1
            match row:
                case ReadingArrived() if row.reading.value is not None:
                    readings += 1
                case NibpArrived() if row.nibp.systolic_mmhg is not None:
                    pressures += 1
                case NibpEntered():
                    pressures += 1
                case AlarmTransition(phase=AlarmPhase.ONSET) if not row.condition.is_inactivation:
                    alarms.append(row.words)
    return Summary(readings=readings, pressures=pressures, alarms=tuple(alarms), rows=rows)


def summary_lines(
    summary: Summary, phases: list[SessionPhase], path: Path, picture: Path | None
) -> list[str]:
    """The summary as it is printed."""
    steps = ", ".join(phase.value.replace("_", " ") for phase in phases) or "none"
    lines = [
        f"readings  {summary.readings} numbers, {summary.pressures} blood pressures",
        f"alarms    {len(summary.alarms)}" + "".join(f"\n            {w}" for w in summary.alarms),
        f"rows      {summary.rows} in the record",
        f"phases    {steps}",
        f"record    {path} (look into it: show last --db {path})",
    ]
    if picture is not None:
        lines.append(f"picture   {picture}")
    return lines


def is_blank(image: QImage) -> bool:
    """Whether a picture has fewer colours than any page of ours."""
    if image.isNull():
        return True
    step_x, step_y = max(1, image.width() // _GRID), max(1, image.height() // _GRID)
    colours = {
        image.pixel(x, y)
        for x in range(0, image.width(), step_x)
        for y in range(0, image.height(), step_y)
    }
    return len(colours) < _LEAST_COLOURS


def save_picture(pixmap: QPixmap, picture: Path) -> None:
    """Write the window to a file; raises StoreError in one sentence."""
    if not pixmap.save(str(picture), "PNG"):
        raise StoreError(f"The picture could not be written to {picture}.")
