"""A minute of flashing in real time: whether rhythm and duty hold at paint time, and how late."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEventLoop, QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication

from tests.bedside_sessions import Course, pleth_block
from tests.bench.alarm_latency import busy_beside
from tests.flash_checker import Log, faults, latest_turn_s
from ui.bedside.page import BedsidePage
from ui.theme import make_theme
from ui.widgets.flash import HALF_PERIOD_S

_FRAME_MS = 40
_PAINT_GAP_MS = 100
_SHOWN = (("tile", "high"), ("banner", "high"), ("pulse", "medium"))


def told(seconds: float, busy: int) -> Iterator[str]:
    """A line for each widget, first on the machine as it is, then beside `busy` processes."""
    app = QApplication.instance() or QApplication([])
    for count in (0, busy):
        with busy_beside(count):
            logs = _flashed(seconds)
        for name, priority in _SHOWN:
            late_ms = latest_turn_s(logs[name], HALF_PERIOD_S[priority]) * 1000
            wrong = faults(logs[name], priority)
            rhythm = "; ".join(wrong) or "frequency and duty hold in every window of 5 s"
            who = f"{priority} {name}, {count} busy processes"
            yield f"{who}: latest turn {late_ms:.0f} ms late (goal {_PAINT_GAP_MS}), {rhythm}"
    app.processEvents()


def _flashed(seconds: float) -> dict[str, Log]:
    """A page with a high SpO2 alarm, in the banner too, and a medium one of the pulse."""
    course = Course()
    course.run(20)
    course.run(20, spo2=82, pulse=130)
    page = BedsidePage(make_theme("dark", 3.859), clock_now=lambda: course.now)
    page.resize(QSize(1280, 800))
    logs: dict[str, Log] = {name: [] for name, _ in _SHOWN}
    page.spo2.painted_phase = lambda real_s, lit: logs["tile"].append((real_s, lit))
    page.pulse.painted_phase = lambda real_s, lit: logs["pulse"].append((real_s, lit))
    page.banner.painted_phase = lambda real_s, lit: logs["banner"].append((real_s, lit))
    page.show()
    page.show_snapshot(course.session)
    samples = iter(range(0, 10_000_000, 3))
    waiting, timer = QEventLoop(), QTimer(page)

    def frame() -> None:
        page.add_wave(pleth_block(course.session.now, next(samples), 3))
        page.tick()
        log = logs["tile"]
        if log and log[-1][0] - log[0][0] >= seconds:
            waiting.quit()

    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(frame)
    timer.start(_FRAME_MS)
    waiting.exec()
    timer.stop()
    page.close()
    return logs
