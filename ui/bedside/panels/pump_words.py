"""What to do at the pump, in words that are read from three metres; pure."""

from __future__ import annotations

from dataclasses import dataclass

from kmonitor.clock import Instant
from kmonitor.session_state import PumpPrompt, PumpTask
from kmonitor.units import display

PUMP_CONFIRM_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpWords:
    """The order at the pump and since when it stands."""

    number: int
    words: str
    since: str


def pump_words(prompt: PumpPrompt, now: Instant, *, is_paused: bool = False) -> PumpWords:
    """The prompt as it stands on the screen, all that is open in the order to do it.

    With `is_paused` a rate is only set, and says that the pump must not run by it.
    """
    waited_s = max(0, int(now.seconds_since(prompt.since)))
    since = f"asked {waited_s} s ago" if waited_s < PUMP_CONFIRM_S else _minutes(waited_s)
    order = ", then ".join(_order(task, prompt) for task in prompt.tasks)
    if is_paused and PumpTask.SET_RATE in prompt.tasks:
        order += ", do not start"
    order = order.replace(" mL/h", "\N{NO-BREAK SPACE}mL/h")
    return PumpWords(number=prompt.number, words=f"PUMP: {order}", since=since)


def not_confirmed_words(prompt: PumpPrompt) -> str:
    """What an open prompt says where somebody is about to leave it behind."""
    rate = "" if prompt.rate_ml_per_h is None else display(prompt.rate_ml_per_h, "mL/h")
    order = ", then ".join(
        f"set {rate}" if task is PumpTask.SET_RATE else f"{task.value} the pump"
        for task in prompt.tasks
    )
    return f"The pump prompt '{order}' is not confirmed yet."


def _order(task: PumpTask, prompt: PumpPrompt) -> str:
    rate = "" if prompt.rate_ml_per_h is None else display(prompt.rate_ml_per_h, "mL/h")
    at_rate = f" at {rate}" if rate else ""
    match task:
        case PumpTask.START:
            return f"start it now{at_rate}"
        case PumpTask.PAUSE:
            return "pause it now"
        case PumpTask.RESUME:
            return f"resume it now{at_rate}"
        case PumpTask.SET_RATE:
            return f"set {rate}"
        case PumpTask.STOP:
            return "stop it now"


def _minutes(waited_s: int) -> str:
    return f"NOT CONFIRMED for {waited_s // 60} min {waited_s % 60} s"
