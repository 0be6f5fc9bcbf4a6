"""The word `doctor`: what is wrong with this computer, and how to mend it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from devices.link import PortFound
    from kmonitor.doctor import Check

_WIDTH = 16


@click.command
@click.option("--db", type=click.Path(path_type=Path), help="The record; else this computer's own.")
@click.option("--json", "is_json", is_flag=True, help="For programs: a line a check.")
@click.pass_context
def doctor(context: click.Context, db: Path | None, is_json: bool) -> None:
    """Tell what is wrong with this computer and how to mend it; nothing of a patient is told."""
    from kmonitor.doctor import Verdict, computer_looks, examined
    from kmonitor.doctor_record import record_looks
    from kmonitor.store.connection import default_path

    record = (db or default_path()).absolute()
    looks = (*computer_looks(record), ("ports", ports), *record_looks(record))
    is_wrong = False
    for check in examined(looks):
        is_wrong |= check.verdict is Verdict.WRONG
        click.echo(_json_line(check) if is_json else "\n".join(_lines(check)))
    if is_wrong:
        context.exit(1)


def ports() -> Iterator[Check]:
    """The serial ports and whether this user may use them."""
    from devices.link import serial_ports

    yield from judged_ports(serial_ports())


def judged_ports(found: Iterable[PortFound]) -> Iterator[Check]:
    """A check for each port; one where there is none."""
    from kmonitor.doctor import look, ok, wrong

    listed = list(found)
    if not listed:
        mend = "Plug in the monitor's cable and its adapter."
        yield look("ports", "there is no serial port", mend)
    for port in listed:
        if port.is_allowed:
            yield ok("port", f"{port.name}: {port.description}")
        else:
            yield wrong("port", f"{port.name}: this user may not use it", _rights(sys.platform))


def _rights(platform: str) -> str:
    if platform == "linux":
        return "`sudo usermod -aG dialout $USER`, then sign out and in again."
    return "Ask whoever looks after this computer for the right to use it."


def _lines(check: Check) -> Iterator[str]:
    yield f"{check.verdict.value:<6}{check.name:<{_WIDTH}}{check.found}"
    if check.mend:
        yield f"{'':<6}{'':<{_WIDTH}}-> {check.mend}"


def _json_line(check: Check) -> str:
    said = {
        "check": check.name,
        "verdict": check.verdict.value,
        "found": check.found,
        "mend": check.mend or None,
    }
    return json.dumps(said, ensure_ascii=False)
