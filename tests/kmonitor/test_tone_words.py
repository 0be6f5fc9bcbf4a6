"""The word `tones`, and the files it writes measured as they are heard."""

from __future__ import annotations

import os
import wave
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from kmonitor.alarms.conditions import Priority
from kmonitor.command_line import run
from kmonitor.tone_words import SEQUENCE_S, tones
from tests.tone_checker import Sound, burst_complaints, bursts_of, heard_pulses

HIGH, MEDIUM, LOW = Priority.HIGH, Priority.MEDIUM, Priority.LOW
NAMES = ["high.wav", "low.wav", "medium.wav", "sequence.wav"]


def heard_in(path: Path) -> Sound:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32_767


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("tones") / "to be" / "made"
    assert CliRunner().invoke(tones, ["--out", str(place)]).exit_code == 0
    return place


def test_four_files_come_and_each_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(tones, ["--out", str(tmp_path)])
    assert done.exit_code == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == NAMES
    assert len(done.output.splitlines()) == 4
    assert f"{tmp_path / 'high.wav'}: one high priority burst." in done.output


@pytest.mark.parametrize("priority", Priority)
def test_a_file_holds_one_burst_that_keeps_the_published_figures(
    priority: Priority, folder: Path
) -> None:
    assert burst_complaints(heard_in(folder / f"{priority}.wav"), 48_000, priority) == []


def test_the_sequence_is_a_minute_of_alarms_in_their_order(folder: Path) -> None:
    sound = heard_in(folder / "sequence.wav")
    assert len(sound) == SEQUENCE_S * 48_000
    bursts = bursts_of(heard_pulses(sound, 48_000))
    found: list[Priority] = []
    for burst in bursts:
        begin, end = (round(at * 48_000) for at in (burst[0].begin_s, burst[-1].end_s))
        whole = sound[max(0, begin - 480) : end + 480]
        found += [p for p in Priority if burst_complaints(whole, 48_000, p) == []]
    assert found == [MEDIUM, MEDIUM, HIGH, HIGH, MEDIUM, MEDIUM, LOW]
    assert len(found) == len(bursts)
    assert 12.5 <= bursts[2][0].begin_s <= 13.0
    assert all(later[0].rise_90_s - burst[-1].fall_90_s > 2 for burst, later in pairwise(bursts))


def test_its_own_files_are_written_anew_and_others_stay(tmp_path: Path) -> None:
    (tmp_path / "mine.wav").write_text("mine")
    (tmp_path / "low.wav").write_text("old")
    for _ in range(2):
        assert CliRunner().invoke(tones, ["--out", str(tmp_path)]).exit_code == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([*NAMES, "mine.wav"])
    assert (tmp_path / "mine.wav").read_text() == "mine"
    assert len(heard_in(tmp_path / "low.wav")) > 9_600


def test_without_a_folder_it_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tones, []) == 2
    assert "--out" in capsys.readouterr().err


def test_a_file_where_the_folder_should_be_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "there").touch()
    assert run(tones, ["--out", str(tmp_path / "there")]) == 1
    assert run(tones, ["--out", str(tmp_path / "there" / "below")]) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert first.endswith("there is a file, not a folder.")
    assert "cannot be made" in second


def test_a_name_that_is_taken_by_a_folder_is_one_sentence_and_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "high.wav").mkdir()
    assert run(tones, ["--out", str(tmp_path)]) == 1
    (sentence,) = capsys.readouterr().err.splitlines()
    assert "high.wav cannot be written" in sentence
    assert [file.name for file in tmp_path.iterdir()] == ["high.wav"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write there")
def test_a_folder_that_is_not_ours_is_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert run(tones, ["--out", str(tmp_path)]) == 1
