"""What the program tells of itself and of its computer, taken into the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from kmonitor.alarms.inputs import Missed, ResumeAudio
from kmonitor.clock import Instant
from kmonitor.events import (
    ClockJumped,
    CommitFailed,
    DiskChanged,
    EngineFaulted,
    LinkState,
    PowerChanged,
    ProgramClosing,
    RecordHealed,
    ScreenChanged,
    SessionResumed,
    SleepHeldOff,
    SoundChanged,
    SupervisorChanged,
)
from kmonitor.people import PROGRAM
from kmonitor.session_acts import reach_end
from kmonitor.session_state import Interruption, LinkStatus, Session
from kmonitor.session_vitals import JUDGED
from kmonitor.session_work import Work

ProgramEvent = (
    ClockJumped
    | EngineFaulted
    | CommitFailed
    | RecordHealed
    | SessionResumed
    | ProgramClosing
    | PowerChanged
    | SleepHeldOff
    | SupervisorChanged
    | SoundChanged
    | DiskChanged
    | ScreenChanged
)
_Note = (
    EngineFaulted
    | PowerChanged
    | SleepHeldOff
    | SupervisorChanged
    | SoundChanged
    | DiskChanged
    | ScreenChanged
)


def interruption_of(event: object) -> Interruption | None:
    """The gap that `event` tells of, if it does."""
    match event:
        case SessionResumed():
            return Interruption(since=event.since, until=event.at, is_same_boot=event.is_same_boot)
        case ClockJumped() if event.since is not None:
            return Interruption(since=event.since, until=event.at, has_stood_still=True)
        case _:
            return None


def judged_until(event: object, at: Instant) -> Instant:
    """Up to where somebody judged before `event` at `at`: not while the program was away."""
    if isinstance(event, SessionResumed | ClockJumped) and event.since is not None:
        return event.since if event.since.is_before(at) else at
    return at


def take_program(work: Work, event: ProgramEvent) -> None:
    """Take one event of the program itself."""
    match event:
        case SessionResumed():
            _resumed(work, event)
        case ClockJumped():
            _clock_jumped(work, event)
        case ProgramClosing():
            words = f"program closed: {event.cause}"
            work.log_act(event, event.at, event.at, words, event.author)
        case CommitFailed() | RecordHealed():
            _record(work, event)
        case _:
            work.persist(event)
            _note(work, event)
    work.publish()


def _note(work: Work, event: _Note) -> None:
    match event:
        case EngineFaulted():
            work.change(engine_fault=event.what)
        case PowerChanged():
            work.change(power=event)
        case SleepHeldOff():
            work.change(sleep_held_off=event)
        case SupervisorChanged():
            work.change(is_supervisor_lost=not event.is_there)
        case SoundChanged():
            work.change(sound=event)
        case DiskChanged():
            work.change(disk=event)
        case ScreenChanged():
            work.change(is_screen_silent=not event.is_alive)
        case _:
            assert_never(event)


def _record(work: Work, event: CommitFailed | RecordHealed) -> None:
    record = work.session.record
    match event:
        case CommitFailed():
            if record.failing_since is None:
                work.persist(event)
                failing = replace(record, failing_since=event.at, failing_reason=event.reason)
                work.change(record=failing)
        case RecordHealed():
            work.persist(event)
            work.change(record=replace(record, failing_since=None, failing_reason=""))
        case _:
            assert_never(event)


def _clock_jumped(work: Work, event: ClockJumped) -> None:
    """The wall clock was set, or (with `since`) the program stood still: a gap like a restart."""
    gap = interruption_of(event)
    if gap is None:
        work.persist(event)
        work.change(clock_jump=f"CLOCK JUMPED by {event.by_s:.0f} s: {event.cause}")
        return
    words = f"program stood still for {_minutes(gap)}"
    work.log_act(event, event.at, gap.since, words, PROGRAM.person_id)
    _interrupt(work, gap)


def _resumed(work: Work, event: SessionResumed) -> None:
    """The session goes on in another run of the program, which has opened nothing yet."""
    gap = Interruption(since=event.since, until=event.at, is_same_boot=event.is_same_boot)
    words = f"program was away for {_length(gap)}"
    work.log_act(event, event.at, event.since, words, event.author)
    session = work.session
    work.change(
        links=_lost(session, event.since),
        cuff=replace(session.cuff, inflating_since=None, pressure_mmhg=None),
        record=replace(session.record, failing_since=None, failing_reason=""),
        is_supervisor_lost=False,
        is_screen_silent=False,
        sound=None,
        device_clocks={},
        screen_alive=None,
    )
    work.judge(ResumeAudio(at=event.at, author=None))
    _interrupt(work, gap)


def _interrupt(work: Work, gap: Interruption) -> None:
    """Delays go on with the first number that comes; the planned end needs none."""
    work.change(interruptions=(*work.session.interruptions, gap))
    for judged in JUDGED.values():
        work.judge(Missed(at=gap.until, judged=judged))
    reach_end(work)


def _lost(session: Session, since: Instant) -> Mapping[str, LinkStatus]:
    """Nothing was heard since the gap began; a link that was closed before stays so."""
    return {
        name: link
        if link.state is LinkState.CLOSED
        else replace(
            link, state=LinkState.LOST, since=since, detail="the program was away",
            not_live_since=link.not_live_since or since,
        )
        for name, link in session.links.items()
    }  # fmt: skip


def _length(gap: Interruption) -> str:
    """How long it was, as far as this computer can tell."""
    if not gap.is_length_known:
        return "an unknown time"
    return _minutes(gap) if gap.is_same_boot else f"about {_minutes(gap)}"


def _minutes(gap: Interruption) -> str:
    """0:04; hours too where there are any."""
    whole_s = int(gap.seconds + 0.5)
    hours, minutes, seconds = whole_s // 3600, whole_s // 60 % 60, whole_s % 60
    if hours:
        return f"{hours}:{minutes:02}:{seconds:02}"
    return f"{minutes}:{seconds:02}"


def away_words(session: Session) -> str:
    """What the banner says of the interruptions that nobody has acknowledged; empty if none."""
    unseen = session.interruptions[session.interruptions_seen :]
    if not unseen:
        return ""
    gap = unseen[-1]
    what = "PROGRAM STOOD STILL" if gap.has_stood_still else "PROGRAM WAS AWAY"
    if len(unseen) > 1:
        return f"{what} for {_length(gap)}, {len(unseen)} interruptions"
    return f"{what} for {_length(gap)}"
