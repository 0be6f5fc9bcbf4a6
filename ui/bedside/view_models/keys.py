"""Which keys stand where; a key that cannot be used now keeps its place."""

from __future__ import annotations

from dataclasses import dataclass

from kmonitor.infusion_account import pump_acts
from kmonitor.session_state import Session, SessionPhase
from kmonitor.units import S_PER_MIN

_RUNNING = (SessionPhase.INFUSING, SessionPhase.END_DUE)
_BEGUN = (SessionPhase.INFUSING, SessionPhase.PAUSED, SessionPhase.END_DUE)
_ENDABLE = (SessionPhase.RECOVERY, SessionPhase.MONITORING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key: what `pressed` says, what stands on it, its letter, whether it can be used.

    `why_not` is said when somebody presses a key that cannot be used now.
    """

    name: str
    label: str
    letter: str
    is_usable: bool
    is_strong: bool = False
    is_held: bool = False
    why_not: str = ""


_WHY_NOT = {
    SessionPhase.MONITORING: "no infusion is planned",
    SessionPhase.READY: "the infusion has not begun",
    SessionPhase.RECOVERY: "the infusion is over",
    SessionPhase.ENDED: "the session has ended",
}
_NOT_DUE = {
    SessionPhase.INFUSING: "the end is not due yet",
    SessionPhase.PAUSED: "the infusion is paused",
}


def keys(session: Session) -> tuple[Key, ...]:
    """The row from left to right; the last two stand apart."""
    phase = session.phase
    can_cuff = any(link.can_start_cuff for link in session.links.values())
    is_open = phase is not SessionPhase.ENDED
    why_not = _WHY_NOT.get(phase, "")
    ended = _WHY_NOT[SessionPhase.ENDED]
    earlier = why_not or _why_nothing_earlier(session)
    return (
        _pump_key(phase),
        Key(
            name="change_rate", label="Change rate", letter="C", is_usable=phase in _BEGUN,
            why_not=why_not,
        ),
        Key(
            name="start_cuff",
            label="Start cuff",
            letter="F",
            is_usable=is_open and can_cuff and session.cuff.inflating_since is None,
            why_not=_why_no_cuff(can_cuff=can_cuff) if is_open else ended,
        ),
        Key(name="enter_bp", label="Enter BP", letter="B", is_usable=is_open, why_not=ended),
        Key(name="note", label="Note", letter="N", is_usable=is_open, why_not=ended),
        Key(
            name="earlier", label="Done earlier", letter="L", is_usable=not earlier,
            why_not=earlier,
        ),
        _end_key(phase),
        Key(
            name="stop", label="Stop", letter="T", is_usable=phase in _BEGUN, is_held=True,
            why_not=why_not,
        ),
    )  # fmt: skip


def _why_no_cuff(*, can_cuff: bool) -> str:
    if can_cuff:
        return "the cuff is measuring already"
    return "no monitor here lets its cuff be started"


def _why_nothing_earlier(session: Session) -> str:
    """Less than a minute ago the last act was done at the pump: nothing can lie before it."""
    acts = () if session.infusion is None else pump_acts(session.infusion)
    if acts and session.now.seconds_since(acts[-1].effective) < S_PER_MIN:
        return "the last act at the pump is not a minute old"
    return ""


def _pump_key(phase: SessionPhase) -> Key:
    if phase in _RUNNING:
        return Key(name="pause", label="Pause", letter="P", is_usable=True)
    if phase is SessionPhase.PAUSED:
        return Key(name="resume", label="Resume", letter="R", is_usable=True, is_strong=True)
    is_ready = phase is SessionPhase.READY
    return Key(
        name="start", label="Start", letter="S", is_usable=is_ready, is_strong=is_ready,
        why_not=_WHY_NOT.get(phase, ""),
    )  # fmt: skip


def _end_key(phase: SessionPhase) -> Key:
    if phase in _ENDABLE:
        return Key(name="end_session", label="End session", letter="X", is_usable=True)
    is_due = phase is SessionPhase.END_DUE
    return Key(
        name="confirm_end", label="Confirm end", letter="E", is_usable=is_due, is_strong=is_due,
        why_not=_NOT_DUE.get(phase) or _WHY_NOT.get(phase, ""),
    )  # fmt: skip
