"""What is due or must be done: cuff readings, observations, the pump; a pure reading of it all."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.lifecycle import Finding
from kmonitor.clock import Instant
from kmonitor.nibp_schedule import infusion_start, interval_s, nibp_due, own_cycle_s
from kmonitor.session_state import Session, SessionPhase
from kmonitor.units import display

PUMP_UNCONFIRMED_S = 60.0
PAUSED_TOO_LONG_S = 600.0
VOLUME_DIFFERS_ML = Decimal(2)
VOLUME_DIFFERS_SHARE = Decimal("0.05")
OVERDUE_LOW_S = 120.0
OVERDUE_MEDIUM_S = 300.0
SLOW_CUFF_S = 90.0
FAILED_MEDIUM = 2


def due(session: Session, at: Instant) -> Iterator[Finding]:
    """Every such condition that is there at `at`."""
    yield from _cuff(session, at)
    yield from _observation(session, at)
    yield from _pump(session, at)


def _cuff(session: Session, at: Instant) -> Iterator[Finding]:
    failed = _failed_in_a_row(session)
    if failed:
        is_medium = failed >= FAILED_MEDIUM and session.is_judged_as_infusing
        yield Finding(
            condition=Condition.NIBP_FAILED,
            priority=Priority.MEDIUM if is_medium else Priority.LOW,
            words="NIBP FAILED" + (f" {failed} times" if failed > 1 else "") + ": repeat it",
            value=float(failed),
        )  # fmt: skip
    yield from _slow_cuff(session)
    due = nibp_due(session)
    if due is None or session.phase is SessionPhase.READY or session.cuff.is_inflating(at):
        return
    late_s = at.seconds_since(due)
    if late_s < OVERDUE_LOW_S:
        return
    is_medium = late_s >= OVERDUE_MEDIUM_S and session.is_judged_as_infusing
    yield Finding(
        condition=Condition.NIBP_OVERDUE,
        priority=Priority.MEDIUM if is_medium else Priority.LOW,
        words="NIBP OVERDUE: take a reading", value=float(int(late_s // 60)), limit=0.0,
    )  # fmt: skip


def _failed_in_a_row(session: Session) -> int:
    """How many of the latest cuff readings failed one after the other."""
    failed = 0
    for reading in reversed(session.nibp):
        if not reading.is_failed:
            break
        failed += 1
    return failed


def _observation(session: Session, at: Instant) -> Iterator[Finding]:
    """An observation of the patient, by the limit set's interval, while an infusion is on."""
    every_s, begun = session.limits.observation_every_s, infusion_start(session)
    if every_s is None or begun is None or not session.is_judged_as_infusing:
        return
    last = session.observations[-1].at if session.observations else begun
    late_s = at.seconds_since(last) - every_s
    if late_s >= 0:
        yield Finding(
            condition=Condition.OBSERVATION_DUE, priority=Priority.LOW,
            words="OBSERVATION DUE: how sedated is the patient?",
            value=float(int(late_s // 60)), limit=0.0,
        )  # fmt: skip


def _slow_cuff(session: Session) -> Iterator[Finding]:
    """A monitor that measures by itself, and less often than planned; said once."""
    planned_s = interval_s(session)
    if planned_s is None or session.is_slow_cuff_seen:
        return
    found_s = own_cycle_s(session)
    if found_s is not None and found_s > planned_s + SLOW_CUFF_S:
        yield Finding(
            condition=Condition.NIBP_CYCLE_SLOW, priority=Priority.LOW,
            words=f"MONITOR MEASURES BP EVERY {found_s / 60:.0f} min:"
            f" set it to {planned_s / 60:.0f} min",
            value=found_s, limit=planned_s,
        )  # fmt: skip


def _pump(session: Session, at: Instant) -> Iterator[Finding]:
    prompt = session.pump_prompt
    if prompt is not None and at.seconds_since(prompt.since) >= PUMP_UNCONFIRMED_S:
        yield Finding(
            condition=Condition.PUMP_NOT_CONFIRMED, priority=Priority.MEDIUM,
            words="PUMP NOT CONFIRMED: is it done at the pump?", limit=PUMP_UNCONFIRMED_S,
        )  # fmt: skip
    paused_s = at.seconds_since(session.phase_since)
    if session.phase is SessionPhase.PAUSED and paused_s >= PAUSED_TOO_LONG_S:
        yield Finding(
            condition=Condition.PAUSED_TOO_LONG, priority=Priority.MEDIUM,
            words="INFUSION STILL PAUSED: go on, or stop it?",
            value=float(int(paused_s // 60)), limit=PAUSED_TOO_LONG_S / 60,
        )  # fmt: skip
    yield from _pump_volume(session)
    if session.phase is SessionPhase.END_DUE:
        yield Finding(
            condition=Condition.END_DUE, priority=Priority.MEDIUM,
            words="INFUSION END DUE: confirm at the pump",
        )  # fmt: skip


def _pump_volume(session: Session) -> Iterator[Finding]:
    """What the pump said last is not what the clock reckons."""
    read = session.pump_reading
    if read is None:
        return
    may_differ_ml = max(VOLUME_DIFFERS_ML, VOLUME_DIFFERS_SHARE * read.by_clock_ml)
    if abs(read.volume_ml - read.by_clock_ml) > may_differ_ml:
        yield Finding(
            condition=Condition.PUMP_VOLUME_DIFFERS, priority=Priority.MEDIUM,
            words=f"PUMP VOLUME DIFFERS: pump {display(read.volume_ml, 'mL')},"
            f" by clock {display(read.by_clock_ml, 'mL')}",
            value=float(read.volume_ml), limit=float(read.by_clock_ml),
        )  # fmt: skip
