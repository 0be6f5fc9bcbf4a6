"""Goal 2: the processor time of one frame of a wave, 125 Hz, 10 s across 1920 px."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle
from time import process_time

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget

from tests.bench.comparison import Comparison, in_turns
from tests.bench.reference_curves import FixedCurve, TwoCurves
from tests.bench.reference_sweep import ReferenceSweep
from tests.bench.signals import PLETH_HZ, SWEEP_S, pleth
from ui.theme import Role, make_theme
from ui.widgets.sweep import MM_PER_S, SweepWave

_SIZE = QSize(1920, 300)
_SAMPLES_A_FRAME = 4
_FRAMES = -(-PLETH_HZ * SWEEP_S // _SAMPLES_A_FRAME)  # one sweep, its turn included
_WARM_FRAMES = _FRAMES + 40  # our sweep first waits for a second of samples


def compare(rounds: int) -> list[Comparison]:
    """Measure all four by turns, one sweep a round."""
    app = QApplication.instance() or QApplication([])
    theme = make_theme("dark", _SIZE.width() / SWEEP_S / MM_PER_S, _SIZE)
    ours = SweepWave(theme, "Pleth", Role.SPO2)
    least, fixed, two = ReferenceSweep(), FixedCurve(), TwoCurves()

    def push_ours(samples: Sequence[int]) -> None:
        ours.add_samples(samples, PLETH_HZ)
        ours.tick()

    shown: dict[str, tuple[QWidget, Callable[[Sequence[int]], None]]] = {
        "ours": (ours, push_ours),
        "least": (least, least.push),
        "fixed": (fixed.widget, fixed.push),
        "two": (two.widget, two.push),
    }
    measures = {name: _frames(app.processEvents, *each) for name, each in shown.items()}
    for measure in measures.values():
        measure()  # warm
    found = in_turns(measures, rounds)
    return [
        Comparison(what=what, unit="ms", ours=found["ours"], reference=found[reference], goal=goal)
        for what, reference, goal in (
            ("wave frame: least sweep, pen 2 antialiased", "least", 2),
            ("wave frame: deques, two curves, pen 3", "two", 1 / 10),
            ("wave frame: one fixed plot curve, pen 1", "fixed", 1 / 4),
        )
    ]


def _frames(
    process_events: Callable[[], None],
    widget: QWidget,
    push: Callable[[Sequence[int]], None],
) -> Callable[[], float]:
    """A measure: milliseconds of processor time a frame over one sweep of `widget`."""
    blocks = cycle(_in_blocks(pleth(4 * SWEEP_S)))
    widget.resize(_SIZE)
    widget.show()
    process_events()
    for _ in range(_WARM_FRAMES):
        push(next(blocks))
        process_events()

    def measure() -> float:
        begun = process_time()
        for _ in range(_FRAMES):
            push(next(blocks))
            process_events()
        return (process_time() - begun) * 1000 / _FRAMES

    return measure


def _in_blocks(samples: Sequence[int]) -> list[Sequence[int]]:
    return [samples[at : at + _SAMPLES_A_FRAME] for at in range(0, len(samples), _SAMPLES_A_FRAME)]
