"""Looking at something again and again on a small thread, while a session runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

ENDS_WITHIN_S = 0.5  # the screen's thread waits for it

log = logging.getLogger(__name__)


class LookOut:
    """Calls `look` every `every_s` real seconds, from `start` to `stop`."""

    def __init__(self, name: str, look: Callable[[], None], *, every_s: float) -> None:
        self._name = name
        self._look = look
        self._every_s = every_s
        self._is_told_to_stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def is_told_to_stop(self) -> bool:
        """Whether what is seen now is nobody's any more."""
        return self._is_told_to_stop.is_set()

    def start(self) -> None:
        """Look for the first time; returns at once."""
        self._thread.start()

    def stop(self, within_s: float = ENDS_WITHIN_S) -> None:
        """End the thread; returns then, or after `within_s` where the system does not answer."""
        self._is_told_to_stop.set()
        if self._thread.is_alive():
            self._thread.join(within_s)

    def _run(self) -> None:
        try:
            while not self.is_told_to_stop:
                self._look()
                self._is_told_to_stop.wait(self._every_s)
        except Exception as failure:  # the top of this thread
            log.info("the %s is not watched any more: %s", self._name, type(failure).__name__)
