"""What a site sets on this computer; kept in one TOML file that people may edit.

A field that is missing takes its default, so that an older file stays valid.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

import platformdirs
import tomlkit
from tomlkit.exceptions import TOMLKitError

from kmonitor import site_files
from kmonitor.access import Right, require
from kmonitor.errors import SettingsError, WorldError
from kmonitor.people import Person
from kmonitor.ports import Accounts

THEMES = ("dark", "light")
LOCK_AFTER_MIN = (0, 120)  # 0: the screen never locks itself
CAPTURES_MB = (50, 100_000)
ALARM_VOLUME_PCT = (20, 100)
_BOUNDS = {
    "lock_after_min": LOCK_AFTER_MIN,
    "captures_mb": CAPTURES_MB,
    "alarm_volume_pct": ALARM_VOLUME_PCT,
}
_FILE = "settings.toml"
_HEAD = "What is set on this computer. The program keeps these comments."


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is set on this computer; `site_folder` tells where it and the site's files lie."""

    chair: str = "Chair 1"
    theme: str = "dark"
    ask_sign_in: bool = True
    lock_after_min: int = 5
    backup_folder: Path | None = None
    captures_mb: int = 1_000
    alarm_volume_pct: int = 80
    site_folder: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field that was set to something else, as the audit trail tells it."""

    field: str
    old: str
    new: str


def folder() -> Path:
    """The folder of the settings and of the site's own limit sets and lists."""
    return Path(platformdirs.user_config_dir("kmonitor", appauthor=False))


def load(in_folder: Path | None = None) -> Settings:
    """The settings of this computer, or the defaults where nothing was set; SettingsError."""
    where = in_folder or folder()
    path = where / _FILE
    if not path.exists():
        return Settings(site_folder=where)
    given = site_files.read(path).fields
    backups = given.text_if_there("backup_folder")
    found = {
        "chair": given.text_if_there("chair"),
        "theme": given.text_if_there("theme"),
        "ask_sign_in": given.flag_if_there("ask_sign_in"),
        "lock_after_min": _whole(given, "lock_after_min"),
        "backup_folder": None if backups is None else Path(backups).expanduser(),
        "captures_mb": _whole(given, "captures_mb"),
        "alarm_volume_pct": _whole(given, "alarm_volume_pct"),
    }
    given.finish()
    is_set = {name: each for name, each in found.items() if each is not None}
    settings = replace(Settings(site_folder=where), **is_set)  # type: ignore[arg-type]  # read above
    _check(settings, path)
    return settings


def save(settings: Settings, in_folder: Path | None = None) -> None:
    """Write the settings as a whole or not at all, comments kept; SettingsError."""
    path = (in_folder or folder()) / _FILE
    _check(settings, path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = _written(settings, path.read_text(encoding="utf-8") if path.exists() else None)
        fresh = path.with_name(f"{_FILE}.new")
        with fresh.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise SettingsError(f"{path} cannot be written: {reason}.") from error
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}.") from error


def change(
    settings: Settings, *, by: Person, accounts: Accounts, in_folder: Path | None = None
) -> list[Change]:
    """Save what a person set and note each change; what cannot be noted is not changed."""
    require(by, Right.CHANGE_SETTINGS)
    before = load(in_folder)
    done = list(changes(before, settings))
    if not done:
        return done
    save(settings, in_folder)
    try:
        for each in done:
            accounts.note(by, "setting_changed", field=each.field, old=each.old, new=each.new)
    except WorldError:
        save(before, in_folder)
        raise
    return done


def changes(before: Settings, after: Settings) -> Iterator[Change]:
    """Each field that differs."""
    for name in _names():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Change(field=name, old=_shown(old), new=_shown(new))


def _names() -> list[str]:
    return [each.name for each in fields(Settings) if each.name != "site_folder"]


def _shown(setting: object) -> str:
    if isinstance(setting, bool):
        return "yes" if setting else "no"
    return "none" if setting is None else str(setting)


def _written(settings: Settings, old: str | None) -> str:
    document = tomlkit.parse(old) if old else tomlkit.document()
    if not old:
        document.add(tomlkit.comment(_HEAD))
        document.add("schema", tomlkit.item(site_files.SCHEMA))
    for name in _names():
        setting = getattr(settings, name)
        if setting is None:
            document.pop(name, None)
        elif document.get(name) != (kept := _plain(setting)):
            document[name] = kept
    return tomlkit.dumps(document)


def _plain(setting: str | int | Path) -> str | int:
    return str(setting) if isinstance(setting, Path) else setting


def _whole(given: site_files.Fields, name: str) -> int | None:
    found = given.number_if_there(name)
    if found is not None and found != int(found):
        raise given.wrong(name, "must be a whole number")
    return None if found is None else int(found)


def _check(settings: Settings, path: Path) -> None:
    """Raise SettingsError where a field cannot be what it is."""
    for name, wrong in _wrongs(settings):
        raise SettingsError(f"{path}: field {name} {wrong}.")


def _wrongs(settings: Settings) -> Iterator[tuple[str, str]]:
    if not settings.chair.strip() or not settings.chair.isprintable():
        yield "chair", "must be text on one line"
    if settings.theme not in THEMES:
        yield "theme", f"must be one of {', '.join(THEMES)}"
    for name, (least, most) in _BOUNDS.items():
        if not least <= getattr(settings, name) <= most:
            yield name, f"must be from {least} to {most}"
    if settings.backup_folder is not None and not settings.backup_folder.is_absolute():
        yield "backup_folder", "must be a whole path, beginning at the root"
