"""The words that read the record: `sessions`, `show`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kmonitor.word_options import db_option, json_option, passphrase_option, record_of

if TYPE_CHECKING:
    from kmonitor.store.reader import RecordReader, StoredSession

_PAGE = 500


@click.command
@db_option
@passphrase_option
@json_option
def sessions(db: Path | None, is_from_stdin: bool, is_json: bool) -> None:
    """List the sessions of the record, the newest first."""
    from kmonitor.store.summary import session_line
    from kmonitor.store.summary_text import list_text

    reader = _reader(db, is_from_stdin)
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
@db_option
@passphrase_option
@json_option
def show(session: str, db: Path | None, is_from_stdin: bool, is_json: bool) -> None:
    """Tell of one session: SESSION is its id, the beginning of it, or last."""
    from kmonitor.store.summary import summarise
    from kmonitor.store.summary_text import summary_text, zone_of

    reader = _reader(db, is_from_stdin)
    session_id = reader.resolve(session)
    summary = summarise(reader, session_id)
    if is_json:
        click.echo(json.dumps(summary, ensure_ascii=False))
        return
    for line in summary_text(summary, zone_of(reader.session(session_id).zone)):
        click.echo(line)


def _reader(db: Path | None, is_from_stdin: bool) -> RecordReader:
    from kmonitor.store.reader import RecordReader

    return RecordReader(*record_of(db, is_from_stdin))


def _all_sessions(reader: RecordReader) -> Iterator[StoredSession]:
    page = reader.sessions(_PAGE)
    while page:
        yield from page
        page = reader.sessions(_PAGE, after=page[-1].key)
