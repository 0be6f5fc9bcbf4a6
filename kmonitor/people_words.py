"""The words about people: `users`, `audit`.

A PIN is asked on the terminal without echo, or read from standard input, never from an argument.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kmonitor.access import RIGHTS, PermissionRefused, Right, require
from kmonitor.people import Person, Role
from kmonitor.ports import AuditEntry, SignInRefused
from kmonitor.word_options import db_option, passphrase_option, record_of

if TYPE_CHECKING:
    from kmonitor.store.accounts import StoredAccounts
    from kmonitor.store.keys import RecordKeys

_ROLE = click.Choice([role.value for role in RIGHTS])
_CAUSE = "command line"
_json = click.option("--json", "is_json", is_flag=True, help="For programs.")
by_option = click.option("--by", metavar="NAME", help="Who does it; their PIN is asked.")
pin_stdin_option = click.option(
    "--pin-stdin", is_flag=True, help="Read PINs from stdin, a line each: of --by, then the new."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The record that a word is about, with its people."""

    path: Path
    keys: RecordKeys | None
    accounts: StoredAccounts
    is_pin_from_stdin: bool = False

    def find(self, name: str) -> Person:
        """The person of that name, whatever its letters."""
        for each in self.accounts.people(with_inactive=True):
            if each.name.casefold() == " ".join(name.split()).casefold():
                return each
        raise PermissionRefused(f"There is nobody named {name} here.")

    def pin(self, of: str, *, is_new: bool = False) -> bytearray:
        """A PIN, asked twice where it is a new one."""
        if self.is_pin_from_stdin:
            return bytearray(sys.stdin.readline().rstrip("\r\n").encode())
        if not sys.stdin.isatty():
            raise click.UsageError("A PIN is asked on a terminal, or read with --pin-stdin.")
        title = f"New PIN of {of}" if is_new else f"PIN of {of}"
        asked = click.prompt(title, hide_input=True, confirmation_prompt=is_new, err=True)
        return bytearray(str(asked).encode())

    @contextmanager
    def signed_in(self, name: str | None) -> Iterator[Person]:
        """The person who acts, checked by their PIN, and signed out again."""
        if name is None:
            raise click.UsageError("Say who does it: --by NAME.")
        person = self.accounts.sign_in(self.find(name).person_id, self.pin(name))
        if isinstance(person, SignInRefused):
            raise PermissionRefused(person.reason)
        try:
            yield person
        finally:
            self.accounts.sign_out(person, _CAUSE)


def word(function: Callable[..., None]) -> Callable[..., None]:
    """Gives a word its record as `Site`, from the options that all have."""

    @wraps(function)
    def with_site(
        *args: Any, db: Path | None, is_from_stdin: bool, pin_stdin: bool = False, **given: Any
    ) -> None:
        from kmonitor.clock import SystemClock
        from kmonitor.store.accounts import StoredAccounts

        path, keys = record_of(db, is_from_stdin)
        accounts = StoredAccounts(path, keys, SystemClock())
        site = Site(path=path, keys=keys, accounts=accounts, is_pin_from_stdin=pin_stdin)
        function(site, *args, **given)

    return db_option(passphrase_option(with_site))


class ListByDefault(click.Group):
    """Without a further word it is `list`, whose options then stand behind the first."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put in the word that was left out."""
        is_left_out = not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names)
        return super().parse_args(ctx, ["list", *args] if is_left_out else args)


@click.group(cls=ListByDefault)
def users() -> None:
    """Show and change who may sign in; without a further word: the list."""


@users.command("list")
@_json
@word
def list_users(site: Site, is_json: bool) -> None:
    """List everybody with their role."""
    people = site.accounts.people(with_inactive=True)
    if not people and not is_json:
        click.echo("There is nobody yet; the first person is a technician: users add.")
    for each in people:
        if is_json:
            told = {"id": each.person_id, "name": each.name, "role": each.role}
            click.echo(json.dumps(told | {"active": each.is_active}, ensure_ascii=False))
        else:
            off = "" if each.is_active else "  no access"
            click.echo(f"{each.role:<10}  {each.name}{off}")


