"""Recordings: which column is which metric, and what is no value."""

from pathlib import Path

import pytest

from devices.replay import Recording, RecordingError, load
from devices.source import Sensor


def recording(tmp_path: Path, text: str, **asked: str) -> Recording:
    path = tmp_path / "recording.csv"
    path.write_text(text, encoding="utf-8")
    return load(path, asked)


def test_columns_are_found_whatever_their_case_blanks_and_mark(tmp_path: Path) -> None:
    found = recording(tmp_path, "\ufeffTime   , SpO2 (%) ,PR,co2,PI\n1,97,60,44.1,2.5\n")
    (row,) = found.rows
    assert (row.spo2_pct, row.pulse_rate_per_min, row.perfusion_index_pct) == (97, 60, 2.5)
    assert row.etco2_mmhg is None
    assert found.gives == {"spo2_pct", "pulse_rate_per_min", "perfusion_index_pct"}


def test_a_pulse_column_goes_before_an_ecg_rate(tmp_path: Path) -> None:
    found = recording(tmp_path, "hr,pulse,spo2\n61,60,97\n")
    assert found.rows[0].pulse_rate_per_min == 60


@pytest.mark.parametrize("absent", ["0", "", "  ", "--", "---", "nan", "-1", "inf", "off", "0.2"])
def test_what_is_no_number_above_zero_is_no_value(tmp_path: Path, absent: str) -> None:
    found = recording(tmp_path, f"spo2,pr,rr\n{absent},60,14\n97,{absent},14\n{absent},{absent},14")
    assert [(row.spo2_pct, row.pulse_rate_per_min) for row in found.rows] == [
        (None, 60),
        (97, None),
        (None, None),
    ]
    assert [row.sensor for row in found.rows] == [Sensor.ON, Sensor.ON, Sensor.OFF]
    assert found.rows[2].respiratory_rate_per_min == 14


def test_decimals_are_rounded_half_up(tmp_path: Path) -> None:
    found = recording(tmp_path, "spo2\n97.4\n97.5\n98.49\n")
    assert [row.spo2_pct for row in found.rows] == [97, 98, 98]


def test_a_blank_row_is_a_second_without_values(tmp_path: Path) -> None:
    found = recording(tmp_path, "spo2,pr\n97,60\n,\n96,61\n")
    assert [row.spo2_pct for row in found.rows] == [97, None, 96]


def test_pressures_count_where_they_change(tmp_path: Path) -> None:
    text = (
        "spo2,NIBP sys,NIBP dia,NIBP mean\n97,,,\n97,120,80,\n97,120,80,\n97,0,0,0\n97,120,80,93\n"
    )
    found = recording(tmp_path, text)
    assert [(p.second, p.systolic_mmhg, p.mean_mmhg) for p in found.pressures] == [
        (1, 120, None),
        (4, 120, 93),
    ]


def test_a_row_lasts_one_second_from_the_first_listener_on(tmp_path: Path) -> None:
    found = recording(tmp_path, "spo2\n97\n96\n95\n")
    assert not found.has_ended(1000.0)
    found.begin(50.3)
    found.begin(51.0)
    assert [found.vitals(50.3 + at).spo2_pct for at in (0.0, 0.99, 1.0, 2.5)] == [97, 97, 96, 95]
    assert not found.has_ended(53.2)
    assert found.has_ended(53.3)


@pytest.mark.parametrize(
    ("text", "asked", "part"),
    [
        ("", {}, "no rows"),
        ("spo2,pr\n", {}, "no rows"),
        ("a,b\n1,2\n", {}, "no column that is known"),
        ("SpO2 1,SpO2 2\n97,98\n", {}, "several columns for spo2 .*--map spo2=COLUMN"),
        ("spo2,pr\n97,60\n", {"spo2": "sat"}, "no column 'sat'"),
        ("spo2,spo2\n97,60\n", {"spo2": "spo2"}, "several columns 'spo2'"),
    ],
)
def test_a_recording_that_would_need_a_guess_is_refused(
    tmp_path: Path, text: str, asked: dict[str, str], part: str
) -> None:
    with pytest.raises(RecordingError, match=part) as refused:
        recording(tmp_path, text, **asked)
    assert "\n" not in str(refused.value)


def test_a_column_that_is_asked_for_settles_the_others(tmp_path: Path) -> None:
    text = "SpO2 1,SpO2 5,Pulse 1,Pulse 5,PI 1,PI 5\n90,98,1,60,2,3\n"
    found = recording(tmp_path, text, spo2="spo2 5", pulse_rate="Pulse 5")
    (row,) = found.rows
    assert (row.spo2_pct, row.pulse_rate_per_min, row.perfusion_index_pct) == (98, 60, None)


def test_a_file_that_is_missing_or_no_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="no such file"):
        load(tmp_path / "none.csv", {})
    with pytest.raises(RecordingError, match="directory"):
        load(tmp_path, {})
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00\x80" * 20)
    with pytest.raises(RecordingError, match="UTF-8"):
        load(tmp_path / "bytes.csv", {})


@pytest.mark.real_data
def test_real_recordings_have_the_columns_they_are_known_for(shared_data: Path) -> None:
    sedation = load(shared_data / "vitals" / "sedation_P017.csv", {})
    assert len(sedation.rows) == 11016
    assert sum(row.spo2_pct is None for row in sedation.rows) == 1920
    assert all(row.etco2_mmhg is None for row in sedation.rows)
    hypoxia = shared_data / "vitals" / "hypoxia_100001.csv"
    with pytest.raises(RecordingError, match="several columns for spo2"):
        load(hypoxia, {})
    asked = {"spo2": "SpO2 5", "pulse_rate": "Pulse 5", "perfusion_index": "PI 5"}
    assert load(hypoxia, asked).rows[0].spo2_pct == 98
