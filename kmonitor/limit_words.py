"""The word `limits`: which limit sets there are, whether a file can be used, and its signature."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click

from kmonitor import limit_sets, settings
from kmonitor.alarms.limit_texts import table_of
from kmonitor.alarms.limits import LimitSet
from kmonitor.errors import SettingsError
from kmonitor.limit_sets import SHIPPED, OfferedSet
from kmonitor.people_words import ListByDefault, Site, by_option, pin_stdin_option, word
from kmonitor.site_files import FileSignature
from kmonitor.word_options import json_option

_FILE = click.Path(path_type=Path)


@click.group(cls=ListByDefault)
def limits() -> None:
    """Show, check and sign limit sets; without a further word: the list."""


@limits.command("list")
@json_option
@word
def list_sets(site: Site, is_json: bool) -> None:
    """List the sets with where each comes from, who signed it, or what is wrong."""
    for each in limit_sets.available(settings.folder(), _signed(site).get):
        if is_json:
            click.echo(json.dumps(_as_told(each), ensure_ascii=False))
        else:
            click.echo(f"{each.name:<12}  {_in_words(each)}")
    if not is_json:
        click.echo(f"A set of this site's own is a file in {_site_folder()}; a clinician signs it.")


@limits.command
@click.argument("file", type=_FILE)
def check(file: Path) -> None:
    """Check FILE and print what it says, level by level; it needs no signature."""
    found = limit_sets.load_file(file)
    click.echo(f"{found.title}, version {found.version}, by {found.author}, {found.dated}")
    _print_table(found)
    click.echo("This file can be used.")
    if found.name != file.stem:
        click.echo(f"As a set of this site it must be called {found.name}.toml.")


@limits.command
@click.argument("name")
@by_option
@pin_stdin_option
@word
def sign(site: Site, name: str, by: str | None) -> None:
    """Sign the site's own set NAME, as its file is now; for clinicians."""
    from kmonitor.store.file_signing import sign_limits

    path = _site_folder() / f"{name}.toml"
    if name in SHIPPED and not path.exists():
        raise SettingsError(f"The set {name} comes with the program and needs no signature.")
    if name not in SHIPPED and not path.is_file():
        raise SettingsError(f"There is no file {path}.")
    found = limit_sets.load(name, settings.folder())
    with site.signed_in(by) as clinician:
        sign_limits(site.path, site.keys, found, clinician)
    _print_table(found)
    click.echo(f"{path} is signed by {clinician.name}; when it is changed, no longer.")


def _site_folder() -> Path:
    return settings.folder() / limit_sets.FOLDER


def _signed(site: Site) -> Mapping[str, FileSignature]:
    from kmonitor.store.reader import RecordReader

    if not site.path.exists():
        return {}
    return RecordReader(site.path, site.keys).signed_limits()


def _print_table(found: LimitSet) -> None:
    for row in table_of(found):
        click.echo(f"  {row.rule:<12}  {row.priority:<9}  {row.beyond}, {row.delay}".rstrip(" ,"))


def _in_words(each: OfferedSet) -> str:
    if each.limit_set is not None:
        return f"{each.title}, version {each.version}. {each.signed_words()}."
    if each.unsigned is not None:
        return f"{each.title}, version {each.version}. CANNOT BE USED: {each.problem}"
    return f"CANNOT BE USED: {each.problem}"


def _as_told(each: OfferedSet) -> dict[str, object]:
    signature, contents = each.signature, each.contents
    return {
        "name": each.name,
        "title": contents.title if contents is not None else None,
        "version": each.version,
        "file": each.where,
        "shipped": each.is_shipped,
        "sha256": contents.sha256 if contents is not None else None,
        "signed_by": signature.by if signature is not None else None,
        "signed": signature.at.isoformat() if signature is not None else None,
        "problem": each.problem or None,
    }
