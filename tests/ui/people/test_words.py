"""What the sign-in says, without Qt."""

import pytest

from kmonitor.access import Right
from kmonitor.people import Role
from kmonitor.ports import SignInRefused
from ui.people.words import countdown, form_problem, purpose_words, refusal_words, typed_words


@pytest.mark.parametrize(
    ("left_s", "shown"), [(0.1, "0:01"), (30, "0:30"), (59.2, "1:00"), (899.5, "15:00")]
)
def test_a_countdown_never_shows_nothing_left_while_there_is_something(
    left_s: float, shown: str
) -> None:
    assert countdown(left_s) == shown


def test_a_refusal_with_a_wait_counts_down_and_then_says_that_it_is_over() -> None:
    refused = SignInRefused(reason="This PIN is not right; wait 30 s.", wait_s=30.0)
    assert refusal_words(refused, 29.5) == "This PIN is not right. Next try in 0:30."
    assert refusal_words(refused, 0) == "You can try again now."


def test_a_refusal_without_a_wait_is_said_as_it_is() -> None:
    refused = SignInRefused(reason="This PIN is not right.")
    assert refusal_words(refused, 0) == "This PIN is not right."


def test_the_purpose_reads_as_a_sentence_for_every_right() -> None:
    for right in Right:
        assert purpose_words(right) == f"To {right.value}."
    assert purpose_words(None) == ""


def test_a_screen_reader_hears_how_many_digits_and_never_which() -> None:
    assert [typed_words(n) for n in (0, 1, 4)] == [
        "no digit typed",
        "1 digit typed",
        "4 digits typed",
    ]


@pytest.mark.parametrize(
    ("name", "role", "digits", "again", "is_same", "problem"),
    [
        (" ", Role.NURSE, 4, 4, True, "Type a name."),
        ("Ada", None, 4, 4, True, "Choose a role."),
        ("Ada", Role.NURSE, 3, 0, False, "The PIN of a nurse has at least 4 digits."),
        ("Tess", Role.TECHNICIAN, 5, 0, False, "The PIN of a technician has at least 6 digits."),
        ("Ada", Role.NURSE, 4, 3, False, "Type the same PIN again."),
        ("Ada", Role.NURSE, 4, 4, False, "The two PINs are not the same."),
        ("Ada", Role.NURSE, 4, 4, True, ""),
    ],
)
def test_a_form_says_what_lacks_first(
    name: str, role: Role | None, digits: int, again: int, is_same: bool, problem: str
) -> None:
    assert form_problem(name, role=role, digits=digits, again=again, is_same=is_same) == problem
