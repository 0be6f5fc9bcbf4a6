"""Whose PIN is not looked at for a while, in real seconds."""

from __future__ import annotations

from kmonitor.ports import SignInRefused


class HeldPins:
    """Counts down on the screen what the record decided."""

    def __init__(self) -> None:
        self._until_s: dict[str, tuple[SignInRefused, float]] = {}

    def take(self, person_id: str, refused: SignInRefused, now_s: float) -> None:
        """What came back for this person."""
        if refused.wait_s > 0:
            self._until_s[person_id] = (refused, now_s + refused.wait_s)

    def let_go(self, person_id: str) -> None:
        """The wait is over, or the PIN was right."""
        self._until_s.pop(person_id, None)

    def left(self, person_id: str, now_s: float) -> tuple[SignInRefused, float] | None:
        """Why, and for how many seconds still (0: just over); None where nothing is held."""
        found = self._until_s.get(person_id)
        return None if found is None else (found[0], max(0.0, found[1] - now_s))
