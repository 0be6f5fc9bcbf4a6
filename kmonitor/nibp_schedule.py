"""When the next cuff reading is due: counted from the last cuff start, by the phase's interval."""

from __future__ import annotations

from kmonitor.clock import Instant
from kmonitor.session_state import Session, SessionPhase

INFUSING_INTERVAL_S = 600.0
RECOVERY_INTERVAL_S = 900.0
_REGULAR_SHARE = 0.1
_WITH_PLAN = {
    SessionPhase.INFUSING: INFUSING_INTERVAL_S,
    SessionPhase.PAUSED: INFUSING_INTERVAL_S,
    SessionPhase.END_DUE: INFUSING_INTERVAL_S,
    SessionPhase.RECOVERY: RECOVERY_INTERVAL_S,
}


def interval_s(session: Session) -> float | None:
    """Seconds from one cuff start to the next; None where nothing is due by the clock."""
    if session.phase is SessionPhase.MONITORING:
        return INFUSING_INTERVAL_S if _has_cuff(session) else None
    return _WITH_PLAN.get(session.phase)


def nibp_due(session: Session) -> Instant | None:
    """When the next reading is due; before the start the baseline is due at once.

    A cuff that was started counts; without any, the start of the infusion does.
    """
    if session.phase is SessionPhase.READY:
        return session.opened if not _has_baseline(session) else None
    interval = interval_s(session)
    if interval is None:
        return None
    since = session.cuff.last_start or infusion_start(session) or session.opened
    return since.plus(interval)


def own_cycle_s(session: Session) -> float | None:
    """How often a monitor measures by itself, in seconds; None unless its last three agree."""
    measured = [each.measured for each in session.nibp if each.author is None and each.measured]
    if len(measured) < 3:
        return None
    first_s = measured[-2].seconds_since(measured[-3])
    last_s = measured[-1].seconds_since(measured[-2])
    is_regular = abs(first_s - last_s) <= _REGULAR_SHARE * max(first_s, last_s)
    return last_s if is_regular else None


def infusion_start(session: Session) -> Instant | None:
    """When the pump was started, None before."""
    return next((act.effective for act in session.acts if act.kind == "InfusionStarted"), None)


def _has_cuff(session: Session) -> bool:
    return bool(session.nibp) or any(link.gives_nibp for link in session.links.values())


def _has_baseline(session: Session) -> bool:
    return any(reading.is_judged for reading in session.nibp)
