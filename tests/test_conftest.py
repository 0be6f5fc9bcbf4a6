"""The rules of `conftest.py`, each tried by a run of its own on one small test."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def run_pytest(
    folder: Path, test: str, *words: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run one test file under the rules of this folder, with no recordings beside it."""
    checkout = folder / "checkout"
    checkout.mkdir()
    for name, text in {
        "pyproject.toml": (TESTS.parent / "pyproject.toml").read_text(encoding="utf-8"),
        "tests/conftest.py": (TESTS / "conftest.py").read_text(encoding="utf-8"),
        "tests/test_tried.py": f"import logging, threading, warnings, pytest\n{test}",
    }.items():
        (checkout / name).parent.mkdir(exist_ok=True)
        (checkout / name).write_text(text, encoding="utf-8")
    env = {k: v for k, v in os.environ.items() if k != "KMONITOR_SHARED"} | environment
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words]
    return subprocess.run(command, cwd=checkout, env=env, capture_output=True, text=True)


REAL = "@pytest.mark.real_data\ndef test_real(shared_data): (shared_data / 'a').read_bytes()\n"
OTHER = "def test_other(): pass\n"


@pytest.mark.parametrize("words", [(), ("-n", "2")])
def test_without_recordings_their_tests_are_counted_at_the_end(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    ran = run_pytest(tmp_path, REAL + OTHER, *words)
    assert ran.returncode == 0
    last = ran.stdout.splitlines()[-2:]
    assert "1 passed" in last[-1]
    assert "1 real_data left out" in " ".join(last)


def test_a_missing_recording_fails(tmp_path: Path) -> None:
    ran = run_pytest(tmp_path, REAL + OTHER, KMONITOR_SHARED=str(tmp_path))
    assert ran.returncode == 1
    assert "1 failed, 1 passed" in ran.stdout


def test_a_wrongly_named_folder_of_recordings_is_an_error(tmp_path: Path) -> None:
    ran = run_pytest(tmp_path, REAL, KMONITOR_SHARED=str(tmp_path / "nowhere"))
    assert ran.returncode == 4
    assert "names no folder" in ran.stderr


@pytest.mark.parametrize(
    "body",
    [
        "logging.getLogger('kmonitor').warning('port lost')",
        "warnings.warn('old')",
        "threading.Thread(target=threading.Event().wait, daemon=True, name='forgotten').start()",
    ],
)
def test_what_a_test_leaves_behind_fails_it(tmp_path: Path, body: str) -> None:
    assert run_pytest(tmp_path, f"def test_tried(): {body}\n").returncode == 1


def test_a_qt_message_fails_a_test(tmp_path: Path) -> None:
    body = "    from PySide6.QtCore import qWarning\n    qWarning('no such signal')\n"
    ran = run_pytest(tmp_path, f"def test_tried():\n{body}")
    assert ran.returncode == 1
    assert "no such signal" in ran.stdout


def test_an_expected_log_line_may_come_and_must_come(tmp_path: Path) -> None:
    mark = "@pytest.mark.expects_log('port lost')\n"
    comes = f"{mark}def test_comes(): logging.getLogger('k').warning('port lost')\n"
    stays_away = f"{mark}def test_stays_away(): pass\n"
    ran = run_pytest(tmp_path, comes + stays_away)
    assert ran.returncode == 1
    assert "2 passed, 1 error" in ran.stdout


def test_slow_tests_wait_until_they_are_asked_for(tmp_path: Path) -> None:
    ran = run_pytest(tmp_path, f"@pytest.mark.slow\n{OTHER}def test_quick(): pass\n")
    assert "1 passed, 1 deselected" in ran.stdout
