from pathlib import Path

import click
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kmonitor.alarms.limits import Judged
from kmonitor.metrics import Metric
from kmonitor.recordings import csv_files
from kmonitor.recordings.columns import read_map
from kmonitor.recordings.csv_files import load
from kmonitor.recordings.recording import Recording, RecordingError
from kmonitor.vitals import Reason

SPO2, PULSE = Judged.SPO2, Judged.PULSE_RATE


@pytest.fixture
def file(tmp_path: Path):
    def write(content: str | bytes) -> Path:
        path = tmp_path / "night.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def spo2(recording: Recording) -> list[float | None]:
    place = recording.columns.index(SPO2)
    return [recording.believed(Metric.SPO2, row.numbers[place])[0] for row in recording.rows]


def test_a_file_as_a_spreadsheet_writes_it_is_read(file):
    text = (
        "\ufeffTime              ,co2,spo2,pr\r\n"
        "15/08/2019 11:01:00,            ,100,68\r\n"
        "15/08/2019 11:01:01,42.4,---,\r\n"
        "\r\n"
        "15/08/2019 11:01:02,42.4,97.5,70\r\n"
        "Collection Halted,,,\r\n"
    )
    recording = load(file(text))
    assert recording.columns == (SPO2, PULSE)
    assert [(row.at_s, row.numbers) for row in recording.rows] == [
        (0, (100, 68)), (1, (None, None)), (2, (97.5, 70)),
    ]  # fmt: skip
    assert recording.notes == (
        "Columns taken: spo2 from 'spo2', pulse_rate from 'pr'.",
        "Rows left out because their time cannot be read or went back: 1.",
    )


def test_semicolons_with_decimal_commas_and_tabs_are_read(file):
    assert spo2(load(file("t;SpO2\n0,0;97,5\n0,5;96\n"))) == [97.5, 96]
    assert spo2(load(file("t\tSpO2\n0\t97.5\n1\t96\n"))) == [97.5, 96]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_any_usual_encoding_is_read(file, encoding):
    assert spo2(load(file("Uhrzeit für Müller,SpO2\n0,97\n".encode(encoding)))) == [97]


@pytest.mark.parametrize("cell", ["0", "-1", "101", "127", "0.4", "1e9"])
def test_what_no_living_patient_has_is_never_a_value_of_spo2(file, cell):
    recording = load(file(f"t,spo2\n0,97\n1,{cell}\n"))
    assert spo2(recording) == [97, None]


@pytest.mark.parametrize("cell", ["", " ", "---", "AS AO", "nan", "inf", "-inf", "9_7", "97%"])
def test_a_cell_that_is_no_number_is_empty(file, cell):
    assert load(file(f"t,spo2\n0,97\n1,{cell}\n")).rows[1].numbers == (None,)


def test_numbers_that_mean_no_reading_are_no_values(file):
    recording = load(file("t,spo2,rr\n0,97,14\n1,50,0\n"), absent=frozenset({0.0, 50.0}))
    assert recording.believed(Metric.SPO2, 50) == (None, Reason.NOT_MEASURED)
    assert recording.believed(Metric.SPO2, 0) == (None, Reason.SENSOR_OFF)
    assert recording.believed(Metric.RESPIRATORY_RATE, 0) == (None, Reason.NOT_MEASURED)
    plain = load(file("t,spo2,rr\n0,97,14\n1,50,0\n"))
    assert plain.believed(Metric.RESPIRATORY_RATE, 0) == (0, None)
    assert plain.believed(Metric.SPO2, 127) == (None, Reason.OUT_OF_RANGE)


def test_columns_that_were_asked_for_are_taken_and_no_other(file):
    recording = load(
        file("t,SpO2 1,SpO2 5,Pulse 5\n0,97,88,60\n"), asked=read_map(["spo2=spo2 5,pr=Pulse 5"])
    )
    assert recording.columns == (SPO2, PULSE)
    assert list(recording.rows[0].numbers) == [88, 60]
    assert not recording.notes
    assert load(file("t,spo2,pr\n0,97,60\n"), asked={SPO2: "spo2"}).columns == (SPO2,)
    comma = read_map(["spo2=sat, arterial,pulse_rate=HR"])
    assert comma == {SPO2: "sat, arterial", PULSE: "HR"}


