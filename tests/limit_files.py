"""Files of limits as a site would write them, sound or with one mistake."""

from __future__ import annotations

from pathlib import Path

HEAD = 'schema = 1\nname = "own"\ntitle = "Own"\nversion = 2\nauthor = "Dr A"\ndated = 2026-11-01\n'


class SiteLimits:
    """The folder of a site's own limit sets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "limits").mkdir()

    def write(self, text: str, name: str = "own") -> Path:
        """A file; the name of the set is that of the file."""
        path = self.folder / "limits" / f"{name}.toml"
        path.write_text(text.replace('name = "own"', f'name = "{name}"', 1), encoding="utf-8")
        return path


def rules(**changed: str) -> str:
    """A whole set; a condition named in `changed` has these levels instead, or none at all."""
    levels = {
        "spo2_low": '{priority = "medium", limit = 92}',
        "pulse_low": '{priority = "medium", limit = 50}',
        "pulse_high": '{priority = "medium", limit = 120}',
        "nibp_systolic_low": '{priority = "medium", limit = 90}',
        "nibp_systolic_high": '{priority = "medium", limit = 160}',
        "nibp_diastolic_high": '{priority = "medium", limit = 105}',
    } | changed
    return "".join(
        f'[[rule]]\ncondition = "{name}"\nlevel = [{level}]\n'
        for name, level in levels.items()
        if level
    )
