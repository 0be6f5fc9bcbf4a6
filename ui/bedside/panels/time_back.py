"""When it was done: now, or some minutes before the press; pure."""

from __future__ import annotations

from dataclasses import dataclass

from kmonitor.clock import Instant
from kmonitor.infusion import InfusionState
from kmonitor.infusion_account import pump_acts
from kmonitor.units import S_PER_MIN
from ui.bedside.view_models.words import clock_words

BACK_MIN = (0, 1, 2, 3, 5, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeChoice:
    """One choice; not possible where it would lie before what happened already."""

    back_s: int
    words: str
    clock: str
    is_possible: bool


def time_choices(now: Instant, zone: str, earliest: Instant | None) -> tuple[TimeChoice, ...]:
    """Now, 1, 2, 3, 5 and 10 min ago; what lies before `earliest` is not possible."""
    return tuple(_choice(minutes, now, zone, earliest) for minutes in BACK_MIN)


def last_act_effective(infusion: InfusionState | None) -> Instant | None:
    """What a further act at the pump cannot lie before."""
    acts = () if infusion is None else pump_acts(infusion)
    return acts[-1].effective if acts else None


def _choice(minutes: int, now: Instant, zone: str, earliest: Instant | None) -> TimeChoice:
    when = now.plus(-minutes * S_PER_MIN)
    return TimeChoice(
        back_s=minutes * S_PER_MIN,
        words="now" if minutes == 0 else f"{minutes} min ago",
        clock=clock_words(when, zone),
        is_possible=minutes == 0 or earliest is None or not when.is_before(earliest),
    )


def at_planned_end(end: Instant, zone: str) -> TimeChoice:
    """The moment at which the plan ended; always possible, however long END DUE has stood."""
    return TimeChoice(
        back_s=0, words="at the planned end", clock=clock_words(end, zone), is_possible=True
    )
