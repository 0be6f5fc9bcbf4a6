"""The numbers in one line, for every page that is not the bedside while a session runs."""

from __future__ import annotations

from dataclasses import dataclass

from kmonitor.clock import Instant
from kmonitor.metrics import Metric
from kmonitor.nibp_schedule import nibp_due
from kmonitor.session_state import Session
from ui.bedside.view_models.alarm_look import AlarmLook
from ui.bedside.view_models.infusion_bar import infusion_bar
from ui.bedside.view_models.nibp_tile import nibp_tile
from ui.bedside.view_models.numeric_tile import numeric_tile


@dataclass(frozen=True, slots=True, kw_only=True)
class StripPart:
    """One number: its name, itself, and under the name how old it is."""

    label: str
    text: str
    widest: str
    age: str
    role: str
    is_stale: bool
    alarm: AlarmLook | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """The line as it is drawn; `phase` and `clock` are the infusion's."""

    who: str
    parts: tuple[StripPart, ...]
    phase: str
    clock: str
    spoken: str


def vitals_strip(session: Session, now: Instant, *, is_frozen: bool = False) -> Strip:
    """The line at `now`; `is_frozen` says that the program has given no news to the screen."""
    parts = (
        _number(session, Metric.SPO2, now, is_frozen=is_frozen),
        _number(session, Metric.PULSE_RATE, now, is_frozen=is_frozen),
        _pressure(session, now, is_frozen=is_frozen),
    )
    bar = infusion_bar(session, now)
    who = session.chair.upper()
    said = [f"{part.label} {part.text} {part.age}" for part in parts]
    return Strip(
        who=who,
        parts=parts,
        phase=bar.phase,
        clock=bar.big,
        spoken=", ".join([who, *said, bar.phase, bar.big]),
    )


def _number(session: Session, metric: Metric, now: Instant, *, is_frozen: bool) -> StripPart:
    tile = numeric_tile(session, metric, now, is_frozen=is_frozen)
    return StripPart(
        label=tile.label, text=tile.text, widest=tile.widest, age=tile.foot[0], role=tile.role,
        is_stale=tile.is_stale, alarm=tile.alarm,
    )  # fmt: skip


def _pressure(session: Session, now: Instant, *, is_frozen: bool) -> StripPart:
    tile = nibp_tile(session, now, nibp_due(session), is_frozen=is_frozen)
    return StripPart(
        label="NIBP", text=f"{tile.systolic}/{tile.diastolic}", widest="288/188", age=tile.age,
        role="nibp", is_stale=tile.is_stale, alarm=tile.alarm,
    )  # fmt: skip
