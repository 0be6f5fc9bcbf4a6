import os
import sys
import threading
from pathlib import Path

import pytest

from kmonitor import this_computer
from kmonitor.this_computer import (
    Question,
    clock_synchronised,
    free_bytes,
    notes_for,
    restart_pending,
    size_words,
    start_notes,
    synchronised_by_w32tm,
    time_zone,
)


@pytest.mark.parametrize("where", ["run", "var/run"])
def test_a_waiting_restart_is_seen(tmp_path: Path, where: str) -> None:
    (tmp_path / where).mkdir(parents=True)
    (tmp_path / where / "reboot-required").touch()
    assert restart_pending(tmp_path, "linux") is True


def test_no_restart_is_known_only_where_the_system_would_say_it(tmp_path: Path) -> None:
    assert restart_pending(tmp_path, "linux") is None
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "debian_version").touch()
    assert restart_pending(tmp_path, "linux") is False
    assert restart_pending(tmp_path, "darwin") is None


@pytest.mark.parametrize("which", ["RebootRequired", "RebootPending"])
def test_on_windows_either_key_says_it(which: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(this_computer, "has_registry_key", lambda name: name.endswith(which))
    assert restart_pending(platform="win32") is True
    monkeypatch.setattr(this_computer, "has_registry_key", lambda name: False)
    assert restart_pending(platform="win32") is False


def test_a_folder_that_is_not_there_yet_has_the_room_of_its_disk(tmp_path: Path) -> None:
    free = free_bytes(tmp_path / "not" / "there" / "record.db")
    assert free is not None
    assert free > 0


@pytest.mark.parametrize(
    ("said", "is_synchronised"),
    [
        ("Leap Indicator: 0(no warning)\nStratum: 4", True),
        ("Leap Indicator: 3(not synchronized)\nStratum: 0", False),
        ("Sprungindikator: 3(nicht synchronisiert)\nStratum: 0", False),
        ("The service has not been started. (0x80070426)", None),
        ("", None),
    ],
)
def test_the_answer_of_the_windows_time_service(said: str, is_synchronised: bool | None) -> None:
    assert synchronised_by_w32tm(said) is is_synchronised


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a timedatectl of ours before the system's."""
    there = folder / "timedatectl"
    there.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
    there.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


needs_shell = pytest.mark.skipif(os.name != "posix", reason="needs a shell")


@needs_shell
@pytest.mark.parametrize(("said", "is_so"), [("yes", True), ("no", False)])
def test_the_time_service_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, is_so: bool
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    program(tmp_path, monkeypatch, f"echo {said}")
    assert clock_synchronised() is is_so


@needs_shell
def test_a_time_service_that_does_not_answer_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(this_computer, "CLOCK_WITHIN_S", 0.1)
    monkeypatch.setattr(this_computer, "_synchronised_by_kernel", lambda: None)
    program(tmp_path, monkeypatch, "exec sleep 60")
    assert clock_synchronised() is None


def test_notes_are_for_what_needs_a_person() -> None:
    nothing = notes_for(is_restart_pending=False, free=10**12, is_synchronised=True)
    unknown = notes_for(is_restart_pending=None, free=None, is_synchronised=None)
    assert nothing == unknown == ()
    every = notes_for(is_restart_pending=True, free=1_999_999_999, is_synchronised=False)
    assert [note.is_loud for note in every] == [True, True, False]
    assert every[1].words == "Only 1.9 GB are free on the record's disk: make room."
    assert notes_for(is_restart_pending=None, free=2_000_000_000, is_synchronised=None) == ()


def test_what_stands_still_costs_the_start_a_moment_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_over = threading.Event()
    monkeypatch.setattr(this_computer, "NOTES_WITHIN_S", 0.1)
    monkeypatch.setattr(this_computer, "free_bytes", lambda _: is_over.wait(20))
    monkeypatch.setattr(this_computer, "clock_synchronised", lambda: False)
    monkeypatch.setattr(this_computer, "restart_pending", lambda: 1 / 0)
    notes = start_notes(tmp_path / "record.db")
    is_over.set()
    assert len(notes) <= 1  # the clock, if its turn still came


def test_a_look_that_fails_is_not_known() -> None:
    assert Question(lambda: 1 / 0).answer(20) is None
    assert Question(lambda: 3).answer(20) == 3


def test_the_real_computer_is_looked_at_without_fault(tmp_path: Path) -> None:
    assert isinstance(start_notes(tmp_path / "record.db"), tuple)


@pytest.mark.parametrize(("set_to", "zone"), [("Europe/Berlin", "Europe/Berlin"), (":UTC", "UTC")])
def test_the_zone_may_be_set_for_the_program(
    set_to: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", set_to)
    assert time_zone() == zone


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 MB"), (999_999_999, "999 MB"), (12_340_000_000, "12.3 GB")]
)
def test_sizes_in_words(count: int, words: str) -> None:
    assert size_words(count) == words
