"""Another program locks the record: it is said, nothing is lost, and the screen never stands."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from kmonitor.alarms.conditions import Condition
from kmonitor.clock import monotonic_s
from kmonitor.metrics import Metric
from kmonitor.session_state import Session
from kmonitor.store import shelf
from kmonitor.store.connection import open_record
from kmonitor.store.keys import RecordKeys
from tests.end_to_end.recorded_bed import RecordedBed
from ui.bridge import Bridge
from ui.shell import Shell
from ui.sitting import Sitting
from ui.theme import make_theme

TOLD_WITHIN_S = 5.0


@pytest.fixture
def keys() -> RecordKeys:
    return RecordKeys.new()


@contextmanager
def locked(path: Path, keys: RecordKeys) -> Iterator[None]:
    """As another program would that means to keep it for itself."""
    with closing(open_record(path, keys)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


class Screen:
    """The window over a bed, and when it drew each frame."""

    def __init__(self, qtbot: QtBot, bed: RecordedBed, bridge: Bridge) -> None:
        self.drawn_s: list[float] = []
        self._qtbot, self._bed = qtbot, bed
        self.shell = Shell(
            make_theme("dark", 3.61, QSize(1920, 1080)), clock=bed.clock, bridge=bridge,
            make_setup=_never, begin=_never, has_start=True,
        )  # fmt: skip
        qtbot.addWidget(self.shell)
        self.shell.resize(1920, 1080)
        self.shell.show()
        sitting = Sitting(session_id=bed.session_id, put=bed.put, stop=lambda: None)
        self.shell.show_sitting(sitting)
        self.shell.framed.connect(lambda: self.drawn_s.append(monotonic_s()))

    def look_for(self, seconds: float) -> float:
        """Let it draw; the longest time between two frames, in seconds."""
        begun = len(self.drawn_s)
        end_s = monotonic_s() + seconds
        self._qtbot.waitUntil(lambda: monotonic_s() >= end_s, timeout=round(seconds * 3000))
        frames = self.drawn_s[begun:]
        assert len(frames) > seconds * 5  # of 25 a second, on whatever machine
        return max(later - earlier for earlier, later in pairwise(frames))

    def is_so(self, what) -> bool:
        return self.shell.session is not None and what(self.shell.session)


def _never(_: Any) -> Any:
    raise AssertionError


def lock_for(
    seconds: float, path: Path, keys: RecordKeys, qtbot: QtBot, *, calm_s: float = 0
) -> tuple[RecordedBed, float, float]:
    """A bed whose record is locked for so long, and before not; the longest gaps between frames."""
    bridge = Bridge()
    with RecordedBed(path, keys, observers=[bridge]) as bed:
        screen = Screen(qtbot, bed, bridge)
        bed.wait_until_saved()
        calm_gap_s = screen.look_for(calm_s) if calm_s else 0.0
        with locked(path, keys):
            bed.note("said while it was locked")
            bed.wait_for_alarm(Condition.STORE_FAILING, within_s=TOLD_WITHIN_S)
            failing = bed.looker.snapshots[-1]
            bed.spo2 = 84.0
            gap_s = screen.look_for(seconds)
            assert screen.is_so(lambda s: s.numerics[Metric.SPO2].latest.value == 84)
            bed.wait_for_alarm(Condition.SPO2_LOW)
            assert_it_waits(bed, failing)
        bed.wait(lambda s: s.record.failing_since is None)
        bed.wait_until_saved()
        bed.assert_nothing_false_was_said()
        screen.shell.leave()
    return bed, gap_s, calm_gap_s


def assert_it_waits(bed: RecordedBed, failing: Session) -> None:
    session = bed.looker.snapshots[-1]
    assert session.record.committed_seq == failing.record.committed_seq
    assert not session.is_saved
    assert "locked by another program" in session.record.failing_reason
    assert max(bed.rows()) < session.seq


def test_a_record_that_is_locked_for_eight_seconds_costs_no_row_and_no_frame(
    tmp_path: Path, keys: RecordKeys, qtbot: QtBot
) -> None:
    bed, _, _ = lock_for(8, tmp_path / "r.db", keys, qtbot)
    bed.assert_all_is_there()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_record_that_is_locked_for_a_minute_costs_no_row_and_no_frame(
    tmp_path: Path, keys: RecordKeys, qtbot: QtBot, record_property
) -> None:
    bed, gap_s, calm_gap_s = lock_for(60, tmp_path / "r.db", keys, qtbot, calm_s=60)
    bed.assert_all_is_there()
    told = f"{gap_s * 1000:.0f} ms, without a lock {calm_gap_s * 1000:.0f} ms"
    record_property("longest gap between two frames", told)
    print(f"longest gap between two frames: {told}")


def test_rows_are_sealed_once_the_lock_is_gone(
    tmp_path: Path, keys: RecordKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "SEAL_FROM", 20)
    with RecordedBed(tmp_path / "r.db", keys) as bed:
        bed.wait_until_saved()
        with locked(bed.path, keys):
            bed.wait(lambda s: s.record.failing_since is not None)
        sealed = bed.seals()
        bed.wait(lambda s: s.record.failing_since is None and bed.seals() > sealed)
    bed.assert_all_is_there()
