"""The words that move or end a session's place in the record: `sign`, `bundle`, `unbundle`,
`remove`.

Each asks who does it and their PIN; `remove` asks a clinician's too.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kmonitor.people_words import Site, by_option, pin_stdin_option, word
from kmonitor.store.unlocking import ask_without_echo

_FILE = click.Path(path_type=Path, dir_okay=False)
_bundle_stdin = click.option(
    "--bundle-passphrase-stdin", is_flag=True, help="Read the bundle's passphrase from stdin."
)


@click.command
@click.argument("session")
@by_option
@pin_stdin_option
@word
def sign(site: Site, session: str, by: str | None) -> None:
    """Sign a session that has ended as reviewed; for clinicians."""
    from kmonitor.store.signing import sign_session

    session_id = _resolved(site, session)
    with site.signed_in(by) as clinician:
        sign_session(site.path, site.keys, session_id, clinician)
    click.echo(f"The session {session_id} is signed as reviewed by {clinician.name}.")


@click.command
@click.argument("session")
@click.option("--out", type=_FILE, required=True, help="The new file.")
@by_option
@pin_stdin_option
@_bundle_stdin
@word
def bundle(
    site: Site, session: str, out: Path, by: str | None, bundle_passphrase_stdin: bool
) -> None:
    """Write a signed session to an encrypted file for another computer of the site."""
    from kmonitor.store.bundle import make_bundle

    session_id = _resolved(site, session)
    with site.signed_in(by) as person:
        passphrase = _passphrase(bundle_passphrase_stdin, is_new=True)
        make_bundle(site.path, site.keys, session_id, out, by=person, passphrase=passphrase)
    click.echo(f"The session {session_id} is in {out}; its passphrase stands in no file.")


@click.command
@click.argument("file", type=_FILE)
@by_option
@pin_stdin_option
@_bundle_stdin
@word
def unbundle(site: Site, file: Path, by: str | None, bundle_passphrase_stdin: bool) -> None:
    """Take the session of a bundle into this record, checked, with its origin."""
    from kmonitor.store.bundle import import_bundle

    with site.signed_in(by) as person:
        passphrase = _passphrase(bundle_passphrase_stdin)
        session_id = import_bundle(file, passphrase, site.path, site.keys, by=person)
    click.echo(f"The session {session_id} is in this record now.")


@click.command
@click.argument("session")
@by_option
@click.option("--consent", metavar="NAME", required=True, help="The clinician who consents.")
@click.option("--reason", required=True, help="Why, in words; it stays in the record.")
@pin_stdin_option
@word
def remove(site: Site, session: str, by: str | None, consent: str, reason: str) -> None:
    """Remove a session for good: a technician does it, a clinician consents."""
    from kmonitor.store.removal import remove_session

    session_id = _resolved(site, session)
    with site.signed_in(by) as technician, site.signed_in(consent) as clinician:
        count = remove_session(
            site.path,
            site.keys,
            session_id,
            technician=technician,
            clinician=clinician,
            reason=reason,
        )
    click.echo(f"The session {session_id} is removed, {count} rows; who and why stay.")


def _resolved(site: Site, session: str) -> str:
    from kmonitor.store.reader import RecordReader

    return RecordReader(site.path, site.keys).resolve(session)


def _passphrase(is_from_stdin: bool, *, is_new: bool = False) -> str:
    """The bundle's own passphrase, which the other computer is told by another way."""
    if is_from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise click.UsageError("The bundle's passphrase: --bundle-passphrase-stdin reads it.")
    first = ask_without_echo("Passphrase of the bundle")
    if is_new and ask_without_echo("The same again") != first:
        raise click.UsageError("The two passphrases differ.")
    return first
