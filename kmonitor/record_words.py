"""The words that read the record: `sessions`, `show`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kmonitor.store.reader import RecordReader, StoredSession

_PAGE = 500
_db = click.option(
    "--db",
    type=click.Path(path_type=Path),
    help="The record; without it this computer's own.",
)
_json = click.option("--json", "is_json", is_flag=True, help="For programs.")


@click.command
@_db
@_json
def sessions(db: Path | None, is_json: bool) -> None:
    """List the sessions of the record, the newest first."""
    from kmonitor.store.summary import session_line
    from kmonitor.store.summary_text import list_text

    reader = _reader(db)
    found = _all_sessions(reader)
    if is_json:
        for each in found:
            click.echo(json.dumps(session_line(each), ensure_ascii=False))
        return
    listed = list(found)
    if not listed:
        click.echo(f"The record {reader.path} holds no session yet.")
        return
    for line in list_text(listed):
        click.echo(line)


@click.command
@click.argument("session")
@_db
@_json
def show(session: str, db: Path | None, is_json: bool) -> None:
    """Tell of one session: SESSION is its id, the beginning of it, or last."""
    from kmonitor.store.summary import summarise
    from kmonitor.store.summary_text import summary_text, zone_of

    reader = _reader(db)
    session_id = reader.resolve(session)
    summary = summarise(reader, session_id)
    if is_json:
        click.echo(json.dumps(summary, ensure_ascii=False))
        return
    for line in summary_text(summary, zone_of(reader.session(session_id).zone)):
        click.echo(line)


def _reader(db: Path | None) -> RecordReader:
    from kmonitor.store.reader import RecordReader, default_path

    return RecordReader(db or default_path())


def _all_sessions(reader: RecordReader) -> Iterator[StoredSession]:
    page = reader.sessions(_PAGE)
    while page:
        yield from page
        page = reader.sessions(_PAGE, after=page[-1].key)
