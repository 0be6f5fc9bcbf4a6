"""Set-up in a small checkout of its own: the real code, empty locks, no network."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from unittest.mock import ANY

import pytest

from kmonitor import bootstrap
from kmonitor.environment import Environment
from kmonitor.setting_up import run
from kmonitor.system_packages import SetUpError

pytestmark = pytest.mark.timeout(180)  # an environment takes seconds, on a busy computer more
CHECKOUT = Path(__file__).resolve().parents[2]
MAIN = """\
import json, sys
from kmonitor import bootstrap
bootstrap.enter(sys.argv[1:])
print(json.dumps({"prefix": sys.prefix, "arguments": sys.argv[1:], "modules": list(sys.modules)}))
sys.exit(7)
"""
NOWHERE = "nosuchpackage==1.0 --hash=sha256:" + 64 * "0" + "\n"


class Started(subprocess.Popen[str]):
    """A start of the small checkout's program."""

    def __init__(
        self, checkout: Path, *arguments: str, python: str = sys.executable, **more: str
    ) -> None:
        ours = {"KMONITOR_SETUP", "KMONITOR_VENV", "DISPLAY"}
        env = {name: text for name, text in os.environ.items() if name not in ours}
        env |= {"PIP_NO_INDEX": "1"} | more
        super().__init__(
            [python, str(checkout / "main.py"), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=env,
        )

    def ended(self) -> tuple[int, str, str]:
        """Return status, stdout and stderr."""
        out, err = self.communicate(timeout=150)
        return self.returncode, out, err


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "check out"
    shutil.copytree(
        CHECKOUT / "kmonitor", folder / "kmonitor", ignore=lambda _, names: _not_needed(names)
    )
    (folder / "main.py").write_text(MAIN, encoding="ascii")
    (folder / "pyproject.toml").write_text("[tool.pytest]\n", encoding="ascii")
    (folder / "requirements.lock").write_text("# nothing\n", encoding="ascii")
    (folder / "requirements-test.lock").write_text("# nothing\n", encoding="ascii")
    return folder


def _not_needed(names: list[str]) -> list[str]:
    needed = (
        "__init__",
        "bootstrap",
        "environment",
        "environment_lock",
        "file_lock",
        "errors",
        "setting_up",
        "system_packages",
    )
    return [name for name in names if Path(name).stem not in needed]


def test_the_first_start_sets_up_and_the_next_goes_straight_on(checkout: Path) -> None:
    status, out, err = Started(checkout, "calc", "a b", "--x=1").ended()
    assert status == 7
    assert json.loads(out)["arguments"] == ["calc", "a b", "--x=1"]
    assert Path(json.loads(out)["prefix"]) == checkout / ".venv"
    assert "Setting kmonitor up" in err

    status, out, err = Started(checkout, "calc").ended()
    assert (status, err) == (7, "")
    assert Path(json.loads(out)["prefix"]) == checkout / ".venv"

    inside = Environment(str(checkout)).python
    status, out, err = Started(checkout, "calc", python=inside).ended()
    assert (status, err) == (7, "")
    takes_time = {
        "subprocess",
        "ctypes",
        "hashlib",
        "venv",
        "importlib.util",
        "kmonitor.setting_up",
    }
    assert not takes_time & set(json.loads(out)["modules"])


def test_a_broken_set_up_says_so_and_is_repaired_by_the_next_start(checkout: Path) -> None:
    (checkout / "requirements.lock").write_text(NOWHERE, encoding="ascii")
    status, out, err = Started(checkout, "calc").ended()
    assert (status, out) == (1, "")
    assert "could not be installed; is this computer online?" in err.splitlines()[-1]
    assert "Traceback" not in err
    assert not list((checkout / ".venv").glob("*.stamp"))

    (checkout / "requirements.lock").write_text("# nothing\n", encoding="ascii")
    status, _, err = Started(checkout, "calc").ended()
    assert status == 7
    assert "Setting kmonitor up" in err


def test_of_two_starts_the_second_waits_and_says_so(checkout: Path) -> None:
    both = [Started(checkout, "calc"), Started(checkout, "calc")]
    ends = [started.ended() for started in both]
    assert [status for status, _, _ in ends] == [7, 7]
    said = "".join(err for _, _, err in ends)
    assert said.count("Setting kmonitor up") == 1
    assert said.count("Waiting: another start sets kmonitor up, or kmonitor is running.") == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows itself replaces no file that is in use")
def test_nothing_is_replaced_under_a_running_program(checkout: Path) -> None:
    stays = MAIN.replace("sys.exit(7)", "sys.stdout.flush(); sys.stdin.readline()")
    assert Started(checkout, "calc").ended()[0] == 7
    (checkout / "main.py").write_text(stays, encoding="ascii")
    running = Started(checkout, "watch")
    assert running.stdout
    assert running.stdout.readline()
    (checkout / "main.py").write_text(MAIN, encoding="ascii")
    assert Started(checkout, "calc").ended() == (7, ANY, "")

    (checkout / "requirements.lock").write_text("# newer\n", encoding="ascii")
    newer = Started(checkout, "calc")
    assert newer.stderr
    assert "kmonitor is running" in newer.stderr.readline()
    assert list((checkout / ".venv").glob("kmonitor-runtime.stamp"))
    running.communicate("\n")
    status, _, err = newer.ended()
    assert status == 7
    assert "The set-up is complete." in err


def test_a_folder_that_cannot_be_written_is_one_sentence(checkout: Path) -> None:
    in_a_file = str(checkout / "pyproject.toml" / "environment")
    status, out, err = Started(checkout, "calc", KMONITOR_VENV=in_a_file).ended()
    assert (status, out) == (1, "")
    assert err.startswith("kmonitor cannot be set up: ")
    assert len(err.splitlines()) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_during_the_set_up_is_one_sentence(checkout: Path) -> None:
    import fcntl

    with (checkout / ".venv.lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = Started(checkout, "calc")
        assert waiting.stderr
        assert "Waiting" in waiting.stderr.readline()
        waiting.send_signal(signal.SIGINT)
        status, out, err = waiting.ended()
    assert (status, out) == (130, "")
    assert err == "The set-up was interrupted; the next start goes on with it.\n"


def test_the_word_test_runs_pytest_in_the_checkout(checkout: Path) -> None:
    where = "import os\ndef test_here(): assert os.path.isfile('main.py')\n"
    (checkout / "test_a.py").write_text(where, encoding="ascii")
    (checkout / "test_b.py").write_text("def test_wrong(): assert 0\n", encoding="ascii")
    for files, wanted in ((["test_a.py"], 0), (["test_a.py", "test_b.py"], 1)):
        run = Started(checkout, "test", "-p", "no:cacheprovider", *files, KMONITOR_SETUP="off")
        status, out, _ = run.ended()
        assert status == wanted, out


def test_installed_from_a_wheel_nothing_is_set_up(checkout: Path) -> None:
    (checkout / "pyproject.toml").unlink()
    status, out, err = Started(checkout, "calc").ended()
    assert (status, err) == (7, "")
    assert json.loads(out)["prefix"] == sys.prefix
    assert not (checkout / ".venv").exists()


def test_an_old_python_is_told_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    with pytest.raises(SystemExit, match=r"^Python 3\.11 or newer is needed; this is Python "):
        bootstrap.enter([])


@pytest.mark.parametrize(
    ("arguments", "needs_qt"),
    [
        ([], True),
        (["--demo", "--speed", "60"], True),
        (["test", "-k", "calc"], True),
        (["calc", "bmi"], False),
        (["watch", "--port", "x"], False),
        (["--help"], False),
        (["--version"], False),
    ],
)
def test_only_the_window_and_the_tests_need_qt(arguments: list[str], needs_qt: bool) -> None:
    assert bootstrap.loads_qt(arguments) is needs_qt


def test_another_interpreter_or_lock_makes_a_stamp_stale(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KMONITOR_VENV", raising=False)
    environment = Environment(str(checkout))
    Path(environment.python).parent.mkdir(parents=True)
    Path(environment.python).touch()
    kinds = ["runtime", "test"]
    assert environment.stale(kinds) == kinds
    for kind in kinds:
        environment.stamp(kind)
    assert environment.stale(kinds) == []
    Path(environment.packages("test")).write_text("# other\n", encoding="ascii")
    assert environment.stale(kinds) == ["test"]
    monkeypatch.setattr(sys, "version", "3.99.0 (another)")
    assert environment.stale(kinds) == kinds


@pytest.mark.parametrize(
    ("printed", "sentence"),
    [
        (
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError("
            "'<a.b object at 0x7f>: Failed to establish: [Errno -3] Temporary failure in name "
            "resolution')': /simple/click/\nERROR: No matching distribution found for click",
            "Temporary failure in name resolution",
        ),
        ("Collecting click\nERROR: No space left on device\n\n", "ERROR: No space left on device"),
        ("something else\n", "something else"),
        ("", "nothing"),
    ],
)
def test_a_failed_step_says_in_a_few_words_why(printed: str, sentence: str) -> None:
    program = f"print({printed!r}); raise SystemExit(1)"
    with pytest.raises(SetUpError, match=f" said: {re.escape(sentence)}$"):
        run([sys.executable, "-c", program])
