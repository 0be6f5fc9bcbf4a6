"""The session as one pure function of what happens: `session, effects = step(session, event)`.

`step` first fires, in order, every deadline up to the event's moment, so ticks need not be
stored, and replaying the stored events gives an equal session. Where the program was away or
stood still nobody judged, and no deadline is fired afterwards for that time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from kmonitor import infusion
from kmonitor.alarm_log import with_rows
from kmonitor.alarms import engine
from kmonitor.alarms.conditions import AlarmKind, AlarmPhase, AlarmTransition, Condition, Priority
from kmonitor.alarms.inputs import Passed, ResumeAudio, Standing
from kmonitor.alarms.lifecycle import AlarmState, begin
from kmonitor.alarms.limits import LimitSet
from kmonitor.alarms.occurrences import Occurrence, OccurrenceState
from kmonitor.alarms.signals import AlarmSignal
from kmonitor.alarms.suppression import pause_ends, resume_audio
from kmonitor.clock import NS_PER_S, Instant
from kmonitor.effects import (
    Effect,
    PersistRow,
    PersistWave,
    PresentAlarms,
    PublishSnapshot,
    Row,
    ShowWave,
)
from kmonitor.events import (
    ClockJumped,
    CommitFailed,
    Committed,
    DiskChanged,
    EngineFaulted,
    Event,
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
    Stored,
    SupervisorChanged,
    Tick,
    UiAlive,
    WaveArrived,
)
from kmonitor.moving import moved
from kmonitor.session_acts import reach_end, take_act
from kmonitor.session_program import judged_until, take_program
from kmonitor.session_state import LoggedAct, RecordState, Session, SessionPhase
from kmonitor.session_vitals import (
    take_fault,
    take_link,
    take_nibp,
    take_reading,
    take_status,
)
from kmonitor.session_work import Work, rules_of
from kmonitor.technical_conditions import FAULT_WORDS, program_findings, standing

__all__ = [
    "Session",
    "fail_plainly",
    "fail_safely",
    "next_deadline",
    "open_session",
    "replay",
    "restart_engine",
    "step",
]

_UNJUDGED = (ReadingArrived, FrameFaulted, Refusal)  # they change no technical condition at once


def open_session(opened: SessionOpened, limits: LimitSet) -> tuple[Session, tuple[Effect, ...]]:
    """Begin a session; its first row is `opened` itself, with the limits it is judged by.

    Limits that `opened` brings along, as out of a record, stand above `limits`.
    """
    if opened.limits is None:
        opened = replace(opened, limits=limits)
    state = infusion.begin(opened.plan) if opened.plan is not None else None
    phase = SessionPhase.MONITORING if state is None else SessionPhase.READY
    logged = LoggedAct(
        seq=1, at=opened.at, effective=opened.at, kind=type(opened).__name__,
        words="session opened", author=opened.author,
    )  # fmt: skip
    session = Session(
        session_id=opened.session_id, mode=opened.mode, chair=opened.chair, zone=opened.zone,
        opened=opened.at, now=opened.at, seq=1, limits=opened.limits or limits, alarms=AlarmState(),
        patient=opened.patient, phase=phase, phase_since=opened.at, infusion=state,
        acts=(logged,),
    )  # fmt: skip
    return session, (PersistRow(seq=1, row=opened, is_act=True), PublishSnapshot())


def step(session: Session, event: Event) -> tuple[Session, tuple[Effect, ...]]:
    """The session after `event`, and what is to be done; an event from the past is moved up."""
    if isinstance(event, SessionResumed) and session.phase is not SessionPhase.ENDED:
        session = moved(session, event.shift_ns)
    event = _moved_up(event, session.now)
    work = Work(session)
    _fire_deadlines(work, judged_until(event, event.at))
    match event:
        case Tick() | WaveArrived() | Committed() | UiAlive():
            _take_passing(work, event)
        case _ if work.session.phase is not SessionPhase.ENDED:
            _take_stored(work, event)
        case _:
            pass  # nothing belongs to a session after its end
    return work.session, work.effects


def _moved_up(event: Event, now: Instant) -> Event:
    """Nothing happens in the past, and what was judged already was no time away."""
    if event.at.is_before(now):
        event = replace(event, at=now)
    if isinstance(event, SessionResumed | ClockJumped) and event.since is not None:
        return replace(event, since=now) if event.since.is_before(now) else event
    return event


def next_deadline(session: Session) -> Instant:
    """The next whole second since the opening, or an earlier end of a delay or of the plan.

    Its UTC is that of the session's present: the wall clock may have been set since the opening.
    """
    passed_s = (session.now.mono_ns - session.opened.mono_ns) // NS_PER_S
    due = session.opened.plus(passed_s + 1)
    for other in (
        engine.next_due(session.alarms, rules_of(session)),
        infusion.next_deadline(session.infusion) if session.infusion is not None else None,
    ):
        if other is not None and session.now.is_before(other) and other.is_before(due):
            due = other
    return session.now.at_mono(due.mono_ns)


def replay(stored: Iterable[Stored], limits: LimitSet) -> Session:
    """The session that these stored events make; the first must be its SessionOpened."""
    events = iter(stored)
    first = next(events, None)
    if not isinstance(first, SessionOpened):
        raise ValueError("a session begins with SessionOpened")
    session, _ = open_session(first, limits)
    for event in events:
        session, _ = step(session, event)
    return session


def fail_safely(session: Session, at: Instant, what: str) -> tuple[Session, tuple[Effect, ...]]:
    """The session when `step` itself fails: it goes on as it was, with a HIGH condition.

    Nothing is judged here. The time moves on, so that the deadline that failed is passed;
    the same fault is kept and logged once.
    """
    work = Work(session)
    if at.is_before(session.now):
        at = session.now
    if session.engine_fault != what:
        work.persist(EngineFaulted(at=at, what=what))
    for finding in program_findings(what):
        if session.alarms.running(finding.condition) is None:
            work.take_alarms(*begin(work.session.alarms, at, finding, AlarmKind.TECHNICAL))
            work.take_alarms(*resume_audio(work.session.alarms, ResumeAudio(at=at, author=None)))
    ends = pause_ends(work.session.alarms)
    if ends is not None and not at.is_before(ends):
        work.take_alarms(*resume_audio(work.session.alarms, ResumeAudio(at=at, author=None)))
    work.change(now=at, engine_fault=what)
    work.publish()
    return work.session, work.effects


def fail_plainly(session: Session, at: Instant, what: str) -> tuple[Session, tuple[Effect, ...]]:
    """The session when `fail_safely` fails too: said and sounded without asking the engine.

    No pause stays, and the sound is HIGH whatever is switched off: nothing could remind of it.
    """
    at = session.now if at.is_before(session.now) else at
    alarms = session.alarms
    rows: list[Row] = [EngineFaulted(at=at, what=what)] if session.engine_fault != what else []
    kept = [each for each in alarms.occurrences if each.condition is not Condition.AUDIO_PAUSED]
    log = session.alarm_log
    if not any(each.condition is Condition.ENGINE_FAULT for each in kept):
        kept.append(_plain_fault(alarms.next_number, at))
        onset = _plain_onset(kept[-1], at)
        rows.append(onset)
        log = with_rows(log, (onset,))
        alarms = replace(alarms, next_number=alarms.next_number + 1)
    seq = session.seq
    session = replace(
        session, alarms=replace(alarms, occurrences=tuple(kept)), alarm_log=log, now=at,
        engine_fault=what, seq=seq + len(rows),
    )  # fmt: skip
    kept_rows = (
        PersistRow(seq=seq + i, row=row, is_act=isinstance(row, AlarmTransition))
        for i, row in enumerate(rows, 1)
    )
    signal = AlarmSignal(sounding=Priority.HIGH, reminders=alarms.reminders)
    return session, (*kept_rows, PresentAlarms(signal=signal), PublishSnapshot())


def _plain_fault(number: int, at: Instant) -> Occurrence:
    return Occurrence(
        number=number, condition=Condition.ENGINE_FAULT, about="", kind=AlarmKind.TECHNICAL,
        priority=Priority.HIGH, state=OccurrenceState.ACTIVE, since=at, onset=at, value=None,
        limit=None, words=FAULT_WORDS,
    )  # fmt: skip


def _plain_onset(fault: Occurrence, at: Instant) -> AlarmTransition:
    return AlarmTransition(
        at=at, occurrence=fault.number, condition=fault.condition, kind=fault.kind,
        priority=fault.priority, phase=AlarmPhase.ONSET, value=None, limit=None,
        words=fault.words,
    )  # fmt: skip


def restart_engine(session: Session, held: tuple[Occurrence, ...]) -> Session:
    """The session with an engine that watches nothing yet; `held` are the open conditions."""
    number = max((each.number + 1 for each in held), default=1)
    alarms = AlarmState(
        occurrences=held,
        next_number=max(number, session.alarms.next_number),
        reminders=session.alarms.reminders,
    )
    return replace(session, alarms=alarms)


def _fire_deadlines(work: Work, until: Instant) -> None:
    while work.session.phase is not SessionPhase.ENDED:
        due = next_deadline(work.session)
        if until.is_before(due):
            return
        work.change(now=due)
        reach_end(work)
        _judge_time(work, due)
        work.publish()


def _judge_time(work: Work, at: Instant) -> None:
    if work.session.phase is SessionPhase.ENDED:
        return  # what is open stays open: the end of the session has mended nothing
    work.judge(Passed(at=at))
    work.judge(Standing(at=at, findings=standing(work.session, at)))


def _take_stored(work: Work, event: Stored) -> None:
    """Take it, and judge what time and technical conditions say if it left a trace."""
    work.begin_event()
    _take_by_kind(work, event)
    if work.stored is not None and not isinstance(work.stored, _UNJUDGED):
        _judge_time(work, event.at)


def _take_by_kind(work: Work, event: Stored) -> None:
    match event:
        case ReadingArrived():
            take_reading(work, event)
        case NibpArrived():
            take_nibp(work, event)
        case StatusArrived():
            take_status(work, event)
        case FrameFaulted():
            take_fault(work, event)
        case LinkChanged():
            take_link(work, event)
        case Refusal():
            work.take_refusal(event)
        case (
            ClockJumped()
            | EngineFaulted()
            | CommitFailed()
            | RecordHealed()
            | SessionResumed()
            | ProgramClosing()
            | PowerChanged()
            | SleepHeldOff()
            | SupervisorChanged()
            | SoundChanged()
            | DiskChanged()
            | ScreenChanged()
        ):
            take_program(work, event)
        case _:
            take_act(work, event)


def _take_passing(work: Work, event: Tick | WaveArrived | Committed | UiAlive) -> None:
    match event:
        case Tick():
            return
        case WaveArrived():
            if event.block.mode is work.session.mode:
                work.add(PersistWave(link=event.link, block=event.block))
                work.add(ShowWave(link=event.link, block=event.block))
        case Committed():
            _take_commit(work, event)
        case UiAlive():
            work.change(screen_alive=event.at)
        case _:
            assert_never(event)


def _take_commit(work: Work, event: Committed) -> None:
    """Rows are on disk; if they had to wait, that this is over is an event of the record."""
    was_failing = work.session.record.failing_since is not None
    record = RecordState(committed_seq=event.seq, committed_at=event.at)
    if was_failing and work.session.phase is not SessionPhase.ENDED:
        _take_stored(work, RecordHealed(at=event.at))
    work.change(record=record)
    work.publish()
