"""What a site sets on this computer; kept in one TOML file that people may edit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import platformdirs

from kmonitor import site_files
from kmonitor.errors import SettingsError

THEMES = ("dark", "light")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The chair this computer stands at, the theme, and where the site's own files lie."""

    chair: str = "Chair 1"
    theme: str = "dark"
    site_folder: Path | None = None


def folder() -> Path:
    """The folder of the settings and of the site's own limit sets and lists."""
    return Path(platformdirs.user_config_dir("kmonitor", appauthor=False))


def load(in_folder: Path | None = None) -> Settings:
    """The settings of this computer, or the defaults where nothing was set; SettingsError."""
    where = in_folder or folder()
    path = where / "settings.toml"
    if not path.exists():
        return Settings(site_folder=where)
    fields = site_files.read(path).fields
    settings = Settings(chair=fields.text("chair"), theme=fields.text("theme"), site_folder=where)
    fields.finish()
    if settings.theme not in THEMES:
        raise SettingsError(f"{path}: field theme must be one of {', '.join(THEMES)}.")
    return settings
