"""One plain sentence and an exit status for whatever goes wrong at the command line."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from kmonitor.command_line import group, run
from kmonitor.errors import LinkError
from kmonitor.version import version

CHECKOUT = Path(__file__).resolve().parents[2]
OPENED: dict[str, Any] = {
    "speed": 1.0,
    "scenario": "hypertension",
    "seconds": None,
    "picture": None,
}


@click.command
@click.argument("ending", type=click.Choice(["well", "seven", "link", "ctrl-c"]))
def word(ending: str) -> int | None:
    """Do what is asked."""
    match ending:
        case "link":
            raise LinkError("There is no port\nof this name.")
        case "ctrl-c":
            raise KeyboardInterrupt
        case "seven":
            return 7
    return None


def start(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
    """Run the command line; return its status and with what the window was opened."""
    opened = []

    def open_window(**options: Any) -> int:
        opened.append(options)
        return 3

    return run(group({"word": __name__}, open_window), arguments), opened


@pytest.fixture(autouse=True)
def _word_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or _this_module())


def _this_module() -> Any:
    return type("Module", (), {"word": word})


def test_without_a_word_the_window_opens_and_its_status_is_ours() -> None:
    assert start() == (3, [{"demo": False, **OPENED}])
    options = ("--demo", "--speed", "60", "--scenario", "desaturation", "--picture", "a.png")
    changed = {"speed": 60.0, "scenario": "desaturation", "picture": "a.png"}
    assert start(*options) == (3, [{"demo": True, **OPENED, **changed}])


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["word", "well"], 0, ""),
        (["word", "seven"], 7, ""),
        (["word", "link"], 1, "There is no port of this name.\n"),
        (["word", "ctrl-c"], 130, "\n"),
        (["nothing"], 2, "No such command 'nothing'.\n"),
        (["--demo", "word", "well"], 2, "--demo belongs to the window and goes with no word.\n"),
        (
            ["--speed", "2", "word", "well"],
            2,
            "--speed belongs to the window and goes with no word.\n",
        ),
        (["--speed", "2"], 2, "--speed goes with --demo.\n"),
        (["--seconds", "9"], 2, "--seconds goes with --demo.\n"),
        (
            ["--demo", "--speed", "nan"],
            2,
            "Invalid value for '--speed': 'nan' is not a finite number.\n",
        ),
        (
            ["--demo", "--seconds", "0"],
            2,
            "Invalid value for '--seconds': 0.0 is not in the range x>0.\n",
        ),
        (["--demo", "--fast"], 2, "No such option '--fast'.\n"),
        (["word"], 2, "Missing argument"),
    ],
)
def test_each_end_has_its_status_and_at_most_one_sentence(
    arguments: list[str], status: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert start(*arguments) == (status, [])
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(sentence)
    assert said.err.count("\n") <= 1


def test_help_and_version_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert start("--help") == (0, [])
    assert "Do what is asked." in capsys.readouterr().out
    assert start("--version") == (0, [])
    assert capsys.readouterr().out == f"kmonitor {version()}\n"


def main(*arguments: str) -> list[str]:
    return [sys.executable, str(CHECKOUT / "main.py"), *arguments]


def test_help_names_every_word_and_test_too() -> None:
    told = subprocess.run(main("--help"), check=True, capture_output=True, text=True).stdout
    for name in (
        "calc",
        "decode",
        "dose",
        "sessions",
        "show",
        "simulate",
        "test",
        "watch",
        "--demo",
    ):
        assert f"  {name} " in told


def test_a_closed_pipe_is_silent() -> None:
    program = "import sys, main; sys.argv[1:] = ['calc', '--list']; sys.exit(main.main())"
    listing = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert listing.stdout
    assert listing.stderr
    listing.stdout.close()
    assert listing.stderr.read() == b""
    listing.stderr.close()
    listing.wait()


def test_calc_loads_neither_qt_nor_serial_nor_the_database() -> None:
    program = (
        "import sys, main; sys.argv[1:] = ['calc', 'bmi', 'weight=80kg', 'height=178cm'];"
        "main.main(); print(*sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, check=True, capture_output=True, text=True
    )
    heavy = {"PySide6", "pyqtgraph", "numpy", "serial", "sqlite3", "sqlcipher3", "sqlite_utils"}
    assert not heavy & set(ran.stderr.split())
