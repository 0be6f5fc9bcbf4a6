"""The word `alarms`: a recording through the alarm engine."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kmonitor.command_line import PositiveNumber

if TYPE_CHECKING:
    from kmonitor.alarms.limits import LimitSet
    from kmonitor.recordings.judging import Progress
    from kmonitor.recordings.recording import Recording

_STEP = 1000
_PATH = click.Path(path_type=Path)


@click.command
@click.argument("file", metavar="FILE.csv", type=_PATH)
@click.option("--limits", "limits_file", type=_PATH, help="A limit set; without it the default.")
@click.option(
    "--map", "columns", multiple=True, help="Which columns, and no other: spo2=COLUMN,..."
)
@click.option("--absent", multiple=True, help="Numbers that mean no reading, such as 0 or 0,127.")
@click.option(
    "--rate",
    "rate_hz",
    type=PositiveNumber(),
    help="Rows a second; else the first column tells the time.",
)
@click.option(
    "--score", "is_score", is_flag=True, help="How much it alarms, beside a naive engine."
)
@click.option("--json", "is_json", is_flag=True, help="With --score: for programs.")
def alarms(
    *,
    file: Path,
    limits_file: Path | None,
    columns: tuple[str, ...],
    absent: tuple[str, ...],
    rate_hz: float | None,
    is_score: bool,
    is_json: bool,
) -> None:
    """Run a recording through the alarm engine: a line of JSON for every transition."""
    from kmonitor.recordings.columns import read_map
    from kmonitor.recordings.csv_files import load

    if is_json and not is_score:
        raise click.UsageError("--json goes with --score; without it there is nothing but JSON.")
    asked = read_map(columns)
    limits = _limits(limits_file)
    recording = load(file, asked=asked, absent=_numbers(absent), rate_hz=rate_hz)
    for note in recording.notes:
        click.echo(note, err=True)
    _print(_score_lines(recording, limits, is_json) if is_score else _lines(recording, limits))


def _limits(file: Path | None) -> LimitSet:
    from kmonitor import limit_sets

    if file is None:
        return limit_sets.load_default()
    limits = limit_sets.load_file(file)
    click.echo(f"{file} is judged by as it is; nobody's signature on it was asked for.", err=True)
    return limits


def _numbers(texts: tuple[str, ...]) -> frozenset[float]:
    numbers = set()
    for text in ",".join(texts).split(",") if texts else ():
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise click.UsageError(f"--absent takes numbers such as 0 or 0,127; not {text!r}.")
        numbers.add(number)
    return frozenset(numbers)


def _lines(recording: Recording, limits: LimitSet) -> Iterator[str]:
    from kmonitor.recordings.judging import judge
    from kmonitor.recordings.lines import summary_line, transition_line

    told = []
    with _progress("Judging", 1) as progress:
        for row in judge(recording, limits, progress):
            told.append(row)
            yield transition_line(row)
    yield summary_line(recording, told)


def _score_lines(recording: Recording, limits: LimitSet, is_json: bool) -> Iterator[str]:
    from kmonitor.recordings.lines import score_lines, score_table
    from kmonitor.recordings.scoring import DELAYS_S, score

    with _progress("Judging", 1 + len(DELAYS_S)) as progress:
        found = score(recording, limits, progress)
    yield from score_lines(found) if is_json else score_table(recording, found)


def _print(lines: Iterable[str]) -> None:
    try:
        for line in lines:
            print(line, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _progress(label: str, runs: int) -> Iterator[Progress]:
    """A bar on stderr where that is a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def go_on(done: int, of: int) -> None:
            bar.length = of * runs
            if done % _STEP == 0 or done == of:
                bar.update(done % _STEP or min(_STEP, of))

        yield go_on
