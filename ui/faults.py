"""What fails on the Qt thread: told once while it lasts, and never the end of the frames."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

NEW_AFTER_S = 60.0
QUIET_S = 1.5  # everything on the page is drawn anew each second: after this it has succeeded


class FaultWatch:
    """Remembers by name what failed and when, in real seconds."""

    def __init__(self) -> None:
        self._last_s: dict[str, float] = {}
        self._latest_s = float("-inf")

    def note(self, what: str, real_s: float) -> bool:
        """Take a fault; whether it is to be told, because it is new or has been away."""
        before_s = self._last_s.get(what, float("-inf"))
        self._last_s[what] = self._latest_s = real_s
        return real_s - before_s > NEW_AFTER_S

    def is_quiet(self, real_s: float) -> bool:
        """Whether nothing has failed for so long that all of the page has been drawn since."""
        return real_s - self._latest_s >= QUIET_S


@contextmanager
def hearing_faults(tell: Callable[[Exception], None]) -> Iterator[None]:
    """`tell` hears what fails in slots and while painting: Qt hands that to Python's last hook."""

    def hear(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, Exception):
            tell(error)
        else:
            before(kind, error, trace)

    before = sys.excepthook
    sys.excepthook = hear
    try:
        yield
    finally:
        sys.excepthook = before
