"""Which technical conditions stand in a session at a moment; a pure reading of its state."""

from __future__ import annotations

from collections.abc import Iterator

from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.lifecycle import Finding
from kmonitor.alarms.numeric import STALE_S
from kmonitor.clock import Instant
from kmonitor.due_conditions import due
from kmonitor.events import LinkState, PowerChanged
from kmonitor.metrics import Metric
from kmonitor.session_program import away_words
from kmonitor.session_state import Session
from kmonitor.vitals import Reason

NO_DATA_S = 30.0
NO_DATA_HIGH_S = 120.0
LINK_LOST_S = 5.0
LINK_LOST_MEDIUM_S = 30.0  # as for its numbers: a short break is only seen
FIRST_CONTACT_S = 30.0
SEARCHING_S = 20.0
DISK_MEDIUM_MB = 200
DISK_LOW_MB = 1_000
BATTERY_MEDIUM_S = 30 * 60
BATTERY_HIGH_S = 10 * 60
BATTERY_HIGH_PCT = 10
_LOSING = {
    Reason.SENSOR_OFF: (Condition.SENSOR_OFF, STALE_S, "SpO2 SENSOR OFF: finger out"),
    Reason.SEARCHING: (Condition.SEARCHING, SEARCHING_S, "SpO2 SEARCHING for a pulse"),
    Reason.OUT_OF_RANGE: (
        Condition.IMPLAUSIBLE,
        STALE_S,
        "SpO2 NOT BELIEVABLE: look at the sensor",
    ),
}
FAULT_WORDS = "PROGRAM FAULT: watch the monitor itself"
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
        *_clocks(session),
        *due(session, at),
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
        yield from _losing(session, silent_s)
        return
    priority = Priority.LOW
    if session.is_judged_as_infusing:
        priority = Priority.HIGH if silent_s >= NO_DATA_HIGH_S else Priority.MEDIUM
    yield Finding(
        condition=Condition.NO_DATA, about=Metric.SPO2.value, priority=priority,
        words=f"SpO2 NO DATA{_because(session)}", limit=NO_DATA_S,
    )  # fmt: skip


def _losing(session: Session, silent_s: float) -> Iterator[Finding]:
    """What the sensor says of itself before its silence is an alarm of its own."""
    held = session.numerics.get(Metric.SPO2)
    reason = None if held is None or held.latest.value is not None else held.latest.reason
    found = _LOSING.get(reason) if reason is not None else None
    if found is not None and silent_s >= found[1]:
        condition, _, words = found
        yield Finding(
            condition=condition, about=Metric.SPO2.value, priority=Priority.LOW, words=words
        )


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
        away_s = 0.0 if away_since is None else at.seconds_since(away_since)
        if away_since is None or away_s < after_s:
            continue
        is_medium = session.is_judged_as_infusing and away_s >= LINK_LOST_MEDIUM_S
        yield Finding(
            condition=Condition.LINK_LOST, about=link.link,
            priority=Priority.MEDIUM if is_medium else Priority.LOW,
            words=f"MONITOR {link.protocol} {_STATES[link.state]}: check cable and power",
        )  # fmt: skip


def _clocks(session: Session) -> Iterator[Finding]:
    """A monitor whose own clock ran otherwise than ours, or began anew."""
    for link, clock in session.device_clocks.items():
        if clock.has_jumped:
            yield Finding(
                condition=Condition.DEVICE_CLOCK, about=link, priority=Priority.LOW,
                words="MONITOR'S CLOCK JUMPED: compare its times with this screen",
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
    if session.is_screen_silent:
        yield Finding(
            condition=Condition.SCREEN_SILENT, priority=Priority.HIGH,
            words="SCREEN STANDS STILL: watch the monitor itself",
        )  # fmt: skip
    yield from _sound(session)
    yield from program_findings(session.engine_fault)


def _sound(session: Session) -> Iterator[Finding]:
    words = no_sound_words(session)
    if words:
        yield Finding(condition=Condition.SOUND_FAILED, priority=Priority.MEDIUM, words=words)


def no_sound_words(session: Session) -> str:
    """Why nobody can hear an alarm of this program; empty where nothing speaks against it."""
    sound = session.sound
    if sound is not None and not sound.is_there:
        return "NO ALARM SOUND: no sound device"
    if sound is not None and sound.is_silenced:
        return "NO ALARM SOUND: this computer's sound is muted"
    if session.is_sound_heard is False:
        return "ALARM SOUND NOT HEARD at its test"
    return ""


def _computer(session: Session) -> Iterator[Finding]:
    disk = session.disk
    if disk is not None and disk.free_mb < DISK_LOW_MB:
        yield Finding(
            condition=Condition.DISK_LOW,
            priority=Priority.MEDIUM if disk.free_mb < DISK_MEDIUM_MB else Priority.LOW,
            words=f"DISK NEARLY FULL: {disk.free_mb} MB left", value=float(disk.free_mb),
            limit=float(DISK_LOW_MB),
        )  # fmt: skip
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
            words=FAULT_WORDS,
        )  # fmt: skip
