import pytest

from kmonitor.alarms.levels import as_displayed
from kmonitor.metrics import TABLE, Metric, MetricKind, facts_of, json_number


@pytest.mark.parametrize(
    ("metric", "value", "shown"),
    [
        (Metric.SPO2, 92.5, "93"),
        (Metric.SPO2, 93.5, "94"),
        (Metric.SPO2, 92.49, "92"),
        (Metric.TEMPERATURE, 36.65, "36.7"),
        (Metric.PERFUSION_INDEX, 4.2, "4.20"),
    ],
)
def test_numbers_are_shown_half_up(metric, value, shown):
    assert facts_of(metric).shown(value) == shown


def test_what_is_judged_is_what_is_shown():
    for tenths in range(700, 1001):
        assert str(as_displayed(tenths / 10)) == facts_of(Metric.SPO2).shown(tenths / 10)


def test_every_metric_stands_once_under_its_code():
    assert {facts.metric for facts in TABLE.values()} == set(Metric)
    assert all(code == facts.mdc for code, facts in TABLE.items())


def test_zero_is_never_plausible_where_it_means_no_value():
    for metric in (Metric.SPO2, Metric.PULSE_RATE, Metric.HEART_RATE):
        assert not facts_of(metric).is_plausible(0)


def test_json_numbers_are_whole_where_the_metric_has_no_decimals():
    assert json_number(Metric.SPO2, 97.0) == 97
    assert isinstance(json_number(Metric.SPO2, 97.0), int)
    assert json_number(Metric.PERFUSION_INDEX, 4.21) == 4.21
    assert json_number(Metric.SPO2, None) is None


def test_nibp_is_a_determination_and_pleth_a_wave():
    assert facts_of(Metric.NIBP).kind is MetricKind.DETERMINATION
    assert facts_of(Metric.PLETH).kind is MetricKind.WAVE
