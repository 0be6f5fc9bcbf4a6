"""Keeps a key from being pressed by what was meant for another; and where the focus goes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from kmonitor.clock import monotonic_s

_QUIET_S = 0.3
_RELEASE_LOST_AFTER_S = 1.5
_SECOND_PRESS_WITHIN_S = 0.6
_PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)


def hand_on_focus(widget: QWidget, to: QWidget | None) -> None:
    """Before `widget` goes or is disabled: its focus goes to `to`, not to whatever is next."""
    if to is not None and widget.hasFocus():
        to.setFocus(Qt.FocusReason.OtherFocusReason)


class PressGuard(QObject):
    """Disables a key until `wait_s` have passed and nothing on the keyboard is held any more.

    A press that began before cannot count, because a disabled key takes no press; neither do
    the repeats of a held key, whether the system marks them as such or not.
    """

    def __init__(self, key: QWidget, wait_s: float) -> None:
        super().__init__(key)
        self._key = key
        self._wait_s = wait_s
        self._until_s = 0.0
        self._stroke_s = float("-inf")
        self._held: set[int] = set()
        self._is_armed = True

    def disarm(self, real_s: float, focus_to: QWidget | None = None) -> None:
        """From now on nothing presses the key."""
        hand_on_focus(self._key, focus_to)
        self._key.setEnabled(False)
        self._until_s = real_s + self._wait_s
        application = QCoreApplication.instance()
        if self._is_armed and application is not None:
            self._is_armed = False
            self._held.clear()
            application.installEventFilter(self)

    def tick(self, real_s: float) -> None:
        """Arm the key when it is time."""
        if self._is_armed or real_s < self._until_s:
            return
        quiet_s = real_s - self._stroke_s
        if quiet_s >= (_RELEASE_LOST_AFTER_S if self._held else _QUIET_S):
            self.rest()
            self._key.setEnabled(True)

    def rest(self) -> None:
        """Listen no more; the key stays as it is."""
        application = QCoreApplication.instance()
        if not self._is_armed and application is not None:
            application.removeEventFilter(self)
        self._is_armed = True

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """See which keys are down, wherever the focus is."""
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                self._held.add(event.key())
                self._stroke_s = monotonic_s()
            elif event.type() == QEvent.Type.KeyRelease:
                self._stroke_s = monotonic_s()
                if not event.isAutoRepeat():
                    self._held.discard(event.key())
        return False


class Footprint(QObject):
    """Where a key stood that changed the page, the second of a double press counts for nothing.

    Elsewhere every press counts at once, and on the keyboard too.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._place = QRect()
        self._until_s = 0.0

    def keep(self, real_s: float) -> None:
        """Before the page changes: the key that was pressed has the focus."""
        key, application = QApplication.focusWidget(), QCoreApplication.instance()
        if isinstance(key, QAbstractButton) and application is not None:
            self._place = QRect(key.mapToGlobal(key.rect().topLeft()), key.size())
            self._until_s = real_s + _SECOND_PRESS_WITHIN_S
            application.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Swallow a press there; when its time is over, listen no more."""
        if monotonic_s() >= self._until_s:
            application = QCoreApplication.instance()
            if application is not None:
                application.removeEventFilter(self)
            return False
        return (
            event.type() in _PRESSES
            and isinstance(event, QMouseEvent)
            and self._place.contains(event.globalPosition().toPoint())
        )
