"""What a person typed: a number, nothing yet, or one plain sentence about what is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

LONGEST_TEXT = 40
_LONGEST_NUMBER = 12
_NUMBER = re.compile(r"\d+(\.\d+)?|\.\d+")
_WITH_COMMA = re.compile(r"\d*,\d+")


@dataclass(frozen=True, slots=True)
class Typed:
    """A number above 0, or None with the sentence that says why; both empty: nothing typed."""

    number: Decimal | None = None
    wrong: str = ""


def read_number(text: str, name: str, example: str) -> Typed:
    """Read one number above 0; `name` and `example` make the sentence."""
    text = text.strip()
    if not text:
        return Typed()
    if _WITH_COMMA.fullmatch(text):
        return Typed(wrong=f"{name}: write {text.replace(',', '.')} with a point, not a comma.")
    if text.startswith(("-", "\N{MINUS SIGN}")):
        return Typed(wrong=f"{name} must be above 0.")
    if not _NUMBER.fullmatch(text) or not text.isascii():
        return Typed(wrong=f"{name}: digits only, for example {example}.")
    if len(text) > _LONGEST_NUMBER:
        return Typed(wrong=f"{name} has too many digits.")
    number = Decimal(text)
    return Typed(number) if number > 0 else Typed(wrong=f"{name} must be above 0.")


def read_words(text: str, name: str) -> str:
    """One sentence when a label is too long to be shown; else empty."""
    if len(text.strip()) > LONGEST_TEXT:
        return f"{name} can have {LONGEST_TEXT} characters at most."
    return ""
