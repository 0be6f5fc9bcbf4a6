"""Ours beside a reference, measured in turns in one run, so that a busy machine slows both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

_HEADS = ("what", "ours", "reference", "ratio", "spread", "goal", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One row: `ours` and `reference` are in `unit`, one number a round; lower is better."""

    what: str
    unit: str
    ours: Sequence[float]
    reference: Sequence[float]
    goal: float | None = None  # the ratio at most; None: shown only

    @property
    def ratio(self) -> float:
        """The median of ours in medians of the reference."""
        return median(self.ours) / median(self.reference)

    @property
    def spread(self) -> tuple[float, float]:
        """The smallest and the largest ratio of a round."""
        ratios = [one / other for one, other in zip(self.ours, self.reference, strict=True)]
        return min(ratios), max(ratios)

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in the row."""
        low, high = self.spread
        return (
            self.what,
            f"{_short(median(self.ours))} {self.unit}",
            f"{_short(median(self.reference))} {self.unit}",
            _short(self.ratio),
            f"{_short(low)}-{_short(high)}",
            "-" if self.goal is None else f"<= {_short(self.goal)}",
            "" if self.goal is None else ("met" if self.ratio <= self.goal else "missed"),
        )


def in_turns(measures: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Run each measure once a round, every other round backwards; what each gave, by name."""
    results: dict[str, list[float]] = {name: [] for name in measures}
    names = list(measures)
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            results[name].append(measures[name]())
    return results


def table(comparisons: Sequence[Comparison]) -> str:
    """All rows below each other, as Markdown."""
    rows = [_HEADS, *(comparison.cells for comparison in comparisons)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _short(number: float) -> str:
    """Three figures that count."""
    if number >= 100:
        return f"{number:.0f}"
    return f"{number:.3g}" if number >= 1 else f"{number:.2g}"
