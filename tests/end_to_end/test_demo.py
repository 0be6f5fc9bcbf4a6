"""The demonstration as a person starts it, without a display: short, with a picture."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="signals and screens differ"),
    pytest.mark.timeout(120),
]


def environment(folder: Path) -> dict[str, str]:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    kept = {name: text for name, text in os.environ.items() if name not in hidden}
    return kept | {"TMPDIR": str(folder), "KMONITOR_SETUP": "off"}


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(CHECKOUT / "main.py"), *arguments],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a display")
def test_the_demonstration_runs_off_screen_and_its_record_can_be_shown(tmp_path: Path) -> None:
    program = start(tmp_path, "--demo", "--speed", "60", "--seconds", "12")
    out, err = program.communicate(timeout=100)
    assert program.returncode == 0, err
    assert err.count("\n") == 1
    assert "No display: the same window runs off screen for 12 s" in err
    assert (tmp_path / "kmonitor-demo.png").stat().st_size > 10_000
    told = dict(line.split(maxsplit=1) for line in out.splitlines() if not line.startswith(" "))
    assert int(told["readings"].split()[0]) > 100
    assert int(told["rows"].split()[0]) > 100
    assert told["phases"].startswith("ready, infusing")
    record = told["record"].split(" (")[0]
    shown = start(tmp_path, "show", "last", "--db", record, "--json")
    assert '"DEMO PATIENT"' in shown.communicate(timeout=60)[0]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a display")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_demonstration_with_its_summary(
    tmp_path: Path, number: signal.Signals
) -> None:
    program = start(tmp_path, "--demo", "--speed", "20", "--seconds", "60")
    try:
        assert program.stderr is not None
        assert "off screen" in program.stderr.readline()
        import time

        time.sleep(8)
        program.send_signal(number)
        out, _ = program.communicate(timeout=20)
    finally:
        program.kill()
    assert "rows " in out


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a display")
def test_a_plain_start_without_a_display_says_what_works(tmp_path: Path) -> None:
    program = start(tmp_path)
    out, err = program.communicate(timeout=30)
    assert (program.returncode, out) == (1, "")
    assert err.count("\n") == 1
    assert "--demo" in err
    assert "watch" in err


@pytest.mark.parametrize("wrong", [["--seconds", "5"], ["--demo", "--speed", "0"]])
def test_wrong_use_is_one_sentence_with_status_2(tmp_path: Path, wrong: list[str]) -> None:
    program = start(tmp_path, *wrong)
    out, err = program.communicate(timeout=30)
    assert (program.returncode, out, err.count("\n")) == (2, "", 1)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a display")
def test_an_unknown_scenario_is_one_sentence(tmp_path: Path) -> None:
    program = start(tmp_path, "--demo", "--scenario", "moonwalk", "--seconds", "5")
    _, err = program.communicate(timeout=40)
    assert program.returncode == 2
    assert err.count("\n") == 1
    assert "moonwalk" in err


def test_a_picture_without_a_folder_is_refused_before_anything_starts(tmp_path: Path) -> None:
    program = start(tmp_path, "--demo", "--picture", str(tmp_path / "nowhere" / "x.png"))
    _, err = program.communicate(timeout=40)
    assert program.returncode == 2
    assert err.count("\n") == 1
    assert "nowhere" in err