@pytest.mark.parametrize(
    ("heading", "columns"),
    [
        ("t,SpO2(%),PR (/min)", "spo2 pulse_rate"),
        ("t,NIBP Sys [mmHg],NIBP Dia [mmHg],MAP", "nibp_systolic nibp_diastolic nibp_mean"),
        ("t,Solar8000/PLETH_SPO2,Solar8000/HR,Solar8000/ETCO2", "spo2 pulse_rate etco2"),
        ("t,spo2_pct,heart_rate_bpm,resp_rate", "spo2 pulse_rate respiratory_rate"),
        ("t,HR,Pulse,SAO2", "spo2 pulse_rate"),
        ("t,co2,tcCO2,spo2 alarm,print,spo2", "spo2"),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_usual_titles_and_by_no_others(file, heading, columns):
    recording = load(file(f"{heading}\n0{',50' * heading.count(',')}\n"))
    assert [each.value for each in recording.columns] == columns.split()


def test_a_column_that_is_not_there_is_refused_with_all_that_are(file):
    path = file("t,SpO2 1,SpO2 2\n0,97,96\n")
    with pytest.raises(click.UsageError, match=r"no column 'SpO2 9'.*'t', 'SpO2 1', 'SpO2 2'"):
        load(path, asked={SPO2: "SpO2 9"})
    with pytest.raises(click.UsageError, match=r"several columns for spo2 .*--map spo2=COLUMN"):
        load(path)
    with pytest.raises(click.UsageError, match=r"each column once: spo2 and .* 'SpO2 1'\."):
        load(path, asked={SPO2: "SpO2 1", Judged.PULSE_RATE: "spo2 1"})
    with pytest.raises(click.UsageError, match=r"no column that is known.*'a', 'b'"):
        load(file("a,b\n1,2\n"))


@pytest.mark.parametrize("text", ["spo2", "pulse", "x=1", "spo2=", "spo2=a,spo2=b", ""])
def test_a_map_that_says_nothing_clear_is_refused(text):
    with pytest.raises(click.UsageError, match="--map takes METRIC=COLUMN"):
        read_map([text])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\r\n \r\n", "is empty"),
        (b"t,spo2\n", "no rows"),
        (b"t,spo2\n0,\n1,---\n", "no number in its columns for spo2"),
        (b"t,spo2\nx,97\ny,96\n", "no times in its first column"),
        (b"spo2,pr\n97,60\n", "no times in its first column"),
        (b"\x7fELF\x00\x01\x02,spo2\n0,1", "no CSV text"),
        (b't,spo2\n0,"' + b"9" * 200_000, "no CSV file"),
        (b"t,spo2\n0,97\n99999999,97\n", "more than a year"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(file, content, sentence):
    with pytest.raises(RecordingError, match=sentence):
        load(file(content))


def test_a_folder_a_missing_file_and_a_huge_one_are_one_sentence(tmp_path, monkeypatch, file):
    for path in (tmp_path, tmp_path / "none.csv", Path("a\0b")):
        with pytest.raises(RecordingError, match=r"cannot be read|no file of that name"):
            load(path)
    monkeypatch.setattr(csv_files, "LARGEST_BYTES", 10)
    with pytest.raises(RecordingError, match="is larger than"):
        load(file("t,spo2\n0,97\n"))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=120), st.sampled_from([b"", b"t,spo2,sys\n0,97,120\n1,", b"\xff\xfe"]))
@example(b"\xd8\x00", b"\xff\xfe")
def test_no_bytes_whatever_end_in_anything_but_a_recording_or_a_sentence(file, junk, before):
    try:
        recording = load(file(before + junk))
    except (RecordingError, click.UsageError):
        return
    times = [row.at_s for row in recording.rows]
    assert times == sorted(times)
    assert times[0] == 0


def test_a_cuff_reading_that_stays_on_display_is_one_reading(file):
    rows = [
        "118,76,90",
        "118,76,90",
        ",,",
        "118,76,90",
        "118,76,90",
        "118,78,90",
        "0,0,0",
        "400,9,",
    ]
    text = "sys,dia,map\n" + "\n".join(rows) + "\n"
    recording = load(file(text), rate_hz=1)
    assert list(recording.cuff_readings()) == [
        (0, (118, 76, 90)), (3, (118, 76, 90)), (5, (118, 78, 90)),
    ]  # fmt: skip


@pytest.mark.parametrize(("step_s", "notes"), [(10, []), (60, ["60 s"]), (1000, ["1000 s"])])
def test_rows_so_far_apart_that_there_is_no_data_between_them_are_told_of(file, step_s, notes):
    text = "t,spo2\n" + "".join(f"{step_s * row},97\n" for row in range(5))
    said = load(file(text), asked={SPO2: "spo2"}).notes
    assert list(said) == [
        f"Most rows are {step} apart: between them there is no data." for step in notes
    ]


def test_time_without_a_value_counts_empty_rows_and_rows_that_are_missing(file):
    rows = [(0, "97"), (1, "97"), (2, "0"), (3, ""), (4, "97"), (64, "97"), (65, "97")]
    text = "t,spo2\n" + "\n".join(f"{at},{cell}" for at, cell in rows)
    assert load(file(text)).without_value_s(SPO2) == 2 + 59
