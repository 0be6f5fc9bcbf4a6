"""Goal 1: from the start of the app's process to the first painted live number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter

from tests.bench.children import answer, start, surroundings
from tests.bench.comparison import Comparison, in_turns

_GOAL = 1.5


def compare(rounds: int) -> list[Comparison]:
    """Fresh processes by turns; the first of each, which makes the record, is not counted."""
    cpu_ms: dict[str, list[float]] = {}
    with surroundings() as env:
        measures = {
            name: _first_paint(name, env, cpu_ms) for name in ("app_to_numbers", "bare_window")
        }
        for measure in measures.values():
            measure()
        cpu_ms.clear()
        wall_ms = in_turns(measures, rounds)
    return [
        Comparison(
            what=f"first paint with live numbers, {what}",
            unit="ms",
            ours=found["app_to_numbers"],
            reference=found["bare_window"],
            goal=_GOAL,
        )
        for what, found in (("processor", cpu_ms), ("wall", wall_ms))
    ]


def _first_paint(
    name: str, env: Mapping[str, str], cpu_ms: dict[str, list[float]]
) -> Callable[[], float]:
    def measure() -> float:
        begun = perf_counter()
        with start(f"{name}.py", env=env) as child:
            said = answer(child)
            taken_ms = (perf_counter() - begun) * 1000
        cpu_ms.setdefault(name, []).append(said["cpu_ms"])
        return taken_ms

    return measure
