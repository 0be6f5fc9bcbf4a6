"""Each kind of row as a table's columns and back; what went in comes out equal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kmonitor.alarms.conditions import AlarmKind, AlarmPhase, AlarmTransition, Condition, Priority
from kmonitor.effects import Row
from kmonitor.events import FrameFaulted, LinkChanged, NibpArrived, ReadingArrived, StatusArrived
from kmonitor.store import act_rows, reading_rows
from kmonitor.store.reading_rows import Fields, Numbered, Stamp
from kmonitor.vitals import DeviceIdentity

HEAD = ("session", "seq", "boot", "utc_ms", "mono_ns")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    **reading_rows.READING_COLUMNS,
    "act": ("kind", "author", "effective_utc_ms", "effective_mono_ns", "body"),
    "system_event": ("kind", "author", "body"),
    "alarm_event": (
        *("occurrence", "condition", "kind", "priority", "phase", "value", "limit_value"),
        *("about", "words", "author"),
    ),
}


def table_of(row: Row) -> str:
    """The table that keeps `row`."""
    if isinstance(row, StatusArrived):
        return "device" if isinstance(row.status, DeviceIdentity) else "status"
    return _WRITERS[type(row)][0]


def fields_of(row: Row, source: Numbered) -> Fields:
    """What `row` puts into the columns of its table; `source` numbers a link."""
    return _WRITERS[type(row)][1](row, source)


def row_from(table: str, stamp: Stamp, fields: Fields) -> Row | None:
    """The row that `fields_of` was given; None for what the record says of itself."""
    return _READERS[table](stamp, fields)


def _write_alarm(row: AlarmTransition, _source: Numbered) -> Fields:
    return (
        *(row.occurrence, row.condition, row.kind, row.priority, row.phase),
        *(row.value, row.limit, row.about, row.words, row.author),
    )


def _read_alarm(stamp: Stamp, fields: Fields) -> AlarmTransition:
    occurrence, condition, kind, priority, phase, number, limit, about, words, author = fields
    return AlarmTransition(
        at=stamp.at,
        occurrence=occurrence,
        condition=Condition(condition),
        kind=AlarmKind(kind),
        priority=Priority(priority),
        phase=AlarmPhase(phase),
        value=number,
        limit=limit,
        about=about,
        words=words,
        author=author,
    )


_WRITERS: dict[type, tuple[str, Callable[[Any, Numbered], Fields]]] = {
    ReadingArrived: ("numeric_live", reading_rows.write_numeric),
    NibpArrived: ("nibp", reading_rows.write_nibp),
    StatusArrived: ("status", reading_rows.write_status),
    FrameFaulted: ("frame_fault", reading_rows.write_fault),
    LinkChanged: ("link_event", reading_rows.write_link),
    AlarmTransition: ("alarm_event", _write_alarm),
    **{kind: ("act", act_rows.write_act) for kind in act_rows.ACT_KINDS.values()},
    **{kind: ("system_event", act_rows.write_system) for kind in act_rows.SYSTEM_KINDS.values()},
}
_READERS: dict[str, Callable[[Stamp, Fields], Row | None]] = {
    "numeric_live": reading_rows.read_numeric,
    "nibp": reading_rows.read_nibp,
    "status": reading_rows.read_status,
    "device": reading_rows.read_device,
    "frame_fault": reading_rows.read_fault,
    "link_event": reading_rows.read_link,
    "alarm_event": _read_alarm,
    "act": act_rows.read_act,
    "system_event": act_rows.read_system,
}
