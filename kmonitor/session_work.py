"""The workbench of one step: the session as it becomes, and the effects gathered on the way."""

from __future__ import annotations

from dataclasses import replace

from kmonitor.alarm_log import with_rows
from kmonitor.alarms import engine
from kmonitor.alarms.conditions import AlarmPhase, AlarmTransition, Priority
from kmonitor.alarms.inputs import AlarmEvent, Rules
from kmonitor.alarms.levels import first_limits
from kmonitor.alarms.lifecycle import AlarmState
from kmonitor.alarms.limits import Judged
from kmonitor.clock import Instant
from kmonitor.effects import Effect, PersistRow, PresentAlarms, PublishSnapshot, Row
from kmonitor.events import Refusal
from kmonitor.session_state import LoggedAct, Session, SessionPhase, ShownRefusal

_LOUDER = (AlarmPhase.ONSET, AlarmPhase.ESCALATED)


class Work:
    """Lives for one step only; the frozen session goes in and comes out."""

    def __init__(self, session: Session) -> None:
        """Begin with `session` as it was."""
        self.session = session
        self._was_heard = session.signal
        self.stored: Row | None = None
        self._effects: list[Effect] = []
        self._publishes = False

    def begin_event(self) -> None:
        """Forget what was stored before; `stored` then tells the first row of this event."""
        self.stored = None

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What is to be done: rows in their order, what is to be heard now, the snapshot last."""
        signal = self.session.signal
        heard = () if signal == self._was_heard else (PresentAlarms(signal=signal),)
        shown = (PublishSnapshot(),) if self._publishes else ()
        return (*self._effects, *heard, *shown)

    def change(self, **changes: object) -> None:
        """Replace fields of the session."""
        self.session = replace(self.session, **changes)  # type: ignore[arg-type]  # checked by the dataclass's own fields

    def add(self, effect: Effect) -> None:
        """Have `effect` done."""
        self._effects.append(effect)

    def publish(self) -> None:
        """Show the session after this step."""
        self._publishes = True

    def persist(self, row: Row, *, is_act: bool = False) -> int:
        """Keep `row` under the next number of the session-wide sequence.

        The session's time moves on with what is kept and with its deadlines, never with what
        leaves no trace: so replay gives an equal session.
        """
        seq = self.session.seq + 1
        self.change(seq=seq, now=row.at)
        self.stored = self.stored or row
        self._effects.append(PersistRow(seq=seq, row=row, is_act=is_act))
        return seq

    def judge(self, event: AlarmEvent) -> None:
        """Let the alarm engine take `event`; every transition becomes a row."""
        alarms, rows = engine.step(self.session.alarms, event, rules_of(self.session))
        if alarms is not self.session.alarms:
            self.take_alarms(alarms, rows)

    def take_alarms(self, alarms: AlarmState, rows: tuple[AlarmTransition, ...]) -> None:
        """Go on with what the engine made; the ear hears of it where it is the ear's.

        What begins to be heard is on disk at once: it may be the last thing that is written.
        """
        self.change(alarms=alarms, alarm_log=with_rows(self.session.alarm_log, rows))
        for row in rows:
            self.persist(row, is_act=row.phase in _LOUDER and row.priority is not Priority.LOW)
        if rows:
            self.publish()

    def refuse(self, event: object, at: Instant, author: str | None, reason: str) -> None:
        """Keep and show that something did not fit."""
        self.take_refusal(Refusal(at=at, author=author, event=type(event).__name__, reason=reason))

    def take_refusal(self, refusal: Refusal) -> None:
        """A refusal, live or out of the record."""
        self.persist(refusal, is_act=refusal.author is not None)
        shown = ShownRefusal(at=refusal.at, event=refusal.event, reason=refusal.reason)
        told = self.session.told_refusals
        if refusal.author is None:
            told |= {(refusal.event, refusal.reason)}
        self.change(refusal=shown, told_refusals=told)
        self.publish()

    def log_act(
        self, act: object, at: Instant, effective: Instant, words: str, author: str
    ) -> None:
        """Keep an act as a row of its own commit, and in the lane under the trend."""
        seq = self.persist(act, is_act=True)  # type: ignore[arg-type]  # only acts are handed in
        logged = LoggedAct(
            seq=seq, at=at, effective=effective, kind=type(act).__name__, words=words,
            author=author,
        )  # fmt: skip
        self.change(acts=(*self.session.acts, logged), refusal=None)
        self.publish()

    def enter(self, phase: SessionPhase, at: Instant) -> None:
        """Go to `phase`, unless the session is there already."""
        if self.session.phase is not phase:
            self.change(phase=phase, phase_since=at)


def rules_of(session: Session) -> Rules:
    """What the alarm engine judges by in this session."""
    if session.baseline is None:
        return Rules(limits=session.limits)
    known = (
        (Judged.NIBP_SYSTOLIC, session.baseline.systolic_mmhg),
        (Judged.NIBP_DIASTOLIC, session.baseline.diastolic_mmhg),
        (Judged.PULSE_RATE, session.baseline.pulse_rate_per_min),
    )
    return Rules(
        limits=session.limits,
        baseline=tuple((judged, float(value)) for judged, value in known if value is not None),
    )


def limits_beside(session: Session, judged: Judged) -> tuple[float | None, float | None]:
    """The low and the high limit that stand beside the number: those that alarm first now."""
    return first_limits(session.limits, judged, rules_of(session).baseline_of(judged))
