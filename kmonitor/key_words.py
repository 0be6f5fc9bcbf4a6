"""The word about the record's key: `key`, alone how it is kept, else what to change about it.

No secret is ever an argument: passphrases are asked on the terminal without echo, or read from
stdin, a line each: the present one first, then the new one.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kmonitor.errors import StoreError
from kmonitor.ports import HouseState, Protection
from kmonitor.word_options import db_option, passphrase_option

if TYPE_CHECKING:
    from kmonitor.store.house import House

_WAYS = {
    Protection.KEY_STORE: "encrypted; its key is in this computer's key store",
    Protection.PASSPHRASE: "encrypted; a passphrase opens it",
    Protection.NONE: "NOT ENCRYPTED",
}
_CODE = "The recovery code, shown this once; print it and keep it away from this computer:"
_with_key_store = click.option(
    "--key-store", is_flag=True, help="Keep the key in this computer's key store instead."
)


def _of_the_record(word: Callable[..., None]) -> Callable[..., None]:
    """The options of `key` also behind the word below it, where the other words have them."""

    @functools.wraps(word)
    def said(db: Path | None, *, is_from_stdin: bool, **options: object) -> None:
        context = click.get_current_context()
        before, was_from_stdin = context.obj
        context.obj = (db or before, is_from_stdin or was_from_stdin)
        word(context, **options)

    return db_option(passphrase_option(said))


@click.group(invoke_without_command=True)
@db_option
@passphrase_option
@click.pass_context
def key(context: click.Context, db: Path | None, is_from_stdin: bool) -> None:
    """Tell how the record's key is kept; encrypt the record, change passphrase or code."""
    context.obj = (db, is_from_stdin)
    if context.invoked_subcommand is None:
        from kmonitor.store.connection import examining
        from kmonitor.store.key_file import protection_of

        path = _path(context)
        protection = protection_of(path)
        if protection is Protection.NONE:
            with examining(path):  # refuses what is none of ours: nobody can say how that is kept
                pass
        click.echo(f"The record {path} is {_WAYS[protection]}.")


@key.command
@_with_key_store
@_of_the_record
def protect(context: click.Context, key_store: bool) -> None:
    """Encrypt an open record, by a passphrase or by the key store."""
    from kmonitor.store.protecting import COPIES_STAY_OPEN

    with _house(context) as house:
        if house.protection is not Protection.NONE:
            raise StoreError(f"The record {house.path} is encrypted already.")
        code = house.protect(_new_passphrase(context, key_store))
        click.echo(f"The record {house.path} is {_WAYS[house.protection]}.")
        click.echo(COPIES_STAY_OPEN)
        _say_code(code)


@key.command
@_with_key_store
@_of_the_record
def passphrase(context: click.Context, key_store: bool) -> None:
    """Set another passphrase, or go over to the key store; gives a new recovery code too."""
    with _house(context, is_opened=True) as house:
        code = house.protect(_new_passphrase(context, key_store))
        click.echo(f"The record {house.path} is {_WAYS[house.protection]}.")
        _say_code(code)


@key.command
@_of_the_record
def recovery(context: click.Context) -> None:
    """Make a new recovery code; the one before opens nothing any more."""
    with _house(context, is_opened=True) as house:
        _say_code(house.new_recovery_code())


@contextmanager
def _house(context: click.Context, *, is_opened: bool = False) -> Iterator[House]:
    from kmonitor.store.house import House
    from kmonitor.store.unlocking import keys_for_words

    path, (_, is_from_stdin) = _path(context), context.obj
    keys = keys_for_words(path, is_from_stdin=is_from_stdin) if is_opened else None
    house = House.at(path, keys.as_text() if keys else None)
    try:
        if is_opened and house.protection is Protection.NONE:
            raise StoreError(f"The record {path} is not encrypted; key protect does that.")
        if is_opened and house.state is not HouseState.READY:
            raise StoreError(house.notes[0])
        yield house
    finally:
        house.close()


def _path(context: click.Context) -> Path:
    from kmonitor.store.connection import default_path

    db, _ = context.obj
    path: Path = db or default_path()
    if not path.exists():
        raise StoreError(f"There is no record at {path} yet.")
    return path


def _new_passphrase(context: click.Context, is_in_key_store: bool) -> str | None:
    _, is_from_stdin = context.obj
    if is_in_key_store:
        return None
    if is_from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise StoreError("There is no terminal to ask at: --passphrase-stdin reads the passphrase.")
    words = "New passphrase, at least ten characters"
    return str(click.prompt(words, hide_input=True, confirmation_prompt=True, err=True))


def _say_code(code: str) -> None:
    click.echo(_CODE)
    click.echo(code)
