import pytest

from kmonitor.clock import Instant
from kmonitor.events import ReadingArrived
from kmonitor.metrics import Metric
from kmonitor.store.gaps import Gap, gaps_of
from kmonitor.vitals import NumericReading
from tests.kmonitor.store.record_help import START, reading


def series(*values: tuple[float, float | None]) -> list[tuple[Instant, NumericReading]]:
    rows = (reading(1, each, at=START.plus(second)).row for second, each in values)
    return [(row.at, row.reading) for row in rows if isinstance(row, ReadingArrived)]


def gaps(end_s: float, *values: tuple[float, float | None]) -> list[tuple[float, int, str]]:
    found = gaps_of(Metric.SPO2, series(*values), START.plus(end_s))
    return [(each.since.seconds_since(START), each.seconds, each.reason) for each in found]


def run(absent_s: int, jitter_s: float = 0) -> list[tuple[float, int, str]]:
    """Readings each second, those from second 10 on absent for `absent_s`."""
    values: list[tuple[float, float | None]] = [
        (second + (jitter_s if second == 10 else 0), None if 10 <= second < 10 + absent_s else 97)
        for second in range(40)
    ]
    return gaps(40, *values)


@pytest.mark.parametrize("jitter_s", [0, 0.4, -0.4])
def test_an_absence_of_four_seconds_is_no_gap_and_one_of_eight_is(jitter_s: float) -> None:
    assert run(4, jitter_s) == []
    assert run(8, jitter_s) == [(10 + jitter_s, 8, "sensor_off")]


def test_five_seconds_are_a_gap_also_when_arrival_jitters() -> None:
    assert run(5, 0.4) == [(10.4, 5, "sensor_off")]
    assert run(5, 0.6) == []


def test_silence_is_a_gap_from_two_seconds_after_the_last_reading() -> None:
    assert gaps(30, (0, 97), (1, 97), (10, 97), *((s, 97) for s in range(11, 30))) == [
        (3, 7, "nothing_came")
    ]


def test_silence_that_turns_into_absence_is_one_gap() -> None:
    assert gaps(21, (0, 97), (8, None), (9, None), (20, 97)) == [(2, 18, "nothing_came")]


def test_absence_that_turns_into_silence_is_one_gap() -> None:
    assert gaps(31, (0, 97), (1, None), (2, None), (30, 97)) == [(1, 29, "sensor_off")]


def test_a_gap_lasts_to_the_end_of_the_session() -> None:
    assert gaps(60, (0, 97), (1, 97)) == [(3, 57, "nothing_came")]
    assert gaps(60, (0, 97), (1, None)) == [(1, 59, "sensor_off")]
    assert gaps(3, (0, 97), (1, 97)) == []


def test_a_metric_that_never_had_a_value_is_one_gap() -> None:
    assert gaps(20, *((s, None) for s in range(20))) == [(0, 20, "sensor_off")]
    assert gaps_of(Metric.SPO2, [], START) == []


def test_half_a_second_counts_as_one() -> None:
    gap = Gap(metric=Metric.SPO2, since=START, until=START.plus(4.5), reason="x")
    assert gap.seconds == 5
