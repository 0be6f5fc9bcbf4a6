"""What people do, taken into the session; what does not fit is refused with its reason."""

from __future__ import annotations

from typing import assert_never

from kmonitor import infusion
from kmonitor.alarms.inputs import Measured
from kmonitor.alarms.limits import Judged
from kmonitor.effects import DeviceVerb, SendToDevice
from kmonitor.events import (
    Act,
    CuffAsked,
    InfusionAct,
    InfusionEndConfirmed,
    InfusionPaused,
    InfusionRateChanged,
    InfusionResumed,
    InfusionStarted,
    InfusionStopped,
    LinkState,
    NibpEntered,
    NoteWritten,
    ObservationMade,
    PumpDone,
    PumpVolumeRead,
    SessionEnded,
    SessionOpened,
)
from kmonitor.infusion_account import possible_ml
from kmonitor.metrics import Metric
from kmonitor.session_alarm_acts import take_alarm_act
from kmonitor.session_state import (
    Baseline,
    NibpRecord,
    Observation,
    PumpPrompt,
    PumpReading,
    PumpTask,
    Session,
    SessionPhase,
)
from kmonitor.session_vitals import add_nibp
from kmonitor.session_work import Work
from kmonitor.vitals import Validity

PLAUSIBLE_MMHG = range(10, 301)
PHASE_OF = {
    infusion.InfusionPhase.PROGRAMMED: SessionPhase.READY,
    infusion.InfusionPhase.INFUSING: SessionPhase.INFUSING,
    infusion.InfusionPhase.PAUSED: SessionPhase.PAUSED,
    infusion.InfusionPhase.END_DUE: SessionPhase.END_DUE,
    infusion.InfusionPhase.COMPLETE: SessionPhase.RECOVERY,
    infusion.InfusionPhase.STOPPED: SessionPhase.RECOVERY,
}
MOAAS = range(6)
LARGEST_VOLUME_ML = 2_000
_BEGUN = (SessionPhase.INFUSING, SessionPhase.PAUSED, SessionPhase.END_DUE, SessionPhase.RECOVERY)
_MAY_END = (SessionPhase.MONITORING, SessionPhase.READY, SessionPhase.RECOVERY)


def take_act(work: Work, act: Act) -> None:
    """Take one act of a person."""
    match act:
        case SessionOpened():
            work.refuse(act, act.at, act.author, "A session is open already.")
        case PumpDone():
            _pump_done(work, act)
        case NibpEntered():
            _nibp_entered(work, act)
        case CuffAsked():
            _cuff_asked(work, act)
        case NoteWritten():
            _note_written(work, act)
        case SessionEnded():
            _session_ended(work, act)
        case ObservationMade():
            _observation_made(work, act)
        case PumpVolumeRead():
            _pump_volume_read(work, act)
        case (
            InfusionStarted()
            | InfusionPaused()
            | InfusionResumed()
            | InfusionRateChanged()
            | InfusionStopped()
            | InfusionEndConfirmed()
        ):
            _infusion_act(work, act)
        case _:
            take_alarm_act(work, act)


def reach_end(work: Work) -> None:
    """The planned end came: END DUE until a person confirms."""
    state = work.session.infusion
    if state is None:
        return
    due = infusion.next_deadline(state)
    now = work.session.now
    if due is None or now.is_before(due):
        return
    reached = infusion.step(state, infusion.EndReached(at=now))
    if isinstance(reached, infusion.InfusionState):
        work.change(infusion=reached)
        work.enter(PHASE_OF[reached.phase], now)
        work.publish()


def _infusion_act(work: Work, act: InfusionAct) -> None:
    state = work.session.infusion
    if state is None:
        work.refuse(act, act.at, act.author, "This session has no infusion plan.")
        return
    after = infusion.step(state, _to_infusion(act))
    if isinstance(after, infusion.Refused):
        work.refuse(act, act.at, act.author, after.reason)
        return
    work.log_act(act, act.at, act.effective, _words(act), act.author)
    if isinstance(act, InfusionStarted):
        work.change(baseline=_baseline(work.session, act))
    work.change(infusion=after)
    work.enter(PHASE_OF[after.phase], act.at)
    _prompt(work, act, after)
    reach_end(work)


