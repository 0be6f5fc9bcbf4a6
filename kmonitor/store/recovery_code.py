"""The code that is printed once: 140 random bits in seven groups and a group that checks them."""

from __future__ import annotations

import hashlib
import secrets

from kmonitor.errors import StoreError

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that looks like another
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", "–": "", " ": ""})
_GROUP, _GROUPS = 4, 8
_LENGTH = _GROUP * _GROUPS
_FEWEST_DASHES = 5


def new_code() -> str:
    """A fresh one, as it is printed."""
    body = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH - _GROUP))
    whole = body + _check(body)
    return "-".join(whole[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def looks_like_code(text: str) -> bool:
    """Whether somebody meant to type one, with or without mistakes."""
    letters = _letters(text)
    is_whole = len(letters) == _LENGTH and set(letters) <= set(_LETTERS)
    return is_whole or sum(text.strip().count(dash) for dash in "-–") >= _FEWEST_DASHES


def secret_of(text: str) -> str:
    """The code's own letters, whatever way they were typed; raises StoreError for a mistake."""
    letters = _letters(text)
    if strange := sorted(set(letters) - set(_LETTERS)):
        raise StoreError(f"A recovery code has no {' or '.join(map(repr, strange))} in it.")
    if len(letters) != _LENGTH:
        raise StoreError(f"A recovery code has {_LENGTH} letters and digits, not {len(letters)}.")
    body, check = letters[:-_GROUP], letters[-_GROUP:]
    if check != _check(body):
        raise StoreError("The recovery code has a typing error: its last group does not fit.")
    return body


def _letters(text: str) -> str:
    return "".join(text.upper().split()).translate(_ALIKE)


def _check(body: str) -> str:
    number = int.from_bytes(hashlib.sha256(b"kmonitor recovery " + body.encode()).digest()[:4])
    return "".join(_LETTERS[(number >> 5 * n) & 31] for n in range(_GROUP))
