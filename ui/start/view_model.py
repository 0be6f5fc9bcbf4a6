"""From the facts to everything the start page shows; pure, tested without Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kmonitor.ports import HouseState, Protection
from kmonitor.session_state import SessionPhase
from kmonitor.store.reader import StoredSession
from kmonitor.this_computer import ComputerNote
from kmonitor.vitals import Mode
from ui.local_time import zone_of
from ui.start.facts import RecordFacts, Unfinished

_PHASES = {
    SessionPhase.MONITORING: "monitoring, no infusion planned",
    SessionPhase.READY: "infusion not started",
    SessionPhase.INFUSING: "INFUSING",
    SessionPhase.PAUSED: "infusion PAUSED",
    SessionPhase.END_DUE: "infusion END DUE",
    SessionPhase.RECOVERY: "recovery",
    SessionPhase.ENDED: "ended",
}
_MAY_RUN = (SessionPhase.INFUSING, SessionPhase.END_DUE)

_BEGUN = (*_MAY_RUN, SessionPhase.PAUSED)
_CLOSING = "Close it? It ends with what is known, and can then not be resumed."
_CLOSING_INFUSION = " Its infusion is noted as stopped now."


class Lead(StrEnum):
    """What stands first on the page: the one thing to decide."""

    NEW = "new"
    UNFINISHED = "unfinished"
    LOCKED = "locked"
    IN_USE = "in_use"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedCard:
    """The session that waits: who, what, since when nothing is known."""

    session_id: str
    who: str
    what: str
    when: str
    warning: str
    closing: str
    can_resume: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One session of today."""

    session_id: str
    time: str
    who: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRow:
    """One sentence of the list on the right; loud ones stand first and filled."""

    words: str
    is_loud: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StartView:
    """`says` explains what stands first; `new_why_not` is empty where a session may begin."""

    lead: Lead
    says: str
    card: UnfinishedCard | None
    new_why_not: str
    rows: tuple[SessionRow, ...]
    rows_wait: str
    notes: tuple[NoteRow, ...]
    is_not_encrypted: bool


def start_view(
    record: RecordFacts,
    computer: Sequence[ComputerNote] | None,
    now: datetime,
    zone: str,
) -> StartView:
    """The page at `now`; `computer` None: this computer is still being looked at."""
    card = None if record.unfinished is None else _card(record.unfinished, now)
    lead = _lead(record, card)
    return StartView(
        lead=lead,
        says=_says(lead, record),
        card=card,
        new_why_not=_new_why_not(lead),
        rows=tuple(_row(stored, record, zone) for stored in record.today),
        rows_wait=_rows_wait(record),
        notes=_notes(record, computer, now, zone),
        is_not_encrypted=lead is not Lead.UNUSABLE and record.protection is Protection.NONE,
    )


def _lead(record: RecordFacts, card: UnfinishedCard | None) -> Lead:
    match record.state:
        case HouseState.LOCKED:
            return Lead.LOCKED
        case HouseState.IN_USE:
            return Lead.IN_USE
        case HouseState.UNUSABLE:
            return Lead.UNUSABLE
        case _:
            return Lead.NEW if card is None else Lead.UNFINISHED


def _says(lead: Lead, record: RecordFacts) -> str:
    match lead:
        case Lead.LOCKED:
            return "The record is locked. Its passphrase or its recovery code opens it."
        case Lead.IN_USE:
            return "Another program uses this record. Here it can only be looked at."
        case Lead.UNUSABLE:
            trouble = record.trouble or "The record cannot be used."
            return f"{trouble} Monitoring can start; nothing of it is saved."
        case _:
            return ""


def _new_why_not(lead: Lead) -> str:
    match lead:
        case Lead.IN_USE:
            return "the other program has the record"
        case Lead.UNFINISHED:
            return "resume or close the unfinished session first"
        case _:
            return ""


def _card(found: Unfinished, now: datetime) -> UnfinishedCard:
    stored, phase = found.stored, found.phase
    zone = stored.zone
    began = f"began {_clock(stored.started, zone, now)}"
    last = f"last row {_clock(found.last, zone, now)}, {_ago(now, found.last)}"
    warning = ""
    if phase in _MAY_RUN:
        warning = "THE PUMP MAY BE RUNNING: look at it."
    elif phase is None:
        warning = "How it stood cannot be told: it can only be closed."
    return UnfinishedCard(
        session_id=stored.session_id,
        who=f"{stored.chair} · {_who(stored)}",
        what="not known how it stood" if phase is None else _PHASES[phase],
        when=f"{began} · {last}",
        warning=warning,
        closing=_CLOSING + (_CLOSING_INFUSION if phase in _BEGUN else ""),
        can_resume=phase is not None,
    )


