from dataclasses import replace
from typing import Any

import pytest

from kmonitor import settings
from kmonitor.access import PermissionRefused
from kmonitor.errors import SettingsError, StoreError
from kmonitor.people import Person, Role
from kmonitor.settings import Settings

TECHNICIAN = Person(person_id="t", name="Tess", role=Role.TECHNICIAN)
NURSE = Person(person_id="n", name="Ned", role=Role.NURSE)


class Notes:
    """The one call of `Accounts` that settings use; `fails_at` is the failing note's number."""

    def __init__(self, fails_at=None):
        self.noted = []
        self._fails_at = fails_at

    def note(self, by, kind, **said):
        if len(self.noted) == self._fails_at:
            raise StoreError("The disk is full.")
        self.noted.append((by.person_id, kind, said))


def trail(fails_at: int | None = None) -> Any:
    return Notes(fails_at)


def written(folder, text):
    (folder / "settings.toml").write_text(text, encoding="utf-8")


def kept(folder):
    return (folder / "settings.toml").read_text(encoding="utf-8")


def test_nothing_set_gives_the_defaults(tmp_path):
    assert settings.load(tmp_path) == Settings(site_folder=tmp_path)
    assert settings.load(tmp_path).ask_sign_in


def test_what_is_set_is_taken(tmp_path):
    written(tmp_path, 'schema = 1\nchair = "Window chair"\ntheme = "light"\n')
    found = settings.load(tmp_path)
    assert (found.chair, found.theme) == ("Window chair", "light")


def test_what_an_older_file_does_not_name_takes_its_default(tmp_path):
    written(tmp_path, "schema = 1\nlock_after_min = 0\n")
    found = settings.load(tmp_path)
    assert found == Settings(lock_after_min=0, site_folder=tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        'theme = "pink"',
        'chair = ""',
        "volume = 3",
        "schema =",
        "lock_after_min = 1.5",
        "lock_after_min = -1",
        "lock_after_min = true",
        "captures_mb = 1",
        "alarm_volume_pct = 19",
        "alarm_volume_pct = 101",
        'ask_sign_in = "no"',
        'backup_folder = "backups"',
        "backup_folder = 3",
    ],
)
def test_a_wrong_setting_is_one_sentence_with_its_file(tmp_path, line):
    written(tmp_path, line if line.startswith("schema") else f"schema = 1\n{line}\n")
    with pytest.raises(SettingsError, match=r"settings\.toml.*\.$"):
        settings.load(tmp_path)


def test_what_was_saved_is_loaded_again(tmp_path):
    folder = tmp_path / "not" / "yet"
    meant = Settings(
        chair="Fenêtre 2",
        theme="light",
        ask_sign_in=False,
        lock_after_min=12,
        backup_folder=tmp_path / "copies",
        captures_mb=400,
        alarm_volume_pct=60,
        site_folder=folder,
    )
    settings.save(meant, folder)
    assert settings.load(folder) == meant
    settings.save(replace(meant, backup_folder=None), folder)
    assert settings.load(folder).backup_folder is None
    assert [each.name for each in folder.iterdir()] == ["settings.toml"]


def test_comments_and_what_did_not_change_stay_as_they_were_written(tmp_path):
    before = 'schema = 1  # 2026\n# By the window.\nchair = "A"  # ours\ntheme = "dark"\n'
    written(tmp_path, before)
    settings.save(replace(settings.load(tmp_path), chair="B"), tmp_path)
    assert kept(tmp_path).startswith(before.replace('"A"', '"B"'))


def test_what_may_not_be_saved_leaves_the_file_alone(tmp_path):
    settings.save(Settings(), tmp_path)
    before = kept(tmp_path)
    with pytest.raises(SettingsError, match="lock_after_min must be from 0 to 120"):
        settings.save(Settings(lock_after_min=1_000), tmp_path)
    assert kept(tmp_path) == before


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"settings\.toml cannot be written: .*\.$"):
        settings.save(Settings(), tmp_path / "taken")


def test_each_change_is_noted_with_before_and_after(tmp_path):
    notes = trail()
    meant = Settings(chair="Chair 2", ask_sign_in=False, backup_folder=tmp_path)
    settings.change(meant, by=TECHNICIAN, accounts=notes, in_folder=tmp_path)
    assert notes.noted == [
        ("t", "setting_changed", {"field": "chair", "old": "Chair 1", "new": "Chair 2"}),
        ("t", "setting_changed", {"field": "ask_sign_in", "old": "yes", "new": "no"}),
        ("t", "setting_changed", {"field": "backup_folder", "old": "none", "new": str(tmp_path)}),
    ]
    assert settings.change(meant, by=TECHNICIAN, accounts=notes, in_folder=tmp_path) == []
    assert len(notes.noted) == 3


def test_a_nurse_changes_no_setting(tmp_path):
    notes = trail()
    with pytest.raises(PermissionRefused, match="that is for a technician"):
        settings.change(Settings(chair="X"), by=NURSE, accounts=notes, in_folder=tmp_path)
    assert not notes.noted
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_noted_is_not_changed(tmp_path):
    settings.save(Settings(), tmp_path)
    before = settings.load(tmp_path)
    meant = replace(before, chair="X", theme="light")
    with pytest.raises(StoreError):
        settings.change(meant, by=TECHNICIAN, accounts=trail(fails_at=1), in_folder=tmp_path)
    assert settings.load(tmp_path) == before
