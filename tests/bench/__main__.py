"""`python -m tests.bench NAME`: ours, a reference, their ratio and the goal; never a test."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tests.bench.comparison import table

_ROUNDS = click.option("--rounds", default=5, show_default=True, help="How often each is measured.")


@click.group()
def bench() -> None:
    """Ratios within one run; a goal that is missed is said and nothing fails."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@bench.command()
@_ROUNDS
def wave(rounds: int) -> None:
    """Goal 2: one frame of the pleth."""
    from tests.bench import wave as measured

    click.echo(table(measured.compare(rounds)))


@bench.command()
@_ROUNDS
@click.option("--folder", type=click.Path(path_type=Path, exists=True), help="Whose disk.")
def commit(rounds: int, folder: Path | None) -> None:
    """Goal 8: one second of rows on disk."""
    from tests.bench import commit as measured

    click.echo(table(measured.compare(rounds, folder)))


if __name__ == "__main__":
    bench()
