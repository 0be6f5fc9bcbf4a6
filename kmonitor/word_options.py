"""What the words that need the record have in common: which one, and where its key comes from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kmonitor.store.keys import RecordKeys

db_option = click.option(
    "--db",
    type=click.Path(path_type=Path),
    help="The record; without it this computer's own.",
)
passphrase_option = click.option(
    "--passphrase-stdin",
    "is_from_stdin",
    is_flag=True,
    help="Read the passphrase or recovery code from the first line of stdin.",
)
json_option = click.option("--json", "is_json", is_flag=True, help="For programs.")


def record_of(db: Path | None, is_from_stdin: bool) -> tuple[Path, RecordKeys | None]:
    """The record that is meant, and its key if it has one; raises StoreError."""
    from kmonitor.store.connection import default_path
    from kmonitor.store.unlocking import keys_for_words

    path = db or default_path()
    return path, keys_for_words(path, is_from_stdin=is_from_stdin)