def _to_infusion(act: InfusionAct) -> infusion.InfusionEvent:
    match act:
        case InfusionStarted():
            return infusion.Started(at=act.at, effective=act.effective)
        case InfusionPaused():
            return infusion.Paused(at=act.at, effective=act.effective)
        case InfusionResumed():
            return infusion.Resumed(at=act.at, effective=act.effective, end=act.end)
        case InfusionRateChanged():
            return infusion.RateChanged(
                at=act.at, effective=act.effective, rate_ml_per_h=act.rate_ml_per_h
            )
        case InfusionStopped():
            return infusion.Stopped(at=act.at, effective=act.effective)
        case InfusionEndConfirmed():
            return infusion.EndConfirmed(at=act.at, effective=act.effective)
        case _:
            assert_never(act)


_TASKS: dict[type[InfusionAct], PumpTask] = {
    InfusionStarted: PumpTask.START,
    InfusionPaused: PumpTask.PAUSE,
    InfusionResumed: PumpTask.RESUME,
    InfusionRateChanged: PumpTask.SET_RATE,
    InfusionStopped: PumpTask.STOP,
}


def _prompt(work: Work, act: InfusionAct, after: infusion.InfusionState) -> None:
    """Say large what to do at the pump; a confirmed end needs nothing more there."""
    task = _TASKS.get(type(act))
    if task is None:
        work.change(pump_prompt=None)
        return
    open_prompt = work.session.pump_prompt
    tasks = _joined(open_prompt.tasks if open_prompt is not None else (), task)
    number = work.session.prompts_shown + 1
    rate = infusion.declared_rate_ml_per_h(after) if set(tasks) & _WITH_RATE else None
    since = open_prompt.since if open_prompt is not None else act.at
    prompt = PumpPrompt(number=number, tasks=tasks, rate_ml_per_h=rate, since=since)
    work.change(pump_prompt=prompt, prompts_shown=number)


_WITH_RATE = {PumpTask.START, PumpTask.RESUME, PumpTask.SET_RATE}


def _joined(still_open: tuple[PumpTask, ...], task: PumpTask) -> tuple[PumpTask, ...]:
    """What is not confirmed yet, with the new task.

    Of start, pause, resume and stop the newest counts; a start or resume is done at the
    newest rate; a rate to be set outlives a pause.
    """
    if task is not PumpTask.SET_RATE:
        keeps_rate = task is PumpTask.PAUSE and PumpTask.SET_RATE in still_open
        return (task, PumpTask.SET_RATE) if keeps_rate else (task,)
    running = tuple(each for each in still_open if each is not PumpTask.SET_RATE)
    if running and running[0] in (PumpTask.START, PumpTask.RESUME):
        return running
    return (*running, task)


def _words(act: InfusionAct) -> str:
    match act:
        case InfusionStarted():
            return "start"
        case InfusionPaused():
            return "pause"
        case InfusionResumed():
            return "resume"
        case InfusionRateChanged():
            return f"rate {act.rate_ml_per_h.normalize():f} mL/h"
        case InfusionStopped():
            return "stop"
        case InfusionEndConfirmed():
            return "end"
        case _:
            assert_never(act)


def _baseline(session: Session, start: InfusionStarted) -> Baseline:
    """The mean of the last two proven cuff readings before the start, and the pulse then."""
    judged = [
        reading
        for reading in session.nibp
        if reading.is_judged
        and reading.measured is not None
        and not start.effective.is_before(reading.measured)
    ][-2:]
    systolic = [each.systolic_mmhg for each in judged if each.systolic_mmhg is not None]
    diastolic = [each.diastolic_mmhg for each in judged if each.diastolic_mmhg is not None]
    pulse = session.numerics.get(Metric.PULSE_RATE)
    is_fresh = pulse is not None and not pulse.is_stale(start.at)
    latest = pulse.with_value.value if pulse is not None and is_fresh and pulse.with_value else None
    return Baseline(
        systolic_mmhg=_mean(systolic),
        diastolic_mmhg=_mean(diastolic),
        pulse_rate_per_min=None if latest is None else round(latest),
    )


def _mean(pressures: list[int]) -> int | None:
    """The mean in mmHg, half up; None of nothing."""
    if not pressures:
        return None
    return (2 * sum(pressures) + len(pressures)) // (2 * len(pressures))


def _pump_done(work: Work, act: PumpDone) -> None:
    prompt = work.session.pump_prompt
    if prompt is None or prompt.number != act.prompt:
        work.refuse(act, act.at, act.author, "Nothing is open at the pump.")
        return
    done = ", ".join(task.value.replace("_", " ") for task in prompt.tasks)
    work.log_act(act, act.at, act.at, f"done at the pump: {done}", act.author)
    work.change(pump_prompt=None)


