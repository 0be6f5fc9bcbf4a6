"""A real recording goes out as Contec bytes over a pseudo-serial port and comes back whole."""

import csv
import itertools
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from kmonitor.metrics import Metric
from kmonitor.vitals import DeviceStatus, NumericReading, StatusKind
from tests.devices.simulated import Host, simulator

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


def arrived_runs(host: Host, metric: Metric) -> list[Run]:
    mine = [r for r in host.of(NumericReading) if r.metric is metric]
    assert all(r.value != 0 for r in mine), "a zero is no value"
    assert all(r.reason is not None for r in mine if r.value is None), "absent without a reason"
    return runs_of([(r.value, r.received.seconds_since(host.began)) for r in mine])


def play(path: Path, seconds: float) -> Host:
    with simulator("contec-v7", f"--replay={path}", f"--speed={SPEED}") as (process, port):
        host = Host(port, "contec-v7", speed=SPEED)
        host.greet()

        def has_ended() -> bool:
            return any(s.what is StatusKind.LIVE_STREAM_ENDED for s in host.of(DeviceStatus))

        assert host.read_until(has_ended, limit_s=seconds / SPEED + 10)
        host.close()
        assert process.wait(10) == 0, "the end of the recording ends the simulator"
        assert process.stderr
        assert process.stderr.read().decode() == "The recording has ended.\n"
    assert not host.faults
    return host


def check_places(arrived: Sequence[Run], recorded: Sequence[Run]) -> None:
    """The same numbers in the same order, each within 2 s of its place after the first."""
    assert [number for number, _ in arrived] == [number for number, _ in recorded]
    began_s = arrived[0][1]
    assert began_s <= 2.0
    late = [a - began_s - r for (_, a), (_, r) in zip(arrived, recorded, strict=True)]
    assert min(late) >= -2.0
    assert max(late) <= 2.0


@pytest.mark.real_data
def test_five_minutes_of_a_recording_arrive_whole_and_in_their_place(
    shared_data: Path, tmp_path: Path
) -> None:
    whole = shared_data / "vitals" / "sedation_P017.csv"
    lines = whole.read_text(encoding="utf-8-sig").splitlines()
    cut = tmp_path / "cut.csv"
    rows = lines[1:][CUT]
    cut.write_text("\n".join([lines[0], *rows]), encoding="utf-8")
    host = play(cut, len(rows))
    spo2 = recorded_runs(whole, "spo2", CUT)
    assert sum(number is None for number, _ in spo2) == 4
    check_places(arrived_runs(host, Metric.SPO2), spo2)
    check_places(arrived_runs(host, Metric.PULSE_RATE), recorded_runs(whole, "pr", CUT))


@pytest.mark.real_data
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_three_hours_of_a_recording_arrive_whole_and_in_their_place(shared_data: Path) -> None:
    whole = shared_data / "vitals" / "sedation_P017.csv"
    everything = slice(None)
    spo2 = recorded_runs(whole, "spo2", everything)
    host = play(whole, 11016)
    assert sum(number is None for number, _ in spo2) == 52
    check_places(arrived_runs(host, Metric.SPO2), spo2)
    check_places(arrived_runs(host, Metric.PULSE_RATE), recorded_runs(whole, "pr", everything))
