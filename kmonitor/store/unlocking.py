"""How a word of the command line gets the record's key; never from an argument."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kmonitor.errors import StoreError
from kmonitor.store.beside import is_encrypted
from kmonitor.store.key_file import KeyFile, WrongPassphrase, read_key_file
from kmonitor.store.key_store import KeyStore
from kmonitor.store.keys import Locked, RecordKeys

if TYPE_CHECKING:
    from kmonitor.store.house import House

TRIES = 3


def keys_for_words(
    path: Path,
    *,
    is_from_stdin: bool = False,
    key_store: KeyStore | None = None,
    ask: Callable[[str], str] | None = None,
) -> RecordKeys | None:
    """None for an open record; else from the key store, the first line of stdin or the terminal.

    Raises Locked where there is nobody to ask, and StoreError for what does not open it.
    """
    if not is_encrypted(path):
        return None
    file = read_key_file(path)
    if is_from_stdin:
        return file.opened_by(sys.stdin.readline().rstrip("\r\n"))
    if file.is_in_key_store and (keys := (key_store or KeyStore()).get(file.key_id)):
        return keys
    if ask is None and not sys.stdin.isatty():
        raise Locked(f"The record {path} is encrypted: --passphrase-stdin reads its passphrase.")
    return _asked(file, path, ask or ask_without_echo)


def house_for_words(path: Path, *, is_from_stdin: bool = False) -> House:
    """The house of the record at `path`, READY to be written; else a StoreError."""
    from kmonitor.store.house import House

    keys = keys_for_words(path, is_from_stdin=is_from_stdin)
    house = House.at(path, keys.as_text() if keys else None)
    try:
        house.require_ready()
    except StoreError:
        house.close()
        raise
    return house


def ask_without_echo(words: str) -> str:
    """What is typed at the terminal, unseen."""
    import click

    return str(click.prompt(words, hide_input=True, err=True))


def _asked(file: KeyFile, path: Path, ask: Callable[[str], str]) -> RecordKeys:
    words = f"Passphrase or recovery code of {path.name}"
    for _ in range(TRIES - 1):
        try:
            return file.opened_by(ask(words))
        except WrongPassphrase:
            words = f"That was not right. Passphrase or recovery code of {path.name}"
    return file.opened_by(ask(words))
