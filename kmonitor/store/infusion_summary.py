"""The infusion of a stored session, reckoned anew from what people declared."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, get_args

from kmonitor import infusion, limit_sets
from kmonitor.clock import Instant
from kmonitor.events import (
    InfusionAct,
    InfusionRateChanged,
    InfusionResumed,
    PumpDone,
    SessionEnded,
    SessionOpened,
    Stored,
    Tick,
)
from kmonitor.infusion import InfusionPhase, InfusionState
from kmonitor.session import Session, replay, step
from kmonitor.store.act_rows import KIND_OF
from kmonitor.store.json_forms import iso, number

_ACTS = (SessionOpened, *get_args(InfusionAct), PumpDone, SessionEnded)
_OPEN = (InfusionPhase.INFUSING, InfusionPhase.END_DUE)


def session_at(events: Sequence[Stored], end: Instant) -> Session:
    """The session as it stood at `end`, by its acts alone: vital signs move no infusion."""
    acts = [event for event in events if isinstance(event, _ACTS)]
    session = replay(acts, limit_sets.load_default())
    session, _ = step(session, Tick(at=end))
    return session


def infusion_summary(
    session: Session, events: Sequence[Stored], end: Instant
) -> dict[str, Any] | None:
    """What `show` says of the infusion; None for a session without a plan.

    `assumed_mg` is the part of `delivered_mg` since the last act, where nobody has declared
    yet what the pump did; 0 after a stop or a confirmed end.
    """
    state = session.infusion
    if state is None:
        return None
    return {
        "ordered_mg": number(state.plan.ordered_mg),
        "delivered_mg": number(infusion.delivered_mg(state, end)),
        "assumed_mg": number(_assumed_mg(state, end)),
        "running_s": round(infusion.running_s(state, end), 3),
        "paused_s": round(infusion.paused_s(state, end), 3),
        "events": _declared(state, events),
    }


def _assumed_mg(state: InfusionState, end: Instant) -> Decimal:
    acts = [event for event in state.events if not isinstance(event, infusion.EndReached)]
    if state.phase not in _OPEN or not acts:
        return Decimal(0)
    return infusion.delivered_mg(state, end) - infusion.delivered_mg(state, acts[-1].effective)


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
