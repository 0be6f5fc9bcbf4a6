"""What `watch` prints: JSON Lines of the record's rows, or a calm line of the present state."""

from __future__ import annotations

from devices.json_lines import Fields, fields_of, line_of
from kmonitor.alarms.conditions import AlarmTransition
from kmonitor.clock import Instant
from kmonitor.effects import PersistRow, Row
from kmonitor.events import (
    ClockJumped,
    CommitFailed,
    DiskChanged,
    EngineFaulted,
    FrameFaulted,
    LinkChanged,
    NibpArrived,
    PowerChanged,
    ProgramClosing,
    ReadingArrived,
    RecordHealed,
    Refusal,
    ScreenChanged,
    SessionOpened,
    SessionResumed,
    SleepHeldOff,
    SoundChanged,
    StatusArrived,
    SupervisorChanged,
)
from kmonitor.metrics import Metric, facts_of
from kmonitor.session import Session

AGE_FROM_S = 2
_SHOWN = (
    Metric.SPO2,
    Metric.PULSE_RATE,
    Metric.RESPIRATORY_RATE,
    Metric.ETCO2,
    Metric.TEMPERATURE,
)


def row_line(persisted: PersistRow, opened: Instant) -> str:
    """The line of one row, with its place and time in the session."""
    row = persisted.row
    place: Fields = {
        "seq": persisted.seq,
        "at": time_text(row.at),
        "at_s": round(row.at.seconds_since(opened), 3),
    }
    return line_of(_row_fields(row) | place | _link_fields(row))


def time_text(at: Instant) -> str:
    """UTC with milliseconds."""
    return at.at_utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _row_fields(row: Row) -> Fields:
    match row:
        case ReadingArrived():
            return fields_of(row.reading)
        case NibpArrived():
            return fields_of(row.nibp)
        case StatusArrived():
            return fields_of(row.status)
        case FrameFaulted():
            return fields_of(row.fault)
        case AlarmTransition():
            return _alarm_fields(row)
        case LinkChanged():
            link: Fields = {"type": "link", "state": row.state.value, "protocol": row.protocol}
            return link | {"detail": row.detail}
        case _:
            return _other_fields(row)


def _other_fields(row: Row) -> Fields:
    match row:
        case SessionOpened():
            session: Fields = {"type": "session", "session": row.session_id, "chair": row.chair}
            return session | {"mode": row.mode.value, "limit_set": row.limit_set}
        case ClockJumped():
            jump: Fields = {"type": "clock_jumped", "by_s": round(row.by_s, 3)}
            return jump | {"cause": row.cause, "stood_still": row.since is not None}
        case EngineFaulted():
            return {"type": "engine_fault", "what": row.what}
        case CommitFailed():
            return {"type": "commit_failed", "reason": row.reason}
        case Refusal():
            return {"type": "refused", "event": row.event, "reason": row.reason}
        case RecordHealed():
            return {"type": "record_healed"}
        case _:
            return _program_fields(row)


def _program_fields(row: Row) -> Fields:
    """What the program tells of itself and its computer, and what people did."""
    match row:
        case SessionResumed():
            away_s = round(row.at.seconds_since(row.since), 3)
            resumed: Fields = {"type": "session_resumed", "away_s": away_s, "cause": row.cause}
            return resumed | {"is_same_boot": row.is_same_boot}
        case ProgramClosing():
            return {"type": "program_closing", "cause": row.cause}
        case PowerChanged():
            power: Fields = {"type": "power", "is_on_mains": row.is_on_mains}
            return power | {"battery_pct": row.battery_pct, "battery_left_s": row.battery_left_s}
        case SleepHeldOff():
            return {"type": "sleep_held_off", "is_held": row.is_held, "detail": row.detail}
        case SupervisorChanged():
            return {"type": "supervisor", "is_there": row.is_there}
        case _:
            return _computer_fields(row)


def _computer_fields(row: Row) -> Fields:
    """What the computer tells of itself, and what people did."""
    match row:
        case SoundChanged():
            sound: Fields = {"type": "sound", "is_there": row.is_there, "device": row.device}
            return sound | {"is_silenced": row.is_silenced, "volume_pct": row.volume_pct}
        case DiskChanged():
            return {"type": "disk", "free_mb": row.free_mb}
        case ScreenChanged():
            return {"type": "screen", "is_alive": row.is_alive}
        case _:
            return {"type": "act", "act": type(row).__name__}


def _alarm_fields(row: AlarmTransition) -> Fields:
    return {
        "type": "alarm",
        "condition": row.condition.value,
        "kind": row.kind.value,
        "priority": row.priority.value,
        "phase": row.phase.value,
        "value": _whole(row.value),
        "limit": _whole(row.limit),
        "about": row.about,
        "words": row.words,
        "occurrence": row.occurrence,
    }


def _link_fields(row: Row) -> Fields:
    match row:
        case ReadingArrived():
            return {"link": row.link, "mode": row.reading.mode.value}
        case NibpArrived():
            return {"link": row.link, "mode": row.nibp.mode.value}
        case StatusArrived():
            return {"link": row.link, "mode": row.status.mode.value}
        case LinkChanged():
            return {"link": row.link, "mode": row.mode.value}
        case FrameFaulted():
            return {"link": row.link}
        case _:
            return {}


def _whole(number: float | None) -> float | int | None:
    return int(number) if number is not None and number == int(number) else number


def status_line(session: Session) -> str:
    """The present numbers with their age, alarms, links and what is on disk, for people."""
    parts = [session.mode.value.upper(), *_numbers(session), _nibp(session)]
    alarms = ", ".join(each.words for each in session.presented_alarms)
    parts.append(f"alarms: {alarms or 'none'}")
    parts += [f"{link.link} {link.state.value}" for link in session.links.values()]
    if session.record.failing_since is not None:
        parts.append(f"RECORD NOT SAVED: {session.record.failing_reason}")
    else:
        parts.append(f"saved to row {session.record.committed_seq} of {session.seq}")
    passed_s = int(session.now.seconds_since(session.opened))
    clock = f"{passed_s // 3600}:{passed_s // 60 % 60:02}:{passed_s % 60:02}"
    return f"{clock}  " + " | ".join(part for part in parts if part)


def _numbers(session: Session) -> list[str]:
    found = []
    for metric in _SHOWN:
        held = session.numerics.get(metric)
        if held is None:
            continue
        facts, reading = facts_of(metric), held.with_value
        if reading is None or held.is_stale(session.now):
            why = held.latest.reason or "no data"
            found.append(f"{facts.label} --- ({why.replace('_', ' ')})")
            continue
        text = f"{facts.label} {facts.shown(reading.value or 0)} {facts.unit_shown}"
        age_s = int(session.now.seconds_since(reading.received))
        found.append(f"{text} ({age_s} s ago)" if age_s >= AGE_FROM_S else text)
    return found or ["no numbers yet"]


def _nibp(session: Session) -> str:
    nibp = session.last_nibp
    if nibp is None:
        return "NIBP ---"
    mean = f" ({nibp.mean_mmhg})" if nibp.mean_mmhg is not None else ""
    text = f"NIBP {nibp.systolic_mmhg}/{nibp.diastolic_mmhg}{mean} mmHg"
    if nibp.measured is None:
        return f"{text}, time unknown"
    return f"{text}, {int(session.now.seconds_since(nibp.measured) // 60)} min ago"
