"""The words about the whole record and its copies: `verify`, `backup`, `restore`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kmonitor.word_options import db_option, passphrase_option, record_of

if TYPE_CHECKING:
    from kmonitor.store.verify import Progress

_STEP = 200


@click.command
@db_option
@passphrase_option
@click.pass_context
def verify(context: click.Context, db: Path | None, is_from_stdin: bool) -> None:
    """Check file, triggers, references, chain, anchors and gaps; the last line is JSON."""
    from kmonitor.store.verify import verify as look

    path, keys = record_of(db, is_from_stdin)
    with _progress("Verifying") as progress:
        found = look(path, keys, progress)
    for note in found.notes:
        click.echo(note)
    for finding in found.findings:
        click.echo(finding.sentence)
    told = {"ok": found.is_ok, "rows": found.rows, "first_bad": found.first_bad}
    click.echo(json.dumps(told, separators=(",", ":")))
    if not found.is_ok:
        context.exit(1)


@click.command
@click.argument("to", metavar="PATH", type=click.Path(path_type=Path))
@db_option
@passphrase_option
@click.pass_context
def backup(context: click.Context, to: Path, db: Path | None, is_from_stdin: bool) -> None:
    """Copy the record to the new file PATH, opened and verified there."""
    from kmonitor.store.backup import back_up, name_for

    path, keys = record_of(db, is_from_stdin)
    place = to / name_for(path) if to.is_dir() else to
    with _progress("Verifying the copy") as progress:
        result = back_up(path, keys, place, progress=progress)
    click.echo(result.words)
    if not result.is_good:
        context.exit(1)


@click.command
@click.argument("backup_file", metavar="PATH", type=click.Path(path_type=Path))
@db_option
@passphrase_option
@click.option("--set-aside", is_flag=True, help="Keep a newer or other record under a new name.")
def restore(backup_file: Path, db: Path | None, is_from_stdin: bool, set_aside: bool) -> None:
    """Put the verified backup PATH in the place of the record; nothing is overwritten."""
    from kmonitor.store.backup import restore as put_back
    from kmonitor.store.connection import default_path

    path = db or default_path()
    source, keys = record_of(backup_file, is_from_stdin)
    with _progress("Verifying the backup") as progress:
        aside = put_back(source, keys, path, sets_aside=set_aside, progress=progress)
    click.echo(f"The record {path} was restored from {source.name} and verified.")
    if aside is not None:
        click.echo(f"What lay there is kept as {aside.name}.")


@contextmanager
def _progress(label: str) -> Iterator[Progress]:
    """A bar on stderr where that is a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def go_on(done: int, of: int) -> None:
            bar.length = of
            if done % _STEP == 0 or done == of:
                bar.update(done - bar.pos)

        yield go_on