def _row(stored: StoredSession, record: RecordFacts, zone: str) -> SessionRow:
    minutes = None if stored.ended is None else (stored.ended - stored.started).total_seconds() / 60
    if minutes is not None:
        how = f"ended, {_minutes(minutes)}"
    elif record.state is HouseState.IN_USE:
        how = "runs there, or has no end"
    else:
        how = "has no end"
    if stored.mode is not Mode.REAL:
        how = f"{stored.mode.value.upper()}, {how}"
    return SessionRow(
        session_id=stored.session_id,
        time=_hour(stored.started, zone),
        who=f"{stored.chair} · {_who(stored)}",
        how=how,
    )


def summary_lines(stored: StoredSession) -> tuple[tuple[str, str], ...]:
    """One session to be read: names and what stands in the record beside them."""
    lines = [
        ("Patient", _who(stored)),
        ("Chair", stored.chair),
        ("Began", _moment(stored.started, stored.zone)),
        ("Ended", "has no end" if stored.ended is None else _moment(stored.ended, stored.zone)),
        ("Kind", stored.mode.value),
        ("Limits", stored.limit_set),
    ]
    if stored.patient is not None:
        lines.insert(1, ("Weight", f"{stored.patient.weight_kg.normalize():f} kg"))
    if stored.plan is not None:
        plan = stored.plan
        dose = f"{plan.dose_mg_per_kg.normalize():f} mg/kg in {plan.duration_s / 60:.0f} min"
        lines.append(("Ordered", f"{plan.ordered_mg.normalize():f} mg, {dose}"))
        lines.append(("Checked by", stored.protocol or "nothing"))
    lines.append(("Rows", f"{stored.rows}"))
    return tuple(lines)


def _rows_wait(record: RecordFacts) -> str:
    if record.state is HouseState.LOCKED:
        return "They can be seen once the record is open."
    if record.trouble:
        return record.trouble
    return "" if record.today else "No session today yet."


def _notes(
    record: RecordFacts, computer: Sequence[ComputerNote] | None, now: datetime, zone: str
) -> tuple[NoteRow, ...]:
    notes = [NoteRow(words=words, is_loud=True) for words in record.notes]
    if record.protection is Protection.NONE and record.state is HouseState.READY:
        words = "NOT ENCRYPTED: whoever takes this disk can read the record. See Settings."
        notes.append(NoteRow(words=words, is_loud=True))
    notes.extend(_backup(record, now, zone))
    if computer is None:
        notes.append(NoteRow(words="This computer is being looked at.", is_loud=False))
    else:
        notes.extend(NoteRow(words=each.words, is_loud=each.is_loud) for each in computer)
    return tuple(sorted(notes, key=lambda note: not note.is_loud))


def _backup(record: RecordFacts, now: datetime, zone: str) -> tuple[NoteRow, ...]:
    if record.state in (HouseState.LOCKED, HouseState.UNUSABLE):
        return ()
    backup = record.backup
    if backup is None:
        return (NoteRow(words="No backup has been made yet.", is_loud=True),)
    when = _clock(backup.at, zone, now)
    return (NoteRow(words=f"Backup {when}: {backup.words}", is_loud=not backup.is_good),)


def _who(stored: StoredSession) -> str:
    if stored.patient is None:
        return "no patient"
    return f"{stored.patient.label} {stored.patient.identifier}".strip()


def _hour(at: datetime, zone: str) -> str:
    return at.astimezone(zone_of(zone)).strftime("%H:%M")


def _moment(at: datetime, zone: str) -> str:
    return at.astimezone(zone_of(zone)).strftime("%Y-%m-%d %H:%M")


def _clock(at: datetime, zone: str, now: datetime) -> str:
    """The time of day; with its date where that is not today's."""
    where = zone_of(zone)
    is_today = at.astimezone(where).date() == now.astimezone(where).date()
    return _hour(at, zone) if is_today else _moment(at, zone)


def _ago(now: datetime, then: datetime) -> str:
    minutes = (now - then).total_seconds() / 60
    return "just now" if minutes < 1 else f"{_minutes(minutes)} ago"


def _minutes(minutes: float) -> str:
    whole = int(minutes)
    if whole < 90:
        return f"{whole} min"
    if whole < 48 * 60:
        return f"{whole // 60} h {whole % 60:02d} min"
    return f"{whole // (24 * 60)} days"
