"""The word as a person types it: exit status, lines of JSON, sentences on stderr."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kmonitor import alarm_words
from kmonitor.command_line import run
from tests.conftest import CHECKOUT

KEYS = ["at_s", "condition", "kind", "priority", "phase", "value", "limit"]


@pytest.fixture
def fall(tmp_path: Path) -> Path:
    """A minute of 98, half of 87, one of nothing, and 98 again."""
    spo2 = [98] * 60 + [87] * 30 + [0] * 60 + [98] * 60
    path = tmp_path / "fall.csv"
    rows = [f"{second},{each},70" for second, each in enumerate(spo2)]
    path.write_text("\n".join(["t,spo2,pr", *rows]), encoding="ascii")
    return path


@pytest.fixture
def say(capsys):
    def said(*arguments: object) -> tuple[int, list[dict[str, Any]], str]:
        status = run(alarm_words.alarms, [str(each) for each in arguments])
        captured = capsys.readouterr()
        return status, [json.loads(line) for line in captured.out.splitlines()], captured.err

    return said


def test_every_transition_is_a_line_and_the_last_line_sums_up(fall, say):
    status, lines, err = say(fall, "--absent", "0")
    assert status == 0
    assert err == "Columns taken: spo2 from 'spo2', pulse_rate from 'pr'.\n"
    *transitions, summary = lines
    assert transitions[0] == {
        "at_s": 60, "condition": "spo2_low", "kind": "physiological", "priority": "low",
        "phase": "pending", "value": 87, "limit": 93,
    }  # fmt: skip
    assert transitions[1] == {
        "at_s": 70, "condition": "spo2_low", "kind": "physiological", "priority": "medium",
        "phase": "onset", "value": 87, "limit": 90,
    }  # fmt: skip
    assert [list(each) for each in transitions] == [
        [*KEYS, "metric"] if each["kind"] == "technical" else KEYS for each in transitions
    ]
    told = [(each["at_s"], each["condition"], each["phase"]) for each in transitions[2:]]
    assert told == [
        (99, "sensor_off", "onset"),
        (119, "sensor_off", "ended"),
        (119, "no_data", "onset"),
        (150, "spo2_low", "latched"),
        (151, "no_data", "ended"),
    ]
    assert {each["metric"] for each in transitions if "metric" in each} == {"spo2"}
    assert summary == {
        "type": "summary", "conditions": 3, "alarm_s": {"high": 0, "medium": 81, "low": 20},
        "no_data_s": {"spo2": 60, "pulse_rate": 0},
    }  # fmt: skip


def test_a_zero_is_no_value_also_where_nobody_said_so(fall, say):
    assert say(fall) == say(fall, "--absent", "0,127")


def test_rows_are_timed_by_the_rate_that_was_given(fall, say):
    _, lines, _ = say(fall, "--rate", "0.5", "--map", "spo2=spo2")
    assert [each["at_s"] for each in lines[:2]] == [120, 130]
    assert list(lines[-1]["no_data_s"]) == ["spo2"]


def test_a_limit_set_out_of_any_file_is_judged_by(fall, say, tmp_path):
    shipped = (CHECKOUT / "resources/limits/default.toml").read_text(encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text(shipped.replace("limit = 90, for_s = 10", "limit = 88, for_s = 3"), "utf-8")
    status, lines, err = say(fall, "--limits", own)
    assert status == 0
    assert "nobody's signature" in err
    assert (lines[1]["at_s"], lines[1]["limit"]) == (63, 88)


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["none.csv"], 1, "none.csv cannot be read: no such file or directory."),
        (["."], 1, ". cannot be read: is a directory."),
        (["FALL", "--map", "spo2=Sat"], 2, "Its columns: 't', 'spo2', 'pr'."),
        (["FALL", "--map", "sat=spo2"], 2, "--map takes METRIC=COLUMN"),
        (["FALL", "--absent", "x"], 2, "--absent takes numbers"),
        (["FALL", "--absent", "nan"], 2, "--absent takes numbers"),
        (["FALL", "--rate", "0"], 2, "--rate"),
        (["FALL", "--rate", "1e-9"], 1, "spans more than a year"),
        (["FALL", "--limits", "none.toml"], 1, "none.toml cannot be read"),
        (["FALL", "--json"], 2, "--json goes with --score"),
        ([], 2, "Missing argument"),
    ],
)  # fmt: skip
@pytest.mark.skipif(os.name == "nt", reason="Windows words its refusals otherwise")
def test_what_cannot_be_done_is_one_sentence(fall, say, arguments, status, sentence):
    given = [fall if each == "FALL" else each for each in arguments]
    said, lines, err = say(*given)
    assert (said, lines) == (status, [])
    assert sentence in err
    assert err.count("\n") == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_one_sentence(fall, say):
    fall.chmod(0)
    assert say(fall) == (1, [], f"{fall} cannot be read: permission denied.\n")


def test_scores_are_a_table_for_people_and_lines_for_programs(fall, say, capsys):
    status, lines, _ = say(fall, "--score", "--json")
    assert status == 0
    assert [each["engine"] for each in lines] == [
        "default set", "delay 0 s", "delay 5 s", "delay 10 s", "delay 15 s", "naive",
    ]  # fmt: skip
    assert lines[0]["alarms"] == 2
    assert run(alarm_words.alarms, [str(fall), "--score"]) == 0
    table = capsys.readouterr().out.splitlines()
    assert table[0] == "fall.csv: 3.5 min"
    assert [row.split()[0] for row in table[1:]] == ["engine", "default", *["delay"] * 4, "naive"]


def test_progress_is_told_to_a_terminal_only(fall, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    seen = Terminal()
    monkeypatch.setattr(sys, "stderr", seen)
    assert run(alarm_words.alarms, [str(fall)]) == 0
    assert "Judging" in seen.getvalue()
    assert "100%" in seen.getvalue()


def test_the_program_knows_the_word_and_a_reader_may_leave_early(fall):
    command = [sys.executable, "main.py", "alarms", str(fall)]
    with subprocess.Popen(
        command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert json.loads(program.stdout.readline())["at_s"] == 60
        program.stdout.close()
        err = program.stderr.read().decode()
        assert program.wait(30) == 0
    assert err.count("\n") == 1
