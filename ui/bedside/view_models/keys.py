"""Which keys stand where; a key that cannot be used now keeps its place."""

from __future__ import annotations

from dataclasses import dataclass

from kmonitor.session_state import Session, SessionPhase

_RUNNING = (SessionPhase.INFUSING, SessionPhase.END_DUE)
_BEGUN = (SessionPhase.INFUSING, SessionPhase.PAUSED, SessionPhase.END_DUE)
_ENDABLE = (SessionPhase.RECOVERY, SessionPhase.MONITORING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key: what `pressed` says, what stands on it, its letter, whether it can be used."""

    name: str
    label: str
    letter: str
    is_usable: bool
    is_strong: bool = False
    is_held: bool = False


def keys(session: Session) -> tuple[Key, ...]:
    """The row from left to right; the last two stand apart."""
    phase = session.phase
    can_cuff = any(link.can_start_cuff for link in session.links.values())
    is_open = phase is not SessionPhase.ENDED
    return (
        _pump_key(phase),
        Key(name="change_rate", label="Change rate", letter="C", is_usable=phase in _BEGUN),
        Key(
            name="start_cuff",
            label="Start cuff",
            letter="F",
            is_usable=is_open and can_cuff and session.cuff.inflating_since is None,
        ),
        Key(name="enter_bp", label="Enter BP", letter="B", is_usable=is_open),
        Key(name="note", label="Note", letter="N", is_usable=is_open),
        Key(name="earlier", label="Done earlier", letter="L", is_usable=phase in _BEGUN),
        _end_key(phase),
        Key(name="stop", label="Stop", letter="T", is_usable=phase in _BEGUN, is_held=True),
    )


def _pump_key(phase: SessionPhase) -> Key:
    if phase in _RUNNING:
        return Key(name="pause", label="Pause", letter="P", is_usable=True)
    if phase is SessionPhase.PAUSED:
        return Key(name="resume", label="Resume", letter="R", is_usable=True, is_strong=True)
    is_ready = phase is SessionPhase.READY
    return Key(name="start", label="Start", letter="S", is_usable=is_ready, is_strong=is_ready)


def _end_key(phase: SessionPhase) -> Key:
    if phase in _ENDABLE:
        return Key(name="end_session", label="End session", letter="X", is_usable=True)
    is_due = phase is SessionPhase.END_DUE
    return Key(
        name="confirm_end", label="Confirm end", letter="E", is_usable=is_due, is_strong=is_due
    )
