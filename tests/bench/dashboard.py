"""Goal 3: what one bed takes of a core in real time, against the least dashboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.bench.children import answer, start, surroundings
from tests.bench.comparison import Comparison, in_turns

_PROGRAMS = {
    "ours": ("app_dashboard.py",),
    "sweep": ("reference_dashboard.py", "sweep"),
    "curve": ("reference_dashboard.py", "curve"),
}
_SETTLE_S = 8.0


def compare(rounds: int, seconds: float) -> list[Comparison]:
    """Run each for `seconds` beyond its beginning, one after the other."""
    frames: dict[str, list[float]] = {}
    with surroundings() as env:
        measures = {name: _share(name, seconds, env, frames) for name in _PROGRAMS}
        found = in_turns(measures, rounds)
    return [
        Comparison(
            what=f"one bed in real time: {what}",
            unit=unit,
            ours=ours["ours"],
            reference=ours[reference],
            goal=goal,
        )
        for what, unit, ours, reference, goal in (
            ("least dashboard", "% core", found, "sweep", 1.5),
            ("the same with a plot curve, pen 1", "% core", found, "curve", 1 / 3),
            ("frames drawn", "/s", frames, "sweep", None),
        )
    ]


def _share(
    name: str, seconds: float, env: Mapping[str, str], frames: dict[str, list[float]]
) -> Callable[[], float]:
    program, *words = _PROGRAMS[name]

    def measure() -> float:
        with start(program, *words, str(_SETTLE_S), str(seconds), env=env) as child:
            said = answer(child)
        frames.setdefault(name, []).append(said["frames_per_s"])
        return said["core_pct"]

    return measure
