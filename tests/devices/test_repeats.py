from devices.repeats import RepeatFilter
from devices.waves import WaveJoiner
from kmonitor.clock import FakeClock
from kmonitor.metrics import Metric
from kmonitor.vitals import FrameFault, Mode, NumericReading, Reading, Reason, Validity, WaveBlock

NOW = FakeClock().now()


def number(value: float | None, metric: Metric = Metric.SPO2) -> NumericReading:
    is_there = value is not None
    return NumericReading(
        received=NOW,
        metric=metric,
        value=value,
        validity=Validity.VALID if is_there else Validity.ONGOING,
        reason=None if is_there else Reason.SEARCHING,
        mode=Mode.SIMULATED,
    )


def wave(samples: tuple[int | None, ...], rate_hz: float = 4) -> WaveBlock:
    return WaveBlock(
        received=NOW, metric=Metric.PLETH, rate_hz=rate_hz, samples=samples, mode=Mode.SIMULATED
    )


def passed(values: list[float | None], every: int) -> list[int]:
    """The places of the readings that are told."""
    repeats = RepeatFilter(every)
    return [k for k, value in enumerate(values) if repeats.pick([number(value)])]


def test_an_unchanged_number_is_told_once_in_n_frames_from_the_first_on() -> None:
    assert passed([97] * 10, 4) == [0, 4, 8]


def test_a_change_is_told_at_once_and_leaves_the_grid_where_it_is() -> None:
    assert passed([97, 97, 96, 96, 96, 96, 97, 97, 97], 4) == [0, 2, 4, 6, 8]


def test_an_absence_and_its_end_are_changes() -> None:
    assert passed([97, None, None, 97, 97], 60) == [0, 1, 3]


def test_each_metric_is_thinned_by_itself() -> None:
    repeats = RepeatFilter(60)
    repeats.pick([number(97), number(72, Metric.PULSE_RATE)])
    (told,) = repeats.pick([number(97), number(73, Metric.PULSE_RATE)])
    assert told.metric is Metric.PULSE_RATE


def test_all_but_numbers_passes_in_its_order() -> None:
    fault = FrameFault(received=NOW, offset=0, raw=b"x", reason="checksum")
    found: list[Reading | FrameFault] = [wave((1,)), fault, number(97), wave((2,)), number(97)]
    assert RepeatFilter(60).pick(found) == [wave((1,)), fault, number(97), wave((2,))]


def test_waves_are_joined_to_whole_seconds() -> None:
    joiner = WaveJoiner()
    assert joiner.join(wave((1, 2, 3))) == []
    assert joiner.join(wave((4, None, 6))) == [wave((1, 2, 3, 4))]
    assert joiner.join(wave((7, 8, 9, 10, 11, 12, 13))) == [
        wave((None, 6, 7, 8)),
        wave((9, 10, 11, 12)),
    ]
    assert joiner.break_off() == [wave((13,))]
    assert joiner.break_off() == []


def test_waves_of_another_rate_are_not_joined() -> None:
    joiner = WaveJoiner()
    joiner.join(wave((1, 2)))
    assert joiner.join(wave((3,), rate_hz=100)) == [wave((1, 2))]
    assert joiner.break_off() == [wave((3,), rate_hz=100)]
