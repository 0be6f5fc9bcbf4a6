"""What the devices tell, taken into the session: readings, cuff results, states of links."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

from kmonitor import device_clocks
from kmonitor.alarms.conditions import Priority
from kmonitor.alarms.inputs import CuffMeasured, Measured, Missed
from kmonitor.alarms.levels import as_displayed, effective_limits, is_beyond
from kmonitor.alarms.limits import Judged
from kmonitor.clock import Instant
from kmonitor.events import (
    FrameFaulted,
    LinkChanged,
    LinkState,
    NibpArrived,
    ReadingArrived,
    StatusArrived,
)
from kmonitor.metrics import Metric, facts_of
from kmonitor.session_state import (
    CuffState,
    LatestNumeric,
    LinkStatus,
    NibpRecord,
    Session,
    ShownRefusal,
)
from kmonitor.session_work import Work
from kmonitor.vitals import DeviceStatus, Mode, NumericReading, Reason, StatusKind, Validity

JUDGED = {
    Metric.SPO2: Judged.SPO2,
    Metric.PULSE_RATE: Judged.PULSE_RATE,
    Metric.RESPIRATORY_RATE: Judged.RESPIRATORY_RATE,
    Metric.ETCO2: Judged.ETCO2,
}
# While a cuff on the same arm inflates, SpO2 from here on up judges nothing beyond a limit.
SPO2_NEVER_WAITS_BELOW_PCT = 85
SPO2_WAITS_AT_MOST_S = 60.0
CUFF_SHOWN_S = 3600.0


def take_reading(work: Work, event: ReadingArrived) -> None:
    """A number or its absence; older ones than the session and other modes are refused.

    Where two monitors give one metric, the one that is shown and judged stays so until it has
    given no value for as long as makes a number stale.
    """
    reading = event.reading
    if _refuses(work, event, reading.received, reading.mode, event.at):
        return
    reading = _believable(reading)
    event = replace(event, reading=reading)
    work.persist(event)
    _compare_clocks(work, event)
    if reading.metric is Metric.CUFF_PRESSURE:
        _cuff_pressure(work, event.link, reading)
        return
    before = work.session.numerics.get(reading.metric)
    if before is not None and before.link != event.link and not before.is_stale(event.at):
        return  # a second monitor's number is kept, and shown only when the first gives none
    has_value = reading.value is not None
    with_value = reading if has_value else (before.with_value if before else None)
    held = LatestNumeric(link=event.link, latest=reading, with_value=with_value)
    work.change(numerics={**work.session.numerics, reading.metric: held})
    judged = JUDGED.get(reading.metric)
    if judged is not None:
        if reading.value is None or _waits_for_cuff(work, judged, reading.value, event.at):
            work.judge(Missed(at=event.at, judged=judged))
        else:
            work.judge(Measured(at=event.at, judged=judged, value=reading.value))
    if before is None or _shows_otherwise(before.latest, reading):
        work.publish()


def _waits_for_cuff(work: Work, judged: Judged, number: float, at: Instant) -> bool:
    """Whether a low SpO2 may be the cuff's doing; in doubt it is the patient's."""
    session = work.session
    since = session.cuff.inflating_since
    if not session.spo2_waits_for_cuff or judged is not Judged.SPO2 or since is None:
        return False
    is_deep = as_displayed(number) < SPO2_NEVER_WAITS_BELOW_PCT
    is_long = at.seconds_since(since) >= SPO2_WAITS_AT_MOST_S
    if is_deep or is_long or _was_low_before(session):
        return False
    return any(
        is_beyond(number, limit, is_high=False)
        for rule in session.limits.rules_for(judged)
        if not rule.is_high
        for limit in effective_limits(rule, None)
    )


def _was_low_before(session: Session) -> bool:
    """Whether SpO2 was beyond a limit that is heard when it was last judged."""
    return any(
        since is not None and level.priority is not Priority.LOW
        for rule in session.limits.rules_for(Judged.SPO2)
        if not rule.is_high and rule.condition in session.alarms.watches
        for level, since in zip(
            rule.levels, session.alarms.watches[rule.condition].beyond_since, strict=True
        )
    )


def take_nibp(work: Work, event: NibpArrived) -> None:
    """A new cuff reading of a monitor; without a proven time it judges nothing."""
    nibp = event.nibp
    when = nibp.measured or nibp.received
    if _refuses(work, event, when, nibp.mode, event.at):
        return
    work.persist(event)
    record = NibpRecord(
        at=event.at, measured=nibp.measured, systolic_mmhg=nibp.systolic_mmhg,
        diastolic_mmhg=nibp.diastolic_mmhg, mean_mmhg=nibp.mean_mmhg,
        pulse_rate_per_min=nibp.pulse_rate_per_min, validity=nibp.validity,
        reason=nibp.reason, mode=nibp.mode, link=event.link, author=None,
    )  # fmt: skip
    add_nibp(work, record)


def add_nibp(work: Work, record: NibpRecord) -> None:
    """Add a cuff reading of a monitor or of a person, and judge it if its time is proven.

    One that was measured before another that is known already tells nothing of the present.
    """
    cuff = work.session.cuff
    is_its_result = cuff.inflating_since is not None and cuff.link == record.link
    if is_its_result:
        cuff = replace(cuff, inflating_since=None, pressure_mmhg=None)
    elif record.measured is not None and not record.is_failed:
        earlier = cuff.last_start
        is_later = earlier is None or earlier.is_before(record.measured)
        cuff = replace(cuff, last_start=record.measured if is_later else earlier)
    work.change(nibp=(*work.session.nibp, record), cuff=cuff)
    if record.is_judged and work.session.last_judged_nibp is record:
        _judge_cuff(work, record, record.at)
    work.publish()


def judge_last_seen(work: Work, at: Instant) -> None:
    """The last cuff reading and observation by other limits at once, unless they are old."""
    cuff = work.session.last_judged_nibp
    if cuff is not None and at.seconds_since(cuff.at) < CUFF_SHOWN_S:
        _judge_cuff(work, cuff, at)
    if work.session.observations:
        seen = work.session.observations[-1]
        if at.seconds_since(seen.at) < CUFF_SHOWN_S:
            work.judge(Measured(at=at, judged=Judged.SEDATION, value=float(seen.sedation)))


def _judge_cuff(work: Work, record: NibpRecord, at: Instant) -> None:
    pressures = (
        (Judged.NIBP_SYSTOLIC, record.systolic_mmhg),
        (Judged.NIBP_DIASTOLIC, record.diastolic_mmhg),
        (Judged.NIBP_MEAN, record.mean_mmhg),
    )
    work.judge(CuffMeasured(at=at, pressures=pressures))


def take_status(work: Work, event: StatusArrived) -> None:
    """What a device says of itself; the start of the cuff counts for "due"."""
    status = event.status
    if _refuses(work, event, status.received, status.mode, event.at):
        return
    work.persist(event)
    if not isinstance(status, DeviceStatus):
        return
    match status.what:
        case StatusKind.CUFF_STARTED:
            _cuff_started(work, event.link, event.at)
        case StatusKind.CUFF_ENDED:
            work.change(cuff=replace(work.session.cuff, inflating_since=None, pressure_mmhg=None))
        case StatusKind.COMMAND_REFUSED:
            told = status.detail or "no reason given"
            reason = f"The monitor refused: {told}."
            work.change(refusal=ShownRefusal(at=event.at, event="CuffAsked", reason=reason))
        case _:
            return
    work.publish()


def _cuff_started(work: Work, link: str, at: Instant) -> None:
    """A monitor that says so again and again while it inflates has begun once."""
    cuff = work.session.cuff
    if cuff.link != link or not cuff.is_inflating(at):
        work.change(cuff=CuffState(inflating_since=at, link=link, last_start=at))


def take_fault(work: Work, event: FrameFaulted) -> None:
    """Bytes that could not be read; for the record only."""
    work.persist(event)


def take_link(work: Work, event: LinkChanged) -> None:
    """A link's new state; a link of another mode than the session's is refused."""
    if event.mode is not work.session.mode:
        _refuse_mode(work, event, event.mode, event.at)
        return
    work.persist(event)
    before = work.session.links.get(event.link)
    since = before.since if before is not None and before.state is event.state else event.at
    away_since = before.not_live_since if before is not None else None
    if event.state is LinkState.LIVE:
        away_since = None
    elif event.state is not LinkState.CLOSED:
        away_since = away_since or event.at
    status = LinkStatus(
        link=event.link, protocol=event.protocol, state=event.state, mode=event.mode,
        since=since, detail=event.detail, can_start_cuff=event.can_start_cuff,
        gives_nibp=event.gives_nibp, not_live_since=away_since,
        has_lived=event.state is LinkState.LIVE or (before is not None and before.has_lived),
    )  # fmt: skip
    work.change(links={**work.session.links, event.link: status})
    if event.state is not LinkState.LIVE and work.session.cuff.link == event.link:
        work.change(cuff=replace(work.session.cuff, inflating_since=None, pressure_mmhg=None))
    work.publish()


def _believable(reading: NumericReading) -> NumericReading:
    """Decoders take out what no patient can have; whatever still comes judges nothing either."""
    if reading.value is None or reading.metric not in JUDGED:
        return reading
    if isfinite(reading.value) and facts_of(reading.metric).is_plausible(
        as_displayed(reading.value)
    ):
        return reading
    return replace(reading, value=None, validity=Validity.INVALID, reason=Reason.OUT_OF_RANGE)


def _compare_clocks(work: Work, event: ReadingArrived) -> None:
    """Some monitors count milliseconds; how far they lie behind ours tells of a wrong clock."""
    count = event.reading.device_time
    if count is None or not count.isdecimal():
        return
    clocks = work.session.device_clocks
    clock = device_clocks.told(clocks.get(event.link), int(count), event.reading.received)
    work.change(device_clocks={**clocks, event.link: clock})


def _cuff_pressure(work: Work, link: str, reading: NumericReading) -> None:
    pressure = None if reading.value is None else int(reading.value)
    cuff = work.session.cuff
    if cuff.inflating_since is not None and cuff.link == link:
        work.change(cuff=replace(cuff, pressure_mmhg=pressure))
        work.publish()


def _shows_otherwise(before: NumericReading, now: NumericReading) -> bool:
    return (before.value, before.validity, before.reason) != (now.value, now.validity, now.reason)


def _refuses(work: Work, event: object, when: Instant, mode: Mode, at: Instant) -> bool:
    if mode is not work.session.mode:
        _refuse_mode(work, event, mode, at)
        return True
    if when.is_before(work.session.opened):
        _refuse_once(work, event, at, "A reading older than the session was refused.")
        return True
    return False


def _refuse_mode(work: Work, event: object, mode: Mode, at: Instant) -> None:
    own = work.session.mode.value
    _refuse_once(work, event, at, f"This session is {own}; what is {mode.value} was refused.")


def _refuse_once(work: Work, event: object, at: Instant, reason: str) -> None:
    """Many readings may come that do not belong here; one word on each kind is enough."""
    if (type(event).__name__, reason) not in work.session.told_refusals:
        work.refuse(event, at, None, reason)
