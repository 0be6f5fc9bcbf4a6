"""What the sign-in panel says; pure."""

from __future__ import annotations

import math

from kmonitor.access import Right
from kmonitor.people import Person, Role
from kmonitor.pins import shortest_for
from kmonitor.ports import SignInRefused

GLASS_REASONS = (
    "A patient needs help now",
    "PIN forgotten",
    "Not added to this computer yet",
)
NO_PEOPLE = "Nobody has been added to this computer yet."
NO_RECORD = "The record of this computer cannot be reached, so no PIN can be checked."


def purpose_words(right: Right | None) -> str:
    """What the sign-in is for."""
    return "" if right is None else f"To {right}."


def refusal_words(refused: SignInRefused, left_s: float) -> str:
    """Why nobody was signed in, and how long nothing is looked at."""
    if refused.wait_s <= 0:
        return refused.reason
    if left_s <= 0:
        return "You can try again now."
    why = refused.reason.partition(";")[0].rstrip(".")  # the wait it names does not count down
    return f"{why}. Next try in {countdown(left_s)}."


def countdown(left_s: float) -> str:
    """Minutes and seconds, never 0:00 while there is something left."""
    minutes, seconds = divmod(math.ceil(left_s), 60)
    return f"{minutes}:{seconds:02d}"


def typed_words(digits: int) -> str:
    """For a screen reader: how many, never which."""
    match digits:
        case 0:
            return "no digit typed"
        case 1:
            return "1 digit typed"
        case _:
            return f"{digits} digits typed"


def who_words(person: Person) -> str:
    """A person in one line."""
    return f"{person.name}, {person.role}"


def form_problem(name: str, *, role: Role | None, digits: int, again: int, is_same: bool) -> str:
    """What is still missing before a person, or a PIN, can be kept; empty: nothing."""
    if not name.strip():
        return "Type a name."
    if role is None:
        return "Choose a role."
    if digits < shortest_for(role):
        return f"The PIN of a {role} has at least {shortest_for(role)} digits."
    if again < digits:
        return "Type the same PIN again."
    return "" if is_same else "The two PINs are not the same."
