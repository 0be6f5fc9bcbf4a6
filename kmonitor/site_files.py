"""The one loader of TOML files: a site's own file goes before the shipped one of that name.

Whatever is wrong is one sentence with the file and the field's path (line for syntax). A shipped
file is used as it was shipped only: its SHA-256 stands in `resources/signed.toml`.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from pathlib import Path

from kmonitor.errors import SettingsError

SCHEMA = 1
_LIST = "signed.toml"
_LARGEST = 1e300


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFile:
    """One file as read; `sha256` is what a sign-off refers to."""

    name: str
    is_shipped: bool
    sha256: str
    fields: Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSignature:
    """Who signed a file, by name, and when."""

    by: str
    at: datetime


class Fields:
    """A table of a file, read field by field; a field that nobody asked for is an error."""

    def __init__(self, where: str, table: Mapping[str, object]) -> None:
        """Read `table`, which stands at `where` (file, then the path inside it)."""
        self._where = where
        self._table = dict(table)
        self._asked: set[str] = set()

    def text(self, name: str) -> str:
        """A field that must be there and be text."""
        found = self._must_be_there(name)
        if not isinstance(found, str) or not found.strip():
            raise self.wrong(name, "must be text")
        return found

    def text_if_there(self, name: str) -> str | None:
        """Text, or None where the field is not there."""
        return self.text(name) if name in self._table else None

    def flag_if_there(self, name: str) -> bool | None:
        """True or false, or None where the field is not there."""
        found = self._take(name)
        if found is not None and not isinstance(found, bool):
            raise self.wrong(name, "must be true or false")
        return found

    def number(self, name: str) -> float:
        """A field that must be there and be a finite number."""
        found = self.number_if_there(name)
        if found is None:
            raise self.wrong(name, "is missing")
        return found

    def number_if_there(self, name: str) -> float | None:
        """A number, or None where the field is not there."""
        found = self._take(name)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise self.wrong(name, "must be a number")
        if not abs(found) <= _LARGEST:
            raise self.wrong(name, "must be a finite number")
        return float(found)

    def number_within(self, name: str, least: float, most: float) -> float | None:
        """A number from `least` to `most`, or None where the field is not there."""
        found = self.number_if_there(name)
        if found is not None and not least <= found <= most:
            raise self.wrong(name, f"must lie between {least:g} and {most:g}")
        return found

    def whole(self, name: str) -> int:
        """A whole number above 0."""
        found = self.number(name)
        if found != int(found) or found < 1:
            raise self.wrong(name, "must be a whole number above 0")
        return int(found)

    def day(self, name: str) -> date:
        """A date."""
        found = self._must_be_there(name)
        if not isinstance(found, date) or isinstance(found, datetime):
            raise self.wrong(name, "must be a date such as 2026-11-22")
        return found

    def tables(self, name: str) -> Iterator[Fields]:
        """Each table of a list that must not be empty; each is checked when it has been read."""
        found = self._must_be_there(name)
        if not isinstance(found, list) or not found:
            raise self.wrong(name, "must be a list of tables")
        for i, item in enumerate(found):
            if not isinstance(item, dict):
                raise self.wrong(f"{name}[{i + 1}]", "must be a table")
            fields = Fields(f"{self._where} {name}[{i + 1}]", item)
            yield fields
            fields.finish()

    def table_if_there(self, name: str) -> Fields | None:
        """A table, which the reader finishes, or None where the field is not there."""
        found = self._take(name)
        if found is None:
            return None
        if not isinstance(found, dict):
            raise self.wrong(name, "must be a table")
        return Fields(f"{self._where} {name}", found)

    def finish(self) -> None:
        """Refuse what nobody asked for: a misspelt field must not pass in silence."""
        for name in self._table:
            if name not in self._asked:
                raise self.wrong(name, "is not known")

    def wrong(self, name: str, what: str) -> SettingsError:
        """The error for field `name`, to be raised by the reader."""
        return SettingsError(f"{self._where}: field {name} {what}.")

    def _must_be_there(self, name: str) -> object:
        if name not in self._table:
            raise self.wrong(name, "is missing")
        return self._take(name)

    def _take(self, name: str) -> object:
        self._asked.add(name)
        return self._table.get(name)


def load(folder: str, name: str, site_folder: Path | None = None) -> SiteFile:
    """`name`.toml of `folder`, the site's own if it has one; raises SettingsError."""
    file_name = f"{name}.toml"
    own = site_folder / folder / file_name if site_folder is not None else None
    if own is not None and own.exists():
        return read(own)
    return _shipped(f"{folder}/{file_name}")


def read(path: Path) -> SiteFile:
    """The file at `path`, which is the site's own; raises SettingsError."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.") from error
    return _parse(str(path), raw, is_shipped=False)


def _shipped(name: str) -> SiteFile:
    raw = _raw_shipped(name)
    if _listed().get(name) != hashlib.sha256(raw).hexdigest():
        raise SettingsError(
            f"{name} is not as it was shipped: its SHA-256 is not the one in {_LIST}. "
            "Install the program again, or put a changed file into the site's own folder."
        )
    return _parse(name, raw, is_shipped=True)


@cache
def _listed() -> Mapping[str, str]:
    """The SHA-256 of each shipped file, by folder and name."""
    fields = _parse(_LIST, _raw_shipped(_LIST), is_shipped=True).fields
    listed = {each.text("name"): each.text("sha256") for each in fields.tables("file")}
    fields.finish()
    return listed


def _raw_shipped(name: str) -> bytes:
    shipped = resources.files("resources").joinpath(*name.split("/"))
    if not shipped.is_file():
        raise SettingsError(f"There is no file {name}.")
    return shipped.read_bytes()


def _parse(where: str, raw: bytes, *, is_shipped: bool) -> SiteFile:
    try:
        table = tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{where}: this is not UTF-8 text (at line {line}).") from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{where}: {error}.") from error
    fields = Fields(where, table)
    if fields.whole("schema") != SCHEMA:
        raise fields.wrong("schema", f"must be {SCHEMA} for this program")
    return SiteFile(
        name=where,
        is_shipped=is_shipped,
        sha256=hashlib.sha256(raw).hexdigest(),
        fields=fields,
    )
