"""Which limit sets are offered: the shipped ones as they were shipped, a site's own once signed."""

import hashlib
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest

from kmonitor import limit_sets, site_files
from kmonitor.errors import SettingsError
from kmonitor.limit_sets import DEFAULT, NOT_SIGNED, SHIPPED, available, chosen
from kmonitor.site_files import FileSignature
from tests.limit_files import HEAD, SiteLimits, rules

SIGNATURE = FileSignature(by="Carl Weiss", at=datetime(2026, 11, 20, 12, tzinfo=UTC))
NOBODY: dict[str, FileSignature] = {}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return SiteLimits(tmp_path).write


def test_the_shipped_sets_are_those_whose_sha256_is_listed():
    """After a change of a file: `sha256sum` of it into resources/signed.toml."""
    listed = tomllib.loads(resources.files("resources").joinpath("signed.toml").read_text())
    folder = resources.files("resources").joinpath("limits")
    shipped = {
        f"limits/{each.name}": hashlib.sha256(each.read_bytes()).hexdigest()
        for each in folder.iterdir()
        if each.name.endswith(".toml")
    }
    assert {each["name"]: each["sha256"] for each in listed["file"]} == shipped
    assert set(shipped) == {f"limits/{name}.toml" for name in SHIPPED}


def test_a_shipped_file_that_was_altered_is_not_used(monkeypatch):
    as_shipped = site_files._raw_shipped

    def altered(name: str) -> bytes:
        raw = as_shipped(name)
        return raw.replace(b"limit = 90", b"limit = 70") if name == "limits/default.toml" else raw

    monkeypatch.setattr(site_files, "_raw_shipped", altered)
    with pytest.raises(SettingsError, match=r"limits/default\.toml is not as it was shipped"):
        limit_sets.load_default()
    first, *others = available(None, NOBODY.get)
    assert (first.limit_set, first.is_shipped) == (None, True)
    assert "not as it was shipped" in first.problem
    assert all(each.limit_set is not None for each in others)


def test_the_shipped_sets_are_offered_the_default_first():
    offered = available(None, NOBODY.get)
    assert [each.name for each in offered] == list(SHIPPED)
    assert [each.title for each in offered] == [
        *("Adult ketamine", "Adult ketamine, tighter", "Adult ketamine, wider")
    ]
    assert {each.signed_words() for each in offered} == {"Comes with the program"}
    assert chosen(offered, "wider") == limit_sets.load("wider")
    assert chosen(offered, "nowhere") is None


def test_a_sites_set_can_be_chosen_once_it_is_signed(write, tmp_path):
    path = write(HEAD + rules())
    *shipped, own = available(tmp_path, NOBODY.get)
    assert len(shipped) == len(SHIPPED)
    assert (own.limit_set, own.problem, own.signed_words()) == (None, NOT_SIGNED, "Not signed")
    assert own.unsigned == own.contents == limit_sets.load_file(path)
    *_, own = available(tmp_path, {limit_sets.load_file(path).sha256: SIGNATURE}.get)
    assert own.limit_set == limit_sets.load_file(path)
    assert (own.title, own.version, own.problem) == ("Own", 2, "")
    assert own.signed_words(UTC) == "Signed by Carl Weiss, 2026-11-20"


def test_a_signature_is_for_the_file_as_it_was_then(write, tmp_path):
    path = write(HEAD + rules())
    signed = {limit_sets.load_file(path).sha256: SIGNATURE}
    path.write_text(path.read_text().replace("limit = 92", "limit = 85"))
    *_, own = available(tmp_path, signed.get)
    assert (own.limit_set, own.problem) == (None, NOT_SIGNED)


@pytest.mark.parametrize("is_sound", [True, False])
def test_a_sites_default_that_is_unsigned_or_wrong_leaves_the_shipped_one_in_use(
    write, tmp_path, is_sound
):
    path = write(HEAD + rules(**({} if is_sound else {"spo2_low": ""})), DEFAULT)
    signed = {hashlib.sha256(path.read_bytes()).hexdigest(): SIGNATURE}
    offered = available(tmp_path, (NOBODY if is_sound else signed).get)
    assert chosen(offered, DEFAULT) == limit_sets.load_default()
    told = next(each for each in offered if not each.is_shipped)
    assert (told.name, told.limit_set) == (DEFAULT, None)
    assert told.problem == (
        NOT_SIGNED if is_sound else f"{path}: field rule has no rule for spo2_low."
    )


def test_a_sites_default_that_is_signed_goes_before_the_shipped_one(write, tmp_path):
    path = write(HEAD + rules(), DEFAULT)
    offered = available(tmp_path, {limit_sets.load_file(path).sha256: SIGNATURE}.get)
    assert [each.name for each in offered] == list(SHIPPED)
    assert chosen(offered, DEFAULT) == limit_sets.load_file(path)
