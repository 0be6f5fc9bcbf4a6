"""Whether the store thread comes round, seen from the thread that hands it rows."""

from __future__ import annotations

STALLED_AFTER_S = 4.0
_LONGEST_STEP_S = 1.0  # after a sleep of the machine the store thread gets its turn first


class StallWatch:
    """Adds up real time while rows wait and no round of the store thread ends."""

    def __init__(self) -> None:
        self._rounds = -1
        self._looked_s = 0.0
        self._waited_s = 0.0
        self._is_told = False

    def notices(self, rounds: int, now_s: float) -> bool:
        """Look before each row with the rounds ended so far; True once in each stall."""
        step_s = min(now_s - self._looked_s, _LONGEST_STEP_S)
        self._looked_s = now_s
        if rounds != self._rounds:
            self._rounds, self._waited_s, self._is_told = rounds, 0.0, False
            return False
        self._waited_s += step_s
        if self._is_told or self._waited_s <= STALLED_AFTER_S:
            return False
        self._is_told = True
        return True
