"""Judges a log of painted phases as a stop-watch would: by full periods, never by a timer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

WINDOW_S = 5.0
STEP_S = 0.5
DUTY = (0.20, 0.60)
FREQUENCY_HZ = {"high": (1.4, 2.8), "medium": (0.4, 0.8)}

Log = list[tuple[float, bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From one lighting up to the next."""

    began_s: float
    dark_s: float
    ended_s: float


def periods(log: Log) -> list[Period]:
    """The whole periods in a log of paints; paints in an unchanged phase say nothing new."""
    turns = [after for before, after in pairwise(log) if before[1] is not after[1]]
    while turns and not turns[0][1]:
        turns.pop(0)
    return [
        Period(began_s=lit[0], dark_s=dark[0], ended_s=again[0])
        for lit, dark, again in zip(turns[::2], turns[1::2], turns[2::2], strict=False)
    ]


def faults(log: Log, priority: str) -> list[str]:
    """Every window of five seconds whose frequency or duty leaves the bounds of `priority`."""
    found: list[str] = []
    whole = periods(log)
    begin_s = log[0][0]
    while begin_s + WINDOW_S <= log[-1][0]:
        inside = [
            each for each in whole
            if each.began_s >= begin_s and each.ended_s <= begin_s + WINDOW_S
        ]  # fmt: skip
        found += _faults_of(inside, priority, begin_s - log[0][0])
        begin_s += STEP_S
    return found


def _faults_of(inside: list[Period], priority: str, at_s: float) -> list[str]:
    if not inside:
        return [f"no whole period in the window at {at_s:.1f} s"]
    lasted_s = sum(each.ended_s - each.began_s for each in inside)
    hz = len(inside) / lasted_s
    duty = sum(each.dark_s - each.began_s for each in inside) / lasted_s
    low_hz, high_hz = FREQUENCY_HZ[priority]
    found = []
    if not low_hz <= hz <= high_hz:
        found.append(f"{hz:.2f} Hz in the window at {at_s:.1f} s")
    if not DUTY[0] <= duty <= DUTY[1]:
        found.append(f"duty {duty:.2f} in the window at {at_s:.1f} s")
    return found


def latest_turn_s(log: Log, half_period_s: float) -> float:
    """By how much the latest painted turn came after the moment it was due."""
    return max(
        after[0] % half_period_s for before, after in pairwise(log) if before[1] is not after[1]
    )
