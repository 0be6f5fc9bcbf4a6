"""The infusion of a stored session, reckoned anew from what people declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any, get_args

from kmonitor import events as happened
from kmonitor import infusion
from kmonitor.clock import Instant
from kmonitor.events import InfusionAct, InfusionRateChanged, InfusionResumed, Stored
from kmonitor.infusion import InfusionPhase, InfusionPlan, InfusionState
from kmonitor.session_acts import PHASE_OF
from kmonitor.session_program import interruption_of
from kmonitor.session_state import Interruption, SessionPhase
from kmonitor.store.act_rows import KIND_OF
from kmonitor.store.json_forms import iso, number

_OPEN = (InfusionPhase.INFUSING, InfusionPhase.END_DUE)
_PUMP_ACTS: dict[type, type] = {
    happened.InfusionStarted: infusion.Started,
    happened.InfusionPaused: infusion.Paused,
    happened.InfusionResumed: infusion.Resumed,
    happened.InfusionRateChanged: infusion.RateChanged,
    happened.InfusionStopped: infusion.Stopped,
    happened.InfusionEndConfirmed: infusion.EndConfirmed,
}


def infusion_at(plan: InfusionPlan, events: Sequence[Stored], end: Instant) -> InfusionState:
    """The infusion as it stood at `end`; the same as a replay of the session, without vitals."""
    state, now = infusion.begin(plan), events[0].at
    for event in events:
        kind = _PUMP_ACTS.get(type(event))
        if kind is None:
            continue
        state, now = _reached(state, now, event.at), event.at
        act = kind(**{each.name: getattr(event, each.name) for each in fields(kind)})
        state = _stepped(state, act)
    return _reached(state, now, end)


def phase_at(state: InfusionState | None, *, has_ended: bool) -> SessionPhase:
    """The phase of a session with that infusion, or with none."""
    if has_ended:
        return SessionPhase.ENDED
    return SessionPhase.MONITORING if state is None else PHASE_OF[state.phase]


def infusion_summary(
    state: InfusionState | None, events: Sequence[Stored], end: Instant
) -> dict[str, Any] | None:
    """What `show` says of the infusion; None for a session without a plan.

    `assumed_mg` is the part of `delivered_mg` that nobody has declared: since the last act (not
    after a stop or a confirmed end), and in the gaps in which the program was away before it.
    Low and high leave the gaps out and take them in.
    """
    if state is None:
        return None
    gaps = [gap for gap in map(interruption_of, events) if gap is not None]
    low, high = infusion.given_range_mg(state, end, gaps)
    return {
        "ordered_mg": number(state.plan.ordered_mg),
        "delivered_mg": number(infusion.delivered_mg(state, end)),
        "assumed_mg": number(_assumed_mg(state, end, gaps)),
        "running_s": round(infusion.running_s(state, end), 3),
        "paused_s": round(infusion.paused_s(state, end), 3),
        "events": _declared(state, events),
        "delivered_low_mg": number(low),
        "delivered_high_mg": number(high),
    }


def _reached(state: InfusionState, since: Instant, until: Instant) -> InfusionState:
    """END DUE where the planned end came between the act at `since` and `until`."""
    due = infusion.next_deadline(state)
    if due is None or until.is_before(due):
        return state
    at = since if due.is_before(since) else due
    return _stepped(state, infusion.EndReached(at=at))


def _stepped(state: InfusionState, event: infusion.InfusionEvent) -> InfusionState:
    after = infusion.step(state, event)
    return state if isinstance(after, infusion.Refused) else after


def _assumed_mg(state: InfusionState, end: Instant, gaps: Sequence[Interruption]) -> Decimal:
    acts = infusion.pump_acts(state)
    if not acts:
        return Decimal(0)
    last = acts[-1].effective
    low, high = infusion.given_range_mg(state, last, gaps)
    since = infusion.delivered_mg(state, end) - high if state.phase in _OPEN else Decimal(0)
    return high - low + since


def _declared(state: InfusionState, events: Sequence[Stored]) -> list[dict[str, Any]]:
    told: list[tuple[Instant, dict[str, Any]]] = []
    for event in events:
        if not isinstance(event, get_args(InfusionAct)):
            continue
        line: dict[str, Any] = {
            "at": iso(event.at),
            "effective": iso(event.effective),
            "event": KIND_OF[type(event)].removeprefix("infusion_"),
            "author": event.author,
        }
        if isinstance(event, InfusionRateChanged):
            line["rate_ml_per_h"] = number(event.rate_ml_per_h)
        if isinstance(event, InfusionResumed):
            line["end"] = event.end.value
        told.append((event.at, line))
    for reached in state.events:
        if isinstance(reached, infusion.EndReached):
            line = {"at": iso(reached.at), "effective": iso(reached.at)}
            told.append((reached.at, {**line, "event": "end_due", "author": None}))
    return [line for _, line in sorted(told, key=lambda each: each[0].mono_ns)]
