import pytest

from kmonitor import settings
from kmonitor.errors import SettingsError


def test_nothing_set_gives_the_defaults(tmp_path):
    assert settings.load(tmp_path).chair == "Chair 1"


def test_what_is_set_is_taken(tmp_path):
    text = 'schema = 1\nchair = "Window chair"\ntheme = "light"\n'
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    found = settings.load(tmp_path)
    assert (found.chair, found.theme) == ("Window chair", "light")


@pytest.mark.parametrize(
    "text",
    [
        'schema = 1\nchair = "A"\ntheme = "pink"\n',
        'schema = 1\nchair = ""\ntheme = "dark"\n',
        'schema = 1\nchair = "A"\ntheme = "dark"\nvolume = 3\n',
        "schema =",
    ],
)
def test_a_wrong_setting_is_one_sentence_with_its_file(tmp_path, text):
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"settings\.toml"):
        settings.load(tmp_path)