def _nibp_entered(work: Work, act: NibpEntered) -> None:
    reason = _nibp_misfit(work.session, act)
    if reason is not None:
        work.refuse(act, act.at, act.author, reason)
        return
    words = f"BP {act.systolic_mmhg}/{act.diastolic_mmhg}"
    work.log_act(act, act.at, act.measured, words, act.author)
    record = NibpRecord(
        at=act.at, measured=act.measured, systolic_mmhg=act.systolic_mmhg,
        diastolic_mmhg=act.diastolic_mmhg, mean_mmhg=act.mean_mmhg,
        pulse_rate_per_min=act.pulse_rate_per_min, validity=Validity.VALID, reason=None,
        mode=work.session.mode, link=None, author=act.author,
    )  # fmt: skip
    add_nibp(work, record)


def _nibp_misfit(session: Session, act: NibpEntered) -> str | None:
    pressures = [act.systolic_mmhg, act.diastolic_mmhg]
    if act.mean_mmhg is not None:
        pressures.append(act.mean_mmhg)
    if any(pressure not in PLAUSIBLE_MMHG for pressure in pressures):
        return "A blood pressure lies between 10 and 300 mmHg."
    if act.diastolic_mmhg >= act.systolic_mmhg:
        return "The diastolic pressure must lie below the systolic one."
    if act.mean_mmhg is not None and not act.diastolic_mmhg < act.mean_mmhg < act.systolic_mmhg:
        return "The mean pressure must lie between diastolic and systolic."
    if act.measured.is_before(session.opened):
        return "A reading older than the session is refused."
    back_s = act.at.seconds_since(act.measured)
    if not 0 <= back_s <= infusion.LONGEST_BACK_DATING_S:
        return "A reading can be entered up to 10 min after it was taken."
    return None


def _cuff_asked(work: Work, act: CuffAsked) -> None:
    link = work.session.links.get(act.link)
    reason = None
    if link is None or not link.can_start_cuff:
        reason = "This monitor's cuff cannot be started from here."
    elif link.state is not LinkState.LIVE:
        reason = "The monitor with the cuff is not connected."
    elif work.session.cuff.is_inflating(act.at):
        reason = "The cuff is measuring already."
    if reason is not None:
        work.refuse(act, act.at, act.author, reason)
        return
    work.log_act(act, act.at, act.at, "cuff asked", act.author)
    work.add(SendToDevice(link=act.link, verb=DeviceVerb.START_CUFF))


def _note_written(work: Work, act: NoteWritten) -> None:
    if not act.text.strip():
        work.refuse(act, act.at, act.author, "An empty note is not kept.")
        return
    work.log_act(act, act.at, act.at, act.text, act.author)


def _observation_made(work: Work, act: ObservationMade) -> None:
    if act.sedation not in MOAAS:
        work.refuse(act, act.at, act.author, "The MOAA/S scale goes from 0 to 5.")
        return
    work.log_act(act, act.at, act.at, f"sedation MOAA/S {act.sedation}", act.author)
    seen = Observation(at=act.at, author=act.author, sedation=act.sedation)
    work.change(observations=(*work.session.observations, seen))
    work.judge(Measured(at=act.at, judged=Judged.SEDATION, value=float(act.sedation)))


def _pump_volume_read(work: Work, act: PumpVolumeRead) -> None:
    state = work.session.infusion
    if state is None or work.session.phase not in _BEGUN:
        work.refuse(act, act.at, act.author, "No infusion runs whose volume could be compared.")
        return
    if not 0 <= act.volume_ml <= LARGEST_VOLUME_ML:
        work.refuse(act, act.at, act.author, "A pump's volume lies between 0 and 2000 mL.")
        return
    by_clock_ml = possible_ml(state, act.at)
    work.log_act(act, act.at, act.at, f"pump shows {act.volume_ml:f} mL given", act.author)
    work.change(
        pump_reading=PumpReading(
            at=act.at, author=act.author, volume_ml=act.volume_ml, by_clock_ml=by_clock_ml
        )
    )


def _session_ended(work: Work, act: SessionEnded) -> None:
    if work.session.phase not in _MAY_END:
        work.refuse(
            act, act.at, act.author,
            "The infusion has not ended: stop it or confirm its end first.",
        )  # fmt: skip
        return
    work.log_act(act, act.at, act.at, "session ended", act.author)
    work.enter(SessionPhase.ENDED, act.at)
