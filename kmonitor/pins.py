"""PINs: which are taken, and their argon2id verifiers. A PIN is wiped by whoever takes it.

argon2-cffi takes bytes only, so a copy of a few digits lives for the length of one call.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kmonitor.errors import WorldError
from kmonitor.people import Role

SHORTEST, LONGEST = 4, 8
SHORTEST_OF = {Role.TECHNICIAN: 6}
_YEARS = ("19", "20")
# One check takes 50 to 100 ms of one core.
_TIME_COST, _MEMORY_COST_KIB, _PARALLELISM = 2, 32_768, 1


class PinRefused(WorldError):  # noqa: N818  # a refusal, as PermissionRefused
    """A new PIN that is not taken; one sentence that never holds the PIN."""


@contextmanager
def wiped(pin: bytearray) -> Iterator[bytearray]:
    """Whatever happens inside, `pin` holds zeros afterwards."""
    try:
        yield pin
    finally:
        pin[:] = bytes(len(pin))


def shortest_for(role: Role) -> int:
    """How many digits a PIN of this role has at least."""
    return SHORTEST_OF.get(role, SHORTEST)


def check_new(pin: bytearray, role: Role) -> None:
    """Raise PinRefused where nobody should have this PIN."""
    shortest = shortest_for(role)
    if not all(0x30 <= byte <= 0x39 for byte in pin):
        raise PinRefused("A PIN has digits only.")
    if not shortest <= len(pin) <= LONGEST:
        raise PinRefused(f"The PIN of a {role} has {shortest} to {LONGEST} digits.")
    if _is_repeated(pin):
        raise PinRefused("This PIN repeats itself and is guessed first; choose another.")
    if _is_run(pin):
        raise PinRefused("This PIN counts up or down and is guessed first; choose another.")
    if len(pin) == SHORTEST and pin[:2] in [year.encode() for year in _YEARS]:
        raise PinRefused("This PIN looks like a year and is guessed first; choose another.")


class Pins:
    """Makes and checks verifiers; the parameters are arguments only for tests."""

    def __init__(
        self, *, time_cost: int = _TIME_COST, memory_cost_kib: int = _MEMORY_COST_KIB
    ) -> None:
        self._hasher = PasswordHasher(
            time_cost=time_cost, memory_cost=memory_cost_kib, parallelism=_PARALLELISM
        )

    def verifier(self, pin: bytearray) -> str:
        """What is kept instead of the PIN; leaves wiping to the caller."""
        return self._hasher.hash(bytes(pin))

    def is_right(self, verifier: str, pin: bytearray) -> bool:
        """Whether `pin` is the one; a verifier that is none fits no PIN."""
        try:
            return self._hasher.verify(verifier, bytes(pin))
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, verifier: str) -> bool:
        """Whether it was made with other parameters and should be made anew."""
        return self._hasher.check_needs_rehash(verifier)


def _is_repeated(pin: bytearray) -> bool:
    """All the same, or one piece over and over: 7777, 1212, 123123."""
    return pin in (pin + pin)[1:-1]


def _is_run(pin: bytearray) -> bool:
    steps = {(after - before) % 10 for before, after in pairwise(pin)}
    return steps in ({1}, {9})
