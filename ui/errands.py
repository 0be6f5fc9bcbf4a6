"""Work that takes longer than a frame: done on another thread, told on this one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer

from kmonitor.errors import WorldError

T = TypeVar("T")
_LOOK_EVERY_MS = 20


@dataclass(frozen=True, slots=True)
class _Waiting:
    future: Future[Any]
    then: Callable[[Any], None]
    failed: Callable[[WorldError], None]


class Errands(QObject):
    """One after the other on a thread that ends with the last; no signal crosses threads.

    A fault of ours comes up in this thread, where it is told like any other.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[_Waiting] = deque()
        self._pool: ThreadPoolExecutor | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    @property
    def is_busy(self) -> bool:
        """Whether something is under way."""
        return bool(self._waiting)

    def run(
        self,
        work: Callable[[], T],
        then: Callable[[T], None],
        failed: Callable[[WorldError], None],
    ) -> None:
        """Do `work` elsewhere; then tell here what came of it."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="errand")
        self._waiting.append(_Waiting(self._pool.submit(work), then, failed))
        self._timer.start()

    def finish(self) -> None:
        """Wait for all that is under way, and tell nobody; for the end of the program."""
        self._timer.stop()
        self._waiting.clear()
        if self._pool is not None:
            self._pool.shutdown(wait=True)
            self._pool = None

    def _look(self) -> None:
        while self._waiting and self._waiting[0].future.done():
            each = self._waiting.popleft()
            if not self._waiting:
                self._rest()
            try:
                result = each.future.result()
            except WorldError as error:
                each.failed(error)
                continue
            each.then(result)

    def _rest(self) -> None:
        self._timer.stop()
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False)
