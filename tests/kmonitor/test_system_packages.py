"""What is said and done when the operating system lacks something; no package manager is run."""

import os
import shutil
from collections.abc import Sequence

import pytest

from kmonitor import system_packages
from kmonitor.system_packages import ENSUREPIP, Need, SetUpError, missing_libraries, provide

GLIB = Need("libglib-2.0.so.0", "Qt", ("libglib2.0-0", "libglib2.0-0t64"), "glib2", "glib2")
GL = Need("libGL.so.1", "Qt", ("libgl1", "libgl1t64"), "libglvnd-glx", "libglvnd")


class Apt:
    """Notes each command; knows the packages it was given."""

    def __init__(self, *known: str, fails_at: str = "") -> None:
        self.known = known
        self.commands: list[str] = []
        self.fails_at = fails_at

    def run(self, command: Sequence[str]) -> str:
        if command[0] == "apt-cache":
            return "Candidate: 1.0" if command[-1] in self.known else "Candidate: (none)"
        self.commands.append(" ".join(command))
        if self.fails_at and self.fails_at in command:
            raise SetUpError("apt-get said: E: no network")
        return ""


@pytest.fixture
def computer(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    only(monkeypatch, "apt-get")
    return monkeypatch


def only(computer: pytest.MonkeyPatch, manager: str) -> None:
    computer.setattr(shutil, "which", lambda name: name if name == manager else None)


def as_root(computer: pytest.MonkeyPatch) -> None:
    computer.setattr(os, "geteuid", lambda: 0, raising=False)


def test_root_installs_after_one_update_by_the_names_that_apt_knows(
    computer: pytest.MonkeyPatch,
) -> None:
    as_root(computer)
    apt, said = Apt("libglib2.0-0t64", "libgl1"), list[str]()
    provide([GLIB, GL], apt.run, said.append)
    assert apt.commands == [
        "apt-get update",
        "apt-get install -y --no-install-recommends libglib2.0-0t64 libgl1",
    ]
    assert said[0] == "Missing on this computer: libglib-2.0.so.0 (Qt), libGL.so.1 (Qt)."


def test_anybody_else_is_told_the_exact_command(computer: pytest.MonkeyPatch) -> None:
    apt = Apt("libglib2.0-0")
    with pytest.raises(SetUpError) as told:
        provide([GLIB, GL], apt.run, lambda _: None)
    assert apt.commands == []
    assert str(told.value).endswith(
        "sudo apt-get install -y --no-install-recommends libglib2.0-0 libgl1"
    )


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("dnf", "sudo dnf install glib2 libglvnd-glx"),
        ("pacman", "sudo pacman -S --needed glib2 libglvnd"),
        ("", "package manager"),
    ],
)
def test_other_systems_are_told_the_names(
    computer: pytest.MonkeyPatch, manager: str, command: str
) -> None:
    only(computer, manager)
    with pytest.raises(SetUpError, match=command):
        provide([GLIB, GL], Apt().run, lambda _: None)


def test_an_old_package_list_may_do(computer: pytest.MonkeyPatch) -> None:
    as_root(computer)
    apt = Apt("libgl1", fails_at="update")
    provide([GL], apt.run, lambda _: None)
    assert apt.commands[-1].endswith("libgl1")


def test_a_failing_installation_says_why_and_what_to_do(computer: pytest.MonkeyPatch) -> None:
    as_root(computer)
    with pytest.raises(SetUpError, match=r"no network.*run it by hand"):
        provide([GL], Apt("libgl1", fails_at="install").run, lambda _: None)


def test_python_without_ensurepip_gets_the_package_of_its_own_version(
    computer: pytest.MonkeyPatch,
) -> None:
    as_root(computer)
    apt = Apt(*ENSUREPIP.apt)
    provide([ENSUREPIP], apt.run, lambda _: None)
    assert apt.commands[-1].endswith(f" {ENSUREPIP.apt[0]}")


def test_x11_libraries_are_looked_for_where_there_is_a_display_only(
    computer: pytest.MonkeyPatch,
) -> None:
    computer.setattr(system_packages, "_loads", lambda _: False)
    base = missing_libraries(is_x11=False)
    with_x11 = missing_libraries(is_x11=True)
    assert len(base) == 6
    assert len(with_x11) == 14
    assert with_x11[: len(base)] == base
