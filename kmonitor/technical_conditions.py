"""Which technical conditions stand in a session at a moment; a pure reading of its state."""

from __future__ import annotations

from collections.abc import Iterator

from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.lifecycle import Finding
from kmonitor.clock import Instant
from kmonitor.events import LinkState, PowerChanged
from kmonitor.metrics import Metric
from kmonitor.nibp_schedule import nibp_due
from kmonitor.session_program import away_words
from kmonitor.session_state import Session, SessionPhase
from kmonitor.vitals import Reason

NO_DATA_S = 30.0
NO_DATA_HIGH_S = 120.0
LINK_LOST_S = 5.0
FIRST_CONTACT_S = 30.0
PUMP_UNCONFIRMED_S = 60.0
OVERDUE_LOW_S = 120.0
OVERDUE_MEDIUM_S = 300.0
FAILED_MEDIUM = 2
BATTERY_MEDIUM_S = 30 * 60
BATTERY_HIGH_S = 10 * 60
BATTERY_HIGH_PCT = 10
_REASONS = {Reason.SENSOR_OFF: "finger out"}  # as the tile says it
_STATES = {
    LinkState.CONNECTING: "NOT CONNECTED",
    LinkState.LIVE: "LIVE",
    LinkState.SILENT: "SILENT",
    LinkState.LOST: "LOST",
    LinkState.CLOSED: "CLOSED",
}


def standing(session: Session, at: Instant) -> tuple[Finding, ...]:
    """Every technical condition that is there at `at`."""
    return (
        *_no_data(session, at),
        *_links(session, at),
        *_cuff(session, at),
        *_pump(session, at),
        *_program(session),
        *_computer(session),
    )


def _no_data(session: Session, at: Instant) -> Iterator[Finding]:
    held = session.numerics.get(Metric.SPO2)
    if held is None and session.infusion is None:
        return
    since = session.opened
    if held is not None and held.with_value is not None:
        since = held.with_value.received
    silent_s = at.seconds_since(since)
    if silent_s < NO_DATA_S:
        return
    priority = Priority.LOW
    if session.is_judged_as_infusing:
        priority = Priority.HIGH if silent_s >= NO_DATA_HIGH_S else Priority.MEDIUM
    yield Finding(
        condition=Condition.NO_DATA, about=Metric.SPO2.value, priority=priority,
        words=f"SpO2 NO DATA{_because(session)}", limit=NO_DATA_S,
    )  # fmt: skip


def _because(session: Session) -> str:
    held = session.numerics.get(Metric.SPO2)
    if held is None or held.latest.reason is None:
        return ""
    reason = held.latest.reason
    return f" ({_REASONS.get(reason, reason.value.replace('_', ' '))})"


def _links(session: Session, at: Instant) -> Iterator[Finding]:
    for link in session.links.values():
        away_since = link.not_live_since
        after_s = LINK_LOST_S if link.has_lived else FIRST_CONTACT_S
        if away_since is None or at.seconds_since(away_since) < after_s:
            continue
        yield Finding(
            condition=Condition.LINK_LOST, about=link.link,
            priority=Priority.MEDIUM if session.is_judged_as_infusing else Priority.LOW,
            words=f"MONITOR {link.protocol} {_STATES[link.state]}: check cable and power",
        )  # fmt: skip


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


def _pump(session: Session, at: Instant) -> Iterator[Finding]:
    prompt = session.pump_prompt
    if prompt is not None and at.seconds_since(prompt.since) >= PUMP_UNCONFIRMED_S:
        yield Finding(
            condition=Condition.PUMP_NOT_CONFIRMED, priority=Priority.MEDIUM,
            words="PUMP NOT CONFIRMED: is it done at the pump?", limit=PUMP_UNCONFIRMED_S,
        )  # fmt: skip
    if session.phase is SessionPhase.END_DUE:
        yield Finding(
            condition=Condition.END_DUE, priority=Priority.MEDIUM,
            words="INFUSION END DUE: confirm at the pump",
        )  # fmt: skip


def _program(session: Session) -> Iterator[Finding]:
    if session.record.failing_since is not None:
        yield Finding(
            condition=Condition.STORE_FAILING, priority=Priority.MEDIUM,
            words=f"RECORD NOT SAVED: {session.record.failing_reason}",
        )  # fmt: skip
    if session.clock_jump:
        yield Finding(
            condition=Condition.CLOCK_JUMPED, priority=Priority.LOW, words=session.clock_jump
        )
    away = away_words(session)
    if away:
        yield Finding(condition=Condition.PROGRAM_AWAY, priority=Priority.LOW, words=away)
    if session.is_supervisor_lost:
        yield Finding(
            condition=Condition.SUPERVISOR_LOST, priority=Priority.MEDIUM,
            words="PROGRAM NOT GUARDED: start it anew after the session",
        )  # fmt: skip
    yield from program_findings(session.engine_fault)


def _computer(session: Session) -> Iterator[Finding]:
    held_off, power = session.sleep_held_off, session.power
    if held_off is not None and not held_off.is_held:
        yield Finding(
            condition=Condition.SLEEP_NOT_HELD_OFF, priority=Priority.LOW,
            words="COMPUTER MAY SLEEP: keep it awake",
        )  # fmt: skip
    if power is None or power.is_on_mains:
        return
    left_s, pct = power.battery_left_s, power.battery_pct
    if power.is_on_mains is False or _is_under(left_s, BATTERY_MEDIUM_S):
        yield Finding(
            condition=Condition.MAINS_LOST, priority=Priority.MEDIUM,
            words=f"COMPUTER ON BATTERY{_left(power)}: plug it in", value=pct,
        )  # fmt: skip
    if _is_under(left_s, BATTERY_HIGH_S) or _is_under(pct, BATTERY_HIGH_PCT):
        yield Finding(
            condition=Condition.BATTERY_LOW, priority=Priority.HIGH,
            words=f"COMPUTER BATTERY LOW{_left(power)}: plug it in now", value=pct,
        )  # fmt: skip


def _is_under(known: int | None, limit: int) -> bool:
    return known is not None and known < limit


def _left(power: PowerChanged) -> str:
    """What is left of the battery, as far as the computer tells."""
    told = []
    if power.battery_pct is not None:
        told.append(f" {power.battery_pct} %")
    if power.battery_left_s is not None:
        told.append(f" {power.battery_left_s // 60} min")
    return ",".join(told)


def program_findings(fault: str) -> Iterator[Finding]:
    """That the program itself failed; nothing where `fault` is empty."""
    if fault:
        yield Finding(
            condition=Condition.ENGINE_FAULT, priority=Priority.HIGH,
            words="PROGRAM FAULT: watch the monitor itself",
        )  # fmt: skip
