"""`python -m tests.bench NAME`: ours, a reference, their ratio and the goal; never a test."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from tests.bench.comparison import table

_ROUNDS = click.option("--rounds", default=5, show_default=True, help="How often each is measured.")


@click.group()
def bench() -> None:
    """Ratios within one run; a goal that is missed is said and nothing fails."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@bench.command()
@click.option("--rounds", default=11, show_default=True, help="How often each is started.")
def start(rounds: int) -> None:
    """Goal 1: to the first painted live number."""
    from tests.bench import start as measured

    click.echo(table(measured.compare(rounds)))


@bench.command()
@_ROUNDS
def wave(rounds: int) -> None:
    """Goal 2: one frame of the pleth."""
    from tests.bench import wave as measured

    click.echo(table(measured.compare(rounds)))


@bench.command()
@click.option("--rounds", default=3, show_default=True, help="How often each is run.")
@click.option("--seconds", default=30.0, show_default=True, help="How long each is measured.")
def dashboard(rounds: int, seconds: float) -> None:
    """Goal 3: one bed in real time."""
    from tests.bench import dashboard as measured

    click.echo(table(measured.compare(rounds, seconds)))


@bench.command()
@_ROUNDS
@click.option("--folder", type=click.Path(path_type=Path, exists=True), help="Whose disk.")
def commit(rounds: int, folder: Path | None) -> None:
    """Goal 8: one second of rows on disk."""
    from tests.bench import commit as measured

    click.echo(table(measured.compare(rounds, folder)))


@bench.command()
@click.option("--hours", default=6.0, show_default=True, help="How long the session is.")
@click.option("--folder", type=click.Path(path_type=Path, exists=True), help="Whose disk.")
def record_size(hours: float, folder: Path | None) -> None:
    """Goal 9: what a day at one bed takes on the disk."""
    from tests.bench import record_size as measured

    click.echo(table(measured.compare(round(hours * 3600), folder)))


@bench.command()
@_ROUNDS
def open_session(rounds: int) -> None:
    """Goal 10: the numbers of four hours out of their blocks."""
    from tests.bench import open_session as measured

    click.echo(table(measured.compare(rounds)))


@bench.command()
@_ROUNDS
def session_list(rounds: int) -> None:
    """Goal 11: a page of ten thousand sessions."""
    from tests.bench import session_list as measured

    click.echo(table(measured.compare(rounds)))


@bench.command()
@click.option("--hours", default=24, show_default=True, help="How long the day is.")
@click.option("--folder", type=click.Path(path_type=Path, exists=True), help="Keep its record.")
def soak(hours: int, folder: Path | None) -> None:
    """Goal 13: a day at one bed at high speed; what it keeps in memory, and its record."""
    from tests.bench import soak as lived

    with TemporaryDirectory(prefix="kmonitor-bench-") as name:
        path = Path(folder or name) / "soak.db"
        for line in lived.told(lived.live(hours, path)):
            click.echo(line)
        for line in lived.check(path):
            click.echo(line)


@bench.command()
@click.option("--crossings", default=200, show_default=True, help="How often a limit is crossed.")
@click.option("--busy", default=os.cpu_count() or 1, help="Busy processes in the second half.")
def alarm_latency(crossings: int, busy: int) -> None:
    """From a byte on the wire to what is judged, seen, heard and kept."""
    from tests.bench import alarm_latency as measured

    for line in measured.compare(crossings, busy):
        click.echo(line)


@bench.command()
@click.option("--seconds", default=60.0, show_default=True, help="How long each half lasts.")
@click.option("--busy", default=os.cpu_count() or 1, help="Busy processes in the second half.")
def flash(seconds: float, busy: int) -> None:
    """Whether alarms flash in their rhythm as they are painted."""
    from tests.bench import flash as measured

    for line in measured.told(seconds, busy):
        click.echo(line)


if __name__ == "__main__":
    bench()
