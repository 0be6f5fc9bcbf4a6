"""What a person can type wrong, and the one sentence for it."""

from decimal import Decimal

import pytest

from ui.typed import read_number, read_words


@pytest.mark.parametrize(
    ("text", "number"), [("82", "82"), (" 82.5 ", "82.5"), (".5", "0.5"), ("0082", "82")]
)
def test_a_number_above_0_is_taken(text: str, number: str) -> None:
    assert read_number(text, "Weight", "82.5").number == Decimal(number)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("82,5", "Weight: write 82.5 with a point, not a comma."),
        ("-3", "Weight must be above 0."),
        ("\N{MINUS SIGN}3", "Weight must be above 0."),
        ("0", "Weight must be above 0."),
        ("0.0", "Weight must be above 0."),
        ("1e9", "Weight: digits only, for example 82.5."),
        ("abc", "Weight: digits only, for example 82.5."),
        ("82 kg", "Weight: digits only, for example 82.5."),
        ("\N{ARABIC-INDIC DIGIT EIGHT}2", "Weight: digits only, for example 82.5."),
        ("nan", "Weight: digits only, for example 82.5."),
        ("9" * 13, "Weight has too many digits."),
    ],
)
def test_a_mistyped_number_is_one_plain_sentence(text: str, words: str) -> None:
    typed = read_number(text, "Weight", "82.5")
    assert (typed.number, typed.wrong) == (None, words)


def test_nothing_typed_is_neither_a_number_nor_wrong() -> None:
    typed = read_number("  ", "Weight", "82.5")
    assert (typed.number, typed.wrong) == (None, "")


def test_a_label_has_a_length_that_can_be_shown() -> None:
    assert read_words("x" * 40, "Patient label") == ""
    assert "40 characters" in read_words("x" * 41, "Patient label")
