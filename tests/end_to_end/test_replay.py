"""A real recording goes out as Contec bytes over a pseudo-serial port and into the record."""

import csv
import itertools
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kmonitor.events import ReadingArrived
from kmonitor.metrics import Metric
from kmonitor.store.reader import RecordReader
from kmonitor.store.summary import summarise
from tests.devices.simulated import CHECKOUT, simulator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-serial ports there")

SPEED = 20
CUT = slice(950, 1250)  # five minutes with four runs of SpO2 0, and pulses of 0 beside them
Run = tuple[float | None, float]  # a number and the second it began


def recorded_runs(path: Path, column: str, rows: slice) -> list[Run]:
    with path.open(encoding="utf-8-sig", newline="") as opened:
        lines = list(csv.reader(opened))
    place = [title.strip() for title in lines[0]].index(column)
    numbers = [float(line[place]) or None for line in lines[1:]][rows]
    return runs_of([(number, float(second)) for second, number in enumerate(numbers)])


def runs_of(numbers: Sequence[Run]) -> list[Run]:
    return [next(group) for _, group in itertools.groupby(numbers, key=lambda found: found[0])]


def play(recording: Path, db: Path, seconds: float) -> RecordReader:
    """The recording through a simulated oximeter, its port, `watch` and the record."""
    with simulator("contec-v7", f"--replay={recording}", f"--speed={SPEED}") as (process, port):
        watch = subprocess.Popen(
            [sys.executable, "main.py", "watch", "--port", f"{port}:contec-v7",
             f"--speed={SPEED}", "--db", str(db)],
            cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            assert process.wait(seconds / SPEED + 20) == 0, "a recording's end ends the simulator"
            watch.send_signal(signal.SIGINT)
            _, said = watch.communicate(timeout=20)
        finally:
            watch.kill()
            watch.wait()
    assert (watch.returncode, said) == (0, b"")
    return RecordReader(db)


def arrived_runs(reader: RecordReader, metric: Metric) -> list[Run]:
    (session,) = reader.sessions()
    mine = [
        event.reading
        for event in reader.events(session.session_id)
        if isinstance(event, ReadingArrived) and event.reading.metric is metric
    ]
    assert all(r.value != 0 for r in mine), "a zero is no value"
    assert all(r.reason is not None for r in mine if r.value is None), "absent without a reason"
    first = mine[0].received
    return runs_of([(r.value, r.received.seconds_since(first)) for r in mine])


def check_places(arrived: Sequence[Run], recorded: Sequence[Run]) -> None:
    """The same numbers in the same order, each within 2 s of its place after the first."""
    assert [number for number, _ in arrived] == [number for number, _ in recorded]
    late = [a - r for (_, a), (_, r) in zip(arrived, recorded, strict=True)]
    assert min(late) >= -2.0
    assert max(late) <= 2.0


def check_gaps(summary: dict[str, Any], recorded: Sequence[Run], end_s: float) -> None:
    """Each run of SpO2 0 of 5 s or more is a gap of that length, the shorter ones are none."""
    begins = [second for _, second in recorded] + [end_s]
    runs = [
        after - second
        for (number, second), after in zip(recorded, begins[1:], strict=True)
        if number is None and after - second >= 5
    ]
    gaps = spo2_gaps(summary)
    assert len(gaps) == len(runs)
    assert all(abs(gap - run) <= 2 for gap, run in zip(gaps, runs, strict=True))


@pytest.mark.real_data
def test_five_minutes_of_a_recording_are_kept_whole_and_in_their_place(
    shared_data: Path, tmp_path: Path
) -> None:
    whole = shared_data / "vitals" / "sedation_P017.csv"
    lines = whole.read_text(encoding="utf-8-sig").splitlines()
    cut = tmp_path / "cut.csv"
    rows = lines[1:][CUT]
    cut.write_text("\n".join([lines[0], *rows]), encoding="utf-8")
    reader = play(cut, tmp_path / "record.db", len(rows))
    spo2 = recorded_runs(whole, "spo2", CUT)
    assert sum(number is None for number, _ in spo2) == 4
    check_everything(reader, spo2, recorded_runs(whole, "pr", CUT), len(rows))


@pytest.mark.real_data
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_three_hours_of_a_recording_are_kept_whole_and_in_their_place(
    shared_data: Path, tmp_path: Path
) -> None:
    whole = shared_data / "vitals" / "sedation_P017.csv"
    everything = slice(None)
    spo2 = recorded_runs(whole, "spo2", everything)
    reader = play(whole, tmp_path / "record.db", 11016)
    assert sum(number is None for number, _ in spo2) == 52
    assert check_everything(reader, spo2, recorded_runs(whole, "pr", everything), 11016) == 34


def check_everything(
    reader: RecordReader, spo2: Sequence[Run], pulse: Sequence[Run], seconds: int
) -> int:
    """Both metrics by their own columns, the gaps, no fault; how many gaps of SpO2 there are."""
    check_places(arrived_runs(reader, Metric.SPO2), spo2)
    check_places(arrived_runs(reader, Metric.PULSE_RATE), pulse)
    (session,) = reader.sessions()
    assert reader.counts(session.session_id).get("frame_fault", 0) == 0
    summary = summarise(reader, session.session_id)
    check_gaps(summary, spo2, seconds)
    return len(spo2_gaps(summary))


def spo2_gaps(summary: dict[str, Any]) -> list[int]:
    """Lengths in seconds, without the silence after the recording's end."""
    mine = [gap for gap in summary["gaps"] if gap["metric"] == "spo2"]
    return [gap["s"] for gap in mine if gap["reason"] != "nothing_came"]
