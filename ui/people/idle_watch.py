"""When somebody last touched anything."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject

from kmonitor.clock import monotonic_s

_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.TouchBegin,
        QEvent.Type.Wheel,
        QEvent.Type.TabletPress,
    }
)


class IdleWatch(QObject):
    """Listens only between `begin` and `rest`; real seconds."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._is_listening = False
        self.last_s = monotonic_s()

    def begin(self) -> None:
        """Somebody came."""
        self.last_s = monotonic_s()
        application = QCoreApplication.instance()
        if not self._is_listening and application is not None:
            self._is_listening = True
            application.installEventFilter(self)

    def rest(self) -> None:
        """Nobody is there to be signed out."""
        application = QCoreApplication.instance()
        if self._is_listening and application is not None:
            self._is_listening = False
            application.removeEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Hear every touch, keep none."""
        if event.type() in _TOUCHES:
            self.last_s = monotonic_s()
        return False
