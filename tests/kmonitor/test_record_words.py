import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kmonitor import commands
from kmonitor.command_line import run
from kmonitor.events import InfusionStarted, ObservationMade
from kmonitor.store.connection import open_record
from tests.kmonitor.store.make_record import make, whole_session
from tests.kmonitor.store.record_help import NURSE, START, opened, reading, whole

Said = tuple[int, str, str]
KEYS = [
    *("session", "started", "ended", "mode", "chair", "patient", "weight_kg", "protocol"),
    *("limit_set", "phase", "numeric", "nibp", "waves", "infusion", "alarms", "observations"),
    *("links", "gaps", "rows", "chain_head", "interruptions", "signed", "origin"),
]


@pytest.fixture
def record(tmp_path: Path) -> Path:
    make(tmp_path / "r.db", whole_session())
    return tmp_path / "r.db"


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def said(word: str, *arguments: object) -> Said:
        status = run(getattr(commands, word), [str(each) for each in arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return said


@pytest.fixture
def shown(record: Path, say: Callable[..., Said]) -> dict[str, Any]:
    status, out, err = say("show", "last", "--json", "--db", record)
    assert (status, err) == (0, "")
    summary: dict[str, Any] = json.loads(out)
    return summary


def test_show_is_one_object_with_its_keys_in_order(shown: dict[str, Any]) -> None:
    assert list(shown) == KEYS
    first = {name: shown[name] for name in KEYS[:10]}
    assert first == {
        "session": "5e551014-0001",
        "started": "2026-01-05T09:00:00.000Z",
        "ended": "2026-01-05T09:40:00.000Z",
        "mode": "simulated",
        "chair": "Chair 1",
        "patient": "Demonstration",
        "weight_kg": 80,
        "protocol": "mood",
        "limit_set": "adult",
        "phase": "ended",
    }
    assert (shown["observations"], shown["rows"], len(shown["chain_head"])) == ([], 57, 64)
    assert shown["waves"] == {"pleth": 1}


def test_observations_are_told_with_their_time_and_author(
    tmp_path: Path, say: Callable[..., Said]
) -> None:
    looked = ObservationMade(at=START.plus(5), author=NURSE, sedation=4)
    make(tmp_path / "r.db", [opened(), looked])
    _, out, _ = say("show", "last", "--json", "--db", tmp_path / "r.db")
    at = "2026-01-05T09:00:05.000Z"
    assert json.loads(out)["observations"] == [{"at": at, "sedation": 4, "author": NURSE}]


def test_absent_readings_are_a_gap_and_no_number(shown: dict[str, Any]) -> None:
    assert shown["numeric"] == {
        "spo2": {
            "n": 22,
            "min": 88,
            "max": 97,
            "first": "2026-01-05T09:00:06.000Z",
            "last": "2026-01-05T09:00:35.000Z",
            "gap_s": 2371,
        }
    }
    assert shown["gaps"][0] == {
        "metric": "spo2",
        "from": "2026-01-05T09:00:16.000Z",
        "to": "2026-01-05T09:00:24.000Z",
        "s": 8,
        "reason": "sensor_off",
    }
    assert [gap["reason"] for gap in shown["gaps"]] == ["sensor_off", "nothing_came"]


def test_every_cuff_reading_is_told(shown: dict[str, Any]) -> None:
    told = [
        (each["time"], each["systolic_mmhg"], each["reason"], each["source"], each["author"])
        for each in shown["nibp"]
    ]
    link = "/dev/ttyUSB0:contec-v7"
    assert told == [
        (None, 128, "time_unknown", link, None),
        ("2026-01-05T09:01:30.000Z", 128, None, link, None),
        ("2026-01-05T09:06:40.000Z", None, "cuff_motion", link, None),
        ("2026-01-05T09:09:00.000Z", 131, None, "entered", NURSE),
    ]


def test_the_infusion_is_reckoned_from_what_was_declared(shown: dict[str, Any]) -> None:
    """20 min of 150 mL/h at 0.4 mg/mL: started, paused for ten minutes, stopped by hand."""
    infusion = shown["infusion"]
    assert list(infusion) == [
        "ordered_mg", "delivered_mg", "assumed_mg", "running_s", "paused_s", "events",
        "delivered_low_mg", "delivered_high_mg",
    ]  # fmt: skip
    assert [infusion[name] for name in list(infusion)[:5]] == [40, 20, 0, 1200, 600]
    assert [each["event"] for each in infusion["events"]] == [
        "started", "paused", "resumed", "rate_changed", "stopped",
    ]  # fmt: skip


def test_an_alarm_is_told_with_its_acknowledgement(shown: dict[str, Any]) -> None:
    assert [each["phase"] for each in shown["alarms"]] == ["pending", "onset", "acknowledged"]
    onset = shown["alarms"][1]
    assert (onset["at_s"], onset["condition"], onset["value"], onset["limit"]) == (
        34,
        "spo2_low",
        88,
        90,
    )
    assert onset["acknowledged"] == {"at": "2026-01-05T09:00:35.000Z", "by": NURSE}


def test_an_infusion_that_nobody_ended_is_due_and_partly_assumed(
    tmp_path: Path, say: Callable[..., Said]
) -> None:
    path = tmp_path / "r.db"
    started = InfusionStarted(at=START.plus(10), author=NURSE, effective=START)
    make(path, [opened(has_plan=True), started, reading(3, at=START.plus(3000)).row])
    shown = json.loads(say("show", "last", "--json", "--db", path)[1])
    assert (shown["phase"], shown["ended"]) == ("end_due", None)
    infusion = shown["infusion"]
    assert (infusion["delivered_mg"], infusion["assumed_mg"]) == (40, 40)
    assert infusion["events"][-1] == {
        "at": "2026-01-05T09:40:00.000Z",
        "effective": "2026-01-05T09:40:00.000Z",
        "event": "end_due",
        "author": None,
    }


def test_a_session_without_a_plan_has_no_infusion(tmp_path: Path, say: Callable[..., Said]) -> None:
    make(tmp_path / "r.db", [opened(), reading(2).row])
    shown = json.loads(say("show", "5e", "--json", "--db", tmp_path / "r.db")[1])
    assert (shown["infusion"], shown["patient"], shown["phase"]) == (None, None, "monitoring")


def test_show_reads_well(record: Path, say: Callable[..., Said]) -> None:
    status, out, err = say("show", "5e551014", "--db", record)
    assert (status, err) == (0, "")
    for words in (
        "Session 5e551014-0001  SIMULATED  Chair 1",
        "Patient Demonstration, 80 kg",
        "20.0 mg by clock of 40.0 mg ordered",
        "running 20.0 min, paused 10.0 min",
        "SpO2 LOW 88 (limit 90)  acknowledged by N1",
        "failed: cuff motion",
        "time unknown  128/82 (97)",
        "131/84 (-)               entered by N1",
        "57 rows in the record",
    ):
        assert " ".join(words.split()) in " ".join(out.split()), words
    assert max(map(len, out.splitlines())) < 100


def test_sessions_are_listed_for_people_and_for_programs(
    record: Path, say: Callable[..., Said]
) -> None:
    status, out, _ = say("sessions", "--db", record)
    assert status == 0
    head, line = out.splitlines()
    assert head.split() == ["session", "started", "min", "mode", "chair", "patient", "rows"]
    assert line.split()[-2:] == ["Demonstration", "57"]
    status, out, _ = say("sessions", "--json", "--db", record)
    assert json.loads(out) == {
        "session": "5e551014-0001",
        "started": "2026-01-05T09:00:00.000Z",
        "ended": "2026-01-05T09:40:00.000Z",
        "mode": "simulated",
        "chair": "Chair 1",
        "patient": "Demonstration",
        "rows": 57,
    }


def test_a_record_without_a_session_says_so(tmp_path: Path, say: Callable[..., Said]) -> None:
    open_record(tmp_path / "r.db").close()
    assert "holds no session yet" in say("sessions", "--db", tmp_path / "r.db")[1]
    assert say("sessions", "--json", "--db", tmp_path / "r.db") == (0, "", "")
    status, out, err = say("show", "last", "--db", tmp_path / "r.db")
    assert (status, out) == (1, "")
    assert "holds no session yet" in err


@pytest.mark.parametrize("words", [("sessions",), ("show", "last"), ("show", "last", "--json")])
def test_what_cannot_be_read_is_one_sentence_and_untouched(
    tmp_path: Path, say: Callable[..., Said], words: tuple[str, ...]
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear colleague\n" * 100)
    before = whole(letter)
    for path, said in (
        (tmp_path / "none.db", "There is no record at"),
        (tmp_path / "no folder" / "none.db", "There is no record at"),
        (letter, "is not a record of kmonitor"),
        (tmp_path, "is not a record of kmonitor"),
    ):
        status, out, err = say(*words, "--db", path)
        assert (status, out) == (1, "")
        assert said in err
        assert err.count("\n") == 1
    assert whole(letter) == before


def test_an_unknown_session_is_one_sentence(record: Path, say: Callable[..., Said]) -> None:
    status, out, err = say("show", "nobody", "--db", record)
    assert (status, out) == (1, "")
    assert err.startswith("There is no session 'nobody'")


def test_without_db_the_words_read_this_computers_own_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, say: Callable[..., Said]
) -> None:
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    status, _, err = say("sessions")
    assert status == 1
    assert "There is no record at" in err
    assert list(tmp_path.iterdir()) == []