@users.command
@click.option("--name", required=True)
@click.option("--role", type=_ROLE, required=True)
@by_option
@pin_stdin_option
@word
def add(site: Site, name: str, role: str, by: str | None) -> None:
    """Add a person; the very first needs no --by and is a technician."""
    if not site.accounts.people(with_inactive=True):
        person = site.accounts.add(
            None, name=name, role=Role(role), pin=site.pin(name, is_new=True)
        )
    else:
        with site.signed_in(by) as acting:
            require(acting, Right.MANAGE_PEOPLE)
            pin = site.pin(name, is_new=True)
            person = site.accounts.add(acting, name=name, role=Role(role), pin=pin)
    click.echo(f"{person.name} can sign in now as a {person.role}.")


@users.command
@click.argument("name")
@by_option
@pin_stdin_option
@word
def pin(site: Site, name: str, by: str | None) -> None:
    """Give NAME a new PIN; without --by your own."""
    person = site.find(name)
    with site.signed_in(by or name) as acting:
        site.accounts.change_pin(acting, person.person_id, site.pin(name, is_new=True))
    click.echo(f"{person.name} has a new PIN.")


@users.command
@click.argument("name")
@click.argument("role", metavar="ROLE", type=_ROLE)
@by_option
@pin_stdin_option
@word
def role(site: Site, name: str, role: str, by: str | None) -> None:
    """Make NAME a nurse, clinician or technician."""
    _change(site, name, by, role=Role(role))
    click.echo(f"{site.find(name).name} is a {role} now.")


@users.command
@click.argument("name")
@by_option
@pin_stdin_option
@word
def off(site: Site, name: str, by: str | None) -> None:
    """Take all access from NAME; what they did stays in the record."""
    _change(site, name, by, is_active=False)
    click.echo(f"{site.find(name).name} has no access any more.")


@users.command
@click.argument("name")
@by_option
@pin_stdin_option
@word
def on(site: Site, name: str, by: str | None) -> None:
    """Give NAME access again."""
    _change(site, name, by, is_active=True)
    click.echo(f"{site.find(name).name} can sign in again.")


def _change(
    site: Site,
    name: str,
    by: str | None,
    *,
    role: Role | None = None,
    is_active: bool | None = None,
) -> None:
    person = site.find(name)
    with site.signed_in(by) as acting:
        site.accounts.change(
            acting,
            person.person_id,
            role=person.role if role is None else role,
            is_active=person.is_active if is_active is None else is_active,
        )


@click.command
@click.option("--text", default="", help="Only what holds these words.")
@click.option("--person", metavar="NAME", help="Only what this person did.")
@click.option("--limit", type=click.IntRange(min=1), default=200, show_default=True)
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="All into a new file.")
@_json
@by_option
@pin_stdin_option
@word
def audit(
    site: Site,
    *,
    text: str,
    person: str | None,
    limit: int,
    csv_file: Path | None,
    is_json: bool,
    by: str | None,
) -> None:
    """Tell who did what, the newest first; --csv needs --by, a clinician or a technician."""
    from kmonitor.store.audit import audit_entries, export_audit
    from kmonitor.store.connection import reading

    def entries(limit: int | None) -> list[AuditEntry]:
        author = None if person is None else site.find(person).person_id
        with reading(site.path, site.keys) as connection:
            return audit_entries(connection, text=text, author=author, limit=limit)

    if csv_file:
        with site.signed_in(by) as acting:
            export_audit(found := entries(None), csv_file, by=acting, accounts=site.accounts)
        click.echo(f"{len(found)} entries are in {csv_file}.")
        return
    for each in entries(limit):
        click.echo(_as_json(each) if is_json else _as_line(each))


def _as_json(entry: AuditEntry) -> str:
    told = {
        "at": entry.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "person_id": entry.author,
        "name": entry.name,
        "what": entry.what,
        "detail": entry.detail,
        "session": entry.session_id,
    }
    return json.dumps(told, ensure_ascii=False)


def _as_line(entry: AuditEntry) -> str:
    when = entry.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    about = "".join(f" ({part})" for part in (entry.detail, entry.session_id) if part)
    return f"{when}  {entry.name}: {entry.what}{about}"
