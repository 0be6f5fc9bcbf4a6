"""What the settings page says, without Qt."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kmonitor.ports import BackupResult, HouseState, Protection
from ui.settings.about_words import about_facts, about_rows, support_text
from ui.settings.words import (
    backup_words,
    capture_words,
    is_passphrase_usable,
    lock_words,
    passphrase_hint,
    record_words,
    with_current,
)

NEW_YORK = ZoneInfo("America/New_York")


def test_an_open_record_is_said_loudly_and_an_encrypted_one_quietly() -> None:
    words = record_words(HouseState.READY, Protection.NONE)
    assert (words.headline, words.is_loud) == ("NOT ENCRYPTED", True)
    for protection in (Protection.KEY_STORE, Protection.PASSPHRASE):
        words = record_words(HouseState.READY, protection)
        assert (words.headline, words.is_loud) == ("Encrypted", False)


@pytest.mark.parametrize("state", [HouseState.LOCKED, HouseState.IN_USE, HouseState.UNUSABLE])
def test_a_record_that_cannot_be_used_is_said_loudly_whatever_its_key(state: HouseState) -> None:
    for protection in Protection:
        assert record_words(state, protection).is_loud


@pytest.mark.parametrize(
    ("first", "second", "hint", "is_usable"),
    [
        ("", "", "At least 10 characters; four or five unrelated words are best.", False),
        ("short", "", "5 more characters are needed.", False),
        ("aaaaaaaaaaaa", "aaaaaaaaaaaa", "It repeats itself too much.", False),
        ("cold lamp river", "", "Type the same again.", False),
        ("cold lamp river", "cold l", "Type the same again.", False),
        ("cold lamp river", "cold x", "The two are not the same.", False),
        ("cold lamp river", "cold lamp river",
         "Usable. Longer is better: add another word.", True),
        ("cold lamp river nine", "cold lamp river nine", "Good.", True),
    ],
)  # fmt: skip
def test_a_hint_says_what_a_passphrase_lacks(
    first: str, second: str, hint: str, is_usable: bool
) -> None:
    assert passphrase_hint(first, second) == hint
    assert is_passphrase_usable(first, second) is is_usable


def test_the_newest_backup_is_told_in_local_time_and_a_failed_one_loudly() -> None:
    at = datetime(2026, 11, 22, 3, 5, tzinfo=UTC)
    good = BackupResult(at=at, path=Path("copy"), is_good=True, words="Checked.")
    assert backup_words(good, NEW_YORK) == ("Last backup: Nov 21, 2026, 22:05", "Checked.", False)
    bad = BackupResult(at=at, path=Path("copy"), is_good=False, words="The stick is full.")
    headline, sentence, is_loud = backup_words(bad, NEW_YORK)
    assert headline == "LAST BACKUP FAILED: Nov 21, 2026, 22:05"
    assert (sentence, is_loud) == ("The stick is full.", True)
    assert backup_words(None, NEW_YORK)[2]


def test_what_was_set_by_hand_in_the_file_is_one_of_the_choices() -> None:
    assert with_current((2, 5), 5) == (2, 5)
    assert with_current((2, 5), 7) == (2, 5, 7)


def test_choices_read_as_people_say_them() -> None:
    assert [lock_words(each) for each in (2, 0)] == ["2 min", "Never"]
    assert [capture_words(each) for each in (500, 1_000, 1_500, 777)] == [
        "500 MB",
        "1 GB",
        "1.5 GB",
        "777 MB",
    ]


def test_what_is_copied_for_support_tells_versions_and_the_state_of_the_record() -> None:
    facts = about_facts(None, "6.11")
    text = support_text(facts)
    assert "Qt 6.11" in text
    assert "not encrypted" in text
    assert [title for title, _ in about_rows(facts)] == ["Version", "Runs on", "With", "Record"]
